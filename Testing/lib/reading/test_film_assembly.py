"""Films of sizes and contents that cannot be read are refused, doubtful ones get a warning."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.errors import ConstantImageError, ImageTooLargeError, ImageTooSmallError
from CXRTriageLib.reading.dicom import read_dicom
from support.dicom_files import film_values, write_film

VALUES = film_values()
PIXELS = VALUES.astype(np.uint16)


def codes_of(radiograph):
    """Return the codes of all warnings."""
    return {warning.code for warning in radiograph.warnings}


@pytest.mark.parametrize(
    ("shape", "error"),
    [
        ((127, 500), ImageTooSmallError),
        ((500, 127), ImageTooSmallError),
        ((20_001, 130), ImageTooLargeError),
        ((9_000, 9_000), ImageTooLargeError),
    ],
)
def test_sizes_that_no_film_has_are_refused_before_the_pixels_are_read(tmp_path, shape, error):
    path = write_film(tmp_path / "film", PIXELS, Rows=shape[0], Columns=shape[1])

    with pytest.raises(error, match=rf"film has {shape[0]} x {shape[1]} pixels"):
        read_dicom(path)


@pytest.mark.parametrize(("side", "warns"), [(255, True), (256, False)])
def test_small_films_get_a_warning(tmp_path, side, warns):
    path = write_film(tmp_path / "film", film_values((300, side)).astype(np.uint16))

    assert (WarningCode.SMALL_IMAGE in codes_of(read_dicom(path))) == warns


@pytest.mark.parametrize(("count", "warns"), [(63, True), (64, False)])
def test_few_gray_levels_get_a_warning(tmp_path, count, warns):
    pixels = (VALUES % count).astype(np.uint16)

    path = write_film(tmp_path / "film", pixels)

    assert (WarningCode.FEW_GRAY_LEVELS in codes_of(read_dicom(path))) == warns


def test_a_blank_film_is_refused(tmp_path):
    path = write_film(tmp_path / "film", np.full((200, 200), 1234, np.uint16))

    with pytest.raises(ConstantImageError, match=r"film is blank"):
        read_dicom(path)


def test_a_film_that_is_blank_but_for_padding_is_refused(tmp_path):
    pixels = np.full((200, 200), 1234, np.uint16)
    pixels[:50] = 0

    with pytest.raises(ConstantImageError, match=r"film is blank"):
        read_dicom(write_film(tmp_path / "film", pixels, PixelPaddingValue=0))
