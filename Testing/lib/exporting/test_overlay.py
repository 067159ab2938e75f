"""The picture shows what was found, where it was found."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import binary_dilation

from CXRTriageLib.biomarkers.placed_calipers import with_placed
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Biomarker, Caliper
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.exporting.film_layers import LONGEST_SIDE_PX, draw_film, length_text, side_letters
from CXRTriageLib.exporting.overlay import draw_overlay, write_overlay
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS
from CXRTriageLib.exporting.result_panel import draw_panel
from CXRTriageLib.exporting.word_column import PANEL_WIDTH_PX, TEXT_PX
from support.results import DETECTOR_SPACING, chest_film, chest_labels, triage_result

SQUARE = PixelSpacing()


def colors_of(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, np.int16)


def count_of(picture: Image.Image, color: tuple[int, int, int]) -> int:
    return int((np.abs(colors_of(picture) - color).max(axis=2) <= 6).sum())


@pytest.mark.parametrize(
    ("shape", "spacing", "size"),
    [
        pytest.param((400, 320), SQUARE, (1120, 1400), id="small_film"),
        pytest.param((3000, 2500), SQUARE, (1167, 1400), id="large_film"),
        pytest.param((400, 400), PixelSpacing(aspect=0.5), (1400, 700), id="flat_pixels"),
        pytest.param((400, 400), DETECTOR_SPACING, (1120, 1400), id="tall_pixels_in_mm"),
        pytest.param((128, 1280), SQUARE, (1400, 140), id="very_wide"),
        pytest.param((1280, 128), SQUARE, (140, 1400), id="very_tall"),
    ],
)
def test_film_keeps_its_physical_aspect(shape, spacing, size):
    film = chest_film(shape, spacing=spacing)

    assert draw_film(film, triage_result(film)).size == size


def test_film_is_shown_as_the_eye_should_see_it():
    film = chest_film((400, 320), spacing=SQUARE)
    plain = dataclasses.replace(
        triage_result(film, classified=False),
        segmentation=ChestSegmentation(labels=np.zeros((400, 320), np.uint8)),
        calipers=(),
    )

    picture = draw_film(film, plain)

    gray = Image.fromarray(film.for_display()).resize(picture.size, Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(colors_of(picture), colors_of(gray.convert("RGB")))


def test_contours_run_along_the_borders_of_the_masks():
    film = chest_film((400, 320), spacing=SQUARE)
    labels = np.zeros((400, 320), np.uint8)
    labels[100:300, 40:120] = Structure.RIGHT_LUNG
    result = dataclasses.replace(
        triage_result(film, classified=False),
        segmentation=ChestSegmentation(labels=labels),
        calipers=(),
    )

    picture = colors_of(draw_film(film, result))

    scale = LONGEST_SIDE_PX / 400
    is_contour = np.abs(picture - STRUCTURE_COLORS[Structure.RIGHT_LUNG]).max(axis=2) <= 6
    across = np.flatnonzero(is_contour[round(200 * scale)])
    down = np.flatnonzero(is_contour[:, round(80 * scale)])
    # Between the pixels of the film that are in and those that are not.
    assert across.min() == pytest.approx(40 * scale, abs=3)
    assert across.max() == pytest.approx(120 * scale, abs=3)
    assert down.min() == pytest.approx(100 * scale, abs=3)
    assert down.max() == pytest.approx(300 * scale, abs=3)


def test_each_structure_has_its_color():
    film = chest_film()

    picture = draw_film(film, triage_result(film))

    assert all(count_of(picture, color) > 200 for color in STRUCTURE_COLORS.values())


def test_saliency_colors_the_lungs_only():
    film = chest_film((400, 320), spacing=SQUARE)
    result = dataclasses.replace(triage_result(film), calipers=())
    without = dataclasses.replace(result, saliency=None)

    changed = np.any(colors_of(draw_film(film, result)) != colors_of(draw_film(film, without)), 2)

    lungs = Image.fromarray(result.segmentation.lung_fields).resize(changed.shape[::-1])
    # The working image is coarser than the film: its border pixels reach over by one of theirs.
    reach = 2 * LONGEST_SIDE_PX // 200
    assert changed.any()
    assert not changed[~binary_dilation(lungs, iterations=reach)].any()


def test_saliency_shows_the_leading_class():
    film = chest_film((400, 320), spacing=SQUARE)
    result = dataclasses.replace(triage_result(film), calipers=())

    picture = colors_of(draw_film(film, result))
    without = colors_of(draw_film(film, dataclasses.replace(result, saliency=None)))

    # Of the four maps that of the leading class, viral, peaks lowest: at three quarters. Green
    # rises most evenly along the colors.
    added = (picture - without)[..., 1]
    row, _ = np.unravel_index(added.argmax(), added.shape)
    assert row / LONGEST_SIDE_PX == pytest.approx(0.75, abs=0.03)


def test_film_stays_visible_under_saliency():
    film = chest_film((400, 320), spacing=SQUARE)
    striped = dataclasses.replace(film, pixels=np.tile(np.uint16([0, 4095]), (400, 160)))
    result = dataclasses.replace(triage_result(film), calipers=())

    picture = colors_of(draw_film(striped, result)).max(axis=2)

    middle = picture[round(0.75 * LONGEST_SIDE_PX), 250:390]
    assert middle.max() - middle.min() > 100


def test_placed_line_is_drawn_in_place_of_that_from_the_masks():
    film = chest_film((400, 320), spacing=SQUARE)
    masked = triage_result(film, classified=False)
    line = Caliper(name="heart_diameter", start=(360.0, 20.0), end=(360.0, 300.0))
    scale, heart = LONGEST_SIDE_PX / 400, np.array(STRUCTURE_COLORS[Structure.HEART])

    reach = {}
    for name, result in (("masks", masked), ("hand", with_placed(masked, [line]))):
        row = colors_of(draw_film(film, result))[round(360.5 * scale)]
        reach[name] = np.flatnonzero(np.abs(row - heart).max(axis=1) <= 6)

    assert not reach["masks"].size
    assert reach["hand"].min() == pytest.approx(20 * scale, abs=4)
    assert reach["hand"].max() == pytest.approx(300 * scale, abs=4)


def test_column_of_words_tells_both_ratios():
    line = Caliper(name="heart_diameter", start=(256.0, 100.0), end=(256.0, 230.0))
    plain = draw_panel(triage_result(), height=1)

    told = draw_panel(with_placed(triage_result(), [line]), height=1)

    # Two more lines: how the ratio was measured, and the one from the masks.
    assert told.height == plain.height + 2 * round(TEXT_PX * 1.32)


@pytest.mark.parametrize(
    ("mirrored", "letters"),
    [pytest.param(False, ("R", "L"), id="as_usual"), pytest.param(True, ("L", "R"), id="mirrored")],
)
def test_letters_stand_on_the_side_of_the_lung(mirrored, letters):
    labels = chest_labels()

    found = side_letters(ChestSegmentation(labels=labels[:, ::-1] if mirrored else labels))

    assert found == letters


def test_without_both_lungs_no_side_is_claimed():
    labels = chest_labels()
    labels[labels == Structure.LEFT_LUNG] = 0

    assert side_letters(ChestSegmentation(labels=labels)) == ("", "")


def test_length_follows_the_spacing_of_both_axes():
    caliper = Caliper(name="heart_diameter", start=(10.0, 0.0), end=(70.0, 100.0))

    # 60 rows of 0.5 mm and 100 columns of 0.4 mm.
    assert length_text(caliper, DETECTOR_SPACING) == "50 mm"
    assert length_text(caliper, SQUARE) == ""


@pytest.mark.parametrize("classified", [True, False])
@pytest.mark.parametrize("shape", [(128, 1600), (1600, 128), (128, 128)])
def test_picture_joins_film_and_words_at_every_shape(shape, classified):
    film = chest_film(shape, spacing=SQUARE)

    picture = draw_overlay(film, triage_result(film, classified=classified))

    longest = max(shape)
    assert picture.width == round(LONGEST_SIDE_PX * shape[1] / longest) + PANEL_WIDTH_PX
    assert picture.height >= round(LONGEST_SIDE_PX * shape[0] / longest)


def test_column_grows_with_its_words_and_counts_what_it_leaves_out():
    warnings = tuple(
        FilmWarning(code=WarningCode.UNKNOWN_VIEW, message=f"{number} " + "word " * 60)
        for number in range(40)
    )

    few = draw_panel(triage_result(), height=1)
    many = draw_panel(triage_result(warnings=warnings), height=1)
    more = draw_panel(triage_result(warnings=warnings * 2), height=1)

    assert few.height < many.height == more.height


def test_words_end_inside_the_column():
    reason = "unbroken" * 60
    ratio = Biomarker(
        name="cardiothoracic_ratio", label="Ratio", unit="1", value=None, reason=reason
    )
    result = dataclasses.replace(triage_result(), biomarkers=(ratio,))

    edge = colors_of(draw_panel(result, height=1))[:, -30:]

    assert np.ptp(edge, axis=(0, 1)).max() == 0


def test_picture_is_written_as_png(tmp_path):
    film = chest_film()

    write_overlay(tmp_path / "overlay.png", film, triage_result(film))

    with Image.open(tmp_path / "overlay.png") as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("PNG", "RGB")
