"""Pictures keep every bit, hang upright, and are gray or refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
import SimpleITK
from PIL import Image

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import (
    ConstantImageError,
    ImageTooLargeError,
    ImageTooSmallError,
    MultipleFramesError,
    TrueColorError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading import read_radiograph
from support.dicom_files import film_values
from support.picture_files import write_deep_png, write_shallow_png, write_tiff

EIGHT = (film_values() >> 4).astype(np.uint8)
SIXTEEN = film_values(highest=65_535).astype(np.uint16)

ORIENTED = {
    1: SIXTEEN,
    2: SIXTEEN[:, ::-1],
    3: SIXTEEN[::-1, ::-1],
    4: SIXTEEN[::-1],
    5: SIXTEEN.T,
    6: np.rot90(SIXTEEN, -1),
    7: SIXTEEN[::-1, ::-1].T,
    8: np.rot90(SIXTEEN),
}
"""How a picture hangs for each value of the orientation tag (TIFF 6.0, tag 274)."""


def save(path, pixels, **options):
    """Save pixels in the format of the file name and take the ending away."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path.rename(path.with_suffix(""))


def codes_of(radiograph):
    return {warning.code for warning in radiograph.warnings}


@pytest.mark.parametrize("ending", ["png", "tif", "bmp"])
def test_eight_bits_are_read_and_shown_as_they_are(tmp_path, ending):
    film = read_radiograph(save(tmp_path / f"film.{ending}", EIGHT))

    assert film.pixels.dtype == np.uint8
    assert np.array_equal(film.pixels, EIGHT)
    assert np.array_equal(film.for_display(), EIGHT)
    assert film.spacing == PixelSpacing()
    assert codes_of(film) == {WarningCode.SMALL_IMAGE}


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("png", {}),
        ("tif", {}),
        ("tif", {"compression": "tiff_lzw"}),
        ("tif", {"compression": "tiff_adobe_deflate"}),
        ("tif", {"compression": "packbits"}),
    ],
)
def test_sixteen_bits_are_kept(tmp_path, ending, options):
    film = read_radiograph(save(tmp_path / f"film.{ending}", SIXTEEN, **options))

    assert np.array_equal(film.pixels, SIXTEEN)
    assert np.abs(film.for_display() - SIXTEEN / 257).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("progressive", [True, False])
def test_jpeg_is_read_as_pillow_reads_it(tmp_path, progressive):
    path = save(tmp_path / "film.jpg", EIGHT, quality=90, progressive=progressive)

    film = read_radiograph(path)

    assert film.facts.file_format == "JPEG"
    assert np.array_equal(film.pixels, np.asarray(Image.open(path)))


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_shallow_png_keeps_its_levels(tmp_path, bits):
    levels = np.pad(EIGHT, ((0, 0), (0, 4))) >> (8 - bits)

    film = read_radiograph(write_shallow_png(tmp_path / "film", levels, bits=bits))

    # Pillow gives truth values for one bit, and spreads two and four over eight.
    step = 1 if bits == 1 else 255 // (2**bits - 1)
    assert np.array_equal(film.pixels, levels * step)
    assert WarningCode.FEW_GRAY_LEVELS in codes_of(film)


@pytest.mark.parametrize("dtype", ["<u1", "<u2", ">u2", "<i1", "<i2", ">i2", "<u4", "<f4", ">f4"])
def test_tiff_of_any_number_keeps_its_values(tmp_path, dtype):
    order = dtype[0]
    lowest, highest = {"u": (0, 200), "i": (-100, 100), "f": (0, 200)}[np.dtype(dtype).kind]
    pixels = film_values(lowest=lowest, highest=highest).astype(dtype)

    film = read_radiograph(write_tiff(tmp_path / "film", pixels, order=order))

    assert film.level_values[film.pixels] == pytest.approx(pixels.astype(float), abs=0.01)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_whose_zero_is_white_is_dense_where_it_is_low(tmp_path, dtype):
    pixels = SIXTEEN if dtype == np.uint16 else EIGHT

    film = read_radiograph(write_tiff(tmp_path / "film", pixels, photometric=0))

    assert np.array_equal(film.pixels, np.iinfo(dtype).max - pixels)


@pytest.mark.parametrize("orientation", ORIENTED)
@pytest.mark.parametrize("kind", ["png", "tif", "lzw", "color png"])
def test_pictures_hang_as_their_orientation_says(tmp_path, orientation, kind):
    path = tmp_path / "film.png"
    if kind == "tif":
        write_tiff(path, SIXTEEN, orientation=orientation)
    elif kind == "lzw":
        Image.fromarray(SIXTEEN).save(
            path, "TIFF", tiffinfo={274: orientation}, compression="tiff_lzw"
        )
    else:
        exif = Image.Exif()
        exif[274] = orientation
        Image.fromarray(SIXTEEN).save(path, exif=exif)
    if kind == "color png":
        deep = write_deep_png(tmp_path / "deep", np.dstack([SIXTEEN] * 3)).read_bytes()
        start = path.read_bytes().index(b"eXIf") - 4
        chunk = path.read_bytes()[start : path.read_bytes().index(b"IDAT") - 4]
        path.write_bytes(deep[:33] + chunk + deep[33:])

    assert np.array_equal(read_radiograph(path).pixels, ORIENTED[orientation])


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "CMYK", "YCbCr"])
def test_gray_stored_as_color_is_read_with_a_warning(tmp_path, mode):
    ending = {"CMYK": "tif", "YCbCr": "tif"}.get(mode, "png")
    path = save(tmp_path / f"film.{ending}", Image.fromarray(EIGHT).convert(mode))

    film = read_radiograph(path)

    assert np.abs(film.pixels.astype(int) - EIGHT).max() <= 1
    assert WarningCode.COLOR_WAS_GRAY in codes_of(film)


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_deep_png_with_more_channels_keeps_16_bits(tmp_path, channels):
    parts = [SIXTEEN] * channels
    if channels in (2, 4):
        parts[-1] = np.full_like(SIXTEEN, 65_535)

    film = read_radiograph(write_deep_png(tmp_path / "film", np.dstack(parts)))

    assert np.array_equal(film.pixels, SIXTEEN)


@pytest.mark.parametrize("order", ["<", ">"])
def test_deep_color_tiff_keeps_16_bits(tmp_path, order):
    path = write_tiff(tmp_path / "film", np.dstack([SIXTEEN] * 3), order=order)

    assert np.array_equal(read_radiograph(path).pixels, SIXTEEN)


def test_deep_color_tiff_with_channels_apart_is_refused(tmp_path):
    path = write_tiff(tmp_path / "film", np.dstack([SIXTEEN] * 3), planar=True)

    with pytest.raises(UnreadableFileError, match=r"film keeps its color channels"):
        read_radiograph(path)


def test_what_is_transparent_is_black(tmp_path):
    opacity = np.full_like(EIGHT, 255)
    opacity[:10] = 0
    gray = Image.merge("LA", (Image.fromarray(EIGHT), Image.fromarray(opacity)))

    film = read_radiograph(save(tmp_path / "film.png", gray))

    assert not film.pixels[:10].any()
    assert np.array_equal(film.pixels[10:], EIGHT[10:])
    assert WarningCode.COLOR_WAS_GRAY not in codes_of(film)


def test_simple_itk_reads_the_same_values(tmp_path):
    path = tmp_path / "film.png"
    Image.fromarray(SIXTEEN).save(path)

    other = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))

    assert np.array_equal(read_radiograph(path).pixels, other)


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "tif"])
def test_photographs_are_refused(tmp_path, ending):
    photograph = np.dstack([EIGHT, EIGHT[::-1], EIGHT[:, ::-1]])

    with pytest.raises(TrueColorError, match=r"film is a color picture"):
        read_radiograph(save(tmp_path / f"film.{ending}", photograph))


@pytest.mark.parametrize("ending", ["tif", "png"])
def test_several_pictures_are_refused(tmp_path, ending):
    first, second = Image.fromarray(EIGHT), Image.fromarray(EIGHT[::-1])
    path = save(tmp_path / f"film.{ending}", first, save_all=True, append_images=[second])

    with pytest.raises(MultipleFramesError, match=r"film holds 2 pictures"):
        read_radiograph(path)


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "tif"])
def test_blank_and_tiny_pictures_are_refused(tmp_path, ending):
    with pytest.raises(ConstantImageError, match=r"blank is blank"):
        read_radiograph(save(tmp_path / f"blank.{ending}", np.full((150, 150), 9, np.uint8)))
    with pytest.raises(ImageTooSmallError, match=r"tiny has 160 x 127 pixels"):
        read_radiograph(save(tmp_path / f"tiny.{ending}", EIGHT[:, :127]))


@pytest.mark.parametrize("sides", [(21_000, 200), (12_000, 12_000), (30_000, 30_000)])
def test_decompression_bombs_are_refused(tmp_path, sides):
    buffer = io.BytesIO()
    Image.fromarray(EIGHT).save(buffer, "BMP")
    data = bytearray(buffer.getvalue())
    data[18:26] = sides[0].to_bytes(4, "little") + sides[1].to_bytes(4, "little")
    path = tmp_path / "film"
    path.write_bytes(data)

    with pytest.raises(ImageTooLargeError, match=r"film has .* pixels"):
        read_radiograph(path)


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("png", {}),
        ("jpg", {}),
        ("jpg", {"progressive": True}),
        ("bmp", {}),
        ("tif", {}),
        ("tif", {"compression": "tiff_lzw"}),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_pictures_that_end_early_are_refused(tmp_path, ending, options, share):
    path = save(tmp_path / f"film.{ending}", EIGHT, **options)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(TruncatedFileError, match=r"film ends before its pixels do"):
        read_radiograph(path)


def test_a_damaged_picture_is_refused(tmp_path):
    path = save(tmp_path / "film.png", EIGHT)
    data = bytearray(path.read_bytes())
    middle = data.index(b"IDAT") + 30
    data[middle : middle + 40] = b"\x55" * 40
    path.write_bytes(data)

    with pytest.raises(UnreadableFileError, match=r"film is damaged"):
        read_radiograph(path)


def test_a_damaged_orientation_does_not_cost_the_film(tmp_path):
    film = read_radiograph(save(tmp_path / "film.png", EIGHT, exif=b"Exif\0\0no such thing"))

    assert np.array_equal(film.pixels, EIGHT)
