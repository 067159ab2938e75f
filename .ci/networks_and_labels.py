"""Measure how far two networks agree with each other where both disagree with the labels.

Usage: python .ci/networks_and_labels.py MANIFEST MODELS

The first network is the shipped one, MODELS holds the other. Where two networks that were trained
apart draw the same border and the label another, better training of the same kind moves little.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CXRTriageLib.cohort.film_list import (  # noqa: E402
    LabelKind,
    ListedFilm,
    Split,
    read_film_list,
)
from CXRTriageLib.domain.settings import Mode, TriageSettings  # noqa: E402
from CXRTriageLib.metrics.overlap import lung_jaccard  # noqa: E402
from CXRTriageLib.networks.weights import Task, read_manifest  # noqa: E402
from CXRTriageLib.pipeline.triage import TriagePipeline  # noqa: E402
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm  # noqa: E402
from CXRTriageLib.reading import read_radiograph  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "networks-and-labels-validation.json"
KINDS = (LabelKind.LUNGS_AND_HEART, LabelKind.LUNGS)


def agreement(film: ListedFilm, pipelines: list[TriagePipeline]) -> list[float]:
    """Return Jaccard indices of the lungs: each network with the label, one with the other."""
    preprocessed = PreprocessedFilm.of(read_radiograph(film.image))
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    first, second = (pipeline.segment(preprocessed, settings).labels for pipeline in pipelines)
    with Image.open(film.label) as opened:
        drawn = np.asarray(opened)
    pairs = ((first, drawn), (second, drawn), (first, second))
    return [lung_jaccard(*pair) for pair in pairs]


def main() -> int:
    """Write what was measured, for each source."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    models = [None, Path(sys.argv[2])]
    pipelines = [TriagePipeline.load(folder) for folder in models]
    found: dict[str, list[list[float]]] = defaultdict(list)
    for film in read_film_list(Path(sys.argv[1])):
        if film.split is Split.VALIDATION and film.label and film.label_kind in KINDS:
            found[film.dataset].append(agreement(film, pipelines))
    names = ("shipped_with_labels", "other_with_labels", "shipped_with_other")
    sources: list[dict[str, Any]] = [
        {"dataset": dataset, "films": len(rows)}
        | dict(zip(names, map(fmean, zip(*rows, strict=True)), strict=True))
        for dataset, rows in sorted(found.items())
    ]
    networks = [read_manifest(Task.SEGMENTATION, folder).identity.sha256 for folder in models]
    document = {"networks": networks, "lungs_jaccard": sources}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
