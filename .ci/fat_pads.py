"""Measure how far fat pads that are painted beside the heart shift the cardiothoracic ratio.

Usage: python .ci/fat_pads.py MANIFEST [MODELS ...]

The first network is the shipped one; folders of others may follow.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CXRTriageLib.biomarkers.cardiothoracic import (  # noqa: E402
    cardiothoracic_ratio,
    heart_diameter,
    thoracic_diameter,
)
from CXRTriageLib.cohort.film_list import LabelKind, Split, read_film_list  # noqa: E402
from CXRTriageLib.cohort.row_problems import RowProblems  # noqa: E402
from CXRTriageLib.domain.anatomy import Structure  # noqa: E402
from CXRTriageLib.domain.label_runs import LabelRuns  # noqa: E402
from CXRTriageLib.networks.engine import Engine, load_engine  # noqa: E402
from CXRTriageLib.networks.weights import Task, read_manifest  # noqa: E402
from CXRTriageLib.segmentation.cleanup import clean_labels  # noqa: E402
from CXRTriageLib.training.fat_pads import random_fat_pad  # noqa: E402
from CXRTriageLib.training.labeled_films import MaskedFilm, load_masked_films  # noqa: E402

RESULT = ROOT / "Resources" / "Models" / "fat-pads-validation.json"
SIDE_PX = 384
PADS_OF_A_FILM = 5


def ratio(engine: Engine, image: np.ndarray) -> float:
    """Return the cardiothoracic ratio of a preprocessed film on the network's grid."""
    logits = engine.infer(image[np.newaxis, np.newaxis].astype(np.float32))[0][0]
    found = logits[: len(Structure)].argmax(axis=0).astype(np.uint8)
    runs = LabelRuns.from_labels(clean_labels(found))
    return cardiothoracic_ratio(heart_diameter(runs), thoracic_diameter(runs))


def shifts(engine: Engine, films: list[MaskedFilm]) -> dict[str, Any]:
    """Return the ratio with a pad minus that without, over all films and pads."""
    differences = []
    for number, film in enumerate(films):
        generator = np.random.default_rng(number)
        plain = ratio(engine, film.image)
        for _ in range(PADS_OF_A_FILM):
            painted = random_fat_pad(film.image, film.possible, generator)
            differences.append(ratio(engine, painted) - plain)
    spread = np.abs(differences)
    return {
        "mean": float(np.mean(differences)),
        "sd": float(np.std(differences, ddof=1)),
        "absolute_p95": float(np.percentile(spread, 95)),
        "over_0_03": float(np.mean(spread > 0.03)),
    }


def main() -> int:
    """Write what was measured."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    listed = [
        film
        for film in read_film_list(Path(sys.argv[1]))
        if film.split is Split.VALIDATION and film.label_kind is LabelKind.LUNGS_AND_HEART
    ]
    films = load_masked_films(listed, side=SIDE_PX, problems=RowProblems("The manifest"))
    networks = []
    for folder in (None, *map(Path, sys.argv[2:])):
        manifest = read_manifest(Task.SEGMENTATION, folder)
        found = shifts(load_engine(manifest), films)
        networks.append({"sha256": manifest.identity.sha256, **found})
    document = {"films": len(films), "pads": PADS_OF_A_FILM * len(films), "networks": networks}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
