"""Which processor runs the networks, and with which arithmetic."""

from __future__ import annotations

from enum import Enum
from importlib.util import find_spec


class Device(Enum):
    """Where inference runs."""

    AUTO = "auto"
    """The GPU where there is one that PyTorch can use, else the CPU."""
    CPU = "cpu"
    CUDA = "cuda"


class Arithmetic(Enum):
    """Number format of the networks' inner values."""

    AUTO = "auto"
    """bf16 where the processor has it, f32 elsewhere."""
    BF16 = "bf16"
    """For the layers that bear it; see `CXRTriageLib.networks.openvino_engine.OpenVinoEngine`."""
    F32 = "f32"


def cuda_is_available() -> bool:
    """Return whether PyTorch is installed and sees a GPU.

    Returns
    -------
    bool
        False where PyTorch is not installed; nothing is imported in that case.
    """
    if find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())
