"""Weights are stored as small as they may be, and no smaller."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from CXRTriageLib.networks.resnet_unet import ResNetUNet
from CXRTriageLib.networks.torch_engine import HALF, QUANTIZED, SCALE, read_weights
from CXRTriageLib.networks.weights import Task, file_sha256
from CXRTriageLib.training.packaging import package_network
from support.small_networks import DESCRIPTIONS, random_network

LARGEST_CODE = 127


@pytest.fixture(params=list(Task), ids=lambda task: task.value)
def stored(request, small_models):
    """Return a network's own weights, the folder it was written to, and what the file holds."""
    folder = small_models / "small" / request.param.value
    network = random_network(request.param)
    graph = onnx.load(str(folder / "weights.onnx")).graph
    tensors = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    axes = {
        node.input[0]: node.attribute[0].i
        for node in graph.node
        if node.op_type == "DequantizeLinear"
    }
    own = {name: value.numpy() for name, value in network.state_dict().items()}
    return own, folder, tensors, axes


def channels(array: np.ndarray, axis: int) -> np.ndarray:
    """Return one row for each output channel."""
    return np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1).astype(np.float64)


def test_8_bit_weights_are_off_by_half_a_step_at_most_but_where_they_end_the_scale(stored):
    own, _, tensors, axes = stored
    assert len(axes) >= 4
    for name, axis in axes.items():
        base = name.removesuffix(QUANTIZED)
        weights, codes = channels(own[base], axis), channels(tensors[name], axis)
        steps = tensors[base + SCALE].astype(np.float64)[:, np.newaxis]
        off = np.abs(codes * steps - weights)
        in_scale = np.abs(weights) <= (LARGEST_CODE + 0.5) * steps

        assert tensors[name].dtype == np.int8
        assert (off <= 0.5001 * steps)[in_scale].all()
        assert (np.abs(codes) == LARGEST_CODE)[~in_scale].all()
        # Cutting a channel's largest weights has to pay for the others.
        plain = np.abs(weights).max(axis=1, keepdims=True) / LARGEST_CODE
        plain_off = np.round(weights / plain) * plain - weights
        assert ((off**2).sum(axis=1) <= (plain_off**2).sum(axis=1) * 1.0001).all()


def test_first_and_last_layer_and_the_small_ones_of_a_classifier_are_stored_in_float16(stored):
    own, folder, tensors, axes = stored
    halves = [name for name in tensors if name.endswith(HALF)]

    if folder.name == Task.CLASSIFICATION.value:
        # Of ResNet-18 the last stage holds three quarters of all weights.
        assert {name.removeprefix("backbone.").partition(".")[0] for name in axes} == {"layer4"}
        assert max(tensors[name].size for name in halves) < min(tensors[name].size for name in axes)
    else:
        assert len(halves) == 2
    for name in halves:
        assert tensors[name].dtype == np.float16
        assert tensors[name] == pytest.approx(own[name.removesuffix(HALF)], rel=2**-11, abs=1e-7)


def test_everything_is_read_back_under_its_pytorch_name(stored):
    own, folder, _, _ = stored

    found = read_weights(folder / "weights.onnx")

    assert set(found) == {name for name in own if not name.endswith("num_batches_tracked")}
    assert {name: tuple(value.shape) for name, value in found.items()} == {
        name: own[name].shape for name in found
    }


def test_file_is_a_third_of_float32_and_its_manifest_names_it(stored):
    own, folder, _, _ = stored
    weights = folder / "weights.onnx"
    document = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert document["weights"]["sha256"] == file_sha256(weights)
    assert document["weights"]["bytes"] == weights.stat().st_size
    if sum(value.size for value in own.values()) > 1_000_000:
        assert weights.stat().st_size < sum(value.nbytes for value in own.values()) / 3


def test_file_says_nothing_of_the_machine_that_wrote_it(stored):
    _, folder, _, _ = stored
    model = onnx.load(str(folder / "weights.onnx"))

    assert not any(node.doc_string or node.metadata_props for node in model.graph.node)
    assert b".py" not in (folder / "weights.onnx").read_bytes()


def test_float32_file_holds_the_weights_themselves(small_models):
    graph = onnx.load(str(small_models / "float32" / "segmentation" / "weights.onnx")).graph
    own = random_network(Task.SEGMENTATION).state_dict()
    kept = [item for item in graph.initializer if item.name in own]

    assert {item.data_type for item in kept} == {TensorProto.FLOAT}
    assert all(np.array_equal(numpy_helper.to_array(item), own[item.name]) for item in kept)


def test_same_seed_gives_the_same_network():
    first, second = (random_network(Task.SEGMENTATION).state_dict() for _ in range(2))

    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_both_last_layers_of_the_unet_are_stored_in_float16(tmp_path):
    description = dataclasses.replace(
        DESCRIPTIONS[Task.SEGMENTATION], architecture="resnet18_unet", side_px=64
    )
    package_network(ResNetUNet(), tmp_path, description, facts={"version": "test"})

    graph = onnx.load(str(tmp_path / "weights.onnx")).graph

    halves = {item.name for item in graph.initializer if item.name.endswith(HALF)}
    names = ("encoder.conv1", "last", "whole_lungs.last")
    assert halves == {f"{name}.weight{HALF}" for name in names}
