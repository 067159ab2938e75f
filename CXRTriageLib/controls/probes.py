"""Small models that learn on training films and answer for films that they have not seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.site_evaluation.statistics.columns import Numbers, Words

FOLDS = 5
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Inverse regularization; the best one is chosen on training films."""


@dataclass(frozen=True, kw_only=True)
class TrainingTable:
    """Films that a small model learns from.

    Attributes
    ----------
    features
        (n, features); a row with NaN is left out.
    answers
        What is to be learned, (n,).
    patients
        Of each film; all films of a patient are in the same fold.
    """

    features: Numbers
    answers: Words
    patients: Words


def probe_answers(training: TrainingTable, features: NDArray[np.floating]) -> Words | None:
    """Fit a logistic regression and let it answer for other films.

    Its regularization is the one with the best balanced accuracy in a cross-validation by
    patient within the training films.

    Parameters
    ----------
    training
        Films whose answer is known.
    features
        Of the other films, (m, features).

    Returns
    -------
    ndarray or None
        One answer a film, empty for films without features; None where there is nothing to
        tell apart, or an answer has fewer training patients than there are folds.
    """
    usable = ~np.isnan(training.features).any(axis=1)
    answers, patients = training.answers[usable], training.patients[usable]
    sizes = [len(np.unique(patients[answers == name])) for name in np.unique(answers)]
    if len(sizes) < 2 or min(sizes) < FOLDS:
        return None
    model = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=5000)
    )
    search = GridSearchCV(
        model,
        {"logisticregression__C": STRENGTHS},
        scoring="balanced_accuracy",
        cv=StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=0),
    )
    search.fit(training.features[usable], answers, groups=patients)
    known = ~np.isnan(features).any(axis=1)
    found = np.full(len(features), "", dtype=training.answers.dtype)
    if known.any():
        found[known] = search.predict(features[known])
    return found


def usual_classes(films: Sequence[ListedFilm]) -> dict[str, str]:
    """Return the most frequent class of each source.

    Parameters
    ----------
    films
        Training films with a class.

    Returns
    -------
    dict
        Class by source; of two that are as frequent, the first one met.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for film in films:
        counts[film.dataset][film.class_name] += 1
    return {source: count.most_common(1)[0][0] for source, count in counts.items()}


def answers_by_source(usual: Mapping[str, str], asked: Words) -> Words:
    """Name the usual class of a film's source, without a look at the film.

    Parameters
    ----------
    usual
        From `usual_classes`.
    asked
        Sources of the films.

    Returns
    -------
    ndarray
        One class a film, empty for a source that is not known.
    """
    return np.array([usual.get(source, "") for source in asked.tolist()], dtype=np.str_)
