"""Which files are films, and under which name the result of each is kept."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SIDECAR_ENDINGS = frozenset(
    {".txt", ".csv", ".tsv", ".json", ".md", ".xml", ".html", ".pdf", ".xlsx", ".xls", ".docx",
     ".log", ".toml", ".yaml", ".yml", ".ini", ".py", ".zip"}
)  # fmt: skip
"""Endings of files that lie beside films in folders and are none."""

SIDECAR_NAMES = frozenset({"dicomdir", "thumbs.db", "desktop.ini", "license", "readme"})

_NUMBERS = re.compile(r"(\d+)")
_DEEPEST_LEVEL = 4


@dataclass(frozen=True, kw_only=True)
class Film:
    """A file to be triaged.

    Attributes
    ----------
    path
        The file, as it was given or found.
    name
        Name of the folder of its result; no two films of a batch share it.
    """

    path: Path
    name: str


def find_films(
    inputs: Sequence[Path], *, output: Path, own_files: Collection[str] = ()
) -> tuple[Film, ...]:
    """List the films among files and folders.

    Parameters
    ----------
    inputs
        Files, which are taken whatever they are, and folders, which are searched with all
        folders below them. Hidden files, the output folder, and files that are obviously no
        images (`SIDECAR_ENDINGS`) are passed over.
    output
        Where results go.
    own_files
        Names of result files; they are passed over where a ``result.json`` lies beside them.

    Returns
    -------
    tuple
        Each file once: inputs in the order given, folders in natural order (2 before 10).

    Raises
    ------
    OSError
        If a folder cannot be listed.
    """
    found: dict[Path, Path] = {}
    # Resolving asks the file system for every part of a path, and thousands may share a folder.
    resolved = cache(Path.resolve)
    for item in inputs:
        files = _files_below(item, output.resolve(), own_files) if item.is_dir() else [item]
        for path in files:
            found.setdefault(resolved(path.parent) / path.name, path)
    names = _distinct_names(list(found), output)
    return tuple(
        Film(path=path, name=name) for path, name in zip(found.values(), names, strict=True)
    )


def stem_of(path: Path) -> str:
    """Return the name of a file without its ending.

    The last part of a DICOM identifier, ``1.2.840.10008``, is no ending; ``.nii.gz`` is one.

    Parameters
    ----------
    path
        Any file.

    Returns
    -------
    str
        Never empty.
    """
    name = path.name
    if name.lower().endswith((".nii.gz", ".seg.nrrd")):
        return Path(path.stem).stem
    return name if path.suffix[1:].isdigit() else path.stem


def natural_order(path: Path) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers in names by their value.

    Parameters
    ----------
    path
        Any path.
    """
    return [
        (0, int(part), part) if part.isdigit() else (1, 0, part.casefold())
        for part in _NUMBERS.split(str(path))
    ]


def _files_below(folder: Path, output: Path, own_files: Collection[str]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=_raise):
        here = Path(place)
        folders[:] = sorted(
            (
                name
                for name in folders
                if not name.startswith(".") and (here / name).resolve() != output
            ),
            key=lambda name: natural_order(Path(name)),
        )
        is_result = "result.json" in names
        for name in sorted(names, key=lambda name: natural_order(Path(name))):
            if not _is_sidecar(name) and not (is_result and name in own_files):
                yield here / name


def _raise(error: OSError) -> None:
    raise error


def _is_sidecar(name: str) -> bool:
    return (
        name.startswith(".")
        or name.lower() in SIDECAR_NAMES
        or Path(name).suffix.lower() in SIDECAR_ENDINGS
    )


def _distinct_names(paths: Sequence[Path], output: Path) -> list[str]:
    """Name films by their stem, and by more of their path where that is not enough."""
    levels = [0] * len(paths)
    output_exists = output.is_dir()
    for _ in range(_DEEPEST_LEVEL + 1):
        names = [_name(path, level) for path, level in zip(paths, levels, strict=True)]
        # Names that differ in case only are one folder on some file systems.
        counts = Counter(name.casefold() for name in names)
        clashing = [
            index
            for index, name in enumerate(names)
            if counts[name.casefold()] > 1 or (output_exists and (output / name).is_file())
        ]
        if not clashing:
            break
        for index in clashing:
            levels[index] = min(levels[index] + 1, _DEEPEST_LEVEL)
    return _numbered(names)


def _name(path: Path, level: int) -> str:
    """Return the stem, with the folder's name from level 1, with the ending from level 2."""
    if level == 0:
        return stem_of(path)
    folders = [part for part in path.parent.parts if part != path.anchor]
    return "_".join([*folders[-max(level - 1, 1) :], stem_of(path) if level == 1 else path.name])


def _numbered(names: Sequence[str]) -> list[str]:
    """Add a number to names that are still the same."""
    taken = {name.casefold() for name in names}
    seen: set[str] = set()
    distinct = []
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in seen or (number > 1 and candidate.casefold() in taken):
            number += 1
            candidate = f"{name}_{number}"
        seen.add(candidate.casefold())
        distinct.append(candidate)
    return distinct
