"""The classifier to beat: logistic regression on four biomarkers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from CXRTriageLib.evaluation.film_outcomes import FilmOutcome

BASELINE_BIOMARKERS = (
    "mean_lung_intensity",
    "sd_lung_intensity",
    "cardiothoracic_ratio",
    "left_right_area_ratio",
)
"""The paper's four markers (section III-B); morphology enters as the ratio of lung areas."""


def baseline_predictions(
    training: Sequence[FilmOutcome], classes: Sequence[str], films: Sequence[FilmOutcome]
) -> list[str]:
    """Fit the regression on training films and return its classes for other films.

    Parameters
    ----------
    training
        Outcomes of training films.
    classes
        Their classes.
    films
        Outcomes of the films to classify.

    Returns
    -------
    list of str
        One class for each film; undefined biomarkers count as the training median.
    """
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(class_weight="balanced", max_iter=1000),
    )
    model.fit(_features(training), list(classes))
    return [str(name) for name in model.predict(_features(films))]


def _features(films: Sequence[FilmOutcome]) -> NDArray[np.float64]:
    values = [[film.biomarker(name) for name in BASELINE_BIOMARKERS] for film in films]
    return np.array(values, dtype=np.float64)
