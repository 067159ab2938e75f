"""The film to time is a real one, at the size of a usual detector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian

from CXRTriageLib.benchmarking.benchmark_film import FILM_SHAPE, write_benchmark_film
from CXRTriageLib.reading import read_radiograph
from support.synthetic_chest import synthetic_chest


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.png"
    Image.fromarray(synthetic_chest((256, 225)).pixels).save(path)
    return path


def test_film_is_uncompressed_16_bit_of_the_size_asked_for(tmp_path, source):
    path = write_benchmark_film(source, tmp_path / "film.dcm", shape=(512, 400))

    dataset = dcmread(path)
    assert dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (dataset.Rows, dataset.Columns, dataset.BitsAllocated) == (512, 400, 16)
    assert len(dataset.PixelData) == 512 * 400 * 2
    assert FILM_SHAPE == (3000, 2500)


def test_film_shows_what_the_source_shows_with_fine_noise_and_twice_the_same(tmp_path, source):
    first, second = (
        read_radiograph(write_benchmark_film(source, tmp_path / name, shape=(512, 450))).pixels
        for name in ("a.dcm", "b.dcm")
    )
    small = read_radiograph(source).pixels

    assert np.array_equal(first, second)
    blocks = first.reshape(256, 2, 225, 2).mean(axis=(1, 3))
    assert np.corrcoef(blocks.ravel(), small.ravel())[0, 1] > 0.99
    assert np.abs(np.diff(first[:5, :5].astype(int))).max() > 0


def test_sample_film_keeps_its_polarity(tmp_path):
    source = Path(get_testdata_file("RG1_UNCR.dcm"))
    film = read_radiograph(write_benchmark_film(source, tmp_path / "a.dcm", shape=(300, 250)))

    # Outside the body no tissue holds the beam back.
    assert film.pixels[20:60, 2:12].mean() < film.pixels[120:180, 115:135].mean()
