"""The tables and figures of the paper by name, and the report that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from CXRTriageLib.reproduction.biomarker_tables import biomarker_figure, biomarker_table
from CXRTriageLib.reproduction.classification_table import classification_table, confusion_figure
from CXRTriageLib.reproduction.classifier_controls import controls_section
from CXRTriageLib.reproduction.count_tables import (
    classification_films,
    segmentation_films,
    split_films,
)
from CXRTriageLib.reproduction.job_tables import clean_section, unseen_section
from CXRTriageLib.reproduction.lung_figures import lung_figures
from CXRTriageLib.reproduction.paper_numbers import paper_numbers
from CXRTriageLib.reproduction.patch_figure import patch_figure
from CXRTriageLib.reproduction.saliency_figures import approaches_figure, classes_figure
from CXRTriageLib.reproduction.segmentation_table import segmentation_table
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.training_curves import curves_section
from CXRTriageLib.site_evaluation.report.document import Report, Section
from CXRTriageLib.site_evaluation.report.writer import report_date, write_document


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One table or figure.

    Attributes
    ----------
    section
        Makes its part of the report.
    measures
        Whether films must be measured for it.
    scores
        Whether it opens the split that networks are scored on.
    """

    section: Callable[[Study], Section]
    measures: bool = True
    scores: bool = False


EXPERIMENTS: dict[str, Experiment] = {
    "table1": Experiment(section=segmentation_films, measures=False),
    "table2": Experiment(section=classification_films, measures=False),
    "table3": Experiment(section=split_films, measures=False),
    "fig2": Experiment(section=lung_figures),
    "table5": Experiment(section=segmentation_table, scores=True),
    "table6": Experiment(section=partial(biomarker_table, number="VI")),
    "table7": Experiment(section=partial(biomarker_table, number="VII")),
    "table8": Experiment(section=partial(biomarker_table, number="VIII")),
    "table9": Experiment(section=partial(biomarker_table, number="IX")),
    "fig4": Experiment(section=biomarker_figure),
    "fig5": Experiment(section=patch_figure, scores=True),
    "table10": Experiment(section=classification_table, scores=True),
    "fig6": Experiment(section=confusion_figure, scores=True),
    "fig7": Experiment(section=approaches_figure, scores=True),
    "fig8": Experiment(section=classes_figure, scores=True),
    "fig10": Experiment(section=curves_section, measures=False),
    "unseen": Experiment(section=unseen_section, measures=False),
    "clean": Experiment(section=clean_section, measures=False),
    "controls": Experiment(section=controls_section, measures=False, scores=True),
}
"""In the order of the paper, then what it does not have. Fig. 1 and 9 are drawings, Tables IV and
XI need 15,000 films of the RSNA; "fig2" is Fig. 3 too."""


def reproduce(study: Study, names: Sequence[str]) -> Path:
    """Make experiments and write their report.

    Parameters
    ----------
    study
        Films and choices.
    names
        Of `EXPERIMENTS`; the report has their order, whatever order they are named in.

    Returns
    -------
    Path
        Of the page; tables lie beside it as CSV, and everything as JSON.
    """
    chosen = {name: item for name, item in EXPERIMENTS.items() if name in names}
    sections = tuple(item.section(study) for item in chosen.values())
    is_measured = any(item.measures for item in chosen.values())
    report = Report(
        title="The paper's experiments on the films at hand",
        date=report_date(),
        made_with=(
            f"Beside them: {paper_numbers().source}",
            *(_made_with(study) if is_measured else ()),
            "Tables IV and XI (COVID-Net) are not run: they need films of the RSNA.",
        ),
        sections=sections,
    )
    return write_document(report, study.output)


def _made_with(study: Study) -> tuple[str, ...]:
    facts, films = study.measured.facts, study.measured.films
    models = "; ".join(
        f"{model.name} {model.version} (SHA-256 {model.sha256[:12]})" for model in facts.models
    )
    left_out = Counter(item.state.value for item in films.left_out)
    words = ", ".join(f"{count} {state}" for state, count in sorted(left_out.items()))
    return (
        f"CXRTriage {facts.software_version}, mode {facts.mode}",
        f"Networks: {models}",
        f"Films measured: {len(films.main)}; without a result: {words or 'none'}",
    )
