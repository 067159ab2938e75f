"""Whole DICOM files: what is read, what is refused and in which words."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom import dcmread, uid
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.errors import (
    ImageTooSmallError,
    MultipleFramesError,
    NoPixelsError,
    TrueColorError,
    TruncatedFileError,
    WrongModalityError,
)
from CXRTriageLib.reading.dicom import read_dicom
from support.dicom_files import (
    film_dataset,
    film_values,
    lookup_item,
    write_dataset,
    write_film,
)
from support.real_dicom import real_dicom

VALUES = film_values()
PIXELS = VALUES.astype(np.uint16)


def codes_of(radiograph):
    """Return the codes of all warnings."""
    return {warning.code for warning in radiograph.warnings}


def test_the_chest_film_is_read_as_its_header_says():
    path = real_dicom("RG1_UNCR.dcm")
    stored = dcmread(path).pixel_array

    film = read_dicom(path)

    assert film.shape == (1955, 1841)
    # MONOCHROME1 with 15 bits: the lowest stored value is the brightest level.
    assert np.array_equal(film.pixels, 32_767 - stored)
    assert np.array_equal(film.level_values[film.pixels], stored)
    assert film.facts.body_part == "CHEST"
    assert film.facts.view.value == "PA"
    assert film.facts.modality == "CR"
    assert film.spacing.source is SpacingSource.UNKNOWN


def test_the_chest_film_is_shown_as_pydicom_would_invert_it():
    path = real_dicom("RG1_UNCR.dcm")
    dataset = dcmread(path)
    windowed = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)

    shown = read_dicom(path).for_display()

    assert np.abs(shown - (255 - windowed / 32_767 * 255)).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("film", ["RG1", "RG3"])
def test_lossless_compression_changes_nothing(film):
    raw = read_dicom(real_dicom(f"{film}_UNCR.dcm"))
    packed = read_dicom(real_dicom(f"{film}_J2KR.dcm"))

    assert np.array_equal(packed.pixels, raw.pixels)
    assert np.array_equal(packed.display_table, raw.display_table)
    assert WarningCode.LOSSY_COMPRESSION not in codes_of(packed)


@pytest.mark.parametrize("film", ["RG1_J2KI.dcm", "RG1_UNCI.dcm", "RG3_J2KI.dcm"])
def test_lossy_compression_is_said(film):
    assert WarningCode.LOSSY_COMPRESSION in codes_of(read_dicom(real_dicom(film)))


def test_the_leg_is_read_with_its_body_part():
    film = read_dicom(real_dicom("RG3_UNCR.dcm"))

    assert film.facts.body_part == "EXTREMITY"
    assert film.facts.age_years == 25


@pytest.mark.parametrize("name", ["mlut_18.dcm", "vlut_04.dcm"])
def test_files_with_lookup_tables_agree_with_pydicom(name):
    path = real_dicom(name)
    dataset = dcmread(path)
    modality = apply_modality_lut(dataset.pixel_array, dataset)

    film = read_dicom(path)

    assert np.array_equal(film.level_values[film.pixels], modality)
    if "VOILUTSequence" in dataset:
        voi = apply_voi_lut(modality, dataset)
        top = 2 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1
        assert np.abs(film.for_display() - voi / top * 255).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("slope", [1, -1, 0.5])
@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_the_whole_pipeline_agrees_with_pydicom(tmp_path, photometric, slope, function):
    stored = film_values(highest=1500, lowest=-1000).astype(np.int16)
    path = write_film(
        tmp_path / "film", stored, BitsStored=12, PhotometricInterpretation=photometric,
        RescaleSlope=slope, RescaleIntercept=300, WindowCenter=400, WindowWidth=1200,
        VOILUTFunction=function,
    )  # fmt: skip
    dataset = dcmread(path)
    modality = apply_modality_lut(dataset.pixel_array, dataset)
    windowed = apply_voi_lut(modality, dataset)
    # Rescale turns the ends of 12 signed bits into the ends of the output.
    ends = np.array([-2048, 2047]) * slope + 300
    bright = (windowed - ends[0]) / (ends[1] - ends[0])

    film = read_dicom(path)

    inverted = photometric == "MONOCHROME1"
    assert np.array_equal(film.level_values[film.pixels], modality)
    assert np.abs(film.for_display() - 255 * (1 - bright if inverted else bright)).max() <= 0.51
    rising = np.all(np.diff(film.level_values) > 0)
    assert rising != inverted


@pytest.mark.parametrize("shape", ["IDENTITY", None])
def test_inverse_shape_with_monochrome1_is_one_inversion(tmp_path, shape):
    double = write_film(
        tmp_path / "double", PIXELS, PhotometricInterpretation="MONOCHROME1",
        PresentationLUTShape="INVERSE",
    )  # fmt: skip
    single = write_film(
        tmp_path / "single", PIXELS, PhotometricInterpretation="MONOCHROME2",
        PresentationLUTShape="INVERSE",
    )  # fmt: skip
    plain = write_film(tmp_path / "plain", PIXELS, PresentationLUTShape=shape)

    assert np.array_equal(read_dicom(double).pixels, 65_535 - PIXELS)
    assert np.array_equal(read_dicom(single).pixels, 65_535 - PIXELS)
    assert np.array_equal(read_dicom(plain).pixels, PIXELS)


def test_contradictory_polarity_is_said(tmp_path):
    path = write_film(
        tmp_path / "film", PIXELS, PhotometricInterpretation="MONOCHROME1",
        PresentationLUTShape="IDENTITY",
    )  # fmt: skip

    film = read_dicom(path)

    assert np.array_equal(film.pixels, 65_535 - PIXELS)
    assert any("contradict" in warning.message for warning in film.warnings)


def test_overlay_bits_above_the_samples_are_left_out(tmp_path):
    with_overlay = PIXELS | np.where(VALUES % 3 == 0, 0x8000, 0).astype(np.uint16)

    film = read_dicom(write_film(tmp_path / "film", with_overlay, BitsStored=12))

    assert np.array_equal(film.pixels, PIXELS)


def test_eight_bits_stay_eight_bits_and_are_shown_as_they_are(tmp_path):
    pixels = (VALUES >> 5).astype(np.uint8)

    film = read_dicom(write_film(tmp_path / "film", pixels))

    assert film.pixels.dtype == np.uint8
    assert np.array_equal(film.for_display(), pixels)


def test_without_a_window_the_whole_film_is_shown(tmp_path):
    pixels = film_values(lowest=1000, highest=3000).astype(np.uint16)

    shown = read_dicom(write_film(tmp_path / "film", pixels, BitsStored=16)).for_display()

    assert np.abs(shown - (pixels.astype(float) - 1000) / 2000 * 255).max() <= 0.5 + 1e-6


def test_padding_is_marked_and_does_not_set_the_display_range(tmp_path):
    pixels = film_values(lowest=1000, highest=3000).astype(np.uint16)
    pixels[:20] = 5
    pixels[-9:] = 7
    path = write_film(
        tmp_path / "film", pixels, PhotometricInterpretation="MONOCHROME1",
        PixelPaddingValue=5, PixelPaddingRangeLimit=8,
    )  # fmt: skip

    film = read_dicom(path)

    first, last = film.padding_levels
    is_padding = (film.pixels >= first) & (film.pixels <= last)
    assert np.array_equal(is_padding, pixels <= 8)
    inside = film.for_display()[~is_padding]
    assert (inside.min(), inside.max()) == (0, 255)


def test_padding_of_signed_pixels_may_be_written_as_unsigned(tmp_path):
    pixels = film_values(lowest=-500, highest=900).astype(np.int16)
    pixels[:9] = -2000
    path = write_film(tmp_path / "film", pixels, PixelPaddingValue=65_536 - 2000)

    film = read_dicom(path)

    assert film.level_values[film.padding_levels[0]] == -2000


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        ({"RescaleSlope": 0, "RescaleIntercept": 3}, "Rescale Slope"),
        ({"RescaleSlope": "1e-40", "RescaleIntercept": 1}, "modality LUT"),
        ({"WindowCenter": 500, "WindowWidth": 0}, "Window Width"),
        ({"WindowCenter": 90_000, "WindowWidth": 10}, "display window"),
        ({"WindowCenter": [2000, 1000], "WindowWidth": 4000}, "differ in number"),
        ({"WindowCenter": 2000, "WindowWidth": 4000, "VOILUTFunction": "MAGIC"}, "VOI LUT Func"),
        ({"HighBit": 3}, "High Bit"),
        ({"PhotometricInterpretation": "MONOCHROME"}, "Photometric"),
        ({"PixelSpacing": [0, 0]}, "Pixel Spacing"),
        ({"Modality": None}, "Modality"),
    ],
)
def test_a_header_that_makes_no_sense_costs_a_warning_and_not_the_film(tmp_path, attributes, word):
    film = read_dicom(write_film(tmp_path / "film", PIXELS, **attributes))

    assert np.array_equal(film.pixels, PIXELS)
    assert len(np.unique(film.for_display())) > 200
    found = [w.message for w in film.warnings if w.code is WarningCode.UNUSABLE_HEADER]
    assert len(found) == 1
    assert word in found[0]


def test_a_lookup_table_that_is_too_short_is_left_out(tmp_path):
    sequence = lookup_item(0, np.arange(100), bits=12)
    sequence[0].LUTDescriptor = [4096, 0, 12]

    film = read_dicom(write_film(tmp_path / "film", PIXELS, VOILUTSequence=sequence))

    assert codes_of(film) == {WarningCode.UNUSABLE_HEADER, WarningCode.SMALL_IMAGE}


def test_windows_are_handed_on_with_their_names(tmp_path):
    path = write_film(
        tmp_path / "film", PIXELS, WindowCenter=[2000, 1000], WindowWidth=[4000, 300],
        WindowCenterWidthExplanation=["NORMAL", "LUNG"],
    )  # fmt: skip

    windows = read_dicom(path).windows

    assert [(w.center, w.width, w.name) for w in windows] == [
        (2000, 4000, "NORMAL"),
        (1000, 300, "LUNG"),
    ]


def test_nothing_of_the_patient_is_handed_on(tmp_path):
    path = write_film(
        tmp_path / "film", PIXELS, PatientBirthDate="19701224", PixelSpacing=[0, 1],
    )  # fmt: skip

    film = read_dicom(path)

    everything = repr(film.facts) + repr(film.warnings)
    assert not any(word in everything for word in ("Secret", "1970"))


@pytest.mark.parametrize(
    ("name", "error", "word"),
    [
        ("CT_small.dcm", WrongModalityError, "modality CT"),
        ("MR_small_RLE.dcm", WrongModalityError, "modality MR"),
        ("US1_UNCR.dcm", WrongModalityError, "modality US"),
        ("emri_small.dcm", WrongModalityError, "modality MR"),
        ("no_meta_group_length.dcm", WrongModalityError, "RT Image Storage"),
        ("SC_rgb_2frame.dcm", MultipleFramesError, "holds 2 images"),
        ("test-SR.dcm", NoPixelsError, "Comprehensive SR"),
        ("DICOMDIR", NoPixelsError, "Media Storage Directory"),
        ("OT-PAL-8-face.dcm", TrueColorError, "color"),
        ("SC_rgb.dcm", ImageTooSmallError, "100 x 100"),
        ("JPEGLSNearLossless_08.dcm", ImageTooSmallError, "45 x 10"),
    ],
)
def test_real_files_that_are_no_films_are_refused(name, error, word):
    path = real_dicom(name)

    with pytest.raises(error) as caught:
        read_dicom(path)

    assert str(caught.value).startswith(name)
    assert word in str(caught.value)


@pytest.mark.parametrize("modality", ["CT", "MG", "RF", "PX", "NM"])
def test_other_modalities_are_refused(tmp_path, modality):
    path = write_film(tmp_path / "film", PIXELS, Modality=modality)

    with pytest.raises(WrongModalityError, match=rf"film is of modality {modality}.*CR or DX"):
        read_dicom(path)


@pytest.mark.parametrize(
    "sop_class",
    [
        uid.ComputedRadiographyImageStorage,
        uid.DigitalXRayImageStorageForPresentation,
        uid.DigitalXRayImageStorageForProcessing,
        uid.SecondaryCaptureImageStorage,
        "1.2.3.4.5",
        None,
    ],
)
def test_classes_that_can_hold_a_film_are_read(tmp_path, sop_class):
    film = read_dicom(write_film(tmp_path / "film", PIXELS, SOPClassUID=sop_class))

    assert np.array_equal(film.pixels, PIXELS)
    assert film.facts.sop_class_uid == (sop_class or "")


@pytest.mark.parametrize("count", [2, 40])
def test_more_than_one_frame_is_refused(tmp_path, count):
    path = write_film(tmp_path / "film", PIXELS, NumberOfFrames=count)

    with pytest.raises(MultipleFramesError, match=rf"film holds {count} images"):
        read_dicom(path)


@pytest.mark.parametrize("count", [0, 1, None])
def test_one_frame_may_be_said_in_several_ways(tmp_path, count):
    path = write_film(tmp_path / "film", PIXELS, NumberOfFrames=count)

    assert np.array_equal(read_dicom(path).pixels, PIXELS)


def test_a_header_without_pixels_is_refused(tmp_path):
    dataset = film_dataset(PIXELS)
    del dataset.PixelData

    with pytest.raises(NoPixelsError, match=r"film is the header of an image without"):
        read_dicom(write_dataset(tmp_path / "film", dataset))


def test_gray_in_color_is_read_with_a_warning(tmp_path):
    gray = (VALUES >> 4).astype(np.uint8)

    film = read_dicom(write_film(tmp_path / "film", np.dstack([gray] * 3), Modality="OT"))

    assert np.array_equal(film.pixels, gray)
    assert WarningCode.COLOR_WAS_GRAY in codes_of(film)


def test_a_file_that_ends_early_is_refused(tmp_path):
    path = write_film(tmp_path / "film", PIXELS)
    path.write_bytes(path.read_bytes()[:-1000])

    with pytest.raises(TruncatedFileError, match=r"film ends before its pixels do"):
        read_dicom(path)
