"""Tables of what the networks reach on one split."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import confusion_matrix

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.evaluation.biomarker_baseline import baseline_predictions
from CXRTriageLib.evaluation.measured_films import MeasuredFilms
from CXRTriageLib.evaluation.segmentation_results import (
    SegmentationRow,
    ratio_agreement,
    segmentation_rows,
)
from CXRTriageLib.metrics.bootstrap import patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.agreement import Agreement

NOT_CLASSIFIED = "not classified"


@dataclass(frozen=True, kw_only=True)
class ClassificationScores:
    """Scores of one classifier; a film without a class counts as wrong.

    Attributes
    ----------
    classifier
        "vote" or "biomarkers".
    accuracy
        Share of films that are right.
    macro_f1, balanced_accuracy
        Means over classes; undefined where a class has no film.
    confusion
        Rows are true classes, columns found ones; the last column is "not classified".
    """

    classifier: str
    accuracy: Estimate
    macro_f1: Estimate
    balanced_accuracy: Estimate
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ClassArea:
    """Area under the ROC curve of one class against all others."""

    class_name: str
    area: Estimate


@dataclass(frozen=True, kw_only=True)
class NetworkTables:
    """Everything that is measured on one split."""

    class_names: tuple[str, ...]
    segmentation: tuple[SegmentationRow, ...]
    ratio_agreement: Agreement | None
    classification: tuple[ClassificationScores, ...]
    roc_areas: tuple[ClassArea, ...]


def classification_scores(
    classifier: str,
    films: Sequence[ListedFilm],
    found: Sequence[str],
    class_names: Sequence[str],
) -> ClassificationScores:
    """Return the scores of a classifier.

    Parameters
    ----------
    classifier
        Its name.
    films
        Films with a class.
    found
        Class that each film got, or empty.
    class_names
        Order of the classes.

    Returns
    -------
    ClassificationScores
        With intervals over resampled patients.
    """
    names = list(class_names)
    truth = np.array([film.class_name for film in films])
    answers = np.array([name or NOT_CLASSIFIED for name in found])
    patients = [film.patient for film in films]
    is_right = truth == answers
    is_true, is_found = (words[:, np.newaxis] == names for words in (truth, answers))
    is_hit = is_true & is_found

    def macro_f1(chosen: NDArray[np.int64]) -> float | None:
        true = is_true[chosen].sum(axis=0)
        return _mean_share(
            2 * is_hit[chosen].sum(axis=0), true + is_found[chosen].sum(axis=0), true
        )

    def balanced(chosen: NDArray[np.int64]) -> float | None:
        true = is_true[chosen].sum(axis=0)
        return _mean_share(is_hit[chosen].sum(axis=0), true, true)

    matrix = confusion_matrix(truth, answers, labels=[*names, NOT_CLASSIFIED])
    return ClassificationScores(
        classifier=classifier,
        accuracy=patient_bootstrap(lambda chosen: float(is_right[chosen].mean()), patients),
        macro_f1=patient_bootstrap(macro_f1, patients),
        balanced_accuracy=patient_bootstrap(balanced, patients),
        confusion=tuple(tuple(int(n) for n in row) for row in matrix[: len(names)]),
    )


def _mean_share(
    parts: NDArray[np.int64], wholes: NDArray[np.int64], films: NDArray[np.int64]
) -> float | None:
    """Return the mean over classes, or None where a class has no film."""
    return float(np.mean(parts / wholes)) if films.all() else None


def class_areas(films: MeasuredFilms, class_names: Sequence[str]) -> tuple[ClassArea, ...]:
    """Return the area under the ROC curve of each class against all others.

    It is the share of pairs of films, one of the class and one of another, whose order is right
    [1]_; that takes one sorting, which a bootstrap needs some thousand times.

    Parameters
    ----------
    films
        Films with a class; those without a vote are left out.
    class_names
        Order of the classes.

    Returns
    -------
    tuple of ClassArea
        One for each class.

    References
    ----------
    .. [1] J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver
       operating characteristic (ROC) curve", Radiology, 1982.
    """
    voted = [(film, outcome) for film, outcome in films.pairs() if outcome.mean_probabilities]
    truth = np.array([film.class_name for film, _ in voted])
    scores = np.array([outcome.mean_probabilities for _, outcome in voted])
    patients = [film.patient for film, _ in voted]

    def area_of(index: int) -> Callable[[NDArray[np.int64]], float | None]:
        def area(chosen: NDArray[np.int64]) -> float | None:
            is_class = truth[chosen] == class_names[index]
            inside = int(is_class.sum())
            pairs = inside * (len(chosen) - inside)
            if not pairs:
                return None
            ranks = rankdata(scores[chosen, index])[is_class]
            return float((ranks.sum() - inside * (inside + 1) / 2) / pairs)

        return area

    return tuple(
        ClassArea(class_name=name, area=patient_bootstrap(area_of(index), patients))
        for index, name in enumerate(class_names)
    )


def network_tables(
    films: MeasuredFilms, training: MeasuredFilms, class_names: tuple[str, ...]
) -> NetworkTables:
    """Return all tables of one split.

    Parameters
    ----------
    films
        Films of the split.
    training
        Films that the biomarker baseline learns from; it is left out where they have fewer
        than two of the classes.
    class_names
        Order of the classes.

    Returns
    -------
    NetworkTables
        Agreement of masks, scores of the vote beside those of the baseline, areas; empty where
        no film has a mask or a class.
    """
    labeled = films.of_classes(class_names)
    return NetworkTables(
        class_names=class_names,
        segmentation=tuple(segmentation_rows(films)),
        ratio_agreement=ratio_agreement(films),
        classification=tuple(
            classifier_scores(labeled, training.of_classes(class_names), class_names)
        ),
        roc_areas=class_areas(labeled, class_names) if labeled.films else (),
    )


def classifier_scores(
    labeled: MeasuredFilms, training: MeasuredFilms, class_names: Sequence[str]
) -> Iterator[ClassificationScores]:
    """Yield the scores of the vote, and of the regression on biomarkers.

    Parameters
    ----------
    labeled
        Films of these classes; nothing is yielded where there is none.
    training
        Films that the regression learns from; it is left out where they have fewer than two of
        the classes.
    class_names
        Order of the classes.

    Yields
    ------
    ClassificationScores
        "vote", then "biomarkers".
    """
    if not labeled.films:
        return
    winners = [outcome.winner for outcome in labeled.outcomes]
    yield classification_scores("vote", labeled.films, winners, class_names)
    classes = [film.class_name for film in training.films]
    if len(set(classes)) > 1:
        predicted = baseline_predictions(training.outcomes, classes, labeled.outcomes)
        yield classification_scores("biomarkers", labeled.films, predicted, class_names)
