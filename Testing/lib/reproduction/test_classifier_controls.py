"""The controls stand in the report on the paper's experiments, as the command prints them."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from CXRTriageLib.commands.main import main
from CXRTriageLib.controls import control_run
from CXRTriageLib.controls.saliency_checks import SEEDS
from CXRTriageLib.domain.settings import Mode
from CXRTriageLib.evaluation.test_split_log import LOG_NAME
from CXRTriageLib.networks.weights import Task, default_models_folder
from support.film_folders import write_synthetic_chests

SPLITS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder with two films of each split."""
    folder = tmp_path_factory.mktemp("data")
    films = [(split, name) for split in SPLITS for name in ("normal", "viral")]
    write_synthetic_chests(folder, films)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Return a copy of the shipped networks, since the log is written beside them."""
    folder = tmp_path_factory.mktemp("own")
    for task in Task:
        shutil.copytree(default_models_folder() / task.value, folder / task.value)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _own_key_and_few_votes(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        patch.setattr(control_run, "MODES", {Mode.DEFAULT: SEEDS[:2]})
        yield


@pytest.fixture(scope="module")
def output(data, models, tmp_path_factory):
    """Return the folder of a report that holds the controls alone."""
    folder = tmp_path_factory.mktemp("report")
    reproduced(data, folder, models)
    return folder


def run(name: str, output: Path, models: Path, *arguments: object) -> None:
    given = ["--output", output, "--models", models, *arguments]
    assert main([name, *(str(item) for item in given)]) == 0


def reproduced(data: Path, output: Path, models: Path, *arguments: object) -> list[dict[str, str]]:
    """Run the controls and return the blocks of their section."""
    run("reproduce", output, models, "--data", data, "--only", "controls", *arguments)
    return blocks_of(output)


def blocks_of(output: Path) -> list[dict[str, str]]:
    (section,) = json.loads((output / "report.json").read_text())["sections"]
    return section["blocks"]


def rows_of(output: Path, key: str) -> list[dict[str, str]]:
    with (output / "tables" / f"{key}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("output")
def test_use_of_the_test_split_is_noted(models):
    (row,) = csv.DictReader((models / LOG_NAME).read_text().splitlines())

    assert row["films"] == "2"


def test_numbers_are_those_of_the_command_which_measures_nothing_again(data, models, output):
    folder = output / "controls"
    kept = {path: path.read_text().split("\n") for path in folder.iterdir()}

    run("controls", folder, models, "--manifest", data / "manifest.csv")

    document = json.loads((folder / "controls-test.json").read_text())
    for path, lines in kept.items():
        assert set(path.read_text().split("\n")) == set(lines)
    assert [float(row["accuracy"]) for row in rows_of(output, "controls")] == [
        row["accuracy"]["value"] for row in document["scores"]
    ]
    steady = rows_of(output, "vote_steadiness")
    assert [(row["mode"], float(row["changed"])) for row in steady] == [
        (row["mode"], row["changed"]["value"]) for row in document["steadiness"]
    ]
    random = rows_of(output, "saliency_randomization")
    assert [float(row["rank_correlation"]) for row in random] == [
        row["rank_correlation"]["value"] for row in document["randomization"]
    ]
    brier = rows_of(output, "calibration")[0]["brier"]
    assert float(brier) == document["calibration"]["before"]["brier"]["value"]
    assert {row["property"] for row in rows_of(output, "subgroups")} >= {"View", "Sex"}
    assert document["verdict"]["sentence"] in str(blocks_of(output)[0])


def test_split_that_is_missing_is_said(data, models, tmp_path):
    lines = (data / "manifest.csv").read_text().splitlines()
    untaught = tmp_path / "untaught"
    shutil.copytree(data, untaught)
    (untaught / "manifest.csv").write_text("\n".join(line for line in lines if "train" not in line))

    (block,) = reproduced(untaught, tmp_path / "one", models)
    assert "is in the split train" in block["text"]

    (block,) = reproduced(data, tmp_path / "two", models, "--split", "validation")
    assert "Leave --split out" in block["text"]
