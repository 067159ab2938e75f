"""From a trained network to a weight file that both engines read.

Weights of inner convolutions are stored in 8 bits with a scale for each output channel, those
of the first and last layer in float16, and for classification those of all but the largest
layers, too: a vote may be close, a mask is not. Everything else stays float32.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from CXRTriageLib.networks.torch_engine import HALF, QUANTIZED, SCALE
from CXRTriageLib.networks.weights import (
    MANIFEST_NAME,
    MANIFEST_SCHEMA_VERSION,
    Approach,
    ModelClass,
    Task,
    file_sha256,
)

OPSET = 18
WEIGHTS_NAME = "weights.onnx"
LAST_LAYER = "last.weight"
"""A network may have several last layers, only one of which comes last."""
LARGEST_HALF = MappingProxyType({Task.SEGMENTATION: 0, Task.CLASSIFICATION: 600_000})
"""Most weights of an inner layer that is stored in float16."""
LARGEST_CODE = 127
CLIP_SHARES = np.linspace(0.8, 1.0, 9)
"""Shares of a channel's largest weight that are tried as the end of the 8-bit scale."""


@dataclass(frozen=True, kw_only=True)
class NetworkDescription:
    """What a network is, for its manifest.

    Attributes
    ----------
    name
        Of the network.
    task
        What it is for.
    architecture
        "fc_densenet103" or "resnet18_unet" for segmentation, "resnet18" for classification.
    classes
        In the order of the outputs.
    approach
        For classification.
    side_px
        Rows and columns of the images that it sees.
    """

    name: str
    task: Task
    architecture: str
    classes: tuple[ModelClass, ...]
    approach: Approach | None = None
    side_px: int


def package_network(
    network: nn.Module,
    folder: Path,
    description: NetworkDescription,
    *,
    facts: Mapping[str, Any],
    quantize: bool = True,
) -> Path:
    """Write a weight file and its manifest.

    Parameters
    ----------
    network
        `FCDenseNet`, `ResNetUNet` or `PatchResNet18`.
    folder
        Where to write; usually named after the task.
    description
        What it is.
    facts
        Further keys of the manifest: version, training, results, licence.
    quantize
        Whether to store 8-bit weights; float32 otherwise, for comparison.

    Returns
    -------
    Path
        The manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = _exported(network, description)
    if quantize:
        _quantize(model, LARGEST_HALF[description.task])
    weights = folder / WEIGHTS_NAME
    onnx.save(model, str(weights))
    document = {
        "schema_version": MANIFEST_SCHEMA_VERSION,
        "name": description.name,
        "task": description.task.value,
        "architecture": description.architecture,
        "approach": description.approach.value if description.approach else None,
        "side_px": description.side_px,
        "classes": [dataclasses.asdict(item) for item in description.classes],
        "weights": {
            "file": WEIGHTS_NAME,
            "format": "ONNX, 8-bit weights per output channel" if quantize else "ONNX, float32",
            "bytes": weights.stat().st_size,
            "sha256": file_sha256(weights),
        },
        **facts,
    }
    manifest = folder / MANIFEST_NAME
    manifest.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return manifest


def _exported(network: nn.Module, description: NetworkDescription) -> onnx.ModelProto:
    side = description.side_px
    outputs = ["logits"] if description.task is Task.SEGMENTATION else ["logits", "class_maps"]
    network = network.eval().cpu().to(memory_format=torch.contiguous_format)
    program = torch.onnx.export(
        network,
        (torch.zeros(2, 1, side, side),),
        input_names=["images"],
        output_names=outputs,
        dynamo=True,
        # Without the optimizer every weight keeps its PyTorch name, and PyTorch can read it.
        optimize=False,
        opset_version=OPSET,
        dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
        verbose=False,
    )
    if program is None:
        raise RuntimeError("PyTorch exported no program.")
    model = program.model_proto
    _drop_empty_biases(model.graph)
    for node in model.graph.node:
        # Node metadata holds the source lines of the machine that exported it.
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    return model


def _drop_empty_biases(graph: onnx.GraphProto) -> None:
    """Take off the zeros that the exporter computes where a convolution has no bias.

    They take their number format from the image, so that the network could not be cut in two
    behind its first convolution.
    """
    stored = {item.name for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and len(node.input) > 2 and node.input[2] not in stored:
            del node.input[2]
    wanted = {output.name for output in graph.output}
    for node in reversed(list(graph.node)):
        if wanted.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            wanted.update(node.input)


def _quantize(model: onnx.ModelProto, largest_half: int) -> None:
    graph = model.graph
    stored = {item.name: item for item in graph.initializer}
    convolutions = [
        node for node in graph.node if node.op_type in ("Conv", "ConvTranspose", "Gemm")
    ]
    producers = {output: node for node in graph.node for output in node.output}
    readers: list[onnx.NodeProto] = []
    for index, node in enumerate(convolutions):
        name = node.input[1]
        # The last layer of a classifier is a matrix that is reshaped to a 1 x 1 convolution.
        while name not in stored and name in producers:
            name = producers[name].input[0]
        if name not in stored:
            continue
        weight = numpy_helper.to_array(stored[name])
        is_outer = index in (0, len(convolutions) - 1) or name.endswith(LAST_LAYER)
        if is_outer or weight.size <= largest_half:
            new, reader = _half(name, weight)
        else:
            axis = 1 if node.op_type == "ConvTranspose" else 0
            new, reader = _eight_bit(name, weight, axis)
        graph.initializer.remove(stored[name])
        graph.initializer.extend(new)
        readers.append(reader)
    for reader in reversed(readers):
        graph.node.insert(0, reader)


def _half(name: str, weight: NDArray[np.float32]) -> tuple[list[onnx.TensorProto], onnx.NodeProto]:
    stored = numpy_helper.from_array(weight.astype(np.float16), name + HALF)
    return [stored], helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT)


def _eight_bit(
    name: str, weight: NDArray[np.float32], axis: int
) -> tuple[list[onnx.TensorProto], onnx.NodeProto]:
    scale = _best_scale(np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1))
    shape = [1] * weight.ndim
    shape[axis] = -1
    codes = np.round(weight / scale.reshape(shape)).clip(-LARGEST_CODE, LARGEST_CODE)
    tensors = [
        numpy_helper.from_array(codes.astype(np.int8), name + QUANTIZED),
        numpy_helper.from_array(scale, name + SCALE),
    ]
    reader = helper.make_node(
        "DequantizeLinear", [name + QUANTIZED, name + SCALE], [name], axis=axis
    )
    return tensors, reader


def _best_scale(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the step of each channel that loses least, in the sense of squared error."""
    largest = np.maximum(np.abs(channels).max(axis=1), np.finfo(np.float32).tiny * 1e6)
    candidates = np.stack([largest * share / LARGEST_CODE for share in CLIP_SHARES])
    errors = np.stack(
        [
            (
                (channels / step[:, None]).round().clip(-LARGEST_CODE, LARGEST_CODE) * step[:, None]
                - channels
            )
            .__pow__(2)
            .sum(axis=1)
            for step in candidates
        ]
    )
    best = errors.argmin(axis=0)
    return candidates[best, np.arange(len(best))].astype(np.float32)
