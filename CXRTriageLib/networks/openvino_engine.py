"""Inference by OpenVINO on the CPU."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.networks.device import Arithmetic
from CXRTriageLib.networks.quiet_openvino import openvino, opset
from CXRTriageLib.networks.weights import ModelManifest, Task

_RELUS_IN_A_BLOCK = 2
"""ReLUs in each residual block; one more follows the first convolution."""
EXACT_BLOCKS = 4
"""How many of the eight residual blocks of a ResNet-18 compute in f32 where the rest is bf16."""


class OpenVinoEngine:
    """A network compiled for this machine's processor.

    Only the second half of the classification network is ever computed in bf16. Masks are not:
    a border that moves by a pixel moves the lattice of patches, and one patch decides where two
    classes are close. Of 1694 patches of validation films 1.12 % vote otherwise than in f32 where
    only the first convolution is left in f32, 0.24 % with two residual blocks, and 0.00 % with the
    four that are.

    Parameters
    ----------
    manifest
        The network.
    arithmetic
        Number format; AUTO asks the processor, and a segmentation network has no choice.
    threads
        0 leaves the number of threads to OpenVINO.
    exact_blocks
        Residual blocks of the classifier, 0 to 7, behind which bf16 begins where it is used.
    """

    def __init__(
        self,
        manifest: ModelManifest,
        *,
        arithmetic: Arithmetic = Arithmetic.AUTO,
        threads: int = 0,
        exact_blocks: int = EXACT_BLOCKS,
    ) -> None:
        core = shared_core()
        if arithmetic is Arithmetic.AUTO:
            fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            arithmetic = Arithmetic.BF16 if fast else Arithmetic.F32
        # Pinned, the only thread of every worker process would sit on the same first core.
        options: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False}
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        model = core.read_model(str(manifest.weights))
        if manifest.task is Task.SEGMENTATION:
            arithmetic = Arithmetic.F32
        parts = [(model, arithmetic)]
        if arithmetic is Arithmetic.BF16:
            first, second = _split_behind(exact_blocks, model)
            parts = [(first, Arithmetic.F32), (second, Arithmetic.BF16)]
        self._requests = [
            core.compile_model(
                part, "CPU", options | {"INFERENCE_PRECISION_HINT": inner.value}
            ).create_infer_request()
            for part, inner in parts
        ]
        self._description = f"OpenVINO CPU {arithmetic.value}"

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic."""
        return self._description

    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        tensor = openvino.Tensor(np.ascontiguousarray(images, np.float32))
        for request in self._requests:
            found = request.infer([tensor], share_inputs=True)
            tensor = request.get_output_tensor(0)
        # The request reuses its output memory at the next call.
        return tuple(np.array(found[index], np.float32) for index in range(len(found)))


@cache
def shared_core() -> openvino.Core:
    """Return the one core of this process, which lives as long as the process.

    Its CPU plugin gives the thread a stack for signals and unmaps it when the core goes. Two
    cores that go in the order they came leave the thread with a stack that is no longer there,
    and the next signal, a child that ends for one, kills the process.
    """
    return openvino.Core()


def _split_behind(blocks: int, model: openvino.Model) -> tuple[openvino.Model, openvino.Model]:
    """Return a ResNet-18 in two parts, the second of which takes the place of the model's."""
    relus = [item for item in model.get_ordered_ops() if item.get_type_name() == "Relu"]
    features = relus[blocks * _RELUS_IN_A_BLOCK].output(0)
    entry = opset.parameter(features.get_partial_shape(), openvino.Type.f32)
    for reader in features.get_target_inputs():
        reader.replace_source_output(entry.output(0))
    return (
        openvino.Model([features], model.get_parameters()),
        openvino.Model(model.get_results(), [entry]),
    )
