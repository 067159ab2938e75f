"""What went wrong, in words, with details to copy; nothing ends the program unseen."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PyQt5 import QtCore, QtWidgets

from CXRTriageLib.errors import CXRTriageError

logger = logging.getLogger(__name__)

UNFORESEEN = (
    "Something went wrong that was not foreseen. The viewer goes on; save your work, and if it "
    "happens again, send the details to whoever looks after this program."
)


class ErrorDialog(QtWidgets.QDialog):
    """A text in words, and below it details that can be copied.

    Parameters
    ----------
    text
        What happened and what helps.
    details
        For whoever looks after the program; may be empty.
    parent
        Window that it belongs to.
    """

    def __init__(
        self, text: str, details: str = "", parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("CXRTriage")
        self.setAttribute(QtCore.Qt.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._details = details
        message = QtWidgets.QLabel(text)
        message.setWordWrap(True)
        message.setTextInteractionFlags(QtCore.Qt.TextSelectableByMouse)
        self.message = message
        self.detailsView = QtWidgets.QPlainTextEdit(details)
        self.detailsView.setReadOnly(True)
        self.detailsView.hide()
        self.buttons = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.Close)
        self.buttons.rejected.connect(self.close)
        layout = QtWidgets.QVBoxLayout(self)
        for widget in (message, self.detailsView, self.buttons):
            layout.addWidget(widget)
        if details:
            self._addDetailButtons()

    def copyDetails(self) -> None:
        """Put text and details on the clipboard."""
        text = f"{self.message.text()}\n\n{self._details}"
        QtWidgets.QApplication.clipboard().setText(text)

    def _addDetailButtons(self) -> None:
        action = QtWidgets.QDialogButtonBox.ActionRole
        show = self.buttons.addButton("Details", action)
        show.setCheckable(True)
        show.toggled.connect(self.detailsView.setVisible)
        self.buttons.addButton("Copy details", action).clicked.connect(self.copyDetails)


class ErrorReporter(QtCore.QObject):
    """Shows errors of any thread in the thread of the window.

    Parameters
    ----------
    parent
        Window that the dialogs belong to.
    """

    failed = QtCore.pyqtSignal(str, str)
    """Text and details."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.dialog: ErrorDialog | None = None
        self._previous = (sys.excepthook, threading.excepthook)
        self.failed.connect(self.show)

    def install(self) -> None:
        """Take over exceptions that nobody caught, of this thread and others."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaughtInThread

    def uninstall(self) -> None:
        """Give them back to Python."""
        sys.excepthook, threading.excepthook = self._previous

    def show(self, text: str, details: str = "") -> None:
        """Show an error, and no second one as long as it is open.

        Parameters
        ----------
        text
            In words.
        details
            To be copied.
        """
        if self.dialog is not None:
            return
        self.dialog = ErrorDialog(text, details, self.parent())
        self.dialog.destroyed.connect(self._closed)
        self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QtCore.QCoreApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        logger.error("%s", details)
        self.failed.emit(str(error) if isinstance(error, CXRTriageError) else UNFORESEEN, details)

    def _uncaughtInThread(self, event: threading.ExceptHookArgs) -> None:
        if event.exc_value is not None:
            self._uncaught(event.exc_type, event.exc_value, event.exc_traceback)
