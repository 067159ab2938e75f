"""Training starts from the weights of a file, or the file is refused with a sentence."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet34

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.training.initial_weights import load_imagenet_weights


@pytest.fixture(scope="module")
def imagenet():
    """Return a state dictionary with the names and shapes of torchvision's."""
    torch.manual_seed(1)
    return resnet18().state_dict()


@pytest.mark.parametrize("half", [False, True], ids=["float32", "float16"])
@pytest.mark.parametrize("ending", [".pth", ".safetensors"])
def test_everything_but_the_last_layer_is_taken_over(tmp_path, imagenet, ending, half):
    state = {
        name: value.half() if half and value.is_floating_point() else value
        for name, value in imagenet.items()
    }
    file = tmp_path / f"weights{ending}"
    save_file(state, file) if ending == ".safetensors" else torch.save(state, file)
    network = PatchResNet18(4)
    head = network.backbone.fc.weight.clone()

    load_imagenet_weights(network, file)

    loaded = network.backbone.state_dict()
    for name, value in state.items():
        if not name.startswith("fc."):
            assert torch.equal(loaded[name], value.to(loaded[name].dtype)), name
    assert torch.equal(network.backbone.fc.weight, head)
    assert head.shape == (4, 512)


@pytest.mark.parametrize("ending", [".pth", ".safetensors"])
def test_file_that_holds_no_weights_is_refused(tmp_path, ending):
    file = tmp_path / f"weights{ending}"
    file.write_bytes(b"no weights at all, but long enough for a header")

    with pytest.raises(ModelError, match=r"weights\.\w+: the weights cannot be read"):
        load_imagenet_weights(PatchResNet18(4), file)


def test_empty_file_is_refused(tmp_path):
    file = tmp_path / "weights.pth"
    file.touch()

    with pytest.raises(ModelError, match="cannot be read"):
        load_imagenet_weights(PatchResNet18(4), file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(resnet34, "do not fit", id="another network"),
        pytest.param(lambda: torch.nn.Linear(2, 2), "do not fit", id="other names"),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path, content, said):
    file = tmp_path / "weights.pth"
    torch.save(content().state_dict(), file)

    with pytest.raises(ModelError, match=said):
        load_imagenet_weights(PatchResNet18(4), file)


def test_weights_of_another_shape_are_refused(tmp_path, imagenet):
    file = tmp_path / "weights.pth"
    torch.save(imagenet | {"conv1.weight": torch.zeros(64, 1, 7, 7)}, file)

    with pytest.raises(ModelError, match="1 of them"):
        load_imagenet_weights(PatchResNet18(4), file)


def test_what_is_no_state_dictionary_is_refused(tmp_path):
    file = tmp_path / "weights.pth"
    torch.save([1, 2, 3], file)

    with pytest.raises(ModelError, match="no state dictionary"):
        load_imagenet_weights(PatchResNet18(4), file)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        load_imagenet_weights(PatchResNet18(4), tmp_path / "weights.pth")
