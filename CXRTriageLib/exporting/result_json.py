"""A triage result as JSON; the schema in `Resources/Schemas` describes every property."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.domain.provenance import Provenance
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.domain.triage import Classification, TriageResult
from CXRTriageLib.exporting.saliency_volume import SALIENCY_FILE

SCHEMA_VERSION = "1.1"
"""Grows behind the point where properties are added, before it where they change or go."""

SCHEMA_FILE = "result-1.json"
"""Below `Resources/Schemas`."""

SIGNIFICANT_DIGITS = 6
"""Digits behind that differ between processors and inference engines."""


def result_to_json(
    result: TriageResult, *, files: Sequence[str] = (), run_key: str | None = None
) -> dict[str, Any]:
    """Return a result as a JSON object.

    Parameters
    ----------
    result
        What the pipeline found.
    files
        Names of the files that lie beside the JSON.
    run_key
        Fingerprint of everything that the result was made from, so that a later run can tell
        whether it has to be made again.

    Returns
    -------
    dict
        Objects, lists, strings, numbers and None in a fixed order, valid under the schema.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "recommendation": _plain(result.recommendation),
        "classification": _classification(result),
        "biomarkers": {item.name: _biomarker(item) for item in result.biomarkers},
        "calipers": calipers_to_json(result.calipers),
        "by_hand": by_hand_to_json(result.by_hand),
        "warnings": [_plain(warning) for warning in result.warnings],
        "film": _plain(result.facts) | {"rows_px": result.shape[0], "columns_px": result.shape[1]},
        "spacing": _plain(result.spacing),
        "masks": {
            "source": result.segmentation.source.value,
            "label_values": {item.name.lower(): item.value for item in Structure},
        },
        "saliency": _saliency(result.saliency, files),
        "files": list(files),
        "provenance": _provenance(result.provenance) | {"run_key": run_key},
    }


def class_label(document: Mapping[str, Any] | None, name: str) -> str:
    """Return the name of a class for people.

    Parameters
    ----------
    document
        What `result_to_json` returned, perhaps in an earlier version; or None.
    name
        Of the class in files.
    """
    found = {} if document is None else document["classification"]
    labels: Mapping[str, str] = found.get("class_labels", {})
    return labels.get(name, name.replace("_", " ").capitalize())


def by_hand_to_json(placed: Measurement | None) -> dict[str, Any] | None:
    """Return what a reader measured by placing lines as the property ``by_hand``.

    Parameters
    ----------
    placed
        None where no line was placed.
    """
    if placed is None:
        return None
    return {
        "biomarkers": {item.name: _biomarker(item) for item in placed.biomarkers},
        "calipers": calipers_to_json(placed.calipers),
    }


def calipers_to_json(calipers: Iterable[Caliper]) -> dict[str, Any]:
    """Return lines as the property ``calipers``: by name, with their ends."""
    return {
        item.name: {"start_px": _rounded(item.start), "end_px": _rounded(item.end)}
        for item in calipers
    }


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a JSON object as a text that people can read.

    Parameters
    ----------
    path
        Where to write.
    document
        What `result_to_json` returns.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _classification(result: TriageResult) -> dict[str, Any]:
    if result.classification is None:
        blocking = [item.message for item in result.warnings if item.blocks_classification]
        return {
            "class": None,
            "reason": " ".join(blocking) or result.recommendation.reason,
            "classes": [],
            "class_labels": {},
            "votes": None,
            "vote_shares": None,
            "mean_probabilities": None,
            "entropy_bits": None,
            "tie": None,
            "working_rows_px": None,
            "working_columns_px": None,
            "patches": [],
        }
    votes, evidence = result.classification.votes, result.classification.evidence
    names = votes.class_names
    return {
        "class": votes.winner_name,
        "reason": None,
        "classes": list(names),
        "class_labels": dict(zip(names, result.classification.class_labels, strict=True)),
        "votes": dict(zip(names, votes.counts, strict=True)),
        "vote_shares": dict(zip(names, _rounded(votes.shares), strict=True)),
        "mean_probabilities": dict(zip(names, _rounded(votes.mean_probabilities), strict=True)),
        "entropy_bits": _rounded(votes.entropy_bits),
        "tie": [names[index] for index in votes.tied] if len(votes.tied) > 1 else [],
        "working_rows_px": evidence.working_shape[0],
        "working_columns_px": evidence.working_shape[1],
        "patches": _patches(result.classification, result.shape),
    }


def _patches(classification: Classification, film_shape: tuple[int, int]) -> list[dict[str, Any]]:
    evidence = classification.evidence
    winners = evidence.probabilities.argmax(axis=1)
    return [
        {
            "class": evidence.class_names[winner],
            "center_film_px": _rounded(on_film),
            "center_working_px": center,
            "probabilities": dict(zip(evidence.class_names, _rounded(probabilities), strict=True)),
        }
        for winner, on_film, center, probabilities in zip(
            winners.tolist(),
            _centers_on_film(evidence, film_shape).tolist(),
            evidence.centers.tolist(),
            evidence.probabilities.tolist(),
            strict=True,
        )
    ]


def _centers_on_film(evidence: PatchEvidence, film_shape: tuple[int, int]) -> np.ndarray:
    scale = np.array(film_shape) / np.array(evidence.working_shape)
    # Both images cover the same field, and pixel centers lie at whole numbers: the first
    # pixel's corner, at minus one half, is what they share.
    centers: np.ndarray = (evidence.centers + 0.5) * scale - 0.5
    return centers


def _biomarker(biomarker: Biomarker) -> dict[str, Any]:
    return {
        "label": biomarker.label,
        "value": _plain(biomarker.value),
        "unit": biomarker.unit,
        "reason": biomarker.reason or None,
    }


def _saliency(saliency: SaliencyMap | None, files: Sequence[str]) -> dict[str, Any] | None:
    if saliency is None:
        return None
    _, rows, columns = saliency.values.shape
    return {
        "file": SALIENCY_FILE if SALIENCY_FILE in files else None,
        "classes": list(saliency.class_names),
        "unit": "1",
        "maxima": dict(
            zip(
                saliency.class_names,
                _rounded(saliency.values.max(axis=(1, 2)).tolist()),
                strict=True,
            )
        ),
        "rows_px": rows,
        "columns_px": columns,
    }


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "software": {"name": "CXRTriage", "version": provenance.software_version},
        "mode": provenance.settings.mode.value,
        "settings": _settings(provenance.settings),
        "engine": provenance.engine,
        "models": [_plain(model) for model in provenance.models],
        "pixel_sha256": provenance.pixel_sha256,
    }


def _settings(settings: TriageSettings) -> dict[str, Any]:
    choices: dict[str, Any] = _plain(settings)
    del choices["mode"]
    return choices


def _plain(value: Any) -> Any:
    """Turn values into what JSON knows; an empty text says the same as nothing."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return _rounded(value)
    return None if value == "" else value


def _rounded(value: float | Sequence[float]) -> Any:
    if isinstance(value, Sequence):
        return [_rounded(item) for item in value]
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
