"""Opening: from a path to a film on screen, or to words that say why there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import slicer

from CXRTriageControl.save_control import SESSION_ENDING, SaveControl
from CXRTriageControl.workspace import Workspace
from CXRTriageLib.errors import CXRTriageError
from CXRTriagePanels.file_panel import FilePanel

if TYPE_CHECKING:
    from CXRTriageCase.reading_desk import ReadingDesk


class FilmControl:
    """Joins the buttons that open and save to the desk.

    Parameters
    ----------
    workspace
        What it works with.
    saving
        Saves, and asks before a film is closed.
    makeDesk
        Makes the desk at first use; returns None where packages that it needs are missing.

    Attributes
    ----------
    panel
        The buttons.
    """

    def __init__(
        self,
        workspace: Workspace,
        saving: SaveControl,
        makeDesk: Callable[[], ReadingDesk | None],
    ) -> None:
        self._space, self._saving, self._makeDesk = workspace, saving, makeDesk
        actions: dict[str, Callable[[], object]] = {
            "open": self.openDialog,
            "session": saving.saveSession,
            "masks": saving.saveMasks,
            "results": saving.exportResults,
        }
        if workspace.host.isSlicer:
            actions["volume"] = self.useLoadedVolume
        self.panel = FilePanel(workspace.slots, actions)

    def follow(self, desk: ReadingDesk) -> None:
        """Follow what happens on a desk.

        Parameters
        ----------
        desk
            New.
        """
        desk.opened.connect(self._onOpened)
        desk.refused.connect(self._onRefused)

    def openDialog(self) -> None:
        """Let the reader choose a film or a session."""
        self.openPaths(self._space.host.openFiles("Open a film", "*"))

    def openPaths(self, paths: list[str]) -> None:
        """Open the first of some files, unless the reader wants to keep what is open.

        Parameters
        ----------
        paths
            Films, or a session.
        """
        if not paths or not self._saving.mayClose():
            return
        if paths[0].lower().endswith(SESSION_ENDING):
            self._openSession(Path(paths[0]))
        else:
            self.loadFilm(paths[0])

    def loadFilm(self, path: str) -> None:
        """Begin to open a film; that it is open, or refused, is told by an event.

        Parameters
        ----------
        path
            Of the film.
        """
        desk = self._makeDesk()
        if desk is None:
            return
        desk.open(Path(path))
        self._space.host.sliceView().showFilm(None)
        self._space.events.emit("reading", path)
        self._space.changed.emit()

    def useLoadedVolume(self) -> None:
        """Take a volume of the scene; its file knows polarity and spacing."""
        from CXRTriageScene.volume_file import fileOf, loadedVolumes

        volumes = loadedVolumes(slicer.mrmlScene)
        if not volumes:
            self._space.host.showError(
                "The scene holds no volume that was loaded by others. Open the film's file here."
            )
            return
        chosen = volumes[0] if len(volumes) == 1 else self._chosenOf(volumes)
        if chosen is not None and self._saving.mayClose():
            self.loadFilm(fileOf(chosen, Path(str(slicer.app.temporaryPath))))

    def _chosenOf(self, volumes: tuple[Any, ...]) -> Any:
        """Ask which of several volumes is meant, the one that is shown first; None for none."""
        shown = self._space.host.sliceView().compositeNode().GetBackgroundVolumeID()
        ordered = sorted(volumes, key=lambda volume: volume.GetID() != shown)
        # Volumes may share a name, and an answer is a text.
        named = {f"{place}: {node.GetName()}": node for place, node in enumerate(ordered, start=1)}
        answer = self._space.host.ask("CXRTriage", "Which film?", [*named, "Cancel"])
        return named.get(answer)

    def offerUnsaved(self) -> None:
        """Offer what an earlier session has left unsaved of the film that was just opened."""
        desk, case = self._space.desk, self._space.case
        offer = None if desk is None or case is None else desk.unsaved.offerFor(case)
        if desk is None or case is None or offer is None:
            return
        take, drop, later = "Take them up", "Discard", "Decide later"
        text = "An earlier session left corrections of this film that were not saved."
        answer = self._space.host.ask("CXRTriage", text, [take, drop, later])
        if answer == take:
            desk.unsaved.takeUp(case, offer)
        elif answer == drop:
            desk.unsaved.drop(offer)

    def leftFilms(self) -> list[str]:
        """Return the files of films whose corrections an earlier session left unsaved."""
        desk = self._makeDesk()
        return [] if desk is None else [str(path) for path in desk.unsaved.leftFilms()]

    def show(self) -> None:
        """Enable what can be done now."""
        self.panel.show(hasFilm=self._space.case is not None, hasMasks=self._space.hasMasks)

    def _openSession(self, path: Path) -> None:
        desk = self._makeDesk()
        if desk is None:
            return
        try:
            desk.openSession(path)
        except CXRTriageError as error:
            self._space.host.showError(str(error))
            return
        if desk.case is None:
            self._space.host.sliceView().showFilm(None)
            self._space.changed.emit()
            self._space.host.showError("This session holds no film of CXRTriage.")

    def _onOpened(self) -> None:
        case = self._space.case
        if case is not None:
            self._space.host.sliceView().showFilm(case.nodes.film, case.path.name)
            self._space.events.emit("film", str(case.path))

    def _onRefused(self, path: Path, reason: str) -> None:
        self._space.host.sliceView().showFilm(None)
        self._space.changed.emit()
        self._space.events.emit("state", str(path), "refused", reason)
