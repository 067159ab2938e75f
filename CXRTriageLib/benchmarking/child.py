"""The process that measures: takes one request, prints one line of JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from CXRTriageLib.benchmarking.measurement import Measurement
from CXRTriageLib.benchmarking.memory import peak_memory_mb
from CXRTriageLib.benchmarking.pipeline_timing import time_first_film, time_pipeline
from CXRTriageLib.benchmarking.processes import Request, Task
from CXRTriageLib.errors import CXRTriageError, MissingDependencyError
from CXRTriageLib.networks.device import Arithmetic
from CXRTriageLib.optional import require

PAPER_PACKAGES = ("torch", "torchvision", "onnx", "pytorch_grad_cam")


def answer(request: Request) -> dict[str, Any]:
    """Measure what is asked for.

    Parameters
    ----------
    request
        What to measure.

    Returns
    -------
    dict
        Figures with the peak memory of this process, or the reason why there are none.
    """
    try:
        document = _measured(request).to_document()
    except MissingDependencyError as error:
        return {"missing": str(error)}
    except CXRTriageError as error:
        return {"error": str(error)}
    return document | {"peak_memory_mb": peak_memory_mb()}


def _measured(request: Request) -> Measurement:
    film = Path(request.film)
    models = Path(request.models) if request.models else None
    task = Task(request.task)
    if task is Task.PAPER:
        for package in PAPER_PACKAGES:
            require(package, extra="train", purpose="the paper's procedure")
        from CXRTriageLib.benchmarking.paper_procedure import time_paper_procedure

        return time_paper_procedure(film, models, repeats=request.repeats)
    arithmetic = Arithmetic(request.arithmetic)
    if task is Task.FIRST_FILM:
        return time_first_film(film, models, arithmetic=arithmetic)
    return time_pipeline(film, models, arithmetic=arithmetic, repeats=request.repeats)


if __name__ == "__main__":
    # Written at once: whoever asked is waiting with a clock.
    sys.stdout.write(json.dumps(answer(Request.from_text(sys.argv[1]))) + "\n")
    sys.stdout.flush()
