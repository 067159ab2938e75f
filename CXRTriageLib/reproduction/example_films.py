"""One typical film of each group, for Fig. 2 and 3 and for the saliency maps."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.reproduction.paper_numbers import GROUPS
from CXRTriageLib.reproduction.study import PAPER_BIOMARKERS, Cohort, Study
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns


def typical_films(study: Study) -> dict[str, StudyFilm]:
    """Return the film of each group whose biomarkers lie nearest to the group's medians.

    Nobody picks the film by hand, so that it shows what is usual and not what looks best.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    dict
        By group, in the order of the paper; groups without a measured film are left out.
    """
    films = study.columns(Cohort.ALL)
    chosen = {}
    for group in GROUPS:
        own = films.take(films.group == group)
        place = _nearest_to_medians(own)
        if place is not None:
            chosen[group] = study.by_row[int(own.row[place])]
    return chosen


def _nearest_to_medians(films: FilmColumns) -> int | None:
    values = np.array([films.biomarker(name) for name in PAPER_BIOMARKERS])
    known = np.flatnonzero(~np.isnan(values).any(axis=0))
    if not len(known):
        return None
    values = values[:, known]
    spread = values.std(axis=1, keepdims=True)
    distance = (values - np.median(values, axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)
    return int(known[np.argmin((distance**2).sum(axis=0))])
