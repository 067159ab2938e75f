"""The segmentation network learns, and stopping it changes nothing."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np
import pytest
import torch

from CXRTriageLib.cohort.film_list import LabelKind, Split, read_film_list
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.fc_densenet import FCDenseNet, FCDenseNetLayout
from CXRTriageLib.training.checkpoints import load_checkpoint
from CXRTriageLib.training.epoch_callbacks import CURVES_NAME
from CXRTriageLib.training.fitting import TrainingRun, fit
from CXRTriageLib.training.labeled_films import MaskedFilm
from CXRTriageLib.training.lightning_setup import prepare_process
from CXRTriageLib.training.possible_labels import possible_labels
from CXRTriageLib.training.recipes import SegmentationRecipe, read_recipe
from CXRTriageLib.training.segmentation_training import (
    SegmentationTraining,
    train_segmentation,
)
from support.film_folders import write_phantoms
from support.phantoms import ellipse_labels, gray_film
from support.trainings import (
    LIGHTNING_WARNINGS,
    StopAtEpoch,
    StoppedError,
    added_callback,
)

pytestmark = LIGHTNING_WARNINGS
RECIPE = dataclasses.replace(
    read_recipe(SegmentationRecipe, "default"),
    architecture="fc_densenet103",
    side_px=(32,),
    epochs=(2,),
    films_per_epoch=0,
    batch_size=2,
)


def phantom(kind: LabelKind = LabelKind.LUNGS_AND_HEART) -> MaskedFilm:
    labels = ellipse_labels((64, 64))
    return MaskedFilm(
        image=gray_film(labels, levels=256).astype(np.uint8),
        possible=possible_labels(labels, kind),
        kind=kind,
        dataset="phantom",
    )


def train(output, recipe, *, stop=None):
    prepare_process(3)
    films = [phantom(), phantom(LabelKind.LUNGS), phantom(), phantom()]
    module = SegmentationTraining(recipe, (films, films[:2]), seed=3)
    with added_callback(stop):
        fit(module, recipe, TrainingRun(output=output, seed=3, device="cpu"))
    return module.network.state_dict()


@pytest.mark.parametrize("architecture", ["fc_densenet103", "resnet18_unet"])
def test_stopped_training_ends_with_the_same_weights(tmp_path, architecture):
    recipe = dataclasses.replace(RECIPE, architecture=architecture)
    whole = train(tmp_path / "whole", recipe)

    with pytest.raises(StoppedError):
        train(tmp_path / "stopped", recipe, stop=StopAtEpoch(1))
    resumed = train(tmp_path / "stopped", recipe)

    different = [name for name in whole if not torch.equal(whole[name], resumed[name])]
    assert different == []


def test_masks_stay_as_they_are_where_only_the_whole_lungs_are_learned(tmp_path):
    recipe = dataclasses.replace(RECIPE, architecture="resnet18_unet", learns="whole_lungs")
    prepare_process(3)
    films = [phantom(LabelKind.LUNGS), phantom(LabelKind.LUNGS_WITH_RETROCARDIAC)]
    module = SegmentationTraining(recipe, (films, films[1:]), seed=3)
    before = {name: value.clone() for name, value in module.network.state_dict().items()}

    fit(module, recipe, TrainingRun(output=tmp_path, seed=3, device="cpu"))

    after = module.network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith("whole_lungs.") for name in changed)
    with (tmp_path / CURVES_NAME).open(encoding="utf-8", newline="") as file:
        scores = [float(row["validation_score"]) for row in csv.DictReader(file)]
    assert all(0 <= score <= 1 for score in scores)


def test_training_on_a_manifest_leaves_checkpoints_and_curves(tmp_path):
    manifest = write_phantoms(tmp_path, ["train"] * 3 + ["validation"] * 2 + ["test"])

    run = TrainingRun(output=tmp_path / "out", device="cpu")
    best = train_segmentation(read_film_list(manifest), RECIPE, run)

    with (tmp_path / "out" / CURVES_NAME).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert best == tmp_path / "out" / "best.ckpt"
    assert (tmp_path / "out" / "last.ckpt").is_file()
    assert [row["epoch"] for row in rows] == ["0", "1"]
    for row in rows:
        assert float(row["training_loss"]) > 0
        assert 0 <= float(row["validation_score"]) <= 1
    logits = load_checkpoint(FCDenseNet(), best)(torch.zeros(1, 1, 32, 32))
    assert logits.shape == (1, 4, 32, 32)
    assert torch.isfinite(logits).all()


def test_training_starts_from_the_checkpoint_of_an_earlier_one(tmp_path):
    earlier = FCDenseNet(4, layout=FCDenseNetLayout(dropout=0.0))
    state = {f"network.{name}": value for name, value in earlier.state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "earlier.ckpt")
    recipe = dataclasses.replace(RECIPE, epochs=(1,), learning_rate=1e-12)
    films = read_film_list(write_phantoms(tmp_path, ["train", "train", "validation"]))

    run = TrainingRun(output=tmp_path / "out", device="cpu")
    best = train_segmentation(films, recipe, run, init=tmp_path / "earlier.ckpt")

    trained = load_checkpoint(FCDenseNet(4), best)
    for name, value in earlier.named_parameters():
        assert torch.allclose(trained.get_parameter(name), value, atol=1e-6), name


def test_validation_score_is_the_mean_jaccard_of_the_organs_that_are_drawn():
    """A network that sees everything as background scores 0, and one that is right scores 1."""
    films = ([phantom()], [phantom(), phantom(LabelKind.LUNGS)])
    module = SegmentationTraining(RECIPE, films, seed=0)
    labels = torch.from_numpy(np.stack([ellipse_labels((64, 64))] * 2)).long()
    possible = torch.from_numpy(np.stack([film.possible for film in films[1]])).long()
    drawn = torch.tensor([[True, True, True], [False, True, True]])

    class Answers(torch.nn.Module):
        """Answers with the labels, but without the left lung of the second film."""

        def forward(self, _images):
            """Return logits."""
            found = labels.clone()
            found[1][found[1] == 2] = 0
            return torch.nn.functional.one_hot(found, 4).movedim(-1, 1).float()

    module.network = Answers()
    logged = {}
    module.log = lambda name, value, **_: logged.update({name: value})

    module.validation_step((torch.zeros(2, 1, 64, 64), possible, drawn), 0)
    module.on_validation_epoch_end()

    # Three organs of the first film and the two lungs of the second.
    assert logged["validation_score"] == pytest.approx((1 + 1 + 1 + 0 + 1) / 5)
    # Of the left lung one film of two was found.
    assert logged["validation_f1"] == pytest.approx((1 + 1 + 2 / 3) / 3)
    missed = (labels[1] == 2).sum().item()
    assert logged["validation_accuracy"] == pytest.approx(1 - missed / labels.numel())
    assert "training_f1" not in logged


def test_fewer_films_than_a_batch_still_train(tmp_path):
    recipe = dataclasses.replace(RECIPE, batch_size=16, epochs=(1,))
    films = [phantom()] * 3
    module = SegmentationTraining(recipe, (films, films), seed=0)

    fit(module, recipe, TrainingRun(output=tmp_path, device="cpu"))

    assert module.global_step == 1


@pytest.mark.parametrize("splits", [["train"], ["validation"], ["train", "test"]], ids="+".join)
def test_manifest_without_one_of_the_splits_is_refused(tmp_path, splits):
    films = read_film_list(write_phantoms(tmp_path, splits))

    with pytest.raises(ManifestError, match="both splits, 'train' and 'validation'"):
        train_segmentation(films, RECIPE, TrainingRun(output=tmp_path / "out"))

    assert not (tmp_path / "out").exists()


def test_validation_needs_lungs_drawn_without_what_lies_behind_the_heart(tmp_path):
    films = [
        dataclasses.replace(film, label_kind=LabelKind.LUNGS_WITH_RETROCARDIAC)
        if film.split is Split.VALIDATION
        else film
        for film in read_film_list(write_phantoms(tmp_path, ["train", "validation"]))
    ]

    with pytest.raises(ManifestError, match=r"label_kind lungs\+heart or lungs"):
        train_segmentation(films, RECIPE, TrainingRun(output=tmp_path / "out"))
