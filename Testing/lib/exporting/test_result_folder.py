"""A folder of results is complete, of this run, or not there at all."""

from __future__ import annotations

import dataclasses
import json

import pytest

from CXRTriageLib.exporting.overlay import OVERLAY_FILE
from CXRTriageLib.exporting.result_folder import (
    RESULT_FILE,
    RESULT_FILES,
    ResultFolders,
    read_result,
    write_result,
)
from support.results import chest_film, triage_result

KEY = "e" * 64


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def test_every_file_is_written_and_named(tmp_path):
    film = chest_film()

    document = write_result(tmp_path / "film", film, triage_result(film), run_key=KEY)

    assert names_in(tmp_path / "film") == set(RESULT_FILES)
    assert {*document["files"], RESULT_FILE} == set(RESULT_FILES)
    assert document["saliency"]["file"] == "saliency.nrrd"
    assert json.loads((tmp_path / "film" / RESULT_FILE).read_text(encoding="utf-8")) == document


def test_saliency_of_an_earlier_result_does_not_stay(tmp_path):
    film = chest_film()
    write_result(tmp_path, film, triage_result(film))

    document = write_result(tmp_path, film, triage_result(film, classified=False))

    assert "saliency.nrrd" not in names_in(tmp_path)
    assert document["saliency"] is None
    assert read_result(tmp_path) == document


def test_a_result_that_cannot_be_written_leaves_the_earlier_one(tmp_path):
    film = chest_film()
    earlier = write_result(tmp_path, film, triage_result(film), run_key=KEY)
    votes = triage_result(film).classification.votes
    broken = dataclasses.replace(
        triage_result(film).classification,
        votes=dataclasses.replace(votes, entropy_bits=float("nan")),
    )

    with pytest.raises(ValueError, match="JSON"):
        write_result(
            tmp_path, film, dataclasses.replace(triage_result(film), classification=broken)
        )

    assert read_result(tmp_path) == earlier
    assert names_in(tmp_path) == set(RESULT_FILES)


def test_result_is_found_under_its_fingerprint_only(tmp_path):
    store = ResultFolders(tmp_path)
    film = chest_film()
    written = store.write("film", film, triage_result(film), KEY)

    assert store.find("film", KEY) == written
    assert store.find("film", "f" * 64) is None
    assert store.find("other", KEY) is None


def lose_picture(folder):
    (folder / OVERLAY_FILE).unlink()


def cut_json(folder):
    path = folder / RESULT_FILE
    path.write_bytes(path.read_bytes()[:-20])


def age_json(folder):
    path = folder / RESULT_FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"1.1"', '"0.9"'), encoding="utf-8")


def foreign_json(folder):
    (folder / RESULT_FILE).write_text('["of another program"]', encoding="utf-8")


@pytest.mark.parametrize("damage", [lose_picture, cut_json, age_json, foreign_json])
def test_damaged_result_counts_as_missing(tmp_path, damage):
    store = ResultFolders(tmp_path)
    film = chest_film()
    store.write("film", film, triage_result(film), KEY)

    damage(tmp_path / "film")

    assert store.find("film", KEY) is None
