"""Letters over a film are read on any film, and say what is not to be overlooked."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageScene.film_look import setFilmOpacity, setInverted
from CXRTriageScene.film_nodes import addFilm
from CXRTriageViewer.slice_painting import BRIGHT
from support.driven_viewer import seen
from support.results import chest_film
from support.viewer_films import film_node

LETTERS = np.array([BRIGHT.red(), BRIGHT.green(), BRIGHT.blue()])


def letters_in(picture, rows, columns):
    """Return how many pixels of a part of a picture have the color of letters."""
    return int((picture[rows, columns] == LETTERS).all(axis=2).sum())


@pytest.mark.parametrize("gray", [0, 255])
def test_corners_are_read_on_black_and_on_white(slice_view, application_logic, gray):
    pixels = np.full((400, 500), gray, np.uint16)
    pixels[200, 250] = 255 - gray
    slice_view.showFilm(film_node(application_logic.scene, pixels), "chest.png")

    picture = seen(slice_view)

    parts = {
        "name": (slice(5, 30), slice(420, 495)),
        "window": (slice(370, 395), slice(5, 200)),
        "zoom": (slice(370, 395), slice(440, 495)),
    }
    for name, (rows, columns) in parts.items():
        assert letters_in(picture, rows, columns) > 15, name
        ground = np.percentile(picture[rows, columns][..., 0], 10)
        assert ground < 120, name


def with_side(side):
    """Return a film whose file says which side of the patient is at its left edge."""
    film = chest_film()
    return dataclasses.replace(film, facts=dataclasses.replace(film.facts, left_edge=side))


def test_side_marker_is_the_one_of_the_file_and_absent_where_it_says_none(
    slice_view, application_logic
):
    place = slice(185, 215), slice(5, 35)
    pictures = {}

    for side in ("R", "L", ""):
        slice_view.showFilm(addFilm(with_side(side), "film", application_logic.scene))
        pictures[side] = seen(slice_view)

    assert letters_in(pictures["R"], *place) > 15
    assert letters_in(pictures["L"], *place) > 15
    assert letters_in(pictures["R"], *place) != letters_in(pictures["L"], *place)
    assert letters_in(pictures[""], *place) == 0


def test_film_that_is_faint_or_hidden_says_so(slice_view, application_logic):
    film = addFilm(chest_film(), "film", application_logic.scene)
    slice_view.showFilm(film)
    corner = slice(370, 395), slice(5, 300)
    plain = letters_in(seen(slice_view), *corner)

    counts = []
    for opacity in (0.4, 0.0):
        setFilmOpacity(film, opacity)
        counts.append(letters_in(seen(slice_view), *corner))
    setFilmOpacity(film, 1)
    setInverted(film, inverted=True)
    counts.append(letters_in(seen(slice_view), *corner))

    assert min(counts) > 1.1 * plain


def test_letters_and_lines_of_markups_grow_with_the_screen(slice_view):
    scale = slice_view.devicePixelRatioF()
    assert slice_view.sliceNode().GetScreenScaleFactor() == pytest.approx(0.2 * scale)
