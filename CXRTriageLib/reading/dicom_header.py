"""Attributes of a DICOM header, read so that a damaged one costs itself and not the film."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID

from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.reading.damage import DAMAGED_FILE_ERRORS
from CXRTriageLib.reading.film_assembly import header_warning

DAMAGED_DICOM_ERRORS = (*DAMAGED_FILE_ERRORS, BytesLengthException, InvalidDicomError)
"""The same of pydicom, whose own errors are of no built-in kind."""


def attribute_name(keyword: str) -> str:
    """Return an attribute as messages name it, for example "Rows (0028,0010)"."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        return keyword
    return f"{dictionary_description(tag)} ({tag >> 16:04X},{tag & 0xFFFF:04X})"


class Header:
    """The header of one film, with a note of everything that could not be used.

    Values never raise: what is missing or damaged is None, empty text or no numbers.

    Parameters
    ----------
    dataset
        As read by pydicom, which converts values when they are asked for.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._warnings: dict[str, FilmWarning] = {}

    @property
    def dataset(self) -> Dataset:
        """The data set itself."""
        return self._dataset

    @property
    def transfer_syntax(self) -> UID:
        """Transfer Syntax UID (0002,0010), or an empty one where it is missing or unknown."""
        stated = UID(self.meta_text("TransferSyntaxUID"))
        return stated if stated.is_transfer_syntax else UID("")

    @property
    def is_little_endian(self) -> bool:
        """Whether numbers that pydicom leaves as bytes start with the lowest."""
        return self._dataset.original_encoding[1] is not False

    @property
    def warnings(self) -> tuple[FilmWarning, ...]:
        """One for each different complaint, in order."""
        return tuple(self._warnings.values())

    def complain(self, message: str) -> None:
        """Note that a part of the header was not used; the message is for people."""
        self._warnings.setdefault(message, header_warning(message))

    def leave_out(self, keyword: str, reason: str) -> None:
        """Note that an attribute was left out, with the reason to complete "it ..."."""
        self.complain(f"{attribute_name(keyword)} {reason} and was left out.")

    def meta_text(self, keyword: str) -> str:
        """Return text of the file meta information."""
        meta = getattr(self._dataset, "file_meta", None)
        return Header(meta).text(keyword) if meta is not None else ""

    def has(self, keyword: str) -> bool:
        """Return whether there is a value that is not empty."""
        return self.raw_value(keyword) not in (None, "", b"")

    def text(self, keyword: str) -> str:
        """Return the first value as printable text without blanks around it."""
        for value in self._values(keyword):
            return "".join(sign for sign in str(value) if sign.isprintable()).strip()
        return ""

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Return all values as text."""
        return tuple(str(value).strip() for value in self._values(keyword))

    def number(self, keyword: str) -> float | None:
        """Return the first value if it is a finite number."""
        return next(iter(self.numbers(keyword)), None)

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Return all values if they are finite numbers, else nothing and a complaint."""
        try:
            numbers = tuple(float(value) for value in self._values(keyword))
        except DAMAGED_DICOM_ERRORS:
            numbers = (math.nan,)
        if not all(math.isfinite(number) for number in numbers):
            self.leave_out(keyword, "is not a number")
            return ()
        return numbers

    def whole(self, keyword: str) -> int | None:
        """Return the first value if it is a whole number."""
        number = self.number(keyword)
        return int(number) if number is not None and number == int(number) else None

    def items(self, keyword: str) -> list[Header]:
        """Return the items of a sequence."""
        return [Header(item) for item in self._values(keyword) if isinstance(item, Dataset)]

    def _values(self, keyword: str) -> Sequence[Any]:
        """Return the values of an attribute; none if it is missing or empty."""
        value = self.raw_value(keyword)
        if value in (None, "", b""):
            return ()
        # Texts and bytes are sequences too, of signs and not of values.
        is_one = isinstance(value, str | bytes) or not isinstance(value, Sequence)
        return [value] if is_one else list(value)

    def raw_value(self, keyword: str) -> Any:
        """Return what pydicom makes of an attribute, None if it is missing or damaged."""
        try:
            return self._dataset.get(keyword)
        except DAMAGED_DICOM_ERRORS:
            self.leave_out(keyword, "cannot be read")
            return None
