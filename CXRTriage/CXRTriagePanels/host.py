"""What the module needs from the application around it; only what truly differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class ViewTool(Protocol):
    """A brush, a polygon: what works on pixels of the film under the left button."""

    def mousePress(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Take a press of the left button."""
        ...

    def mouseMove(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Take a move with the left button down, after a press that was used up."""
        ...

    def mouseRelease(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Take the release that belongs to a press that was used up."""
        ...

    def finish(self) -> bool:
        """Take a double click; where False is returned it is one more press."""
        ...

    def wheel(self, steps: int, modifiers: frozenset[str]) -> bool:
        """Take a turn of the wheel; away from the hand is positive."""
        ...

    def radius(self) -> float:
        """Return the radius of the circle around the cursor, in film pixels; 0 for none."""
        ...

    def outline(self) -> Sequence[tuple[float, float]]:
        """Return the corners drawn so far, as rows and columns; a line joins them."""
        ...


class FilmView(Protocol):
    """The slice view that shows the film."""

    def compositeNode(self) -> Any:
        """Return the ``vtkMRMLSliceCompositeNode``."""
        ...

    def showFilm(self, volumeNode: Any, caption: str = "") -> None:
        """Show a film as a whole; None empties the view."""
        ...

    def fit(self) -> None:
        """Show the whole film."""
        ...

    def oneToOne(self) -> None:
        """Show a film column on each column of the screen."""
        ...

    def setTool(self, tool: ViewTool | None) -> None:
        """Give the left button and the wheel to a tool; None gives them back."""
        ...

    def requestRender(self) -> None:
        """Have a new frame drawn soon."""
        ...


class Host(Protocol):
    """The application that shows the module: 3D Slicer, or the viewer."""

    @property
    def isSlicer(self) -> bool:
        """Whether this is 3D Slicer, whose own Segment Editor paints."""
        ...

    def sliceView(self) -> FilmView:
        """Return the view that shows the film."""
        ...

    def openFiles(self, title: str, nameFilter: str) -> list[str]:
        """Let the reader choose files; empty where nothing was chosen."""
        ...

    def chooseFolder(self, title: str) -> str:
        """Let the reader choose a folder; empty where nothing was chosen."""
        ...

    def saveFile(self, title: str, suggestion: str, nameFilter: str) -> str:
        """Let the reader name a file to write; empty where nothing was chosen."""
        ...

    def ask(self, title: str, text: str, buttons: Sequence[str]) -> str:
        """Ask, and return the button that was pressed; the last one where none was."""
        ...

    def showError(self, text: str, details: str = "") -> None:
        """Say in words what went wrong, with details to copy."""
        ...

    def copyText(self, text: str) -> None:
        """Put a text on the clipboard."""
        ...

    def installDependencies(self) -> bool:
        """Ask for and install packages that are missing; tell whether all are there."""
        ...

    def libraryCommand(self) -> list[str]:
        """Return the command that starts the library's command line."""
        ...

    def libraryEnvironment(self) -> Mapping[str, str] | None:
        """Return the environment of the command line; None for that of this process."""
        ...

    def editSegments(self, segmentationNode: Any, filmNode: Any) -> None:
        """Open Slicer's Segment Editor on these masks; without one, do nothing."""
        ...
