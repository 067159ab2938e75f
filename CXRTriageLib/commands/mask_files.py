"""Which corrected mask belongs to which film."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.exporting.labels import LABELS_NRRD, LABELS_PNG, MASK_ENDINGS
from CXRTriageLib.pipeline.films import Film, stem_of


def masks_of_films(masks: Path | None, films: Sequence[Film]) -> dict[str, Path]:
    """Find the corrected masks of films.

    Parameters
    ----------
    masks
        A file for a single film, or a folder in which a mask has the name or stem of its film,
        or lies in a folder of that name as results do: there a segmentation of 3D Slicer comes
        first, then the newer of labels.nrrd and labels.png. None where there are no masks.
    films
        All films of the run.

    Returns
    -------
    dict
        Files by name of film. Films without a mask are not in it.

    Raises
    ------
    UsageError
        If one file is given for several films, or no mask belongs to any film.
    """
    if masks is None:
        return {}
    if not masks.is_dir():
        if len(films) > 1:
            raise UsageError("--masks must be a folder where there is more than one film")
        return {films[0].name: masks}
    found = {film.name: mask for film in films if (mask := _mask_of(film, masks)) is not None}
    if not found:
        raise UsageError(
            f"--masks: no mask in {masks} has the name of a film, for example {films[0].name}.nrrd"
        )
    return found


def _mask_of(film: Film, folder: Path) -> Path | None:
    for name in dict.fromkeys([film.name, stem_of(film.path)]):
        beside = [folder / f"{name}{ending}" for ending in MASK_ENDINGS]
        for path in (*beside, *_in_results(folder / name)):
            if path.is_file():
                return path
    return None


def _in_results(folder: Path) -> list[Path]:
    labels = [path for name in (LABELS_NRRD, LABELS_PNG) if (path := folder / name).is_file()]
    # Both were written at once with the same content, so the newer one is the corrected one.
    labels.sort(key=lambda path: -path.stat().st_mtime_ns)
    return [*sorted(folder.glob("*.seg.nrrd")), *labels]
