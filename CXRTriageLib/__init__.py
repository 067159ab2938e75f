"""Patch-vote triage of chest radiographs, without a window.

Research use, not a diagnosis.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from CXRTriageLib.version import __version__

if TYPE_CHECKING:
    from CXRTriageLib.domain.radiograph import Radiograph
    from CXRTriageLib.domain.segmentation import ChestSegmentation
    from CXRTriageLib.domain.settings import Mode, TriageSettings
    from CXRTriageLib.domain.triage import TriageResult
    from CXRTriageLib.pipeline.triage import TriagePipeline, triage_radiograph
    from CXRTriageLib.reading import read_radiograph

_HOME = {
    "ChestSegmentation": "domain.segmentation",
    "Mode": "domain.settings",
    "Radiograph": "domain.radiograph",
    "TriagePipeline": "pipeline.triage",
    "TriageResult": "domain.triage",
    "TriageSettings": "domain.settings",
    "read_radiograph": "reading",
    "triage_radiograph": "pipeline.triage",
}

__all__ = [
    "ChestSegmentation",
    "Mode",
    "Radiograph",
    "TriagePipeline",
    "TriageResult",
    "TriageSettings",
    "__version__",
    "read_radiograph",
    "triage_radiograph",
]


def __getattr__(name: str) -> Any:
    # Importing the library must stay cheap; what a name needs is loaded when it is asked for.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
