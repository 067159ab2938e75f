"""Films with masks as the segmentation network learns from them, made in code."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.training.segmentation_data import MaskedFilm
from support.phantoms import ellipse_labels, gray_film

SIDE = 256


def masked_phantoms(count: int) -> list[MaskedFilm]:
    """Return films that differ in their noise; the second of them has no heart drawn."""
    films = []
    for number in range(count):
        labels = ellipse_labels((SIDE, SIDE))
        noise = np.random.default_rng(number).normal(0, 40, labels.shape)
        gray = gray_film(labels, levels=256).astype(np.float32) + noise
        is_second = number == 1
        films.append(
            MaskedFilm(
                image=gray.clip(0, 255).astype(np.uint8),
                labels=np.where(labels == 1, 0, labels).astype(np.uint8) if is_second else labels,
                kind=LabelKind.LUNGS if is_second else LabelKind.LUNGS_AND_HEART,
                dataset="phantom",
            )
        )
    return films
