"""Measure how many patches vote otherwise where part of the classifier computes in bf16.

Usage: python .ci/bf16_layers.py MANIFEST

On the first validation films, against f32, by the number of residual blocks that stay in f32. It
takes a processor that has bf16.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CXRTriageLib.benchmarking.stage_clock import ClockedEngine  # noqa: E402
from CXRTriageLib.cohort.film_list import Split, read_film_list  # noqa: E402
from CXRTriageLib.domain.radiograph import Radiograph  # noqa: E402
from CXRTriageLib.domain.settings import Mode, TriageSettings  # noqa: E402
from CXRTriageLib.networks.device import Arithmetic  # noqa: E402
from CXRTriageLib.networks.openvino_engine import OpenVinoEngine  # noqa: E402
from CXRTriageLib.networks.weights import Task, read_manifest  # noqa: E402
from CXRTriageLib.pipeline.triage import TriagePipeline  # noqa: E402
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm  # noqa: E402
from CXRTriageLib.reading import read_radiograph  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "bf16-layers-validation.json"
FILMS = 60
BLOCKS_IN_F32 = (0, 2, 4, 6)


def ballots(pipelines: list[TriagePipeline], film: Radiograph) -> NDArray[np.int64] | None:
    """Return the class of each patch, one row for each pipeline; None without a vote."""
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    masks = pipelines[0].segment(PreprocessedFilm.of(film), settings)
    rows = []
    for pipeline in pipelines:
        found = pipeline.run(film, settings=settings, corrected=masks).classification
        if found is None:
            return None
        rows.append(found.evidence.probabilities.argmax(axis=1))
    return np.stack(rows)


def main() -> int:
    """Write what was measured."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    manifests = read_manifest(Task.SEGMENTATION), read_manifest(Task.CLASSIFICATION)
    segmenting = OpenVinoEngine(manifests[0])
    exact = OpenVinoEngine(manifests[1], arithmetic=Arithmetic.F32)
    partly = [
        OpenVinoEngine(manifests[1], arithmetic=Arithmetic.BF16, exact_blocks=blocks)
        for blocks in BLOCKS_IN_F32
    ]
    clocks = [ClockedEngine(engine) for engine in (exact, *partly)]
    pipelines = [TriagePipeline.from_engines(manifests, (segmenting, clock)) for clock in clocks]
    listed = read_film_list(Path(sys.argv[1]))
    validation = [film for film in listed if film.split is Split.VALIDATION][:FILMS]
    all_ballots = [ballots(pipelines, read_radiograph(film.image)) for film in validation]
    votes = np.concatenate([rows for rows in all_ballots if rows is not None], axis=1)
    seconds = [clock.take_elapsed_s() for clock in clocks]
    document = {
        "network": manifests[1].identity.sha256,
        "films": sum(rows is not None for rows in all_ballots),
        "patches": votes.shape[1],
        "blocks_in_f32": [
            {
                "blocks": blocks,
                "other_vote": float((row != votes[0]).mean()),
                "time_of_f32": taken / seconds[0],
            }
            for blocks, row, taken in zip(BLOCKS_IN_F32, votes[1:], seconds[1:], strict=True)
        ],
    }
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
