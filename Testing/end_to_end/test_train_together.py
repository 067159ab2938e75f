"""``cxrtriage train`` by two processes, from shipped weights, and again when all is done."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch

from CXRTriageLib.commands.main import main
from CXRTriageLib.networks.weights import Task, read_manifest
from support.film_folders import write_phantoms, write_synthetic_chests
from support.imagenet_files import write_imagenet_like
from support.recipe_files import write_recipe
from support.source_tree import ROOT

TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
NAMES = ("normal", "effusion", "viral")


LONG_ENOUGH_S = 240


def train(*arguments: object, processes: tuple[str, ...] = ()) -> str:
    """Train in processes of their own and return what was said.

    Processes that wait for each other without end are made to say where.
    """
    started = subprocess.Popen(
        [
            *(sys.executable, *processes, "-m", "CXRTriageLib", "train"),
            *(str(item) for item in arguments),
            *("--device", "cpu"),
        ],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONFAULTHANDLER": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, complaints = started.communicate(timeout=LONG_ENOUGH_S)
    except subprocess.TimeoutExpired:
        # Children first: their parent would end them without a word.
        for process in psutil.Process(started.pid).children(recursive=True):
            process.send_signal(signal.SIGABRT)
        started.send_signal(signal.SIGABRT)
        complaints = started.communicate()[1]
        pytest.fail(f"The training stood still:\n{complaints}")
    assert started.returncode == 0, complaints
    return said


def curves_of(output: Path) -> list[dict[str, float]]:
    with (output / "curves.csv").open(encoding="utf-8", newline="") as file:
        return [{key: float(text) for key, text in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def segmented(tmp_path_factory):
    """Return the output of a segmentation training by two processes, its arguments, its words."""
    folder = tmp_path_factory.mktemp("segmentation")
    arguments = (
        *("segmentation", "--output", folder / "out"),
        *("--init", write_imagenet_like(folder)),
        *("--manifest", write_phantoms(folder, ["train"] * 5 + ["validation"] * 3)),
        "--recipe",
        write_recipe(
            folder / "tiny.toml",
            "segmentation",
            side_px="[32]",
            epochs="[2]",
            films_per_epoch="8",
            batch_size="4",
        ),
    )
    return folder / "out", arguments, train(*arguments, processes=TORCHRUN)


def test_two_processes_train_one_segmentation_network(segmented):
    output, _, said = segmented

    rows = curves_of(output)
    assert [row["epoch"] for row in rows] == [0, 1]
    for part in ("training", "validation"):
        for score in ("loss", "accuracy", "f1"):
            assert all(row[f"{part}_{score}"] >= 0 for row in rows)
    # Eight films in steps of four, whoever takes them.
    assert torch.load(output / "last.ckpt", weights_only=True)["global_step"] == 4
    assert read_manifest(Task.SEGMENTATION, output / "models").architecture == "resnet18_unet"
    # One of them speaks.
    assert said.count("Expected duration") == said.count("The network is ready") == 1
    assert {path.name for path in output.iterdir()} == {
        *("best.ckpt", "last.ckpt", "curves.csv", "curves.png", "training.json", "models")
    }


def test_finished_training_says_so_and_ends_at_once(segmented):
    output, arguments, _ = segmented
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}

    begun = time.monotonic()
    said = train(*arguments)

    assert time.monotonic() - begun < 60
    assert f"The training in {output} is finished: all 2 epochs are done." in said
    assert "Expected duration" not in said
    assert f"--models {output / 'models'}" in said
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_folder_of_a_training_takes_no_other(segmented, capsys):
    _, arguments, _ = segmented

    code = main(["train", *(str(item) for item in arguments), "--seed", "7"])

    assert code == 1
    assert "with other settings (seed). Give another --output" in capsys.readouterr().err


@pytest.fixture(scope="module")
def classified(tmp_path_factory, shipped_pipeline_fixture):
    """Return outputs of a fine-tuning of the shipped network by one process and by two."""
    del shipped_pipeline_fixture
    folder = tmp_path_factory.mktemp("classification")
    films = [(split, name) for split in ("train", "validation") for name in NAMES]
    arguments = (
        *("classification", "--manifest", write_synthetic_chests(folder, films)),
        *("--init", "shipped", "--classes", *NAMES),
        *("--masked-films", folder / "films"),
        "--recipe",
        write_recipe(
            folder / "tiny.toml",
            "classification",
            epochs="2",
            batch_size="4",
            patches_per_film="4",
            frozen_stages="5",
            schedule='"constant"',
            learning_rate="0.01",
        ),
    )
    outputs = (folder / "alone", folder / "together")
    for output, processes in zip(outputs, ((), TORCHRUN), strict=True):
        train(*arguments, "--output", output, processes=processes)
    return folder, *outputs


def test_two_processes_learn_what_one_learns(classified):
    """All but the last layer is frozen, so that no statistics depend on who has which film."""
    _, alone, together = classified
    heads = [
        torch.load(output / "last.ckpt", weights_only=True)["state_dict"][
            "network.backbone.fc.weight"
        ]
        for output in (alone, together)
    ]

    assert torch.corrcoef(torch.stack([head.ravel() for head in heads]))[0, 1] > 0.99
    for row, same in zip(curves_of(alone), curves_of(together), strict=True):
        assert same["training_loss"] == pytest.approx(row["training_loss"], rel=0.05)
        assert same["validation_loss"] == pytest.approx(row["validation_loss"], rel=0.05)


def test_network_with_new_classes_is_used_at_once(classified, tmp_path):
    folder, _, together = classified
    output = tmp_path / "results"

    code = main(
        [
            *("run", str(folder / "chest0.png"), "--output", str(output)),
            *("--models", str(together / "models")),
        ]
    )

    assert code == 0
    (path,) = output.rglob("result.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert set(NAMES) <= set(json.dumps(document).replace('"', " ").split())
    training = json.loads(
        (together / "models" / "classification" / "manifest.json").read_text(encoding="utf-8")
    )["training"]
    shipped = read_manifest(Task.CLASSIFICATION)
    assert training["started_from_sha256"] == shipped.identity.sha256


def test_mean_of_two_trainings_is_used_at_once(classified, tmp_path, capsys):
    folder, alone, together = classified
    output = tmp_path / "mean"

    code = main(["average", "classification", str(alone), str(together), "--output", str(output)])

    assert code == 0
    assert f"--models {output / 'models'}" in capsys.readouterr().out
    told = read_manifest(Task.CLASSIFICATION, output / "models").training["mean_of"]
    assert [item["recipe"]["frozen_stages"] for item in told] == [5, 5]
    results = tmp_path / "results"
    film = str(folder / "chest0.png")
    assert main(["run", film, "--output", str(results), "--models", str(output / "models")]) == 0
    assert list(results.rglob("result.json"))


def test_mean_of_one_training_is_refused(classified, tmp_path, capsys):
    _, alone, _ = classified

    with pytest.raises(SystemExit) as ended:
        main(["average", "classification", str(alone), "--output", str(tmp_path / "mean")])

    assert ended.value.code == 2
    assert "two or more trainings are needed" in capsys.readouterr().err
