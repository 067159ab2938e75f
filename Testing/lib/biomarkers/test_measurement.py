"""All biomarkers of a film: units, reasons, and millimeters only where they are known."""

from __future__ import annotations

import time

import numpy as np
import pytest

from CXRTriageLib.biomarkers.intensity import lung_histogram
from CXRTriageLib.biomarkers.measurement import measure_biomarkers, measure_while_drawing
from CXRTriageLib.biomarkers.reasons import NO_SPACING
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.label_runs import LabelRuns
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.preprocessing.equalization import apply_table, preprocessing_table
from support.phantoms import BOXES, box_labels, chest_phantom, ellipse_labels, film_of, gray_film

WIDE_ROWS = PixelSpacing.from_mm(0.5, 0.2, SpacingSource.DETECTOR)
LENGTHS = ("px", "mm")


def measured(labels, *, spacing=None, **film):
    radiograph = film_of(gray_film(labels), spacing=spacing, **film)
    measurement = measure_biomarkers(
        radiograph, ChestSegmentation(labels=labels), preprocessing_table(radiograph)
    )
    return {item.name: item for item in measurement.biomarkers}, {
        item.name: item for item in measurement.calipers
    }


def test_boxes_have_the_measures_they_were_made_with():
    biomarkers, calipers = measured(box_labels(), spacing=WIDE_ROWS)
    values = {name: item.value for name, item in biomarkers.items()}
    heart_over_right, heart_over_left = 25 * (50 - 44), 25 * (84 - 70)
    right, left = 80 * 38 - heart_over_right, 64 * 34 - heart_over_left

    assert values["cardiothoracic_ratio"] == pytest.approx(40 / 92)
    assert values["heart_diameter_px"] == 40
    assert values["heart_diameter_mm"] == pytest.approx(40 * 0.2)
    assert values["thoracic_diameter_mm"] == pytest.approx(92 * 0.2)
    assert values["right_lung_area_px2"] == right
    assert values["left_lung_area_cm2"] == pytest.approx(left * 0.5 * 0.2 / 100)
    assert values["lungs_area_px2"] == left + right
    assert values["left_right_area_ratio"] == pytest.approx(left / right)
    assert set(calipers) == {
        "heart_diameter", "thoracic_diameter", "midline", "heart_right_half", "heart_left_half",
    }  # fmt: skip


def test_intensity_is_that_of_the_preprocessed_lung_pixels():
    radiograph, segmentation = chest_phantom()
    table = preprocessing_table(radiograph)
    inside = apply_table(table, radiograph.pixels)[segmentation.lung_fields] / 255

    found = measure_biomarkers(radiograph, segmentation, table).biomarkers

    assert [item.name for item in found[:2]] == ["mean_lung_intensity", "sd_lung_intensity"]
    assert found[0].value == pytest.approx(inside.mean(dtype=np.float64), rel=1e-6)
    assert found[1].value == pytest.approx(inside.std(dtype=np.float64), rel=1e-6)


def test_padding_inside_a_lung_has_no_intensity():
    labels = box_labels()
    pixels = gray_film(labels)
    padded = pixels.copy()
    padded[10:30, 12:50] = 0
    kept = labels.copy()
    kept[10:30, 12:50] = Structure.BACKGROUND
    table = preprocessing_table(film_of(pixels))

    found, expected = (
        measure_biomarkers(
            film_of(image, padding_levels=padding), ChestSegmentation(labels=masks), table
        ).biomarkers[:2]
        for image, masks, padding in ((padded, labels, (0, 0)), (pixels, kept, None))
    )

    assert found == expected


def test_without_spacing_there_are_no_millimeters_and_the_rest_stays():
    known, _ = measured(
        box_labels(), spacing=PixelSpacing.from_mm(0.2, 0.2, SpacingSource.DETECTOR)
    )
    unknown, _ = measured(box_labels())

    for name, item in unknown.items():
        if item.unit in {"mm", "cm2"}:
            assert (item.value, item.reason) == (None, NO_SPACING)
        else:
            assert item == known[name]
    assert list(known) == list(unknown)


def test_units_stand_at_the_end_of_names_that_have_one():
    biomarkers, _ = measured(box_labels())

    for name, item in biomarkers.items():
        assert item.unit == "1" or name.endswith(f"_{item.unit}")
        assert item.label


def test_anisotropic_pixels_give_the_physical_shape():
    isotropic = PixelSpacing.from_mm(0.3, 0.3, SpacingSource.CALIBRATED)
    stretched = PixelSpacing.from_mm(0.6, 0.3, SpacingSource.CALIBRATED)
    labels = ellipse_labels((800, 700))
    fine, _ = measured(labels, spacing=isotropic)
    coarse, _ = measured(np.ascontiguousarray(labels[::2]), spacing=stretched)

    for name, item in fine.items():
        if item.unit in {"1", "mm", "cm2"} and "intensity" not in name:
            assert coarse[name].value == pytest.approx(item.value, rel=0.03), name


def test_an_aspect_without_millimeters_counts_for_shape():
    labels = ellipse_labels((240, 420))
    square, _ = measured(ellipse_labels((480, 420)))
    flat, _ = measured(labels, spacing=PixelSpacing(aspect=2.0))

    for name in ("left_lung_eccentricity", "left_lung_perimeter_px", "heart_diameter_px"):
        assert flat[name].value == pytest.approx(square[name].value, rel=0.03)
    assert flat["left_lung_perimeter_mm"].reason == NO_SPACING


def test_a_missing_lung_gives_reasons_and_leaves_the_other_lung_measured():
    labels = box_labels({key: box for key, box in BOXES.items() if key != Structure.LEFT_LUNG})

    biomarkers, calipers = measured(labels, spacing=WIDE_ROWS)

    assert set(calipers) == {"heart_diameter"}
    assert biomarkers["mean_lung_intensity"].value is not None
    assert biomarkers["right_lung_area_cm2"].value is not None
    for name in (
        "cardiothoracic_ratio", "thoracic_diameter_px", "heart_left_half_mm", "lungs_area_px2",
        "left_right_area_ratio", "left_lung_area_px2", "left_lung_perimeter_mm",
    ):  # fmt: skip
        assert biomarkers[name].value is None
        assert biomarkers[name].reason == "There is no left lung in the masks."


def test_without_any_mask_every_biomarker_has_a_reason():
    biomarkers, calipers = measured(np.zeros((80, 70), np.uint8), spacing=WIDE_ROWS)

    assert all(item.value is None and item.reason for item in biomarkers.values())
    assert not calipers


@pytest.mark.parametrize("turn", [np.fliplr, np.flipud, np.rot90])
def test_films_that_hang_wrong_are_measured_without_failing(turn):
    labels = np.ascontiguousarray(turn(ellipse_labels()))

    biomarkers, _ = measured(labels)

    assert biomarkers["lungs_area_px2"].value == np.count_nonzero(labels >= Structure.LEFT_LUNG)


def test_a_large_film_takes_less_than_a_tenth_of_a_second():
    radiograph, segmentation = chest_phantom((3000, 2500), spacing=WIDE_ROWS)
    table = preprocessing_table(radiograph)

    # Processor time, so that what else the machine does has no part in it.
    start = time.process_time()
    measure_biomarkers(radiograph, segmentation, table)

    assert time.process_time() - start < 0.1


@pytest.mark.parametrize("padding", [None, (0, 900)])
def test_numbers_that_follow_a_brush_are_those_of_the_whole_film(padding):
    labels = box_labels()
    radiograph = film_of(gray_film(labels), spacing=WIDE_ROWS, padding_levels=padding)
    table = preprocessing_table(radiograph)
    histogram = lung_histogram(radiograph.pixels, labels, levels=len(table))
    kept = histogram.copy()

    quick = measure_while_drawing(radiograph, LabelRuns.from_labels(labels), histogram, table)

    full = measure_biomarkers(radiograph, ChestSegmentation(labels=labels), table)
    left_out = {item.name for item in full.biomarkers} - {item.name for item in quick.biomarkers}
    assert all(item in full.biomarkers for item in quick.biomarkers)
    assert quick.calipers == full.calipers
    assert all(name.split("lung_")[1].startswith(("sol", "ecc", "per")) for name in left_out)
    assert np.array_equal(histogram, kept)
