"""``cxrtriage train`` as people use it: from a manifest to a network that runs."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from CXRTriageLib.commands.main import main
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.device import Arithmetic, Device
from CXRTriageLib.networks.engine import load_engine
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.resnet_unet import ResNetUNet
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.checkpoints import load_checkpoint
from support.film_folders import write_phantoms, write_synthetic_chests
from support.imagenet_files import write_imagenet_like
from support.recipe_files import write_recipe
from support.source_tree import ROOT
from support.trainings import LIGHTNING_WARNINGS

pytestmark = LIGHTNING_WARNINGS
EPOCHS = 3


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start a training in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "CXRTriageLib", "train", *(str(item) for item in arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_after_first_checkpoint(process: subprocess.Popen[str], output: Path) -> None:
    """Kill a training, and the processes that load its films, once it can be resumed."""
    deadline = time.monotonic() + 120
    while not (output / "last.ckpt").is_file():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="module")
def killed_and_finished(tmp_path_factory):
    """Return the output of a training that was killed once, and the epochs it had done by then."""
    folder = tmp_path_factory.mktemp("segmentation")
    output = folder / "out"
    arguments = (
        "segmentation",
        "--manifest",
        write_phantoms(folder, ["train"] * 4 + ["validation"] * 2),
        "--recipe",
        write_recipe(
            folder / "tiny.toml",
            "segmentation",
            side_px="[32]",
            epochs=f"[{EPOCHS}]",
            films_per_epoch="4",
            batch_size="2",
        ),
        *("--init", write_imagenet_like(folder)),
        "--output",
        output,
    )
    kill_after_first_checkpoint(start(*arguments), output)
    done = torch.load(output / "last.ckpt", weights_only=True)["epoch"] + 1
    process = start(*arguments)
    said, complaints = process.communicate(timeout=400)
    assert process.returncode == 0, complaints
    return output, done, said


def test_killed_training_goes_on_from_its_last_checkpoint(killed_and_finished):
    output, done, _ = killed_and_finished

    with (output / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert 1 <= done < EPOCHS
    assert [int(row["epoch"]) for row in rows] == list(range(EPOCHS))
    assert all(float(row["training_loss"]) > 0 for row in rows)
    assert all(0 <= float(row["validation_score"]) <= 1 for row in rows)
    assert torch.load(output / "last.ckpt", weights_only=True)["epoch"] == EPOCHS - 1


def test_trained_network_runs_and_answers_as_the_best_checkpoint(killed_and_finished):
    output, _, said = killed_and_finished

    manifest = read_manifest(Task.SEGMENTATION, output / "models")
    engine = load_engine(manifest, device=Device.CPU, arithmetic=Arithmetic.F32)
    side = manifest.side_px
    image = np.random.default_rng(0).uniform(0, 255, (1, 1, side, side)).astype(np.float32)
    (logits,) = engine.infer(image)

    network = load_checkpoint(ResNetUNet(), output / "best.ckpt")
    with torch.inference_mode():
        expected = network(torch.from_numpy(image)).numpy()
    assert logits.shape == (1, len(Structure) + 1, 32, 32)
    assert np.corrcoef(logits.ravel(), expected.ravel())[0, 1] > 0.999
    assert f"--models {output / 'models'}" in said


def test_manifest_of_the_network_says_what_it_learned_from(killed_and_finished):
    output, *_ = killed_and_finished

    text = (output / "models" / "segmentation" / "manifest.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["training"]["films"] == [
        {"dataset": "phantom", "split": "train", "films": 4},
        {"dataset": "phantom", "split": "validation", "films": 2},
    ]
    assert document["training"]["recipe"]["side_px"] == [32]
    assert [item["name"] for item in document["classes"]] == [
        "background",
        "heart",
        "left_lung",
        "right_lung",
    ]
    assert "Research use only" in document["licence"]
    assert str(output.parent) not in text


def test_classification_is_trained_on_the_lungs_that_the_shipped_network_finds(
    tmp_path, shipped_pipeline_fixture
):
    names = ("normal", "viral")
    manifest = write_synthetic_chests(
        tmp_path, [(split, name) for split in ("train", "train", "validation") for name in names]
    )
    torch.save(PatchResNet18(5).backbone.state_dict(), tmp_path / "imagenet.pth")
    recipe = write_recipe(
        tmp_path / "tiny.toml", "classification", epochs="2", batch_size="2", l1="1e-6"
    )
    output = tmp_path / "out"

    process = start(
        *("classification", "--manifest", manifest, "--recipe", recipe, "--output", output),
        *("--init", tmp_path / "imagenet.pth", "--classes", *names, "--device", "cpu"),
    )

    said, complaints = process.communicate(timeout=400)
    assert process.returncode == 0, complaints
    assert f"The network is ready: {output / 'models' / 'classification'}" in said
    # What the folder lacks, the masks, is taken from the shipped networks.
    pipeline = TriagePipeline.load(output / "models", device=Device.CPU)
    result = pipeline.run(read_radiograph(tmp_path / "chest0.png"))
    assert pipeline.models[0] == shipped_pipeline_fixture.models[0]
    assert result.classification.votes.class_names == names


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--manifest": "nowhere.csv"}, "nowhere.csv: there is no such file"),
        ({"--recipe": "ppaer"}, "There is no recipe 'ppaer'"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(tmp_path, capsys, changes, said):
    manifest = write_phantoms(tmp_path, ["train", "validation"])
    given = {"--manifest": str(manifest), "--output": str(tmp_path / "out")} | changes

    code = main(["train", "segmentation", *(text for pair in given.items() for text in pair)])

    assert code == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["heart"], ["segmentation"]])
def test_wrong_usage_ends_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(["train", *arguments])

    assert ended.value.code == 2
