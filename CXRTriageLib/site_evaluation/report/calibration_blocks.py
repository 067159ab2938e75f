"""What a stated probability is worth, before and after a temperature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CXRTriageLib.site_evaluation.report.document import Block, Column, Kind, Plot, Table
from CXRTriageLib.site_evaluation.report.plots import reliability_plot
from CXRTriageLib.site_evaluation.report.wording import reading
from CXRTriageLib.site_evaluation.statistics.calibration import Calibration, TemperatureTest


def calibration_blocks(
    curves: Mapping[str, Calibration], test: TemperatureTest | None
) -> Iterator[Block]:
    """Yield scores and reliability curves.

    Parameters
    ----------
    curves
        Calibration by the name of its films.
    test
        A temperature that was fitted on other films; None where there is none.

    Yields
    ------
    Block
        For a section.
    """
    yield Table(
        key="calibration",
        title="Calibration: what a stated probability is worth",
        columns=(
            Column(key="films", heading="Films"),
            Column(key="brier", heading="Brier score", kind=Kind.NUMBER),
            Column(key="ece", heading="ECE", kind=Kind.NUMBER),
        ),
        rows=tuple((name, item.brier, item.expected_error) for name, item in curves.items()),
        reading=(
            *reading("brier", "expected_error", "temperature"),
            *((_temperature_words(test),) if test is not None else ()),
        ),
    )
    yield Plot(
        key="reliability",
        title="Reliability curves",
        caption="At each point the number of films. On the gray line a stated 80 % is right in 80 "
        "of 100 films; below it the network is too sure.",
        svg=reliability_plot(curves),
    )


def _temperature_words(test: TemperatureTest) -> str:
    if not test.is_at_limit:
        return (
            f"Temperature {test.temperature:.2f}, fitted on {test.fitted_films} films and tested "
            f"on {test.before.brier.films} films of other patients."
        )
    why = (
        "the stated probabilities say nothing of the class there, or there are too few films"
        if test.temperature > 1
        else "the class is right on all of them, so that no probability is too high"
    )
    return (
        f"No temperature can be given: on the {test.fitted_films} films that it was to be fitted "
        f"on the search ended at its limit; {why}."
    )
