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

from CXRTriageLib.errors import ManifestError

MAX_PROBLEMS_SHOWN = 20
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
    row: int = 0

    @property
    def may_be_classified(self) -> bool:
        """Whether the film has a class and no flag that speaks against its use."""
        return bool(self.class_name) and not self.flags & {"child", "exclude"}


def read_film_list(manifest: Path) -> tuple[ListedFilm, ...]:
    """Read and check a manifest.

    Parameters
    ----------
    manifest
        CSV file with a header; ``image`` is the only column that must be there. Paths in it
        are relative to its folder.

    Returns
    -------
    tuple of ListedFilm
        In the file's order.

    Raises
    ------
    ManifestError
        With all problems and their rows: missing files, unknown words, a patient in two
        splits.
    """
    try:
        rows = _rows_of(manifest)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ManifestError(
            f"{manifest.name}: this is no table that can be read ({error}). Save it as CSV, "
            "separated by commas, in UTF-8."
        ) from error
    problems: list[str] = []
    films = [
        film
        for number, row in rows
        if (film := _film_of(row, number, manifest.parent, problems)) is not None
    ]
    problems += _patients_in_two_splits(films)
    if not films and not problems:
        problems.append("the list is empty")
    if problems:
        raise ManifestError(_message(manifest, problems))
    return tuple(films)


def _rows_of(manifest: Path) -> list[tuple[int, dict[str, str]]]:
    """Return each row with the number of its last line."""
    if not manifest.is_file():
        raise ManifestError(f"{manifest}: there is no such file. Check the path.")
    with manifest.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if "image" not in (reader.fieldnames or ()):
            raise ManifestError(
                f"{manifest.name}: the first line must name the columns and one of them must be "
                f"'image', got {reader.fieldnames}."
            )
        return [(reader.line_num, row) for row in reader]


def _message(manifest: Path, problems: list[str]) -> str:
    shown = "\n  ".join(problems[:MAX_PROBLEMS_SHOWN])
    more = len(problems) - MAX_PROBLEMS_SHOWN
    tail = f"\n  and {more} more" if more > 0 else ""
    return f"{manifest.name}: correct these rows and start again:\n  {shown}{tail}"


def _film_of(
    row: dict[str, str], number: int, folder: Path, problems: list[str]
) -> ListedFilm | None:
    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    found: list[str] = []
    image = folder / text("image")
    label = folder / text("label") if text("label") else None
    if not text("image"):
        found.append(f"row {number}: the column 'image' is empty")
    found += [
        f"row {number}: there is no file {name}"
        for name in (text("image"), text("label"))
        if name and not _is_file(folder / name)
    ]
    kind = _label_kind(text("label_kind"), number, found) if label else LabelKind.NONE
    split = _word(Split, text("split"), "split", number, found) if text("split") else None
    age = _age(text("age"), number, found)
    problems += found
    if found or kind is None:
        return None
    return ListedFilm(
        image=image,
        label=label,
        label_kind=kind,
        dataset=text("dataset"),
        patient=text("patient") or f"row {number}",
        class_name=text("class"),
        subclass=text("subclass"),
        split=split,
        view=text("view"),
        sex=text("sex"),
        age_years=age,
        flags=frozenset(text("flags").replace(";", " ").replace(",", " ").split()),
        row=number,
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # For example a name that is longer than the file system allows.
        return False


def _label_kind(word: str, number: int, problems: list[str]) -> LabelKind | None:
    if not word:
        problems.append(f"row {number}: label_kind must say what the label image draws")
        return None
    return _word(LabelKind, word, "label_kind", number, problems)


def _word(
    kind: type[AnyEnum], word: str, column: str, number: int, problems: list[str]
) -> AnyEnum | None:
    try:
        return kind(word)
    except ValueError:
        allowed = ", ".join(f"'{member.value}'" for member in kind)
        problems.append(f"row {number}: {column} must be one of {allowed}, got '{word}'")
        return None


def _age(text: str, number: int, problems: list[str]) -> float | None:
    if text in UNKNOWN_AGE:
        return None
    try:
        years = float(text)
    except ValueError:
        years = math.nan
    if 0 <= years < math.inf:
        return years
    problems.append(f"row {number}: age must be a number of years, got '{text}'")
    return None


def _patients_in_two_splits(films: Iterable[ListedFilm]) -> list[str]:
    rows: dict[str, dict[Split, int]] = defaultdict(dict)
    for film in films:
        if film.split is not None:
            rows[film.patient].setdefault(film.split, film.row)
    return [
        "rows "
        + " and ".join(str(row) for row in sorted(splits.values()))
        + f": one patient is in {' and '.join(split.value for split in splits)}"
        for splits in rows.values()
        if len(splits) > 1
    ]
