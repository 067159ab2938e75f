"""Films with masks as the segmentation network learns from them, made in code."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.training.labeled_films import MaskedFilm
from CXRTriageLib.training.possible_labels import possible_labels
from support.phantoms import ellipse_labels, gray_film

SIDE = 256


def masked_phantoms(count: int) -> list[MaskedFilm]:
    """Return films that differ in their noise; the second of them has no heart drawn."""
    films = []
    for number in range(count):
        labels = ellipse_labels((SIDE, SIDE))
        noise = np.random.default_rng(number).normal(0, 40, labels.shape)
        gray = gray_film(labels, levels=256).astype(np.float32) + noise
        kind = LabelKind.LUNGS if number == 1 else LabelKind.LUNGS_AND_HEART
        if kind is LabelKind.LUNGS:
            labels[labels == Structure.HEART] = Structure.BACKGROUND
        films.append(
            MaskedFilm(
                image=gray.clip(0, 255).astype(np.uint8),
                possible=possible_labels(labels, kind),
                kind=kind,
                dataset="phantom",
            )
        )
    return films
