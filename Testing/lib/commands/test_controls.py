"""The command writes its tables, logs the use of the test split, and refuses half a manifest."""

from __future__ import annotations

import json
import shutil

import pytest

from CXRTriageLib.commands.main import EXIT_ERROR, main
from CXRTriageLib.evaluation.test_split_log import LOG_NAME
from support.film_folders import write_synthetic_chests


@pytest.fixture
def models(tmp_path, small_models):
    """Return networks of its own, since the log is written beside them."""
    clean = shutil.ignore_patterns(LOG_NAME)
    return shutil.copytree(small_models / "small", tmp_path / "models", ignore=clean)


def arguments(tmp_path, models, splits):
    (tmp_path / "films").mkdir()
    films = [(split, name) for split in splits for name in ("normal", "viral")]
    manifest = write_synthetic_chests(tmp_path / "films", films)
    return [
        "controls",
        *("--manifest", str(manifest)),
        *("--output", str(tmp_path / "out")),
        *("--models", str(models)),
        *("--repeated-films", "0"),
    ]


def test_tables_are_written_and_the_use_of_the_test_split_is_noted(tmp_path, models, capsys):
    given = arguments(tmp_path, models, ("train", "validation", "test"))

    assert main(given) == 0
    document = json.loads((tmp_path / "out" / "controls-test.json").read_text(encoding="utf-8"))

    assert [row["control"] for row in document["scores"]][:2] == ["vote", "blacked_out_vote"]
    assert document["scores"][0]["accuracy"]["films"] == 2
    assert document["training_films"] == 2
    assert document["steadiness"] == document["randomization"] == []
    assert document["verdict"]["sentence"] in capsys.readouterr().out
    assert len((models / LOG_NAME).read_text(encoding="utf-8").splitlines()) == 2


def test_a_manifest_without_validation_films_is_refused(tmp_path, models, capsys):
    assert main(arguments(tmp_path, models, ("train", "test"))) == EXIT_ERROR

    assert "is in the split validation" in capsys.readouterr().err
    assert not (models / LOG_NAME).exists()
