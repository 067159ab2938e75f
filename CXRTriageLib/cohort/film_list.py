"""The manifest: one row a film, with mask, class, source, patient and split."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeVar

from CXRTriageLib.cohort.row_problems import RowProblems, named_rows
from CXRTriageLib.errors import ManifestError

EXCLUDED = "exclude"
"""Flag of a film that is not to be classified."""
CLASS_COLUMN = "class"
UNKNOWN_AGE = ("", "?")
AnyEnum = TypeVar("AnyEnum", bound=Enum)


class LabelKind(Enum):
    """What a label image draws."""

    NONE = ""
    LUNGS_AND_HEART = "lungs+heart"
    """Lungs exclude what lies behind the heart; the heart wins where they overlap."""
    LUNGS = "lungs"
    """The same, with no heart drawn."""
    LUNGS_WITH_RETROCARDIAC = "lungs_incl_retrocardiac"
    """Lungs are drawn behind the heart too, and no heart is drawn."""


class Split(Enum):
    """What a film may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, kw_only=True)
class ListedFilm:
    """One row of a manifest.

    Attributes
    ----------
    image
        Path of the film.
    label, label_kind
        Path of the label image or None, and what it draws.
    dataset, patient
        Source of the film, and a key of the patient within all sources.
    class_name, subclass
        Class for training, and the finer one; empty where there is none.
    split
        None where the manifest has no such column or leaves it empty.
    view, sex, age_years
        As the source states them; empty or None where it does not.
    flags
        Words that exclude a film from some use.
    manufacturer
        Of the X-ray machine, or empty.
    row
        Line in the manifest file, the header being line 1.
    """

    image: Path
    label: Path | None = None
    label_kind: LabelKind = LabelKind.NONE
    dataset: str = ""
    patient: str = ""
    class_name: str = ""
    subclass: str = ""
    split: Split | None = None
    view: str = ""
    sex: str = ""
    age_years: float | None = None
    flags: frozenset[str] = frozenset()
    manufacturer: str = ""
    row: int = 0

    @property
    def may_be_classified(self) -> bool:
        """Whether the film has a class and no flag that speaks against its use."""
        return bool(self.class_name) and not self.flags & {"child", EXCLUDED}


def read_film_list(manifest: Path, *, class_column: str = CLASS_COLUMN) -> tuple[ListedFilm, ...]:
    """Read and check a manifest.

    Parameters
    ----------
    manifest
        CSV file with a header; ``image`` is the only column that must be there. Paths in it
        are relative to its folder. The source may stand under ``dataset`` or ``site``.
    class_column
        Column that holds the class; one that is named must be there.

    Returns
    -------
    tuple of ListedFilm
        In the file's order.

    Raises
    ------
    ManifestError
        With all problems and their rows: missing files, unknown words, an image that is listed
        twice, a patient in two splits.
    """
    films, problems = _parsed(manifest, class_column)
    for film in films:
        for name in _missing_files(film, manifest.parent):
            problems.add([film.row], f"there is no file {name}")
        if film.label is not None and film.label_kind is LabelKind.NONE:
            problems.add([film.row], "label_kind must say what the label image draws")
    _note_repeated_images(films, problems)
    _note_patients_in_two_splits(films, problems)
    problems.refuse_any()
    return films


def parse_film_list(manifest: Path) -> tuple[tuple[ListedFilm, ...], tuple[str, ...]]:
    """Read a manifest without looking for its files.

    Parameters
    ----------
    manifest
        CSV file; see `read_film_list`.

    Returns
    -------
    films
        The rows that can be understood.
    problems
        What is wrong with the others, one line for each.

    Raises
    ------
    ManifestError
        If it is no table with a column ``image``, or has no row.
    """
    films, problems = _parsed(manifest, CLASS_COLUMN)
    return films, problems.lines


def _parsed(manifest: Path, class_column: str) -> tuple[tuple[ListedFilm, ...], RowProblems]:
    try:
        rows = _rows_of(manifest, class_column)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ManifestError(
            f"{manifest.name}: this is no table that can be read ({error}). Save it as CSV, "
            "separated by commas, in UTF-8."
        ) from error
    if not rows:
        raise ManifestError(f"{manifest.name}: the list is empty. Give one row for each film.")
    problems = RowProblems(manifest.name)
    columns = _Columns(manifest.parent, class_column)
    parsed = [_film_of(row, number, columns, problems) for number, row in rows]
    return tuple(film for film in parsed if film is not None), problems


@dataclass(frozen=True)
class _Columns:
    """Where files lie, and which column holds the class."""

    folder: Path
    class_column: str


def _rows_of(manifest: Path, class_column: str) -> list[tuple[int, dict[str, str]]]:
    """Return each row with the number of its last line."""
    if not manifest.is_file():
        raise ManifestError(f"{manifest}: there is no such file. Check the path.")
    with manifest.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        wanted = {"image"} if class_column == CLASS_COLUMN else {"image", class_column}
        for column in sorted(wanted - set(reader.fieldnames or ())):
            raise ManifestError(
                f"{manifest.name}: the first line must name the columns and one of them must be "
                f"'{column}', got {reader.fieldnames}."
            )
        return [(reader.line_num, row) for row in reader]


def _film_of(
    row: dict[str, str], number: int, columns: _Columns, problems: RowProblems
) -> ListedFilm | None:
    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    found: list[str] = []
    label = columns.folder / text("label") if text("label") else None
    if not text("image"):
        found.append("the column 'image' is empty")
    kind = _word(LabelKind, text("label_kind") if label else "", "label_kind", found)
    split = _word(Split, text("split"), "split", found) if text("split") else None
    age = _age(text("age"), found)
    for problem in found:
        problems.add([number], problem)
    if found or kind is None:
        return None
    return ListedFilm(
        image=columns.folder / text("image"),
        label=label,
        label_kind=kind,
        dataset=text("dataset") or text("site"),
        patient=text("patient") or f"row {number}",
        class_name=text(columns.class_column),
        subclass=text("subclass"),
        split=split,
        view=text("view"),
        sex=text("sex"),
        age_years=age,
        flags=frozenset(text("flags").replace(";", " ").replace(",", " ").split()),
        manufacturer=text("manufacturer"),
        row=number,
    )


def _missing_files(film: ListedFilm, folder: Path) -> list[str]:
    """Return the files that are not there, as the manifest names them."""
    named = [path for path in (film.image, film.label) if path is not None]
    return [
        str(path.relative_to(folder) if path.is_relative_to(folder) else path)
        for path in named
        if not _is_file(path)
    ]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # For example a name that is longer than the file system allows.
        return False


def _word(kind: type[AnyEnum], word: str, column: str, problems: list[str]) -> AnyEnum | None:
    try:
        return kind(word)
    except ValueError:
        allowed = ", ".join(f"'{member.value}'" for member in kind if member.value)
        problems.append(f"{column} must be one of {allowed}, got '{word}'")
        return None


def _age(text: str, problems: list[str]) -> float | None:
    if text in UNKNOWN_AGE:
        return None
    try:
        years = float(text)
    except ValueError:
        years = math.nan
    if 0 <= years < math.inf:
        return years
    problems.append(f"age must be a number of years, got '{text}'")
    return None


def _note_repeated_images(films: Iterable[ListedFilm], problems: RowProblems) -> None:
    rows: dict[Path, list[int]] = defaultdict(list)
    for film in films:
        rows[film.image].append(film.row)
    for image, repeated in rows.items():
        if len(repeated) > 1:
            problems.add(repeated, f"they name the same image, {image.name}")


def _note_patients_in_two_splits(films: Iterable[ListedFilm], problems: RowProblems) -> None:
    rows: dict[str, dict[Split, list[int]]] = defaultdict(lambda: defaultdict(list))
    for film in films:
        if film.split is not None:
            rows[film.patient][film.split].append(film.row)
    for splits in rows.values():
        if len(splits) > 1:
            told = " and ".join(
                f"{split.value} ({named_rows(numbers)})" for split, numbers in splits.items()
            )
            every = sorted(number for numbers in splits.values() for number in numbers)
            problems.add(every, f"one patient is in {told}")
