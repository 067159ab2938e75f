"""How everything looks: dark and calm, so that the film is the brightest thing in the room."""

from __future__ import annotations

from PyQt5 import QtGui, QtWidgets

from CXRTriageLib.exporting.palette import ALARM, FAINT_TEXT, GROUND, RULE, TEXT
from CXRTriageLib.resources import resource_path

RAISED = (30, 32, 37)
"""Ground of panels and fields, one step above the window's."""

ACCENT = (92, 142, 180)

_TEMPLATE = """
QWidget {{ background: {ground}; color: {text}; font-size: 10pt; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {rule}; padding: 4px; }}
QMenuBar, QStatusBar {{ background: {ground}; color: {faint}; }}
QStatusBar QLabel {{ color: {text}; padding: 0 8px; }}
QStatusBar::item {{ border: none; }}
QMenuBar::item {{ background: transparent; padding: 4px 10px; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {accent}; color: white; }}
QMenu {{ background: {raised}; border: 1px solid {rule}; padding: 4px; }}
QMenu::item {{ background: transparent; padding: 5px 28px 5px 20px; }}
QMenu::item:disabled {{ color: {rule}; }}
QMenu::separator {{ height: 1px; background: {rule}; margin: 4px 8px; }}
QDockWidget {{ color: {faint}; titlebar-close-icon: none; }}
QDockWidget::title {{ background: {ground}; padding: 6px 8px; }}
QMainWindow::separator {{ background: {rule}; width: 1px; height: 1px; }}
QGroupBox {{ border: 1px solid {rule}; border-radius: 4px; margin-top: 18px; padding-top: 6px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 8px; color: {faint}; }}
QPushButton, QToolButton {{
    background: {raised}; border: 1px solid {rule}; border-radius: 4px; padding: 5px 12px;
}}
QPushButton:hover, QToolButton:hover {{ border-color: {accent}; }}
QPushButton:pressed, QPushButton:checked, QToolButton:checked {{ background: {pressed}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; }}
QPushButton:default {{ border-color: {accent}; }}
QToolButton#headline {{
    background: {ground}; border: none; border-bottom: 1px solid {rule}; border-radius: 0;
    color: {faint}; padding: 6px 2px; text-align: left;
}}
QToolButton#headline:hover {{ color: {text}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QTreeWidget,
QTableWidget, QListWidget, QTableView, QTreeView, QListView {{
    background: {raised}; border: 1px solid {rule}; border-radius: 3px;
    selection-background-color: {accent}; selection-color: white; padding: 2px;
}}
QTreeWidget, QTreeView {{ border: none; outline: none; }}
QTreeWidget::item {{ padding: 4px 2px; }}
QTreeWidget::item:selected {{ background: {pressed}; color: {text}; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {rule}; }}
QHeaderView::section {{
    background: {ground}; color: {faint}; border: none; border-bottom: 1px solid {rule};
    padding: 4px;
}}
QTableCornerButton::section {{ background: {ground}; border: none; }}
QProgressBar {{
    background: {raised}; border: 1px solid {rule}; border-radius: 3px; text-align: center;
    min-height: 16px;
}}
QProgressBar::chunk {{ background: {accent}; }}
QSlider::groove:horizontal {{ height: 4px; background: {rule}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {text};
}}
QSlider::handle:horizontal:disabled {{ background: {disabled}; }}
QCheckBox, QRadioButton, QLabel {{ background: transparent; }}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {disabled}; border-radius: 3px;
    background: {raised};
}}
QCheckBox::indicator:hover {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url("{tick}");
}}
QCheckBox:disabled, QLabel:disabled {{ color: {disabled}; }}
QCheckBox::indicator:disabled {{ background: {ground}; border-color: {rule}; }}
QSlider::sub-page:horizontal:disabled {{ background: {rule}; }}
QRadioButton::indicator {{
    width: 12px; height: 12px; border: 1px solid {disabled}; border-radius: 6px;
    background: {raised};
}}
QRadioButton::indicator:checked {{ background: {accent}; border-color: {accent}; }}
QScrollArea {{ border: none; }}
QScrollBar:vertical {{ background: {ground}; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: {ground}; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {rule}; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {disabled}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QTabBar::tab {{ background: {ground}; color: {faint}; padding: 6px 12px; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabWidget::pane {{ border: 1px solid {rule}; }}
"""

_STYLE = {
    "ground": GROUND,
    "raised": RAISED,
    "rule": RULE,
    "text": TEXT,
    "faint": FAINT_TEXT,
    "accent": ACCENT,
    "pressed": (44, 60, 74),
    "disabled": (104, 108, 118),
    "alarm": ALARM,
}


def applyStyle(application: QtWidgets.QApplication) -> None:
    """Give the application its look.

    Parameters
    ----------
    application
        Everything in it is drawn so from here on.
    """
    application.setStyle("Fusion")
    palette = QtGui.QPalette(QtGui.QColor(*RAISED), QtGui.QColor(*GROUND))
    palette.setColor(QtGui.QPalette.Link, QtGui.QColor(*ACCENT))
    application.setPalette(palette)
    colors = {name: QtGui.QColor(*color).name() for name, color in _STYLE.items()}
    tick = resource_path("Icons", "tick.svg").as_posix()
    application.setStyleSheet(_TEMPLATE.format(tick=tick, **colors))
