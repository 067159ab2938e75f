"""Section 1: what was evaluated, the main numbers, and what they cannot say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.report.analysis import SiteAnalysis
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Points,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.exclusion_blocks import STATE_WORDS, exclusion_blocks
from CXRTriageLib.site_evaluation.report.wording import (
    counted,
    estimate_text,
    has_spread,
    number_text,
    reading,
)
from CXRTriageLib.site_evaluation.statistics.controls import beats_guessing, comes_close
from CXRTriageLib.site_evaluation.statistics.subgroups import SMALLEST_GROUP


def summary_section(analysis: SiteAnalysis) -> Section:
    """Return the section that most readers read.

    Parameters
    ----------
    analysis
        All numbers.

    Returns
    -------
    Section
        In plain words.
    """
    return Section(
        key="summary",
        title="Summary",
        blocks=(
            *_films(analysis),
            *_alarms(analysis),
            *_main_numbers(analysis),
            Points(
                title="What this evaluation cannot say",
                points=tuple(_limits(analysis)),
            ),
            *exclusion_blocks(analysis),
        ),
    )


def _films(analysis: SiteAnalysis) -> Iterator[Block]:
    main, left_out = analysis.main, analysis.films.left_out
    rows = len({item.row for item in left_out}) + len(main)
    labeled = len(analysis.classification.labeled) if analysis.classification else 0
    outlined = int(np.count_nonzero(~np.isnan(main.agreement["lungs", "jaccard"])))
    states = Counter(item.state for item in left_out)
    reasons = ", ".join(
        f"{states[state]} {STATE_WORDS[state]}" for state in FilmState if states[state]
    )
    yield Text(
        text=f"The list names {counted(rows, 'film')}. {counted(len(main), 'film')} of "
        f"{counted(main.patient_count, 'patient')} were evaluated"
        + (f"; {counted(len(left_out), 'film')} were left out ({reasons})." if left_out else ".")
        + f" {counted(labeled, 'film')} carry a class that the software knows, and "
        f"{counted(outlined, 'film')} carry drawn lungs to compare masks with."
    )
    unusable = analysis.facts.unusable_rows
    if unusable:
        yield Text(
            text=f"{counted(unusable, 'row')} of the manifest could not be read and stand for no "
            "film.",
            is_warning=True,
        )
    if not len(main):
        yield Text(text="No film could be evaluated.", is_warning=True)


def _alarms(analysis: SiteAnalysis) -> Iterator[Block]:
    scores = analysis.controls
    if scores and not beats_guessing(scores[0]):
        yield Text(
            text="The class found is not seen to do better than guessing on these films (section "
            "5): do not rely on the class.",
            is_warning=True,
        )
    elif any(comes_close(scores)):
        yield Text(
            text="A control that cannot see the content of the lungs does about as well as the "
            "classifier (section 5). At this site the class may follow the source of a film and "
            "not the disease: do not rely on the class.",
            is_warning=True,
        )
    results = analysis.classification
    if results is not None:
        counts = np.bincount(results.labeled.truth, minlength=len(analysis.facts.class_names))
        small = [
            f"{label} ({counted(int(count), 'film')})"
            for label, count in zip(analysis.facts.class_labels, counts, strict=True)
            if count < SMALLEST_GROUP
        ]
        if small:
            yield Text(
                text=f"Fewer than {SMALLEST_GROUP} films: {', '.join(small)}. What is said of "
                "these classes is little more than a guess; see the width of the intervals.",
                is_warning=True,
            )


def _main_numbers(analysis: SiteAnalysis) -> Iterator[Block]:
    rows = [row for row in _number_rows(analysis) if row is not None]
    yield Text(text=_against_model_card(rows))
    yield _number_table(rows)


def _against_model_card(rows: Sequence[tuple[Cell, ...]]) -> str:
    by_verdict: dict[str, list[str]] = {}
    for label, _, _, verdict in rows:
        if verdict:
            by_verdict.setdefault(str(verdict), []).append(str(label))
    if not by_verdict:
        return "There is no number of the model card that this evaluation can be compared with."
    words = " ".join(
        f"{verdict.capitalize()}: {'; '.join(names)}." for verdict, names in by_verdict.items()
    )
    return f"Beside the model card, which was measured on other films. {words}"


def _number_table(rows: Sequence[tuple[Cell, ...]]) -> Table:
    names = {str(row[0]) for row in rows}
    notes = ["interval"]
    notes += [
        key
        for label, key in (
            ("Lungs, Jaccard", "jaccard"),
            ("Cardiothoracic ratio, mean error", "absolute_error"),
            ("Cardiothoracic ratio, mean error", "limits"),
            ("Cardiothoracic ratio, mean error", "other_side"),
            ("Accuracy", "accuracy"),
            ("F1, class mean", "f1"),
            ("Balanced accuracy", "balanced_accuracy"),
            ("AUC, class mean", "area"),
        )
        if label in names
    ]
    return Table(
        key="main_numbers",
        title="Main numbers",
        columns=(
            Column(key="measure", heading="Measure"),
            Column(key="site", heading="This site", kind=Kind.NUMBER),
            Column(key="model_card", heading="Model card"),
            Column(key="verdict", heading="In comparison"),
        ),
        rows=tuple(rows),
        reading=(
            *reading(*notes),
            "Model card: what was measured when the networks were made, on other films. An "
            "interval that does not reach the other number says that the site differs.",
        ),
    )


def _number_rows(analysis: SiteAnalysis) -> Iterator[tuple[Cell, ...] | None]:
    card = analysis.facts.measurements
    yield _overlap_row("Lungs, Jaccard", analysis.lungs, card, "lungs")
    heart = next(
        (row.mean for row in analysis.overlaps if (row.organ, row.measure) == ("heart", "jaccard")),
        None,
    )
    yield _overlap_row("Heart, Jaccard", heart, card, "heart")
    if analysis.ratio is not None:
        agreement = analysis.ratio.agreement
        yield ("Cardiothoracic ratio, mean error", agreement.absolute_error, "", "")
        yield ("Cardiothoracic ratio, lower limit of agreement", agreement.lower_limit, "", "")
        yield ("Cardiothoracic ratio, upper limit of agreement", agreement.upper_limit, "", "")
        yield ("Other side of 0.5", analysis.ratio.other_side.share, "", "")
    results = analysis.classification
    if results is not None:
        overall, vote = results.overall, _vote_of(card)
        yield _score_row("Accuracy", overall.accuracy, vote.get("accuracy"))
        yield _score_row("F1, class mean", overall.f1, vote.get("macro_f1"))
        yield _score_row(
            "Balanced accuracy", overall.balanced_accuracy, vote.get("balanced_accuracy")
        )
        areas = [Estimate(**item["area"]) for item in card.get("roc_areas", ())]
        films = max((item.films for item in areas), default=0)
        yield _range_row("AUC, class mean", overall.area, areas, ("by class", "classes", films))


def _vote_of(card: Any) -> Any:
    scores = card.get("classification", ())
    return next((item for item in scores if item["classifier"] == "vote"), {})


def _score_row(label: str, found: Estimate, card: Any) -> tuple[Cell, ...]:
    if not card or card["value"] is None:
        return (label, found, "", "")
    known = Estimate(**card)
    text = f"{estimate_text(known)}, n {known.films}"
    return (label, found, text, _verdict(found, known.value))


def _verdict(found: Estimate, known: float | None) -> str:
    if known is None or found.low is None or found.high is None or not has_spread(found):
        return ""
    if found.high < known:
        return "lower here"
    return "higher here" if found.low > known else "no difference seen"


def _overlap_row(
    label: str, found: Estimate | None, card: Any, measure: str
) -> tuple[Cell, ...] | None:
    if found is None:
        return None
    means = [
        Estimate(**item["mean"])
        for item in card.get("segmentation", ())
        if item["measure"] == measure
    ]
    films = sum(item.films for item in means)
    return _range_row(label, found, means, ("by source", "sources", films))


def _range_row(
    label: str, found: Estimate, known: Sequence[Estimate], told: tuple[str, str, int]
) -> tuple[Cell, ...]:
    """Return a row whose known number is a range; ``told`` says of what, and its films."""
    values = [item.value for item in known if item.value is not None]
    if not values:
        return (label, found, "", "")
    split, parts, films = told
    text = f"{number_text(min(values))} to {number_text(max(values))} {split}, n {films}"
    below, above = _verdict(found, min(values)), _verdict(found, max(values))
    return (label, found, text, below if below == above else f"within the range of the {parts}")


def _limits(analysis: SiteAnalysis) -> Iterator[str]:
    labels = ", ".join(analysis.facts.class_labels)
    yield (
        f"The network knows these answers and no other: {labels}. It gives one of them to every "
        "film with lungs, also to films with other findings, which are not counted here."
    )
    yield (
        "It says how the software did on these films, not whether patients fare better. Films of "
        "another year, machine or department may do worse."
    )
    if analysis.classification is not None:
        yield (
            "It takes the classes of the manifest for the truth. How they were found (laboratory, "
            "CT, the report of the same film) decides what the numbers mean, and the software "
            "does not know it."
        )
    if (analysis.main.site != "").any() and len(np.unique(analysis.main.site)) > 1:
        yield (
            "Where classes come from different sources, a classifier that recognizes the source "
            "scores as well as one that recognizes the disease. Section 5 looks for this and can "
            "show it; it cannot rule it out."
        )
    if len(analysis.main) > analysis.main.patient_count:
        yield (
            "Exact intervals of shares and the p values take films for independent. Some patients "
            "have more than one film, so these intervals are a little too narrow; all other "
            "intervals resample patients."
        )
