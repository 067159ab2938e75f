"""Recommendation, vote, biomarkers and warnings of a film."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import qt

from CXRTriageLib.domain.triage import DISCLAIMER
from CXRTriageLib.exporting.palette import ALARM, CLASS_COLORS, CLASS_MARKS
from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.qt_access import Slots, clearLayout, valueOf
from CXRTriagePanels.result_content import ClassRow, Deviation, ResultContent

COLUMNS = ("Biomarker", "Value", "Normal*", "Source")
EMPTY = "No result yet."

_TABLE_HEIGHT = 240
_TINT = 90
"""Opacity of the color behind a value outside its range, out of 255: words stand on it."""
_PICTURE_WIDTH, _PICTURE_MARGIN = 560, 16


class ResultPanel:
    """What was found, and from which masks.

    Parameters
    ----------
    slots
        Connects.
    onRecount
        Called when the vote over corrected masks is wanted.
    onCopy, onSavePicture
        Called when the result is to be copied as text or saved as a picture.
    """

    def __init__(
        self,
        slots: Slots,
        onRecount: Callable[[], None],
        onCopy: Callable[[], None],
        onSavePicture: Callable[[], None],
    ) -> None:
        self._slots, self._content = slots, ResultContent()
        self._film = _text("CXRTriageFilmName")
        self._film.hide()
        self._headline, self._reason, self._voteSource = _headline(), _text(), _text()
        self._chart = qt.QGridLayout()
        self._chart.setColumnStretch(1, 1)
        self._chart.setColumnStretch(2, 1)
        self.table = _table()
        self._items: list[Any] = []
        self._note = _text()
        self._note.setText("* Mean ± 2 SD of the normal films of the paper (arXiv 2004.05758v1).")
        self._warnings = _text("CXRTriageWarnings")
        meaning = KeyCommand.RECOUNT.hint("Vote and saliency over the masks as they are now.")
        self._recount = _button(slots, "Recount", onRecount, meaning)
        self._copy = _button(slots, "Copy", onCopy, "Copy the result as text.")
        meaning = "Save the result as a picture."
        self._save = _button(slots, "Picture…", onSavePicture, meaning)
        self.widget = self._laidOut()
        self.show(ResultContent())

    def show(self, content: ResultContent) -> None:
        """Show a result.

        Parameters
        ----------
        content
            What holds now.
        """
        hasResult = content.document is not None
        self._headline.setText(content.headline() or EMPTY)
        _say(self._reason, content.reason())
        _say(self._voteSource, content.voteSource())
        self._showClasses(content.classes())
        self.showNumbers(content)
        _say(self._warnings, "\n".join(f"⚠ {text}" for text in content.warnings()))
        self._recount.setEnabled(hasResult and content.voteIsOld)
        for widget in (self._copy, self._save):
            widget.setEnabled(hasResult)
        for widget in (self.table, self._note):
            widget.setVisible(hasResult)
        self._film.setText(content.filmName())

    def showNumbers(self, content: ResultContent) -> None:
        """Show the table alone, which follows every stroke.

        Parameters
        ----------
        content
            What holds now.
        """
        self._content = content
        rows = content.rows()
        if len(rows) != len(self._items):
            self._makeItems(len(rows))
        for items, row in zip(self._items, rows, strict=True):
            texts = (row.label, row.marked(), row.normal, row.source)
            for item, text in zip(items, texts, strict=True):
                item.setText(text)
                item.setToolTip(row.hint)
            _emphasize(items[1], row.deviation is not Deviation.NONE)

    def picture(self) -> Any:
        """Return the result as a ``QPixmap``: with the film's name and all rows, no buttons."""
        # Another panel, since rows that the shown one has no room for would be missing.
        twin = ResultPanel(self._slots, _nothing, _nothing, _nothing)
        twin.show(self._content)
        return twin._grabbed()

    def _grabbed(self) -> Any:
        self._film.show()
        for button in (self._recount, self._copy, self._save):
            button.hide()
        header, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        frame = 2 * valueOf(self.table, "frameWidth")
        self.table.setVerticalScrollBarPolicy(qt.Qt.ScrollBarAlwaysOff)
        self.table.setFixedHeight(valueOf(header, "sizeHint").height() + rows.length() + frame)
        self._outer.setContentsMargins(*[_PICTURE_MARGIN] * 4)
        self.widget.resize(_PICTURE_WIDTH, self.widget.heightForWidth(_PICTURE_WIDTH))
        return self.widget.grab()

    def _showClasses(self, rows: Sequence[ClassRow]) -> None:
        clearLayout(self._chart)
        if not rows:
            return
        for column, title in enumerate(("", "Votes", "Mean probability")):
            self._chart.addWidget(qt.QLabel(title), 0, column)
        for index, row in enumerate(rows):
            color = CLASS_COLORS[index % len(CLASS_COLORS)]
            name = qt.QLabel(_marked(row, index))
            name.setWordWrap(True)
            share = row.votes / row.total
            votes = _bar(share, f"{row.votes} of {row.total}", color)
            probability = _bar(row.probability, f"{row.probability:.2f}", color)
            for column, widget in enumerate((name, votes, probability)):
                self._chart.addWidget(widget, index + 1, column)

    def _makeItems(self, count: int) -> None:
        self.table.setRowCount(count)
        self._items = [[qt.QTableWidgetItem("") for _ in COLUMNS] for _ in range(count)]
        for index, items in enumerate(self._items):
            for column, item in enumerate(items):
                self.table.setItem(index, column, item)

    def _laidOut(self) -> Any:
        widget, layout = qt.QWidget(), qt.QVBoxLayout()
        self._outer = layout
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._film, self._headline, self._reason):
            layout.addWidget(part)
        layout.addLayout(self._chart)
        layout.addWidget(self._voteSource)
        layout.addWidget(self._warnings)
        layout.addWidget(self.table)
        layout.addWidget(self._note)
        buttons = qt.QHBoxLayout()
        for button in (self._recount, self._copy, self._save):
            buttons.addWidget(button)
        layout.addLayout(buttons)
        disclaimer = _text()
        disclaimer.setText(DISCLAIMER)
        layout.addWidget(disclaimer)
        widget.setLayout(layout)
        return widget


def _marked(row: ClassRow, index: int) -> str:
    """Return a class with the mark and the color of its votes on the film."""
    red, green, blue = CLASS_COLORS[index % len(CLASS_COLORS)]
    mark = CLASS_MARKS[index % len(CLASS_MARKS)]
    label = f"<b>{row.label}</b>" if row.leads else row.label
    return f'<span style="color: rgb({red}, {green}, {blue})">{mark}</span> {label}'


def _nothing() -> None:
    """Stand for what a button of a picture does."""


def _headline() -> Any:
    label, bold = _text("CXRTriageRecommendation"), qt.QFont()
    bold.setBold(True)
    bold.setPointSize(12)
    label.setFont(bold)
    return label


def _text(name: str = "") -> Any:
    label = qt.QLabel("")
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(qt.Qt.TextSelectableByMouse)
    return label


def _say(label: Any, text: str) -> None:
    """Show a text; an empty one takes no room."""
    label.setText(text)
    label.setVisible(bool(text))


def _button(slots: Slots, text: str, action: Callable[[], None], toolTip: str) -> Any:
    button = qt.QPushButton(text)
    button.setToolTip(toolTip)

    def pressed(_checked: bool) -> None:  # noqa: FBT001 - Qt gives it
        action()

    slots.connect(button, "clicked(bool)", pressed)
    return button


def _table() -> Any:
    table = qt.QTableWidget()
    table.setObjectName("CXRTriageBiomarkers")
    table.setColumnCount(len(COLUMNS))
    table.setHorizontalHeaderLabels(list(COLUMNS))
    table.setEditTriggers(qt.QAbstractItemView.NoEditTriggers)
    table.setSelectionBehavior(qt.QAbstractItemView.SelectRows)
    # In a narrow panel names take two lines; cut, the halves of the heart would read the same.
    table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
    header.setSectionResizeMode(0, qt.QHeaderView.Stretch)
    header.setDefaultAlignment(qt.Qt.AlignLeft | qt.Qt.AlignVCenter)
    header.setHighlightSections(False)
    table.setMinimumHeight(_TABLE_HEIGHT)
    return table


def _emphasize(item: Any, isOutside: bool) -> None:  # noqa: FBT001 - a value, no switch
    """Make a value outside its range heavy and tint its cell; its text has an arrow besides.

    Its color stays that of the style: light where the application is dark, and the reverse.
    """
    font = qt.QFont()
    font.setBold(isOutside)
    item.setFont(font)
    item.setBackground(qt.QBrush(qt.QColor(*ALARM, _TINT)) if isOutside else qt.QBrush())


def _bar(share: float, words: str, color: tuple[int, int, int]) -> Any:
    bar = qt.QProgressBar()
    bar.setRange(0, 1000)
    bar.setValue(round(1000 * share))
    bar.setFormat(words)
    red, green, blue = color
    # A style sheet, since that of the whole viewer wins over palettes; not opaque, since words
    # stand on it.
    bar.setStyleSheet(
        "QProgressBar { text-align: center; }"
        f"QProgressBar::chunk {{ background: rgba({red}, {green}, {blue}, 150); }}"
    )
    return bar
