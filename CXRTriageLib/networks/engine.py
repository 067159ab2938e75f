"""One small interface over the inference engines."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.device import Arithmetic, Device, cuda_is_available
from CXRTriageLib.networks.weights import ModelManifest


class Engine(Protocol):
    """A loaded network."""

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic, for provenance."""

    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs.

        Parameters
        ----------
        images
            Preprocessed gray values 0 to 255, (n, 1, rows, columns).

        Returns
        -------
        tuple of ndarray
            Segmentation: logits (n, structures, rows, columns). Classification: logits
            (n, classes) and class maps (n, classes, rows / 32, columns / 32).
        """


def load_engine(
    manifest: ModelManifest,
    *,
    device: Device = Device.AUTO,
    arithmetic: Arithmetic = Arithmetic.AUTO,
    threads: int = 0,
) -> Engine:
    """Load a network into the engine that suits the machine.

    Parameters
    ----------
    manifest
        The network.
    device
        Where it should run.
    arithmetic
        Number format; only OpenVINO offers a choice, PyTorch computes in f32.
    threads
        Threads on the CPU; 0 leaves it to the engine.

    Returns
    -------
    Engine
        OpenVINO on the CPU, PyTorch on a GPU.

    Raises
    ------
    ModelError
        If a GPU is wanted and there is none.
    """
    wants_gpu = device is Device.CUDA or (device is Device.AUTO and cuda_is_available())
    if not wants_gpu:
        from CXRTriageLib.networks.openvino_engine import (
            OpenVinoEngine,
        )

        return OpenVinoEngine(manifest, arithmetic=arithmetic, threads=threads)
    if not cuda_is_available():
        raise ModelError(
            "A GPU was asked for and PyTorch sees none. Leave out --device cuda, or install "
            "PyTorch with CUDA and a GPU driver."
        )
    from CXRTriageLib.networks.torch_engine import TorchEngine

    return TorchEngine(manifest, device="cuda")
