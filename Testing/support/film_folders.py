"""Folders of films with label images and a manifest, as a site would train on them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm, Split
from support.phantoms import ellipse_labels, gray_film
from support.synthetic_chest import synthetic_chest


def write_manifest(folder: Path, rows: Sequence[dict[str, str]]) -> Path:
    """Write rows as ``manifest.csv``; columns are the keys of all rows."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    path = folder / "manifest.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_phantoms(
    folder: Path, splits: Sequence[str], shape: tuple[int, int] = (160, 140)
) -> Path:
    """Write a phantom and its label image for each split that is named; return the manifest."""
    rows = []
    for number, split in enumerate(splits):
        labels = ellipse_labels(shape)
        noise = np.random.default_rng(number).integers(0, 200, shape).astype(np.uint16)
        Image.fromarray(gray_film(labels) + noise).save(folder / f"film{number}.png")
        Image.fromarray(labels).save(folder / f"labels{number}.png")
        rows.append(
            {
                "image": f"film{number}.png",
                "label": f"labels{number}.png",
                "label_kind": LabelKind.LUNGS_AND_HEART.value,
                "dataset": "phantom",
                "patient": f"patient {number}",
                "split": split,
            }
        )
    return write_manifest(folder, rows)


def write_synthetic_chests(folder: Path, films: Sequence[tuple[str, str]]) -> Path:
    """Write a chest for each split and class that are named; return the manifest."""
    rows = []
    for number, (split, name) in enumerate(films):
        chest = synthetic_chest((640, 576), seed=number, enlarged_heart=number % 2 == 1)
        Image.fromarray(chest.pixels).save(folder / f"chest{number}.png")
        Image.fromarray(chest.labels).save(folder / f"labels{number}.png")
        rows.append(
            {
                "image": f"chest{number}.png",
                "label": f"labels{number}.png",
                "label_kind": LabelKind.LUNGS_AND_HEART.value,
                "dataset": "synthetic",
                "patient": f"patient {number}",
                "class": name,
                "split": split,
            }
        )
    return write_manifest(folder, rows)


def listed_film(
    class_name: str = "", *, dataset: str = "made", patient: str = "", split: Split | None = None
) -> ListedFilm:
    """Return a row of a manifest whose files are never opened."""
    return ListedFilm(
        image=Path("film.png"),
        dataset=dataset,
        patient=patient or "one",
        class_name=class_name,
        split=split,
    )
