"""A checkpoint gives the network that was trained, or is refused with a sentence."""

from __future__ import annotations

import pytest
import torch

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.training.checkpoints import load_checkpoint


def test_weights_are_those_that_were_trained_under_the_name_of_the_module(tmp_path):
    torch.manual_seed(0)
    trained = PatchResNet18(3, input_mean=5.0)
    state = {f"network.{name}": value for name, value in trained.state_dict().items()}
    torch.save({"state_dict": state | {"loss.weights": torch.ones(4)}}, tmp_path / "best.ckpt")

    loaded = load_checkpoint(PatchResNet18(3).train(), tmp_path / "best.ckpt")

    assert not loaded.training
    for name, value in loaded.state_dict().items():
        assert torch.equal(value, trained.state_dict()[name]), name


def test_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no such checkpoint"):
        load_checkpoint(PatchResNet18(3), tmp_path / "best.ckpt")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"state_dict": {}}, id="empty"),
        pytest.param({"weights": {}}, id="other keys"),
        pytest.param([1, 2], id="a list"),
        pytest.param(
            {"state_dict": {f"network.{k}": v for k, v in PatchResNet18(2).state_dict().items()}},
            id="other classes",
        ),
    ],
)
def test_checkpoint_of_another_network_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "best.ckpt")

    with pytest.raises(ModelError, match=r"best\.ckpt: this is no checkpoint of a PatchResNet18"):
        load_checkpoint(PatchResNet18(3), tmp_path / "best.ckpt")


@pytest.mark.parametrize("content", [b"", b"no checkpoint at all"], ids=["empty", "text"])
def test_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    (tmp_path / "best.ckpt").write_bytes(content)

    with pytest.raises(ModelError, match="no checkpoint"):
        load_checkpoint(PatchResNet18(3), tmp_path / "best.ckpt")
