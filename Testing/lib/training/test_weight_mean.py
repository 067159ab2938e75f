"""Several trainings become one network: the mean of their weights, or one sentence."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.torch_engine import read_weights
from CXRTriageLib.networks.weights import Approach, Task, file_sha256, read_manifest
from CXRTriageLib.training.model_facts import model_classes
from CXRTriageLib.training.packaging import NetworkDescription, package_network
from CXRTriageLib.training.weight_mean import average_trainings, mean_of_networks

HEAD = "backbone.fc.weight"


def write_training(folder, names=("normal", "viral"), *, seed=0):
    """Write what `cxrtriage train classification` leaves, with random weights."""
    torch.manual_seed(seed)
    network = PatchResNet18(len(names)).eval()
    folder.mkdir()
    state = {f"network.{name}": value for name, value in network.state_dict().items()}
    torch.save({"state_dict": state}, folder / "best.ckpt")
    (folder / "last.ckpt").write_bytes(b"a later epoch")
    description = NetworkDescription(
        name="pneumonia-local",
        task=Task.CLASSIFICATION,
        architecture="resnet18",
        classes=model_classes(names),
        approach=Approach.LOCAL,
        side_px=224,
    )
    training = {"seed": seed, "checkpoint_sha256": file_sha256(folder / "best.ckpt")}
    facts = {"version": "1", "training": training}
    package_network(network, folder / "models" / "classification", description, facts=facts)
    return network


@pytest.fixture(scope="module")
def averaged(tmp_path_factory):
    """Return the mean of two trainings, the networks that went in, and their folders."""
    folder = tmp_path_factory.mktemp("trainings")
    outputs = [folder / "one", folder / "two"]
    networks = [write_training(output, seed=seed) for seed, output in enumerate(outputs)]
    average_trainings(Task.CLASSIFICATION, outputs, folder / "mean")
    return read_manifest(Task.CLASSIFICATION, folder / "mean" / "models"), networks, outputs


def test_mean_of_linear_networks_answers_with_the_mean_of_their_answers():
    torch.manual_seed(3)
    networks = [nn.Linear(7, 5) for _ in range(3)]
    inputs = torch.randn(11, 7)
    answers = torch.stack([network(inputs) for network in networks]).mean(dim=0)

    torch.testing.assert_close(mean_of_networks(networks)(inputs), answers)


def test_statistics_are_averaged_and_counters_left():
    networks = [nn.BatchNorm2d(2), nn.BatchNorm2d(2)]
    for network, mean, count in zip(networks, (1.0, 4.0), (10, 20), strict=True):
        network.running_mean.fill_(mean)
        network.num_batches_tracked.fill_(count)

    mean = mean_of_networks(networks)

    assert mean.running_mean.tolist() == [2.5, 2.5]
    assert mean.num_batches_tracked == 10


def test_written_network_has_the_mean_of_the_checkpoints(averaged):
    manifest, networks, _ = averaged

    head = read_weights(manifest.weights)[HEAD]

    expected = torch.stack([network.state_dict()[HEAD] for network in networks]).mean(dim=0)
    torch.testing.assert_close(head, expected, rtol=0, atol=1e-3)
    assert manifest.class_names == ("normal", "viral")
    assert manifest.approach is Approach.LOCAL


def test_manifest_tells_of_each_training(averaged):
    manifest, _, outputs = averaged

    first, second = manifest.training["mean_of"]

    assert (first["seed"], second["seed"]) == (0, 1)
    for told, output in zip((first, second), outputs, strict=True):
        went_in = read_manifest(Task.CLASSIFICATION, output / "models")
        assert told["weights_sha256"] == went_in.identity.sha256
        assert told["checkpoint_sha256"] == file_sha256(output / "best.ckpt")


def test_folder_without_a_finished_training_is_refused(averaged, tmp_path):
    _, _, (one, _) = averaged

    with pytest.raises(ModelError, match="no finished classification training in this folder"):
        average_trainings(Task.CLASSIFICATION, [one, tmp_path], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_training_that_went_on_since_its_network_was_written_is_refused(averaged, tmp_path):
    _, _, (one, _) = averaged
    write_training(tmp_path / "changed", seed=2)
    (tmp_path / "changed" / "best.ckpt").write_bytes(b"a better epoch")

    with pytest.raises(ModelError, match=r"changed: the checkpoint .* is no longer here"):
        average_trainings(Task.CLASSIFICATION, [one, tmp_path / "changed"], tmp_path / "mean")


def test_networks_of_other_classes_are_refused(averaged, tmp_path):
    _, _, (one, _) = averaged
    write_training(tmp_path / "other", ("normal", "effusion"))

    with pytest.raises(ModelError, match=r"other: this network differs from that of .*one"):
        average_trainings(Task.CLASSIFICATION, [one, tmp_path / "other"], tmp_path / "mean")
