"""Training starts from the weights of a file, or the file is refused with a sentence."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet34

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.resnet_unet import ResNetUNet
from CXRTriageLib.networks.torch_engine import load_network
from CXRTriageLib.networks.weights import Task, file_sha256, read_manifest
from CXRTriageLib.training.initial_weights import (
    SHIPPED,
    init_sha256,
    load_imagenet_weights,
    load_initial_weights,
)


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


def test_the_unet_sees_of_a_gray_film_what_resnet18_sees_of_three_equal_channels(
    tmp_path, imagenet
):
    torch.save(imagenet, tmp_path / "imagenet.pth")
    network = ResNetUNet(4)
    load_initial_weights(network, tmp_path / "imagenet.pth", Task.SEGMENTATION)
    whole = resnet18()
    whole.load_state_dict(imagenet)
    gray = torch.rand(2, 1, 64, 96)

    with torch.inference_mode():
        *_, found = network.encoder.eval()(gray)
        stages = torch.nn.Sequential(*list(whole.eval().children())[:7])
        expected = stages(gray.expand(-1, 3, -1, -1))

    assert found.shape == (2, 256, 4, 6)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_unet_that_does_not_tell_the_whole_lungs_can_learn_them(tmp_path):
    earlier = ResNetUNet(tells_whole_lungs=False)
    state = {f"network.{name}": value for name, value in earlier.state_dict().items()}
    torch.save({"state_dict": state}, tmp_path / "earlier.ckpt")
    network = ResNetUNet()
    fresh = {name: value.clone() for name, value in network.whole_lungs.state_dict().items()}

    load_initial_weights(network, tmp_path / "earlier.ckpt", Task.SEGMENTATION)

    found = network.state_dict()
    assert all(torch.equal(found[name], value) for name, value in earlier.state_dict().items())
    kept = network.whole_lungs.state_dict()
    assert all(torch.equal(kept[name], value) for name, value in fresh.items())


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


NAMES = ("normal", "bacterial", "tuberculosis", "viral")
"""Classes of the packaged network."""


def heads_and_bodies(network, state) -> tuple[bool, bool]:
    """Say whether the last layer, and whether all others, are those of a state dictionary."""
    own = network.state_dict()
    same = {
        name: name in state and value.shape == state[name].shape and torch.equal(value, state[name])
        for name, value in own.items()
        if not name.endswith("num_batches_tracked")
    }
    heads = [is_same for name, is_same in same.items() if ".fc." in name]
    return all(heads), all(is_same for name, is_same in same.items() if ".fc." not in name)


@pytest.fixture
def checkpoint(tmp_path):
    """Return a checkpoint of a training on two classes, and its weights."""
    trained = PatchResNet18(2, input_mean=5.0).state_dict()
    content = {
        "state_dict": {f"network.{name}": value for name, value in trained.items()},
        "class_names": ["normal", "viral"],
    }
    torch.save(content, tmp_path / "best.ckpt")
    return tmp_path / "best.ckpt", trained


@pytest.mark.parametrize("inner", ["", "classification"])
def test_folder_of_networks_gives_all_weights_for_the_same_classes(small_models, inner):
    packaged = load_network(read_manifest(Task.CLASSIFICATION, small_models / "small"))
    network = PatchResNet18(4)

    load_initial_weights(network, small_models / "small" / inner, Task.CLASSIFICATION, NAMES)

    assert heads_and_bodies(network, packaged.state_dict()) == (True, True)


@pytest.mark.parametrize(
    "names", [("normal", "effusion"), NAMES[::-1], (*NAMES, "effusion")], ids=len
)
def test_last_layer_is_made_anew_where_classes_differ(small_models, names):
    packaged = load_network(read_manifest(Task.CLASSIFICATION, small_models / "small"))
    network = PatchResNet18(len(names))

    load_initial_weights(network, small_models / "small", Task.CLASSIFICATION, names)

    assert heads_and_bodies(network, packaged.state_dict()) == (False, True)
    assert network.backbone.fc.out_features == len(names)


@pytest.mark.parametrize(
    ("names", "keeps_head"), [(("normal", "viral"), True), (("viral", "normal"), False)]
)
def test_checkpoint_knows_its_classes(checkpoint, names, keeps_head):
    file, trained = checkpoint
    network = PatchResNet18(2)

    load_initial_weights(network, file, Task.CLASSIFICATION, names)

    assert heads_and_bodies(network, trained) == (keeps_head, True)
    assert network.input_mean == 5


def test_shipped_network_is_a_beginning(shipped_pipeline_fixture):
    network = PatchResNet18(2)

    load_initial_weights(network, SHIPPED, Task.CLASSIFICATION, ("normal", "effusion"))

    shipped = load_network(read_manifest(Task.CLASSIFICATION)).state_dict()
    assert heads_and_bodies(network, shipped) == (False, True)
    assert init_sha256(SHIPPED, Task.CLASSIFICATION) == shipped_pipeline_fixture.models[1].sha256


def test_hash_is_that_of_the_file_or_of_the_network_in_the_folder(checkpoint, small_models):
    file, _ = checkpoint
    manifest = read_manifest(Task.CLASSIFICATION, small_models / "small")

    assert init_sha256(None, Task.CLASSIFICATION) is None
    assert init_sha256(file, Task.CLASSIFICATION) == file_sha256(file)
    assert (
        init_sha256(small_models / "small", Task.CLASSIFICATION)
        == manifest.identity.sha256
        == file_sha256(manifest.weights)
    )


def test_folder_without_the_network_does_not_fall_back_to_the_shipped_one(tmp_path):
    with pytest.raises(ModelError, match="no classification network in this folder"):
        load_initial_weights(PatchResNet18(2), tmp_path, Task.CLASSIFICATION, ("a", "b"))


def test_segmentation_starts_from_no_imagenet_weights(tmp_path, imagenet):
    torch.save(imagenet, tmp_path / "imagenet.pth")

    with pytest.raises(ModelError, match="no checkpoint of a segmentation training"):
        load_initial_weights(torch.nn.Linear(1, 1), tmp_path / "imagenet.pth", Task.SEGMENTATION)


def test_checkpoint_of_the_other_network_is_refused(checkpoint):
    file, _ = checkpoint

    with pytest.raises(ModelError, match="no weights of a Linear as it is wanted here"):
        load_initial_weights(torch.nn.Linear(1, 1), file, Task.SEGMENTATION)
