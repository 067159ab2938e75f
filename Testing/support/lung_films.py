"""Lung-masked films made of noise, as the classification network learns from."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.training.masked_films import LungFilm
from support.film_folders import listed_film
from support.phantoms import ellipse_labels


def lung_film(
    class_name: str,
    *,
    dataset: str = "made",
    split: Split | None = None,
    shape: tuple[int, int] = (300, 260),
    brightness: int = 128,
    masked: bool = True,
) -> LungFilm:
    """Return a film of noise around a brightness, black outside the lungs if it is masked."""
    noise = np.random.default_rng(brightness).normal(brightness, 30, shape)
    lungs = np.isin(ellipse_labels(shape), LUNGS)
    image = noise.clip(1, 255).round().astype(np.uint8)
    if masked:
        image *= lungs
    return LungFilm(
        listed=listed_film(class_name, dataset=dataset, split=split),
        image=image,
        packed_lungs=np.packbits(lungs),
    )
