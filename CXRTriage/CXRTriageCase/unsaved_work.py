"""Corrections of films that nobody has saved: kept for a crash, and offered after one."""

from __future__ import annotations

from pathlib import Path

from CXRTriageCase.film_case import FilmCase
from CXRTriageEditing.autosave import Autosave, Offer, UnsavedFilm


class UnsavedWork:
    """Keeps the corrections of open films, and finds what earlier sessions left.

    Parameters
    ----------
    folder
        Where unsaved corrections wait for the next start.
    """

    def __init__(self, folder: Path) -> None:
        self._autosave = Autosave(folder)

    def keep(self, case: FilmCase) -> None:
        """Keep the unsaved corrections of a film, should this session end badly.

        Parameters
        ----------
        case
            The film; where nothing is unsaved, nothing is kept.
        """
        if case.isUnsaved:
            hasDrawn = case.editor is not None and case.editor.isModified
            labels = case.labels() if hasDrawn else None
            self._autosave.store(_nameOf(case), labels, case.lines.calipers())

    def forget(self, case: FilmCase) -> None:
        """Keep the corrections of a film no longer: they are saved, or nobody wants them.

        Parameters
        ----------
        case
            The film.
        """
        self._autosave.discard(_nameOf(case))

    def offerFor(self, case: FilmCase) -> Offer | None:
        """Return corrections of a film that an earlier session left behind, the newest.

        Parameters
        ----------
        case
            The film.
        """
        found = self._autosave.offers()
        return next((each for each in found if each.film.pixelHash == case.pixelHash), None)

    def leftFilms(self) -> list[Path]:
        """Return the files of all films that earlier sessions left corrections of."""
        paths = (Path(offer.film.path) for offer in self._autosave.offers())
        return [path for path in dict.fromkeys(paths) if path.is_file()]

    def takeUp(self, case: FilmCase, offer: Offer) -> None:
        """Give a film the corrections that an earlier session left behind.

        Parameters
        ----------
        case
            The film.
        offer
            From `offerFor`; it is kept as corrections of this session.
        """
        case.restore(offer.labels, offer.calipers)
        self.keep(case)
        self.drop(offer)

    def drop(self, offer: Offer) -> None:
        """Remove corrections that an earlier session left behind.

        Parameters
        ----------
        offer
            From `offerFor`.
        """
        self._autosave.drop(offer)

    def close(self) -> None:
        """End the session; call it when nothing unsaved is left that anybody wants."""
        self._autosave.close()


def _nameOf(case: FilmCase) -> UnsavedFilm:
    return UnsavedFilm(pixelHash=case.pixelHash, path=str(case.path), name=case.path.name)
