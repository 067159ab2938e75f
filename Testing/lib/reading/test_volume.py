"""One slice in a volume format is a film that hangs upright; a volume is refused."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import SimpleITK

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.errors import (
    ImageTooSmallError,
    MultipleFramesError,
    NotAnImageError,
    TrueColorError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading import read_radiograph
from support.dicom_files import film_values

VALUES = film_values()
ENDINGS = ["nrrd", "nii", "nii.gz", "mha"]


def write(path, pixels, *, directions=None, spacing=None, is_vector=False, compress=False):
    """Write pixels, (..., rows, columns), and return where."""
    image = SimpleITK.GetImageFromArray(pixels, isVector=is_vector)
    if directions is not None:
        image.SetDirection(np.ravel(directions).astype(float).tolist())
    if spacing is not None:
        image.SetSpacing(spacing)
    SimpleITK.WriteImage(image, str(path), compress)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
def test_values_are_read(tmp_path, ending, dtype):
    pixels = (VALUES >> (4 if dtype == np.uint8 else 0)).astype(dtype)

    film = read_radiograph(write(tmp_path / f"film.{ending}", pixels))

    assert film.level_values[film.pixels] == pytest.approx(pixels.astype(float), abs=0.05)
    assert film.shape == VALUES.shape


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_name_of_the_file_does_not_matter(tmp_path, ending):
    path = write(tmp_path / f"film.{ending}", VALUES.astype(np.uint16))

    film = read_radiograph(path.rename(tmp_path / "film.dcm"))

    assert np.array_equal(film.level_values[film.pixels], VALUES)


@pytest.mark.parametrize("ending", ["nrrd", "mha"])
def test_compressed_files_are_read(tmp_path, ending):
    path = write(tmp_path / f"film.{ending}", VALUES.astype(np.uint16), compress=True)

    assert np.array_equal(read_radiograph(path).pixels, VALUES)


@pytest.mark.parametrize("ending", ["nhdr", "mhd"])
def test_a_header_beside_its_data_is_read(tmp_path, ending):
    path = write(tmp_path / f"film.{ending}", VALUES.astype(np.uint16))

    assert np.array_equal(read_radiograph(path).pixels, VALUES)


@pytest.mark.parametrize("ending", ENDINGS)
def test_voxel_sizes_give_the_aspect_and_no_millimeters(tmp_path, ending):
    path = write(tmp_path / f"film.{ending}", VALUES.astype(np.uint16), spacing=(0.2, 0.3))

    spacing = read_radiograph(path).spacing

    assert spacing.source is SpacingSource.UNKNOWN
    assert spacing.aspect == pytest.approx(1.5)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slice_may_lie_along_any_axis(tmp_path, ending, axis):
    path = write(tmp_path / f"film.{ending}", np.expand_dims(VALUES.astype(np.uint16), axis))

    film = read_radiograph(path)

    # Without its middle axis a volume stands in the patient's frontal plane, head first last.
    expected = VALUES if axis == 0 else VALUES[::-1]
    assert np.array_equal(film.pixels, expected)


@pytest.mark.parametrize(
    ("directions", "turned"),
    [
        pytest.param([[1, 0], [0, 1]], VALUES, id="as stored"),
        pytest.param([[-1, 0], [0, 1]], VALUES[:, ::-1], id="columns run to the right side"),
        pytest.param([[1, 0], [0, -1]], VALUES[::-1], id="rows run up"),
        pytest.param([[0, 1], [1, 0]], VALUES.T, id="first axis runs down"),
        pytest.param([[0, -1], [1, 0]], VALUES.T[:, ::-1], id="a quarter turn"),
    ],
)
@pytest.mark.parametrize("ending", ["nrrd", "mha"])
def test_a_picture_hangs_as_its_axes_say(tmp_path, ending, directions, turned):
    path = write(
        tmp_path / f"film.{ending}", VALUES.astype(np.uint16), directions=directions,
        spacing=(0.1, 0.2),
    )  # fmt: skip

    film = read_radiograph(path)

    assert np.array_equal(film.pixels, turned)
    is_turned = directions[0][0] == 0
    assert film.spacing.aspect == pytest.approx(0.5 if is_turned else 2)


def test_a_frontal_slice_of_a_patient_hangs_head_up(tmp_path):
    # Axes: to the left, to the head, to the front.
    directions = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
    path = write(tmp_path / "film.nii.gz", VALUES.astype(np.uint16)[None], directions=directions)

    assert np.array_equal(read_radiograph(path).pixels, VALUES[::-1])


@pytest.mark.parametrize("ending", ENDINGS)
def test_volumes_are_refused(tmp_path, ending):
    volume = np.stack([VALUES, VALUES[::-1]]).astype(np.uint16)

    with pytest.raises(MultipleFramesError, match=r"film\S* is a volume of 140 x 160 x 2"):
        read_radiograph(write(tmp_path / f"film.{ending}", volume))


@pytest.mark.parametrize("ending", ENDINGS)
def test_small_slices_are_refused(tmp_path, ending):
    with pytest.raises(ImageTooSmallError, match=r"each side needs at least 128"):
        read_radiograph(write(tmp_path / f"film.{ending}", VALUES[:, :90].astype(np.uint16)))


@pytest.mark.parametrize("count", [3, 4])
def test_color_that_is_gray_is_read(tmp_path, count):
    gray = (VALUES >> 4).astype(np.uint8)
    channels = [gray] * 3 + [np.full_like(gray, 255)] * (count - 3)

    film = read_radiograph(write(tmp_path / "film.nrrd", np.dstack(channels), is_vector=True))

    assert np.array_equal(film.pixels, gray)
    assert WarningCode.COLOR_WAS_GRAY in {warning.code for warning in film.warnings}


def test_true_color_is_refused(tmp_path):
    gray = (VALUES >> 4).astype(np.uint8)
    colors = np.dstack([gray, gray[::-1], 255 - gray])

    with pytest.raises(TrueColorError, match=r"is a color picture"):
        read_radiograph(write(tmp_path / "film.mha", colors, is_vector=True))


def test_pairs_of_numbers_are_refused(tmp_path):
    field = np.dstack([VALUES, VALUES]).astype(np.float32)

    with pytest.raises(UnreadableFileError, match=r"has 2 numbers for each pixel"):
        read_radiograph(write(tmp_path / "film.nrrd", field, is_vector=True))


def test_pixels_that_are_no_number_are_padding(tmp_path):
    pixels = VALUES.astype(np.float32)
    pixels[:15] = np.nan

    film = read_radiograph(write(tmp_path / "film.nrrd", pixels))

    assert film.padding_levels == (0, 0)
    assert np.array_equal(film.pixels == 0, np.isnan(pixels))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_files_that_end_early_are_refused(tmp_path, ending, share):
    path = write(tmp_path / f"film.{ending}", VALUES.astype(np.uint16))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(TruncatedFileError, match=r"pixels of film\S* are missing"):
        read_radiograph(path)


def test_a_header_whose_data_is_lost_is_refused(tmp_path):
    path = write(tmp_path / "film.mhd", VALUES.astype(np.uint16))
    (tmp_path / "film.raw").unlink()

    with pytest.raises(TruncatedFileError, match=r"with the data file if it has one"):
        read_radiograph(path)


def test_packed_files_of_other_kinds_are_refused(tmp_path):
    path = tmp_path / "film.nii.gz"
    path.write_bytes(gzip.compress(b"A letter and no film. " * 100))

    with pytest.raises(NotAnImageError, match=r"packed and holds no NIfTI"):
        read_radiograph(path)


def test_a_nifti_header_that_promises_too_much_is_refused(tmp_path):
    path = write(tmp_path / "film.nii", VALUES.astype(np.uint16))
    data = bytearray(path.read_bytes())
    data[42:46] = (32_000).to_bytes(2, "little") * 2
    path.write_bytes(data)

    with pytest.raises(UnreadableFileError, match=r"header that is damaged"):
        read_radiograph(path)
