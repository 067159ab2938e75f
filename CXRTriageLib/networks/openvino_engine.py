"""Inference by OpenVINO on the CPU."""

from __future__ import annotations

import numpy as np
import openvino
from numpy.typing import NDArray

from CXRTriageLib.networks.device import Arithmetic
from CXRTriageLib.networks.weights import ModelManifest


class OpenVinoEngine:
    """A network compiled for this machine's processor.

    Parameters
    ----------
    manifest
        The network.
    arithmetic
        Number format; AUTO asks the processor.
    threads
        0 leaves the number of threads to OpenVINO.
    """

    def __init__(
        self,
        manifest: ModelManifest,
        *,
        arithmetic: Arithmetic = Arithmetic.AUTO,
        threads: int = 0,
    ) -> None:
        core = openvino.Core()
        if arithmetic is Arithmetic.AUTO:
            fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            arithmetic = Arithmetic.BF16 if fast else Arithmetic.F32
        options: dict[str, object] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": arithmetic.value,
        }
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        model = core.read_model(str(manifest.weights))
        self._request = core.compile_model(model, "CPU", options).create_infer_request()
        self._description = f"OpenVINO CPU {arithmetic.value}"

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic."""
        return self._description

    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        found = self._request.infer([np.ascontiguousarray(images, np.float32)])
        # The request reuses its output memory at the next call.
        return tuple(np.array(found[index], np.float32) for index in range(len(found)))
