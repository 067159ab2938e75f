"""Tables I to III: how many films there are, of what, and what they are used for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from CXRTriageLib.cohort.film_list import LabelKind, Split
from CXRTriageLib.reproduction.differences import LIST_IS_INCOMPLETE
from CXRTriageLib.reproduction.paper_numbers import GROUPS, paper_numbers
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.report.document import Column, Section, Table

MASKS = {
    LabelKind.LUNGS_AND_HEART: "lungs, heart",
    LabelKind.LUNGS: "lungs",
    LabelKind.LUNGS_WITH_RETROCARDIAC: "lungs, also behind the heart",
}
PAPER_USES = {"training": "training", "validation": "test"}
USES = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}


def segmentation_films(study: Study) -> Section:
    """Return Table I: the films with drawn masks."""
    # What the paper calls validation is what it reports, as our test films are.
    paper = {
        (row.dataset, PAPER_USES[row.use]): row for row in paper_numbers().segmentation_sources
    }
    counts = Counter(
        (film.listed.dataset, _use(film), MASKS[film.listed.label_kind])
        for film in study.films
        if film.listed.label_kind in MASKS
    )
    rows = []
    for (dataset, use, masks), films in sorted(counts.items()):
        printed = paper.get((dataset, use))
        beside = (printed.masks, printed.films) if printed else (None, None)
        rows.append((dataset, use, masks, films, *beside))
    table = Table(
        key="table1",
        title="Table I: films for segmentation",
        columns=(
            Column(key="dataset", heading="Source"),
            Column(key="use", heading="Use"),
            Column(key="masks", heading="Masks"),
            Column(key="films", heading="Films"),
            Column(key="paper_masks", heading="Paper: masks"),
            Column(key="paper_films", heading="Paper: films"),
        ),
        rows=tuple(rows),
        reading=(
            "The paper drew its 50 validation films of JSRT at random and reported on them, though "
            "its code chose the network on 30 of them; here films for choosing (validation) and "
            "for reporting (test) are apart, and the films of one patient lie in one part.",
            "The films here are 8-bit copies; the paper had the 12 bits of JSRT.",
        ),
    )
    return Section(key="table1", title="Table I: films for segmentation", blocks=(table,))


def classification_films(study: Study) -> Section:
    """Return Table II: the films with a class, by source."""
    ours = Counter((film.group, film.listed.dataset) for film in study.films if film.group)
    listed = Counter(
        (film.paper_group, film.listed.dataset) for film in study.films if film.paper_class
    )
    printed: Counter[tuple[str, str]] = Counter()
    for row in paper_numbers().classification_sources:
        printed[row.group, row.dataset] += row.films
    order = {group: place for place, group in enumerate(GROUPS)}
    keys = sorted({*ours, *listed, *printed}, key=lambda key: (order.get(key[0], len(order)), key))
    table = Table(
        key="table2",
        title="Table II: films for classification",
        columns=(
            Column(key="group", heading="Class"),
            Column(key="dataset", heading="Source"),
            Column(key="films", heading="All films here"),
            Column(key="paper_films_here", heading="Films of the paper's list here"),
            Column(key="paper_films", heading="Paper"),
        ),
        rows=tuple((*key, ours[key], listed[key], printed[key]) for key in keys),
        reading=(
            LIST_IS_INCOMPLETE,
            "The column in the middle follows the classes of the paper's authors, 12 Pneumocystis "
            "pneumonias (a fungus) as bacterial and 4 other films as viral among them; the "
            "manifest leaves these films out.",
            "Films of minors and films that are flagged are left out of the first count.",
        ),
    )
    return Section(key="table2", title="Table II: films for classification", blocks=(table,))


def split_films(study: Study) -> Section:
    """Return Table III: the films with a class, by split."""
    ours = Counter((_use(film), film.group) for film in study.films if film.group)
    rows: list[tuple[str | int, ...]] = [
        (_title(split), whose, *counts, sum(counts))
        for split in Split
        for whose, counts in (
            ("here", [ours[USES[split], group] for group in GROUPS]),
            ("paper", [paper_numbers().splits[split.value][group] for group in GROUPS]),
        )
    ]
    rows += [("Total", whose, *_totals(rows, whose)) for whose in ("here", "paper")]
    table = Table(
        key="table3",
        title="Table III: films of each class in each part",
        columns=(
            Column(key="split", heading="Part"),
            Column(key="whose", heading="Films"),
            *(Column(key=group, heading=group) for group in GROUPS),
            Column(key="total", heading="Total"),
        ),
        rows=tuple(rows),
        reading=(
            "The paper split its films at random by image, so that films of one patient lie on "
            "both sides; here the split is by patient within each source and class.",
        ),
    )
    return Section(key="table3", title="Table III: parts of the films", blocks=(table,))


def _use(film: StudyFilm) -> str:
    return USES[film.listed.split] if film.listed.split else "none"


def _title(split: Split) -> str:
    return USES[split].capitalize()


def _totals(rows: Sequence[tuple[str | int, ...]], whose: str) -> list[int]:
    counts = [row[2:] for row in rows if row[1] == whose]
    return [sum(int(count) for count in column) for column in zip(*counts, strict=True)]
