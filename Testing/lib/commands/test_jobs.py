"""``cxrtriage jobs``: what is done is left alone, what is trained is measured."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from CXRTriageLib.commands.main import main
from CXRTriageLib.evaluation.test_split_log import LOG_NAME
from CXRTriageLib.jobs.job import result_path, training_folder
from CXRTriageLib.jobs.job_result import read_result
from support.film_folders import write_manifest, write_synthetic_chests

FILMS = [
    ("montgomery", "normal", "train"),
    ("montgomery", "tuberculosis", "validation"),
    ("shenzhen", "normal", "test"),
    ("shenzhen", "tuberculosis", "train"),
    ("jsrt", "normal", "test"),
    ("jsrt", "tuberculosis", "train"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder of chests from three sources."""
    folder = tmp_path_factory.mktemp("data")
    write_synthetic_chests(folder, [(split, name) for _, name, split in FILMS])
    rows = [
        {
            "image": f"chest{number}.png",
            "label": f"labels{number}.png",
            "label_kind": "lungs+heart",
            "dataset": dataset,
            "patient": f"patient {number}",
            "class": name,
            "split": split,
        }
        for number, (dataset, name, split) in enumerate(FILMS)
    ]
    write_manifest(folder, rows)
    return folder


def jobs(data: Path, output: Path, *arguments: str) -> int:
    return main(["jobs", "--data", str(data), "--output", str(output), *arguments])


def test_list_shows_rank_state_and_expected_time(data, tmp_path, capsys):
    result_path(tmp_path, "clean-local").parent.mkdir()
    result_path(tmp_path, "clean-local").write_text("{}")

    assert jobs(data, tmp_path, "--list") == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:3] for line in lines] == [
        ["1", "masks-unseen", "waiting"],
        ["2", "clean-local", "done"],
        ["3", "clean-global", "waiting"],
    ]
    assert {"min", "h"} & set(lines[0])


def test_masks_are_measured_on_the_sources_that_were_left_out(data, small_models, tmp_path):
    folder = training_folder(tmp_path, "masks-unseen") / "models"
    shutil.copytree(small_models / "small" / "segmentation", folder / "segmentation")

    assert jobs(data, tmp_path, "--only", "masks-unseen", "--device", "cpu") == 0

    result = read_result(result_path(tmp_path, "masks-unseen"))
    films = {row.dataset: row.mean.films for row in result.segmentation if row.measure == "lungs"}
    assert films == {"montgomery": 2, "shenzhen": 1}
    with (folder / LOG_NAME).open(encoding="utf-8") as file:
        assert [row["films"] for row in csv.DictReader(file)] == ["3"]


def test_what_is_done_is_not_done_again(data, tmp_path):
    for name in ("masks-unseen", "clean-local", "clean-global"):
        result_path(tmp_path, name).parent.mkdir(exist_ok=True)
        result_path(tmp_path, name).write_text("{}")

    assert jobs(data, tmp_path) == 0

    assert not training_folder(tmp_path, "clean-local").exists()


def test_vote_is_scored_beside_a_regression_on_biomarkers(data, small_models, tmp_path):
    folder = training_folder(tmp_path, "clean-local") / "models"
    shutil.copytree(small_models / "small", folder)

    assert jobs(data, tmp_path, "--only", "clean-local", "--device", "cpu") == 0

    result = read_result(result_path(tmp_path, "clean-local"))
    assert [scores.classifier for scores in result.classification] == ["vote", "biomarkers"]
    assert [scores.accuracy.films for scores in result.classification] == [2, 2]


@pytest.mark.parametrize("arguments", [["--only", "nothing"], ["--data", "nowhere"]])
def test_wrong_usage_is_told(data, tmp_path, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        jobs(data, tmp_path, *arguments)

    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err
