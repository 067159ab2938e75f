"""Fig. 7 and 8: saliency of the global against the local approach, and of two classes."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.reproduction.classification_table import NO_GLOBAL
from CXRTriageLib.reproduction.measuring import Measured
from CXRTriageLib.reproduction.study import Cohort, Study
from CXRTriageLib.site_evaluation.report.document import Block, Gallery, Picture, Section, Text
from CXRTriageLib.site_evaluation.report.wording import percent_text

COVID, NORMAL = "COVID-19", "normal"
READING = (
    "Left half: the masks; right half: what spoke for the class that was found, bright where most. "
    "It is not proof of disease. No arrow of a radiologist is at hand, so whether the bright area "
    "is the consolidation is for the reader to judge."
)


def approaches_figure(study: Study) -> Section:
    """Return Fig. 7: one COVID-19 film, the global approach beside the local one.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        A sentence where no global network was given.
    """
    title = "Fig. 7: saliency, global and local"
    globally = study.measured_globally
    row = _surest(study, COVID)
    if globally is None or row is None:
        text = NO_GLOBAL if globally is None else f"No {COVID} film was found as such."
        return Section(key="fig7", title=title, blocks=(Text(text=text),))
    pictures = (
        _picture(globally, row, "global approach"),
        _picture(study.measured, row, "local approach"),
    )
    gallery = Gallery(key="fig7", title=f"One {COVID} film", reading=READING, pictures=pictures)
    return Section(key="fig7", title=title, blocks=(gallery,))


def classes_figure(study: Study) -> Section:
    """Return Fig. 8: a normal and a COVID-19 film, by the local approach.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        Of each group the scored film that the network is surest of, and right.
    """
    rows = {group: _surest(study, group) for group in (NORMAL, COVID)}
    pictures = tuple(
        _picture(study.measured, row, f"({letter}) {group}")
        for letter, (group, row) in zip("ab", rows.items(), strict=True)
        if row is not None
    )
    blocks: tuple[Block, ...] = (Text(text="No such film was found as what it is."),)
    if pictures:
        blocks = (
            Gallery(
                key="fig8",
                title=f"A normal and a {COVID} film of the {study.scored.value} split",
                reading=f"{READING} The films are those that the network is surest of.",
                pictures=pictures,
            ),
        )
    return Section(key="fig8", title="Fig. 8: saliency, normal and COVID-19", blocks=blocks)


def _surest(study: Study, group: str) -> int | None:
    """Return the row of the scored film of a group that is right with the highest probability."""
    films = study.columns(Cohort.ALL)
    is_right = (films.group == group) & (films.found == films.class_name)
    films = films.take(is_right & np.isin(films.row, study.scored_rows) & (films.overlay != ""))
    if not len(films):
        return None
    return int(films.row[films.probabilities.max(axis=1).argmax()])


def _picture(measured: Measured, row: int, name: str) -> Picture:
    main = measured.films.main
    places = np.flatnonzero(main.row == row)
    if not len(places) or not main.overlay[places[0]]:
        return Picture(content=None, media_type="image/png", lines=(name, "no picture"))
    place = int(places[0])
    labels = dict(zip(measured.facts.class_names, measured.facts.class_labels, strict=True))
    found = str(main.found[place])
    return Picture(
        content=(measured.folder / str(main.overlay[place])).read_bytes(),
        media_type="image/png",
        lines=(
            name,
            f"found: {labels.get(found, 'no class')}",
            f"stated probability {percent_text(float(main.probabilities[place].max()))} %",
        ),
    )
