"""Records of films become columns; a record is dropped as soon as its numbers are packed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.site_evaluation.film_record import (
    ORGAN_NAMES,
    ControlOutcome,
    FilmRecord,
    FilmState,
    OrganAgreement,
)
from CXRTriageLib.site_evaluation.statistics.columns import (
    AGREEMENT_MEASURES,
    PATCH_MEAN,
    PATCH_SD,
    ControlColumns,
    FilmColumns,
    Numbers,
    Words,
)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A film without a result."""

    row: int
    state: FilmState
    reason: str


@dataclass(frozen=True, kw_only=True)
class PatchColumns:
    """Patches that voted for the class of their film.

    Attributes
    ----------
    film
        Position of the film, (n,).
    mean, sd
        Of the equalized gray over the lung pixels of the patch, 0 to 1, (n,).
    """

    film: NDArray[np.int64]
    mean: NDArray[np.float32]
    sd: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class SiteFilms:
    """All films of an evaluation.

    Attributes
    ----------
    network, corrected
        Films by the source of their masks; a film with a corrected mask is in both.
    left_out
        Films that were refused, failed or excluded.
    warnings
        How many films carry each warning, by code.
    patches
        Patches of the main films that voted for the class of their film.
    """

    network: FilmColumns
    corrected: FilmColumns
    left_out: tuple[LeftOut, ...]
    warnings: Mapping[str, int]
    patches: PatchColumns

    @property
    def main(self) -> FilmColumns:
        """The films that the report is about: with the network's masks where there are any."""
        return self.network if len(self.network) else self.corrected


def read_films(records: Iterable[FilmRecord], class_names: Sequence[str]) -> SiteFilms:
    """Read records into columns.

    Parameters
    ----------
    records
        May be read only once; none is kept.
    class_names
        Order of the classes in votes.

    Returns
    -------
    SiteFilms
        In the order of the records.
    """
    builders = {source: _Builder(len(class_names)) for source in MaskSource}
    left_out: list[LeftOut] = []
    warnings: Counter[str] = Counter()
    for record in records:
        if record.state is FilmState.DONE:
            builders[record.mask_source].add(record)
            if record.mask_source is MaskSource.NETWORK:
                warnings.update(set(record.warnings))
        else:
            left_out.append(LeftOut(row=record.row, state=record.state, reason=record.reason))
    main = builders[MaskSource.NETWORK]
    if not main.words:
        main = builders[MaskSource.CORRECTED]
    return SiteFilms(
        patches=main.patch_columns(),
        network=builders[MaskSource.NETWORK].columns(),
        corrected=builders[MaskSource.CORRECTED].columns(),
        left_out=tuple(left_out),
        warnings=dict(sorted(warnings.items())),
    )


@dataclass
class _Builder:
    """Grows columns; numbers are packed at once, so that a film takes about a kilobyte."""

    classes: int
    words: list[tuple[str, ...]] = field(default_factory=list)
    numbers: list[Numbers] = field(default_factory=list)
    features: list[tuple[NDArray[np.float32], ...]] = field(default_factory=list)
    patches: list[NDArray[np.float32]] = field(default_factory=list)
    biomarker_names: tuple[str, ...] = ()
    patients: dict[str, str] = field(default_factory=dict)

    def add(self, record: FilmRecord) -> None:
        if not self.words:
            self.biomarker_names = tuple(name for name, _ in record.biomarkers)
        controls = record.controls or ControlOutcome()
        patches = [
            (mean, sd) for voted, mean, sd in record.patch_intensities if voted == record.class_name
        ]
        self.patches.append(np.array(patches, np.float32).reshape(-1, 2))
        kept = ", ".join(f"{name}: {value}" for name, value in record.identifiers)
        self.words.append(
            tuple(
                word or ""
                for word in (
                    record.key,
                    self._patient_of(record),
                    kept,
                    record.class_name,
                    record.subclass or record.class_name,
                    record.site,
                    record.view,
                    record.sex,
                    record.manufacturer,
                    record.found_class,
                    record.overlay,
                    controls.blacked_out_class,
                    controls.shape_only_class,
                )
            )
        )
        self.numbers.append(self._numbers_of(record))
        self.features.append(
            tuple(
                np.array(part, np.float32)
                for part in (controls.surroundings, controls.shape, controls.histogram)
            )
        )

    def _patient_of(self, record: FilmRecord) -> str:
        """Return the patient's number by first film.

        Draws and splits follow the order of patients; they must not depend on the secret that
        the keys are made with.
        """
        return self.patients.setdefault(record.patient_key, f"{len(self.patients):09d}")

    def _numbers_of(self, record: FilmRecord) -> Numbers:
        values = dict(record.biomarkers)
        by_organ = {item.organ: item for item in record.agreement}
        agreement = [
            getattr(by_organ.get(organ, OrganAgreement(organ=organ)), measure)
            for organ in ORGAN_NAMES
            for measure in AGREEMENT_MEASURES
        ]
        return np.array(
            [
                record.row,
                record.age_years,
                record.vote_margin,
                record.entropy_bits,
                record.cardiothoracic_ratio_of_label,
                *(record.mean_probabilities or (None,) * self.classes),
                *agreement,
                *(values.get(name) for name in self.biomarker_names),
            ],
            dtype=np.float64,
        )

    def columns(self) -> FilmColumns:
        agreement_names = [(o, m) for o in ORGAN_NAMES for m in AGREEMENT_MEASURES]
        width = 5 + self.classes + len(agreement_names) + len(self.biomarker_names)
        numbers = np.array(self.numbers).reshape(-1, width).T
        words = np.array(self.words, dtype=np.str_).reshape(-1, 13).T
        votes, agreement, biomarkers = np.split(
            numbers[5:], np.cumsum([self.classes, len(agreement_names)])
        )
        row, age, margin, entropy, ratio = numbers[:5]
        return FilmColumns(
            row=row.astype(np.int64),
            **dict(
                zip(
                    ("key", "patient", "identifiers", "class_name", "group", "site", "view"),
                    words[:7],
                    strict=True,
                )
            ),
            sex=words[7],
            manufacturer=words[8],
            found=words[9],
            overlay=words[10],
            age=age,
            margin=margin,
            entropy=entropy,
            probabilities=votes.T,
            ratio_of_label=ratio,
            agreement=dict(zip(agreement_names, agreement, strict=True)),
            biomarkers={
                **dict(zip(self.biomarker_names, biomarkers, strict=True)),
                **self._patch_means(),
            },
            controls=self._controls(words[11], words[12]),
        )

    def _patch_means(self) -> dict[str, Numbers]:
        means = np.array(
            [item.mean(axis=0) if len(item) else (np.nan, np.nan) for item in self.patches],
            dtype=np.float64,
        ).reshape(-1, 2)
        return {PATCH_MEAN: means[:, 0], PATCH_SD: means[:, 1]}

    def patch_columns(self) -> PatchColumns:
        values = np.concatenate([np.empty((0, 2), np.float32), *self.patches])
        counts = [len(item) for item in self.patches]
        return PatchColumns(
            film=np.repeat(np.arange(len(counts)), counts), mean=values[:, 0], sd=values[:, 1]
        )

    def _controls(self, blacked_out: Words, shape_only: Words) -> ControlColumns:
        surroundings, shape, histogram = (
            _stacked([item[part] for item in self.features]) for part in range(3)
        )
        return ControlColumns(
            blacked_out_class=blacked_out,
            shape_only_class=shape_only,
            surroundings=surroundings,
            shape=shape,
            histogram=histogram,
        )


def _stacked(rows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Stack features; films without them get NaN."""
    width = max((len(row) for row in rows), default=0)
    table = np.full((len(rows), width), np.nan, np.float32)
    for index, row in enumerate(rows):
        if len(row):
            table[index] = row
    return table
