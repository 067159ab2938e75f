"""An error ends in words, not in the end of the program."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from PyQt5 import QtCore, QtWidgets

from CXRTriageLib.errors import NotAnImageError
from CXRTriageViewer.error_dialog import UNFORESEEN, ErrorReporter


@pytest.fixture
def reporter(qtbot):
    """Return a reporter that has taken over uncaught exceptions."""
    del qtbot  # it makes the application
    reporter = ErrorReporter()
    reporter.install()
    yield reporter
    reporter.uninstall()
    if reporter.dialog is not None:
        reporter.dialog.close()


def test_uncaught_exception_is_shown_with_details_to_copy(reporter):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    assert reporter.dialog.message.text() == UNFORESEEN
    reporter.dialog.copyDetails()
    copied = QtWidgets.QApplication.clipboard().text()
    assert "ZeroDivisionError: division by zero" in copied
    assert not reporter.dialog.detailsView.isVisible()


def test_error_of_the_library_speaks_for_itself(reporter):
    error = NotAnImageError("x.txt is in no image format.")

    sys.excepthook(type(error), error, None)

    assert reporter.dialog.message.text() == "x.txt is in no image format."


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_exception_of_a_thread_is_shown_in_the_window(qtbot, reporter):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "ZeroDivisionError" in reporter.dialog.detailsView.toPlainText()


def test_a_second_error_waits_for_nobody(reporter):
    reporter.show("first")
    dialog = reporter.dialog

    reporter.show("second")

    assert reporter.dialog is dialog
    dialog.close()
    QtCore.QCoreApplication.sendPostedEvents(dialog, QtCore.QEvent.DeferredDelete)
    assert reporter.dialog is None


def test_exception_in_a_slot_does_not_end_the_program():
    code = (
        "import sys\n"
        "from PyQt5 import QtCore, QtWidgets\n"
        "from CXRTriageViewer.error_dialog import ErrorReporter\n"
        "app = QtWidgets.QApplication([])\n"
        "reporter = ErrorReporter()\n"
        "reporter.install()\n"
        "QtCore.QTimer.singleShot(0, lambda: 1 / 0)\n"
        "QtCore.QTimer.singleShot(100, app.quit)\n"
        "app.exec_()\n"
        "print('alive', reporter.dialog is not None)\n"
    )

    from support.source_tree import ROOT

    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.append({str(ROOT / 'CXRTriage')!r})\n{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ran.returncode, ran.stdout) == (0, "alive True\n"), ran.stderr
