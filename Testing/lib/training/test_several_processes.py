"""What several processes find together is what one process finds alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from support.source_tree import ROOT

PROGRAM = """
import json, sys
import torch
from lightning.pytorch import seed_everything
from CXRTriageLib.training.lightning_setup import make_trainer
from CXRTriageLib.training.processes import Processes
from CXRTriageLib.training.recipes import SegmentationRecipe, ClassificationRecipe, read_recipe
from CXRTriageLib.training.segmentation_training import SegmentationTraining
from CXRTriageLib.training.classification_training import (
    ClassificationTask, ClassificationTraining
)
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.networks.fc_densenet import FCDenseNet
from support.lung_films import lung_film
from support.masked_phantoms import masked_phantoms
from support.small_networks import SMALL_LAYOUT
from pathlib import Path

output, processes = Path(sys.argv[1]), Processes.started()
processes.join("cpu")
with processes.first_before_others():
    output.mkdir(exist_ok=True)
seed_everything(0, verbose=False)
recipes = [read_recipe(kind, "default") for kind in (SegmentationRecipe, ClassificationRecipe)]
films = masked_phantoms(5)
segmentation = SegmentationTraining(recipes[0], (films, films), seed=0, processes=processes)
segmentation.network = FCDenseNet(layout=SMALL_LAYOUT, input_scale=1 / 255)
names = ("normal", "viral")
lungs = [lung_film(names[number % 2], brightness=60 + 20 * number) for number in range(7)]
task = ClassificationTask(
    class_names=names, approach=Approach.LOCAL, training=lungs, validation=lungs
)
classification = ClassificationTraining(recipes[1], task, seed=0, processes=processes)
found = {}
for recipe, module in zip(recipes, (segmentation, classification), strict=True):
    trainer = make_trainer(output, recipe, processes, device="cpu")
    (scores,) = trainer.validate(module, verbose=False)
    found[type(module).__name__] = scores
if processes.is_first:
    (output / "scores.json").write_text(json.dumps(found))
processes.leave()
"""


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """Return the scores of one process and of two."""
    folder = tmp_path_factory.mktemp("judged")
    program = folder / "judge.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            str(ROOT / folder) for folder in ("", "CXRTriage", "Testing")
        ),
        "OMP_NUM_THREADS": "1",
    }
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    found = []
    for name, launcher in (("alone", ()), ("together", torchrun)):
        ended = subprocess.run(
            [sys.executable, *launcher, str(program), str(folder / name)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        found.append(json.loads((folder / name / "scores.json").read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("training", ["SegmentationTraining", "ClassificationTraining"])
def test_two_processes_give_the_scores_of_one(scores, training):
    alone, together = (found[training] for found in scores)

    assert (
        set(alone)
        == set(together)
        == {
            "validation_score",
            "validation_loss",
            "validation_accuracy",
            "validation_f1",
        }
    )
    # Batches of another size are rounded elsewhere.
    assert together == pytest.approx(alone, rel=0.01)
