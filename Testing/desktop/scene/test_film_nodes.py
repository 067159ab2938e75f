"""A film in the scene is the film of the library, and looks like it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import VoiWindow
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reading.grayscale import Window, WindowFunction, compose_display
from CXRTriageScene.display_windows import displayWindows, fileWindow
from CXRTriageScene.film_geometry import filmAspect, pixelAt, positionOf
from CXRTriageScene.film_look import (
    filmOpacity,
    isInverted,
    setFilmOpacity,
    setInverted,
    showWindow,
)
from CXRTriageScene.film_nodes import addFilm, radiographOf
from support.real_dicom import real_dicom
from support.results import chest_film, chest_labels

SIGMOID = Window(center=1500, width=900, function=WindowFunction.SIGMOID)
NARROW = Window(center=1500, width=801)


def shown(film):
    """Return what the display pipeline of a film node makes of its pixels, (rows, columns)."""
    display = film.GetDisplayNode()
    display.UpdateImageDataPipeline()
    display.GetImageDataConnection().GetProducer().Update()
    image = display.GetOutputImageData()
    columns, rows, _ = image.GetDimensions()
    colors = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)
    assert np.array_equal(colors[..., 0], colors[..., 1])
    return colors[..., 0]


def film_shown_as(window, *, inverted=False):
    """Return a film whose file asks for a window, of the polarity given."""
    film = chest_film()
    values = film.level_values[::-1] if inverted else film.level_values
    table = compose_display(values, window, inverted=inverted)
    return dataclasses.replace(film, level_values=values, display_table=table)


@pytest.mark.parametrize("inverted", [False, True], ids=["MONOCHROME2", "MONOCHROME1"])
@pytest.mark.parametrize(
    "window",
    [
        pytest.param(Window.spanning(0, 4095), id="whole range"),
        pytest.param(NARROW, id="narrow"),
        pytest.param(Window(center=2000, width=9000), id="wider than the film"),
        pytest.param(SIGMOID, id="sigmoid"),
    ],
)
def test_film_looks_as_the_library_shows_it(scene, window, inverted):
    radiograph = film_shown_as(window, inverted=inverted)

    film = addFilm(radiograph, "film", scene)

    difference = shown(film).astype(int) - radiograph.for_display()
    assert np.abs(difference).max() <= 2


def test_real_film_of_inverted_polarity_has_dark_lungs_and_its_own_look(scene):
    radiograph = read_radiograph(real_dicom("RG1_UNCR.dcm"))

    film = addFilm(radiograph, "film", scene)

    assert film.GetAttribute("CXRTriage.Polarity") == '"inverted"'
    assert np.abs(shown(film).astype(int) - radiograph.for_display()).max() <= 2


def test_inversion_swaps_black_and_white_and_comes_back(scene):
    for window in (NARROW, SIGMOID):
        film = addFilm(film_shown_as(window), "film", scene)
        before = shown(film).astype(int)

        setInverted(film, inverted=True)
        swapped = shown(film).astype(int)
        setInverted(film, inverted=False)

        assert np.abs(before + swapped - 255).max() <= 1
        assert np.array_equal(shown(film), before)


def test_inversion_survives_the_choice_of_another_window(scene):
    radiograph = film_shown_as(SIGMOID)
    film = addFilm(radiograph, "film", scene)
    setInverted(film, inverted=True)

    showWindow(film, displayWindows(radiograph)[-1])
    corner = shown(film)[0, 0]

    assert isInverted(film)
    assert corner < shown(film)[200, 90]


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("window", [NARROW, SIGMOID], ids=["narrow", "sigmoid"])
def test_opacity_darkens_the_film_and_full_opacity_brings_it_back(scene, window, inverted):
    film = addFilm(film_shown_as(window), "film", scene)
    setInverted(film, inverted=inverted)
    before, nodes = shown(film).astype(float), scene.GetNumberOfNodes()

    setFilmOpacity(film, 0.4)
    half = shown(film)
    setFilmOpacity(film, 0)
    nothing = shown(film)
    setFilmOpacity(film, 1)

    assert np.abs(half - 0.4 * before).max() <= 1
    assert not nothing.any()
    assert np.array_equal(shown(film), before)
    assert scene.GetNumberOfNodes() == nodes


def test_opacity_survives_inversion_and_another_window(scene):
    radiograph = film_shown_as(SIGMOID)
    film = addFilm(radiograph, "film", scene)
    setFilmOpacity(film, 0.5)

    setInverted(film, inverted=True)
    showWindow(film, displayWindows(radiograph)[-1])

    assert filmOpacity(film) == 0.5
    assert 120 <= shown(film).max() <= 128


def test_windows_to_choose_from_lie_where_file_and_film_say():
    radiograph = dataclasses.replace(
        film_shown_as(NARROW, inverted=True),
        windows=(VoiWindow(center=1500, width=800, name="CHEST"), VoiWindow(center=90, width=20)),
    )

    windows = displayWindows(radiograph, chest_labels())

    assert [window.name for window in windows] == [
        "As in the file", "CHEST", "Window 2", "Whole range", "Lungs",
    ]  # fmt: skip
    # Modality values fall from level to level: 1100 to 1900 are the levels 2195 to 2995.
    assert (windows[1].low, windows[1].high) == pytest.approx((2195, 2995))
    assert windows[0].low == pytest.approx(windows[1].low, abs=3)
    pixels = radiograph.pixels
    assert (windows[3].low, windows[3].high) == (pixels.min(), pixels.max())
    heart = pixels[chest_labels() == Structure.HEART]
    assert 700 <= windows[4].low < 800
    assert windows[4].high == np.percentile(heart, 75)


def test_window_of_the_lungs_needs_no_heart():
    labels = np.where(chest_labels() == Structure.HEART, 0, chest_labels())

    window = displayWindows(chest_film(), labels)[-1]

    assert window.name == "Lungs"
    assert 700 <= window.low < window.high <= 1100


def test_window_of_a_display_without_contrast_is_usable():
    radiograph = dataclasses.replace(chest_film(), display_table=np.full(4096, 9, np.uint8))

    window = fileWindow(radiograph)

    assert window.low < window.high


def test_row_zero_is_on_top_and_the_first_column_on_the_left_of_the_screen(scene):
    film = addFilm(chest_film(), "film", scene)
    matrix = vtk.vtkMatrix4x4()
    film.GetIJKToRASMatrix(matrix)

    assert [matrix.GetElement(axis, axis) for axis in range(3)] == [-0.4, -0.5, 1.0]
    assert positionOf(film, 10, 20) == pytest.approx((-8.0, -5.0, 0.0))
    assert pixelAt(film, positionOf(film, 10, 20)) == pytest.approx((10, 20))


def test_unknown_spacing_keeps_the_aspect_and_says_that_it_is_unknown(scene):
    film = addFilm(chest_film(spacing=PixelSpacing(aspect=1.25)), "film", scene)

    assert film.GetSpacing() == pytest.approx((1.0, 1.25, 1.0))
    assert filmAspect(film) == pytest.approx(1.25)
    assert '"source": "unknown"' in film.GetAttribute("CXRTriage.Spacing")


def test_radiograph_comes_back_from_its_node_with_every_value(scene):
    radiograph = dataclasses.replace(
        film_shown_as(SIGMOID, inverted=True),
        padding_levels=(0, 3),
        windows=(VoiWindow(center=1.5, width=2.5, name="a;b: \u00e9"),),
        warnings=(FilmWarning(code=WarningCode.SMALL_IMAGE, message="It is small."),),
    )

    back = radiographOf(addFilm(radiograph, "film", scene))

    for field in dataclasses.fields(radiograph):
        one, other = getattr(radiograph, field.name), getattr(back, field.name)
        same = np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        assert same, field.name


def test_uneven_modality_values_come_back_to_the_last_digit(scene):
    values = np.cumsum(np.random.default_rng(1).uniform(0.1, 3, 4096))
    radiograph = dataclasses.replace(chest_film(), level_values=values)

    back = radiographOf(addFilm(radiograph, "film", scene))

    assert np.array_equal(back.level_values, values)
