"""The classification network learns from the films as it will see them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.cohort.film_list import read_film_list
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.settings import Mode, TriageSettings, WorkingSize
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.masked_films import FilmStore, load_lung_films
from support.film_folders import write_manifest, write_synthetic_chests


@pytest.fixture(scope="module")
def chests(tmp_path_factory):
    """Return two chests and a film of nothing, as rows of a manifest."""
    folder = tmp_path_factory.mktemp("films")
    write_synthetic_chests(folder, [("train", "normal"), ("train", "viral")])
    ramp = np.add.outer(np.arange(400), np.arange(300)).astype(np.uint16)
    Image.fromarray(ramp).save(folder / "ramp.png")
    names = ("chest0.png", "ramp.png", "chest1.png")
    return read_film_list(write_manifest(folder, [{"image": name} for name in names]))


def test_films_are_those_of_inference_and_kept_between_runs(
    tmp_path, chests, shipped_pipeline_fixture
):
    size = WorkingSize.LONGEST_SIDE_1024

    store, problems = FilmStore(folder=tmp_path, size=size), RowProblems("list")
    films = load_lung_films(chests, store, problems)

    assert [film.listed for film in films] == [chests[0], chests[2]]
    preprocessed = PreprocessedFilm.of(read_radiograph(chests[0].image))
    found = shipped_pipeline_fixture.segment(preprocessed, TriageSettings.for_mode(Mode.DEFAULT))
    image, lungs = preprocessed.masked(found.labels, size)
    assert np.abs(films[0].image - image).max() <= 0.5
    assert np.array_equal(np.unpackbits(films[0].packed_lungs)[: lungs.size], lungs.ravel())
    assert len(list(tmp_path.iterdir())) == 3

    kept = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = load_lung_films(chests, store, problems)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept
    assert np.array_equal(again[1].image, films[1].image)
