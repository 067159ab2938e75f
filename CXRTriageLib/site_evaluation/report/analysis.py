"""All numbers of a report, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.statistics.agreement import (
    Agreement,
    OtherSide,
    bland_altman,
    other_side,
)
from CXRTriageLib.site_evaluation.statistics.calibration import (
    Calibration,
    TemperatureTest,
    calibration,
    temperature_test,
    voted_films,
)
from CXRTriageLib.site_evaluation.statistics.classification import (
    ClassScores,
    OverallScores,
    PrevalenceRow,
    class_scores,
    overall_scores,
    scores_at_prevalence,
)
from CXRTriageLib.site_evaluation.statistics.columns import (
    PATCH_MEAN,
    PATCH_SD,
    FilmColumns,
    Numbers,
)
from CXRTriageLib.site_evaluation.statistics.comparison import Comparison, compare
from CXRTriageLib.site_evaluation.statistics.controls import (
    ControlScore,
    SourceProbe,
    control_scores,
    source_probes,
)
from CXRTriageLib.site_evaluation.statistics.group_tests import (
    AP_SUPINE,
    GroupTable,
    PatchPair,
    group_tables,
    patch_p_values,
    without_supine,
)
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from CXRTriageLib.site_evaluation.statistics.overlap import (
    OverlapRow,
    lungs_jaccard,
    mean_estimate,
    overlap_rows,
)
from CXRTriageLib.site_evaluation.statistics.record_columns import SiteFilms
from CXRTriageLib.site_evaluation.statistics.subgroups import SubgroupRow, subgroup_rows

PAPER_BIOMARKERS = ("mean_lung_intensity", "sd_lung_intensity", "cardiothoracic_ratio")


@dataclass(frozen=True, kw_only=True)
class RatioAgreement:
    """Cardiothoracic ratio from masks against the one from label images."""

    measured: Numbers
    reference: Numbers
    agreement: Agreement
    other_side: OtherSide


@dataclass(frozen=True, kw_only=True)
class ClassificationResults:
    """What is known where films have a class."""

    labeled: LabeledFilms
    overall: OverallScores
    classes: tuple[ClassScores, ...]
    at_prevalence: tuple[PrevalenceRow, ...]
    calibration: Calibration | None
    temperature: TemperatureTest | None


@dataclass(frozen=True, kw_only=True)
class SiteAnalysis:
    """Everything that the sections show.

    Attributes
    ----------
    facts, options, films
        What it was computed from.
    overlaps, lungs, ratio
        Masks against label images; empty or None without them.
    classification
        None where no film has a class.
    subgroups
        By view, sex, age, manufacturer and source.
    biomarkers, biomarkers_without_supine, patches, patch_pairs
        By group; the last three are empty where nothing would differ or nothing is known.
    controls, probes
        Empty where they were not run.
    correction
        Network's masks against corrected ones, None without any.
    other_run
        This run against another one, None without any.
    """

    facts: RunFacts
    options: ReportOptions
    films: SiteFilms
    overlaps: tuple[OverlapRow, ...]
    lungs: Estimate | None
    ratio: RatioAgreement | None
    classification: ClassificationResults | None
    subgroups: tuple[SubgroupRow, ...]
    biomarkers: tuple[GroupTable, ...]
    biomarkers_without_supine: tuple[GroupTable, ...]
    patches: tuple[GroupTable, ...]
    patch_pairs: tuple[PatchPair, ...]
    controls: tuple[ControlScore, ...]
    probes: tuple[SourceProbe, ...]
    correction: Comparison | None
    other_run: Comparison | None

    @property
    def main(self) -> FilmColumns:
        """The films that the report is about."""
        return self.films.main


def analyze(
    films: SiteFilms,
    facts: RunFacts,
    options: ReportOptions,
    *,
    other: SiteFilms | None = None,
) -> SiteAnalysis:
    """Compute all numbers of a report.

    Parameters
    ----------
    films
        Of the evaluation.
    facts
        What it was made with.
    options
        Choices of the site.
    other
        Another evaluation of the same films.

    Returns
    -------
    SiteAnalysis
        The same for the same films and options.
    """
    main, draws, names = films.main, options.draws, facts.class_names
    has_supine = bool((main.view == AP_SUPINE).any())
    lungs = lungs_jaccard(main)
    drawn = ~np.isnan(lungs)
    return SiteAnalysis(
        facts=facts,
        options=options,
        films=films,
        overlaps=overlap_rows(main, draws=draws),
        lungs=(
            mean_estimate(lungs[drawn], list(main.patient[drawn]), draws=draws)
            if drawn.any()
            else None
        ),
        ratio=_ratio_agreement(main, draws),
        classification=_classification(main, facts, options),
        subgroups=subgroup_rows(main, names, draws=draws),
        biomarkers=group_tables(main, PAPER_BIOMARKERS, names, draws=draws),
        biomarkers_without_supine=(
            group_tables(without_supine(main), PAPER_BIOMARKERS, names, draws=draws)
            if has_supine
            else ()
        ),
        patches=_patch_tables(films, facts, draws),
        patch_pairs=patch_p_values(main, films.patches, names),
        controls=control_scores(main, names, draws=draws),
        probes=source_probes(main, draws=draws),
        correction=(
            compare(films.network, films.corrected, names, draws=draws)
            if len(films.corrected)
            else None
        ),
        other_run=None if other is None else compare(main, other.main, names, draws=draws),
    )


def _ratio_agreement(films: FilmColumns, draws: int) -> RatioAgreement | None:
    measured, reference = films.biomarker("cardiothoracic_ratio"), films.ratio_of_label
    known = ~np.isnan(measured) & ~np.isnan(reference)
    if not known.any():
        return None
    measured, reference, patients = measured[known], reference[known], list(films.patient[known])
    return RatioAgreement(
        measured=measured,
        reference=reference,
        agreement=bland_altman(measured, reference, patients, draws=draws),
        other_side=other_side(measured, reference, patients),
    )


def _classification(
    films: FilmColumns, facts: RunFacts, options: ReportOptions
) -> ClassificationResults | None:
    labeled, draws = LabeledFilms.of(films, facts.class_names), options.draws
    if not len(labeled):
        return None
    voted = voted_films(labeled)
    return ClassificationResults(
        labeled=labeled,
        overall=overall_scores(labeled, draws=draws),
        classes=class_scores(labeled, draws=draws),
        at_prevalence=scores_at_prevalence(labeled, dict(options.prevalence), draws=draws),
        calibration=(
            calibration(voted.truth, voted.probabilities, list(voted.patient), draws=draws)
            if len(voted)
            else None
        ),
        temperature=temperature_test(voted, draws=draws),
    )


def _patch_tables(films: SiteFilms, facts: RunFacts, draws: int) -> tuple[GroupTable, ...]:
    if not len(films.patches.film):
        return ()
    # The paper takes COVID-19 and other viral films together here (Fig. 5).
    return group_tables(
        films.main.with_groups(films.main.class_name),
        (PATCH_MEAN, PATCH_SD),
        facts.class_names,
        draws=draws,
    )
