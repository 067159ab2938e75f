"""Measure what the limits of warnings about masks stand beside.

Usage: python .ci/warning_limits.py MANIFEST

With another segmentation network these limits have to be looked at again.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CXRTriageLib.cohort.film_list import LabelKind, Split, read_film_list  # noqa: E402
from CXRTriageLib.domain.anatomy import LUNGS, Structure  # noqa: E402
from CXRTriageLib.domain.arrays import Labels  # noqa: E402
from CXRTriageLib.domain.radiograph import Radiograph  # noqa: E402
from CXRTriageLib.domain.segmentation import ChestSegmentation  # noqa: E402
from CXRTriageLib.domain.settings import Mode, TriageSettings  # noqa: E402
from CXRTriageLib.eligibility.certainty import MUCH_DOUBT, TOO_MUCH_DOUBT  # noqa: E402
from CXRTriageLib.eligibility.left_out_lung import MUCH_LEFT_OUT, left_out_shares  # noqa: E402
from CXRTriageLib.networks.weights import Task, read_manifest  # noqa: E402
from CXRTriageLib.pipeline.triage import TriagePipeline  # noqa: E402
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm  # noqa: E402
from CXRTriageLib.reading import read_radiograph  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "warning-limits-validation.json"
TURNED_EVERY = 20
QUARTERS = {"left": 1, "upside_down": 2, "right": 3}


def masks(pipeline: TriagePipeline, film: Radiograph) -> ChestSegmentation:
    """Return the masks of a film."""
    return pipeline.segment(PreprocessedFilm.of(film), TriageSettings.for_mode(Mode.DEFAULT))


def turned(film: Radiograph, quarters: int) -> Radiograph:
    """Return a film turned by quarters of a circle."""
    return dataclasses.replace(film, pixels=np.rot90(film.pixels, quarters).copy())


def below_lungs(drawn: Labels) -> float:
    """Return the rows of the heart below both lungs, by those that the lungs span."""
    heart = np.flatnonzero((drawn == Structure.HEART).any(axis=1))
    lungs = np.flatnonzero(np.isin(drawn, LUNGS).any(axis=1))
    return float((heart[-1] - lungs[-1]) / (lungs[-1] - lungs[0] + 1))


def main() -> int:
    """Write what was measured."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    pipeline = TriagePipeline.load(None)
    listed = read_film_list(Path(sys.argv[1]))
    validation = [film for film in listed if film.split is Split.VALIDATION]
    doubt, left_out = [], []
    for film in validation:
        found = masks(pipeline, read_radiograph(film.image))
        doubt.append(found.doubtful_share)
        left_out.append(max((share for _, share in left_out_shares(found)), default=0.0))
    doubt_if_turned = {
        name: sorted(
            masks(pipeline, turned(read_radiograph(film.image), quarters)).doubtful_share
            for film in validation[::TURNED_EVERY]
        )
        for name, quarters in QUARTERS.items()
    }
    sideways = doubt_if_turned["left"] + doubt_if_turned["right"]
    hearts = sorted(
        below_lungs(np.asarray(Image.open(film.label)))
        for film in listed
        if film.split is Split.TRAIN and film.label_kind is LabelKind.LUNGS_AND_HEART
    )
    mentioned = [
        film for film, share in zip(validation, left_out, strict=True) if share > MUCH_LEFT_OUT
    ]
    document: dict[str, Any] = {
        "network": read_manifest(Task.SEGMENTATION).identity.sha256,
        "films": len(validation),
        "doubtful_share": dict(
            zip(("half", "percent_99", "most"), np.percentile(doubt, (50, 99, 100)), strict=True)
        ),
        "much_doubt": sum(share > MUCH_DOUBT for share in doubt),
        "sideways": {
            "least": min(sideways),
            "too_much_doubt": sum(share > TOO_MUCH_DOUBT for share in sideways),
            "films": len(sideways),
        },
        "upside_down": [min(doubt_if_turned["upside_down"]), max(doubt_if_turned["upside_down"])],
        "left_out": dict(
            zip(("half", "percent_95"), np.percentile(left_out, (50, 95)), strict=True)
        ),
        "left_out_mentioned": sorted(film.dataset for film in mentioned),
        "heart_below_lungs": {"label_images": len(hearts), "largest": hearts[-3:]},
    }
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
