"""Lungs that are drawn behind the heart are held against what the network says of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, read_film_list
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.evaluation.mask_agreement import mask_agreement
from CXRTriageLib.reading import read_radiograph
from support.film_folders import write_phantoms


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


@pytest.mark.parametrize("tells", [True, False], ids=["whole lungs", "masks alone"])
def test_masks_stand_for_whole_lungs_that_a_network_does_not_tell(tmp_path, tells):
    (film,) = read_film_list(write_phantoms(tmp_path, ["test"]))
    film = dataclasses.replace(film, label_kind=LabelKind.LUNGS_WITH_RETROCARDIAC)
    with Image.open(film.label) as opened:
        drawn = np.asarray(opened) >= 2
    labels = np.roll(np.asarray(Image.open(film.label)), 3, axis=0)
    whole = np.roll(drawn, 1, axis=0)
    segmentation = ChestSegmentation(labels=labels, whole_lungs=whole if tells else None)

    found = mask_agreement(film, read_radiograph(film.image), segmentation)

    assert found.lungs_as_drawn_dice == pytest.approx(dice(whole if tells else labels >= 2, drawn))
    assert found.lung_jaccard is None
