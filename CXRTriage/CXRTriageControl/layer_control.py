"""How the open film looks: its window, black for white, and the layers over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from CXRTriageControl.workspace import Workspace
from CXRTriagePanels.layer_state import LayerState
from CXRTriagePanels.layers_panel import LayersPanel

if TYPE_CHECKING:
    from CXRTriageCase.film_case import FilmCase
    from CXRTriageCase.reading_desk import ReadingDesk
    from CXRTriageScene.display_windows import DisplayWindow


class LayerControl:
    """Joins switches and sliders to the nodes of the open film.

    Parameters
    ----------
    workspace
        What it works with.

    Attributes
    ----------
    panel
        Switches and sliders.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self.panel = LayersPanel(workspace.slots, self._onLayers, self._onWindow, self._onInverted)

    def follow(self, desk: ReadingDesk) -> None:
        """Follow what happens on a desk.

        Parameters
        ----------
        desk
            New.
        """
        desk.opened.connect(self._onOpened)
        desk.shown.connect(self.showAll)

    def show(self) -> None:
        """Offer nothing where no film is open."""
        if self._space.case is None:
            self.panel.setWindows(())
            self.panel.setClasses((), ())

    def showLayers(self) -> None:
        """Bring what is chosen to the nodes, some of which may be new."""
        self._onLayers(self.panel.state)

    def showAll(self) -> None:
        """Offer what the open film has, and show what is chosen of it."""
        case = self._space.case
        if case is None:
            return
        self.panel.setWindows([window.name for window in _windowsOf(case)])
        names = list(case.nodes.saliency)
        self.panel.setClasses(names, [name.replace("_", " ").capitalize() for name in names])
        found = (case.document or {}).get("classification") or {}
        if found.get("class"):
            self.panel.choose(found["class"])
        self.showLayers()

    def showLook(self, window: int | None = None) -> None:
        """Let the panel follow what was done to the film elsewhere.

        Parameters
        ----------
        window
            Number of the display window that was chosen; None where none was.
        """
        from CXRTriageScene.film_look import isInverted

        case = self._space.case
        if case is not None:
            self.panel.showLook(window=window, inverted=isInverted(case.nodes.film))

    def _onOpened(self) -> None:
        self.showLook(window=0)
        self.showAll()

    def _onLayers(self, state: LayerState) -> None:
        from CXRTriageScene.shown_layers import showLayers

        case = self._space.case
        if case is not None:
            # A frozen dataclass has what the protocol reads, which nothing sets.
            showLayers(case.nodes, state)  # type: ignore[arg-type]
            self._space.host.sliceView().requestRender()

    def _onWindow(self, index: int) -> None:
        from CXRTriageScene.film_look import showWindow

        case = self._space.case
        if case is not None:
            showWindow(case.nodes.film, _windowsOf(case)[index])

    def _onInverted(self, inverted: bool) -> None:  # noqa: FBT001 - Qt gives it
        from CXRTriageScene.film_look import setInverted

        case = self._space.case
        if case is not None:
            setInverted(case.nodes.film, inverted=inverted)


def _windowsOf(case: FilmCase) -> list[DisplayWindow]:
    from CXRTriageScene.display_windows import displayWindows

    return displayWindows(case.radiograph, case.labels())
