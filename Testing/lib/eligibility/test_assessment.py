"""All checks together, on films that a person would let pass or stop."""

from __future__ import annotations

import dataclasses

import numpy as np

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.radiograph import ViewPosition
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.eligibility.assessment import assess_eligibility
from support.phantoms import ADULT_CHEST_FACTS, chest_phantom, film_of
from support.synthetic_chest import synthetic_chest


def test_an_adult_chest_with_lungs_and_heart_has_no_warning():
    chest = synthetic_chest((400, 350))

    assert assess_eligibility(film_of(chest.pixels), ChestSegmentation(labels=chest.labels)) == ()
    assert assess_eligibility(*chest_phantom()) == ()


def test_pixels_that_are_not_square_are_taken_into_account():
    spacing = PixelSpacing.from_mm(0.6, 0.2, SpacingSource.DETECTOR)

    assert assess_eligibility(*chest_phantom((160, 420), spacing=spacing)) == ()


def test_warnings_come_in_the_order_of_file_pixels_and_masks():
    facts = dataclasses.replace(
        ADULT_CHEST_FACTS, view=ViewPosition.UNKNOWN, age_years=9.0, body_part="KNEE"
    )
    chest = synthetic_chest((400, 350))
    inverted = (4095 - chest.pixels).astype(np.uint16)
    labels = np.where(chest.labels == 3, chest.labels, 0).astype(np.uint8)

    warnings = assess_eligibility(film_of(inverted, facts=facts), ChestSegmentation(labels=labels))

    assert [item.code for item in warnings] == [
        WarningCode.UNKNOWN_VIEW,
        WarningCode.UNDER_AGE,
        WarningCode.OTHER_BODY_PART,
        WarningCode.INVERTED_POLARITY,
        WarningCode.LUNGS_MISSING,
        WarningCode.HEART_MISSING,
    ]
