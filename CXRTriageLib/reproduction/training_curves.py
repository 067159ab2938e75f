"""Fig. 10: curves of a training by patches against one on whole films."""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib as mpl

from CXRTriageLib.errors import ManifestError
from CXRTriageLib.jobs.job import training_folder
from CXRTriageLib.jobs.ranked_jobs import SEEDS, paper_name
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.site_evaluation.report.document import Block, Plot, Section, Text
from CXRTriageLib.site_evaluation.report.plots import STYLE, svg_of
from CXRTriageLib.training.curve_plot import curves_figure
from CXRTriageLib.training.epoch_callbacks import CURVES_NAME


def curves_section(study: Study) -> Section:
    """Return Fig. 10.

    Parameters
    ----------
    study
        Names the tables of curves.

    Returns
    -------
    Section
        A drawing for each table, and a sentence for each that was not given.
    """
    given = _curves_of_jobs(study.output) | dict(study.curves)
    blocks: list[Block] = []
    for letter, approach in (("a", "global"), ("b", "local")):
        if approach in given:
            blocks.append(_plot(letter, approach, given[approach]))
        else:
            blocks.append(
                Text(
                    text=f"The {approach} approach is not drawn: no curves of its training were "
                    f"given (--{approach}-curves), and its job is not begun ('cxrtriage jobs')."
                )
            )
    blocks.append(
        Text(
            text="In the paper the global approach fits its training films ever better while its "
            "validation stands still, and the local one does not: look whether the lines part."
        )
    )
    return Section(key="fig10", title="Fig. 10: curves of the training", blocks=tuple(blocks))


def _curves_of_jobs(output: Path) -> dict[str, Path]:
    """Return the curves of the first training of each approach on the paper's list."""
    found = {
        approach.value: training_folder(output, paper_name(approach, SEEDS[0])) / CURVES_NAME
        for approach in Approach
    }
    return {name: path for name, path in found.items() if path.is_file()}


def _plot(letter: str, approach: str, path: Path) -> Plot:
    rows = read_curves(path)
    with mpl.rc_context(STYLE):
        svg = svg_of(curves_figure(rows))
    return Plot(
        key=f"fig10_{approach}",
        title=f"({letter}) {approach} approach",
        caption=f"{len(rows)} epochs.",
        svg=svg,
    )


def read_curves(path: Path) -> list[dict[str, float]]:
    """Read the table that a training writes.

    Parameters
    ----------
    path
        CSV with a column ``epoch`` and one for each curve.

    Returns
    -------
    list of dict
        One for each epoch, with the curves that have a value there.

    Raises
    ------
    ManifestError
        If it is no such table.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            table = [
                {name: float(text) for name, text in row.items() if text}
                for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        raise ManifestError(
            f"{path.name}: the curves of a training cannot be read ({error}). Name the file "
            "curves.csv in the folder of a training."
        ) from error
    if not table or any("epoch" not in row for row in table):
        raise ManifestError(
            f"{path.name}: this table has no column 'epoch'. Name the file curves.csv in the "
            "folder of a training."
        )
    return table
