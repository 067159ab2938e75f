"""Masks survive the way to disk and back, and foreign ones are refused."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.exporting.labels import read_labels, write_labels_nrrd, write_labels_png
from support.results import DETECTOR_SPACING, chest_labels

LABELS = chest_labels((60, 50))


def test_picture_holds_the_label_values(tmp_path):
    write_labels_png(tmp_path / "labels.png", LABELS)

    with Image.open(tmp_path / "labels.png") as picture:
        assert picture.mode == "L"
        np.testing.assert_array_equal(np.asarray(picture), LABELS)


def test_volume_is_one_slice_with_the_spacing_of_the_film(tmp_path):
    write_labels_nrrd(tmp_path / "labels.nrrd", LABELS, spacing=DETECTOR_SPACING)

    image = SimpleITK.ReadImage(str(tmp_path / "labels.nrrd"))
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(image)[0], LABELS)
    assert image.GetSize() == (50, 60, 1)
    assert image.GetSpacing() == (0.4, 0.5, 1.0)
    assert image.GetOrigin() == (0.0, 0.0, 0.0)
    assert image.GetDirection() == (1, 0, 0, 0, 1, 0, 0, 0, 1)
    assert image.GetMetaData("spacing_source") == "detector"


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        pytest.param(PixelSpacing(), (1.0, 1.0, 1.0), id="nothing_known"),
        pytest.param(PixelSpacing(aspect=1.25), (1.0, 1.25, 1.0), id="aspect_known"),
    ],
)
def test_unknown_spacing_claims_no_millimeters(tmp_path, spacing, expected):
    write_labels_nrrd(tmp_path / "labels.nrrd", LABELS, spacing=spacing)

    image = SimpleITK.ReadImage(str(tmp_path / "labels.nrrd"))
    assert image.GetSpacing() == expected
    assert image.GetMetaData("spacing_source") == SpacingSource.UNKNOWN.value


@given(
    labels=hnp.arrays(
        np.uint8,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
        elements=st.integers(0, 3),
    ),
    ending=st.sampled_from(["png", "nrrd"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read_back(tmp_path, labels, ending):
    path = tmp_path / f"labels.{ending}"
    if ending == "png":
        write_labels_png(path, labels)
    else:
        write_labels_nrrd(path, labels, spacing=DETECTOR_SPACING)

    read = read_labels(path, labels.shape)

    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, labels)


@pytest.mark.parametrize("ending", ["nii.gz", "nii", "mha"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_masks_of_other_software_are_read(tmp_path, ending, dtype):
    path = tmp_path / f"mask.{ending}"
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(LABELS.astype(dtype)), str(path))

    np.testing.assert_array_equal(read_labels(path, LABELS.shape), LABELS)


def test_palette_picture_is_read_by_its_indices(tmp_path):
    picture = Image.fromarray(LABELS).convert("P")
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    picture.save(tmp_path / "mask.png")

    np.testing.assert_array_equal(read_labels(tmp_path / "mask.png", LABELS.shape), LABELS)


def test_mask_of_another_size_is_refused_with_both_sizes(tmp_path):
    write_labels_png(tmp_path / "mask.png", LABELS)

    with pytest.raises(MaskMismatchError, match=r"mask\.png.* 50 x 60 .*film 60 x 50"):
        read_labels(tmp_path / "mask.png", (50, 60))


@pytest.mark.parametrize(
    ("array", "found"),
    [
        pytest.param(LABELS * 60, "value 60", id="stretched_gray"),
        pytest.param(LABELS / np.float32(2), "value 0.5", id="interpolated"),
    ],
)
def test_foreign_values_are_refused(tmp_path, array, found):
    path = tmp_path / "mask.mha"
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(array), str(path))

    with pytest.raises(MaskMismatchError, match=f"{found}.*1 heart, 2 left lung, 3 right lung"):
        read_labels(path, LABELS.shape)


def test_color_picture_is_refused(tmp_path):
    Image.fromarray(LABELS).convert("RGB").save(tmp_path / "mask.png")

    with pytest.raises(MaskMismatchError, match="one gray image"):
        read_labels(tmp_path / "mask.png", LABELS.shape)


def test_volume_of_several_slices_is_refused(tmp_path):
    volume = SimpleITK.GetImageFromArray(np.stack([LABELS, LABELS]))
    SimpleITK.WriteImage(volume, str(tmp_path / "mask.nrrd"))

    with pytest.raises(MaskMismatchError, match="one gray image"):
        read_labels(tmp_path / "mask.nrrd", LABELS.shape)


@pytest.mark.parametrize("name", ["mask.png", "mask.nrrd", "mask.seg.nrrd", "mask"])
@pytest.mark.parametrize("content", [b"", b"no image"])
def test_file_that_is_no_image_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(MaskMismatchError, match=f"{name}: the file cannot be read as a mask"):
        read_labels(tmp_path / name, LABELS.shape)
