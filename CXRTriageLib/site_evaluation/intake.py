"""Which films are evaluated: a manifest, or a folder of DICOM files."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm, Split, parse_film_list
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.pipeline.films import Film, find_films
from CXRTriageLib.site_evaluation.inspection import SiteFilm, inspect_film
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms

COLUMNS = (
    "image", "class", "subclass", "label", "label_kind", "patient", "view", "age", "sex",
    "dataset", "manufacturer",
)  # fmt: skip
"""Of a manifest that is to be filled in; only ``image`` must be."""

MasksOf = Callable[[Sequence[Film]], dict[str, Path]]
"""Finds the corrected masks of films, by the name of the film."""


def list_films(
    source: Path, *, output: Path, split: Split | None = None
) -> tuple[tuple[ListedFilm, ...], tuple[str, ...]]:
    """List the films of a manifest or a folder.

    Parameters
    ----------
    source
        CSV file or folder. In a folder every file that may be a film is taken, row 2 being the
        first, and the headers tell patient, view, age, sex and manufacturer.
    output
        Where results go; it is not searched.
    split
        Take only films of this split of a manifest.

    Returns
    -------
    films
        In the order of rows.
    problems
        Sentences about rows that cannot be used, each with its row.

    Raises
    ------
    ManifestError
        If there is no such table or folder, or no film in it.
    """
    problems: tuple[str, ...] = ()
    if source.is_dir():
        films = _films_of_folder(source, output)
    else:
        listed, found = parse_film_list(source)
        films = tuple(film for film in listed if split in (None, film.split))
        problems = tuple(found)
    if not films and not problems:
        raise ManifestError(f"{source}: there is no film to evaluate. Name another list or folder.")
    return films, problems


def with_masks(
    films: Sequence[ListedFilm], masks_of: MasksOf | None, *, output: Path
) -> list[SiteFilm]:
    """Give each film its corrected mask, where there is one.

    Parameters
    ----------
    films
        From `list_films`.
    masks_of
        Finds masks; None where there are none.
    output
        Where results go.

    Returns
    -------
    list of SiteFilm
        In the order of ``films``.
    """
    if masks_of is None:
        return [SiteFilm(listed=film) for film in films]
    # Results of single films are named by the same rule, and so are the masks among them.
    named = find_films([film.image for film in films], output=output)
    masks = masks_of(named)
    by_path = {item.path: masks.get(item.name) for item in named}
    return [SiteFilm(listed=film, mask=by_path.get(film.image)) for film in films]


def write_manifest(folder: Path, manifest: Path, pseudonyms: Pseudonyms) -> tuple[int, int]:
    """Write a manifest of a folder, to be filled in.

    Parameters
    ----------
    folder
        Films, searched with all folders below it.
    manifest
        CSV file to write.
    pseudonyms
        Make the patients' keys: the file names no patient.

    Returns
    -------
    tuple of int
        Number of films, and of files that cannot be read as films and are not in the list.

    Raises
    ------
    ManifestError
        If the file exists, or there is no film.
    """
    if manifest.exists():
        raise ManifestError(f"{manifest}: this file exists and is not overwritten. Name a new one.")
    rows, refused = [], 0
    for film in _films_of_folder(folder, manifest):
        row = _row_of(film, manifest.parent, pseudonyms)
        refused += row is None
        rows += [row] if row else []
    if not rows:
        raise ManifestError(f"{folder}: there is no film in this folder. Name another one.")
    manifest.parent.mkdir(parents=True, exist_ok=True)
    partial = manifest.with_name(f".{manifest.name}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(manifest)
    return len(rows), refused


def _films_of_folder(folder: Path, output: Path) -> tuple[ListedFilm, ...]:
    try:
        films = find_films([folder], output=output)
    except OSError as error:
        raise ManifestError(f"{error.filename} cannot be listed: {error.strerror}.") from error
    return tuple(ListedFilm(image=film.path, row=row) for row, film in enumerate(films, start=2))


def _row_of(film: ListedFilm, folder: Path, pseudonyms: Pseudonyms) -> dict[str, str] | None:
    seen = inspect_film(SiteFilm(listed=film), pseudonyms, keep_identifiers=False)
    if seen.refusal:
        return None
    return {
        "image": os.path.relpath(film.image, folder),
        "patient": seen.patient_key,
        "view": "" if seen.view == "unknown" else seen.view,
        "age": "" if seen.age_years is None else f"{seen.age_years:g}",
        "sex": seen.sex,
        "manufacturer": seen.manufacturer,
    }
