"""Films that were left out, and warnings on those that were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.report.analysis import SiteAnalysis
from CXRTriageLib.site_evaluation.report.document import Column, Table
from CXRTriageLib.site_evaluation.statistics.record_columns import LeftOut

STATE_WORDS = {
    FilmState.EXCLUDED: "excluded before any work",
    FilmState.REFUSED: "refused: cannot be triaged",
    FilmState.FAILED: "failed: an error of the software",
}


def exclusion_blocks(analysis: SiteAnalysis) -> Iterator[Table]:
    """Yield tables of reasons, of films, and of warnings.

    Parameters
    ----------
    analysis
        All numbers.

    Yields
    ------
    Table
        None where nothing was left out and there is no warning.
    """
    left_out = analysis.films.left_out
    if left_out:
        yield _reasons(left_out)
        yield _films(left_out)
    if analysis.films.warnings:
        yield Table(
            key="warnings",
            title="Warnings on evaluated films",
            columns=(
                Column(key="code", heading="Warning"),
                Column(key="films", heading=f"Films, of {len(analysis.main)}"),
            ),
            rows=tuple(
                (code.replace("_", " "), count) for code, count in analysis.films.warnings.items()
            ),
        )


def _reasons(left_out: Sequence[LeftOut]) -> Table:
    reasons = Counter((item.state, item.reason) for item in left_out)
    return Table(
        key="left_out_reasons",
        title="Why films were left out",
        columns=(
            Column(key="state", heading="What happened"),
            Column(key="reason", heading="Reason"),
            Column(key="films", heading="Films"),
        ),
        rows=tuple(
            (STATE_WORDS[state], reason, count)
            for (state, reason), count in sorted(
                reasons.items(), key=lambda item: (-item[1], item[0][0].value, item[0][1])
            )
        ),
    )


def _films(left_out: Sequence[LeftOut]) -> Table:
    return Table(
        key="left_out_films",
        title="Films that were left out",
        columns=(
            Column(key="row", heading="Row of the manifest"),
            Column(key="state", heading="What happened"),
            Column(key="reason", heading="Reason"),
        ),
        rows=tuple((item.row, STATE_WORDS[item.state], item.reason) for item in left_out),
        shown=20,
    )
