"""Records of a site that does not exist, drawn from a seed."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.site_evaluation.film_record import (
    SHAPE_FEATURES,
    ControlOutcome,
    FilmRecord,
    FilmState,
    OrganAgreement,
)
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from support.results import CLASS_NAMES, MODELS

CLASS_LABELS = ("Normal", "Bacterial pneumonia", "Tuberculosis", "Viral pneumonia")
FACTS = RunFacts(
    software_version="0.1.0",
    mode="default",
    class_names=CLASS_NAMES,
    class_labels=CLASS_LABELS,
    models=MODELS,
)


@dataclass(frozen=True)
class MadeUpSite:
    """Holds records as a store does."""

    films: Sequence[FilmRecord]
    run: RunFacts = FACTS

    def facts(self) -> RunFacts:
        """Return what the run was made with."""
        return self.run

    def records(self) -> Iterator[FilmRecord]:
        """Yield the films."""
        return iter(self.films)


def film_record(row: int = 2, **values: object) -> FilmRecord:
    """Return a film that is done, with whatever else is given."""
    defaults = {
        "row": row,
        "key": f"k{row:05d}",
        "patient_key": f"p{row:05d}",
        "state": FilmState.DONE,
    }
    return FilmRecord(**defaults | values)


def vote_for(name: str, certainty: float = 0.7) -> dict[str, object]:
    """Return the fields of a vote that one class wins."""
    shares = np.full(len(CLASS_NAMES), (1 - certainty) / (len(CLASS_NAMES) - 1))
    shares[CLASS_NAMES.index(name)] = certainty
    return {
        "found_class": name,
        "vote_shares": tuple(shares.tolist()),
        "mean_probabilities": tuple(shares.tolist()),
        "vote_margin": float(certainty - shares.min()),
        "entropy_bits": float(-(shares * np.log2(shares)).sum()),
    }


def agreement(jaccard: float, *, mm: bool = True) -> tuple[OrganAgreement, ...]:
    """Return how well every structure agrees with its label, all about as well."""
    distance = 60 * (1 - jaccard)
    return tuple(
        OrganAgreement(
            organ=organ,
            jaccard=jaccard - drop,
            dice=2 * (jaccard - drop) / (1 + jaccard - drop),
            hd95_px=distance,
            hd95_mm=distance * 0.3 if mm else None,
            surface_distance_px=distance / 4,
            surface_distance_mm=distance * 0.3 / 4 if mm else None,
        )
        for organ, drop in (("heart", 0.06), ("left_lung", 0.01), ("right_lung", 0), ("lungs", 0))
    )


def made_up_site(films: int = 160, *, seed: int = 0, corrected: int = 12) -> MadeUpSite:
    """Return a site with four classes, two sources, masks for half of the films and controls.

    Parameters
    ----------
    films
        How many were measured; three more were left out.
    seed
        Of everything that is drawn.
    corrected
        So many of the films also have a corrected mask.
    """
    generator = np.random.default_rng(seed)
    measured = [_film(row, generator) for row in range(2, films + 2)]
    second = [_corrected(item) for item in measured if item.agreement][:corrected]
    both = sorted(
        [*measured, *second], key=lambda item: (item.row, item.mask_source.value != "network")
    )
    return MadeUpSite(films=[*both, *_left_out(films + 2)])


def _film(row: int, generator: np.random.Generator) -> FilmRecord:
    code = int(generator.choice(4, p=(0.45, 0.12, 0.2, 0.23)))
    name = CLASS_NAMES[code]
    logits = generator.normal(0, 1, 4)
    logits[code] += 1.6
    chances = np.exp(1.6 * logits) / np.exp(1.6 * logits).sum()
    entropy = float(-(chances * np.log2(chances)).sum())
    ordered = np.sort(chances)
    ratio = float(np.clip(generator.normal(0.45 + 0.02 * code, 0.05), 0.3, 0.7))
    jaccard = float(np.clip(generator.normal(0.94, 0.025), 0.6, 0.99))
    has_label = row % 2 == 0
    age = float(generator.integers(18, 91)) if row % 9 else None
    return film_record(
        row,
        patient_key=f"p{row - row % 3:05d}" if row % 7 == 0 else f"p{row:05d}",
        class_name=name,
        subclass="COVID-19"
        if name == "viral" and row % 4
        else ("other viral" if code == 3 else name),
        site="ward" if generator.random() < 0.3 + 0.15 * code else "clinic",
        view=str(generator.choice(["PA", "AP", "AP supine"], p=(0.7, 0.2, 0.1))),
        age_years=age,
        sex=str(generator.choice(["M", "F"])) if row % 11 else None,
        manufacturer=str(generator.choice(["Alpha Imaging", "Beta X-ray"])),
        found_class=CLASS_NAMES[int(chances.argmax())],
        vote_shares=tuple(chances.tolist()),
        mean_probabilities=tuple(chances.tolist()),
        vote_margin=float(ordered[-1] - ordered[-2]),
        entropy_bits=entropy,
        biomarkers=(
            ("mean_lung_intensity", float(generator.normal(0.54 - 0.012 * code, 0.05))),
            ("sd_lung_intensity", float(generator.normal(0.139 + 0.008 * code, 0.018))),
            ("cardiothoracic_ratio", ratio),
        ),
        agreement=agreement(jaccard, mm=row % 4 == 0) if has_label else (),
        cardiothoracic_ratio_of_label=ratio + float(generator.normal(0, 0.012))
        if has_label
        else None,
        warnings=("unknown_view",) if row % 13 == 0 else (),
        controls=_controls(code, generator),
        overlay=f"overlays/k{row:05d}-network.png",
        patch_intensities=tuple(
            (
                CLASS_NAMES[int(generator.choice(4, p=chances))],
                float(generator.normal(0.55 - 0.01 * code, 0.08)),
                float(abs(generator.normal(0.12, 0.02))),
            )
            for _ in range(12)
        ),
    )


def _controls(code: int, generator: np.random.Generator) -> ControlOutcome:
    chances = tuple(generator.dirichlet(np.ones(4)).tolist())
    histogram = generator.dirichlet(np.ones(32) + 2 * (np.arange(32) // 8 == code))
    return ControlOutcome(
        blacked_out_class=CLASS_NAMES[int(np.argmax(chances))],
        blacked_out_probabilities=chances,
        shape_only_class=CLASS_NAMES[int(np.argmin(chances))],
        shape_only_probabilities=chances[::-1],
        surroundings=tuple(generator.random(64).tolist()),
        shape=tuple(generator.random(len(SHAPE_FEATURES)).tolist()),
        histogram=tuple(histogram.tolist()),
    )


def _corrected(film: FilmRecord) -> FilmRecord:
    biomarkers = tuple((name, value + 0.004) for name, value in film.biomarkers)
    return dataclasses.replace(
        film,
        mask_source=MaskSource.CORRECTED,
        agreement=agreement(0.985),
        biomarkers=biomarkers,
        overlay=None,
    )


def _left_out(row: int) -> list[FilmRecord]:
    states = (FilmState.EXCLUDED, FilmState.REFUSED, FilmState.FAILED)
    reasons = (
        "The patient is under 18.",
        "The file holds no pixels.",
        "Something went wrong while the film was measured (MemoryError).",
    )
    return [
        film_record(row + index, state=state, reason=reason)
        for index, (state, reason) in enumerate(zip(states, reasons, strict=True))
    ]


def write_overlays(site: MadeUpSite, output: Path) -> None:
    """Write a small gray picture for every film that names one."""
    (output / "overlays").mkdir(parents=True, exist_ok=True)
    for film in site.films:
        if film.overlay is not None:
            buffer = io.BytesIO()
            Image.new("L", (24, 32), film.row % 200).save(buffer, "PNG")
            (output / film.overlay).write_bytes(buffer.getvalue())
