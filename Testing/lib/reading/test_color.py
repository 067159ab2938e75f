"""Color that is gray becomes gray; anything else is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as npst
from PIL import Image

from CXRTriageLib.errors import TrueColorError
from CXRTriageLib.reading.color import blend_on_black, gray_of_color
from support.dicom_files import film_values

GRAY = film_values((150, 170), highest=255).astype(np.uint8)


def compressed(colors, *, quality):
    """Return colors after JPEG with coarse chroma."""
    buffer = io.BytesIO()
    Image.fromarray(colors).save(buffer, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(buffer))


@pytest.mark.parametrize(("dtype", "white"), [(np.uint8, 255), (np.uint16, 65_535)])
@given(seed=npst.arrays(np.uint16, (5, 7)))
def test_equal_channels_keep_their_value(dtype, white, seed):
    gray = (seed & white).astype(dtype)

    found = gray_of_color(np.dstack([gray] * 3), white=white, file_name="film.png")

    assert np.array_equal(found, gray)
    assert found.dtype == dtype


def test_nearly_equal_channels_become_their_brightness():
    colors = np.dstack([GRAY, np.minimum(GRAY, 250) + 5, GRAY])

    found = gray_of_color(colors, white=255, file_name="film.png")

    # Pillow weights the channels in the same way (ITU-R BT.601).
    expected = np.asarray(Image.fromarray(colors).convert("L"), int)
    assert np.abs(found.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("quality", [50, 75, 95])
def test_a_slight_tint_survives_jpeg_as_gray(quality):
    tinted = np.dstack([GRAY * 0.98, GRAY * 1.0, GRAY * 0.96]).astype(np.uint8)

    found = gray_of_color(compressed(tinted, quality=quality), white=255, file_name="film.jpg")

    assert np.corrcoef(found.ravel(), GRAY.ravel())[0, 1] > 0.99


def test_a_small_colored_marker_does_not_make_a_photograph():
    colors = np.dstack([GRAY] * 3)
    colors[3:7, 4:9] = (255, 0, 0)

    assert gray_of_color(colors, white=255, file_name="film.png").shape == GRAY.shape


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_color_is_refused_with_how_much_there_is(channel):
    colors = np.dstack([GRAY] * 3)
    colors[: len(GRAY) // 2, :, channel] = 255 - colors[: len(GRAY) // 2, :, channel]

    with pytest.raises(TrueColorError, match=r"photo\.png is a color picture: 4\d\.\d %"):
        gray_of_color(colors, white=255, file_name="photo.png")


def test_what_is_transparent_shows_black():
    gray = np.array([[200, 200, 200]], np.uint8)

    blended = blend_on_black(gray, np.array([[255, 128, 0]], np.uint8), opaque=255)

    assert blended.tolist() == [[200, 100, 0]]


def test_what_is_opaque_stays():
    assert blend_on_black(GRAY, np.full_like(GRAY, 255), opaque=255) is GRAY
