"""Films whose class is known, and the counting of right and wrong answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Numbers, Words

Codes: TypeAlias = NDArray[np.int64]

CLASS_MEANS = ("precision", "recall", "f1", "specificity")
"""The measures that Table X averages over classes."""


@dataclass(frozen=True, kw_only=True)
class LabeledFilms:
    """Films whose class is known.

    Attributes
    ----------
    class_names
        Order of the codes.
    truth, found
        Code of each film's class; one past the last class where the vote gave none.
    probabilities
        (n, classes), NaN where there is no vote.
    patient
        Of each film.
    """

    class_names: tuple[str, ...]
    truth: Codes
    found: Codes
    probabilities: Numbers
    patient: Words

    @classmethod
    def of(
        cls, films: FilmColumns, class_names: Sequence[str], found: Words | None = None
    ) -> LabeledFilms:
        """Pick the films that have one of the classes.

        Parameters
        ----------
        films
            All films.
        class_names
            The classes that the vote can give.
        found
            Classes that something else than the vote gave.

        Returns
        -------
        LabeledFilms
            In the order of the films.
        """
        chosen = np.isin(films.class_name, class_names)
        names = films.found if found is None else found
        return cls(
            class_names=tuple(class_names),
            truth=_codes(films.class_name[chosen], class_names),
            found=_codes(names[chosen], class_names),
            probabilities=films.probabilities[chosen],
            patient=films.patient[chosen],
        )

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def present(self) -> Codes:
        """Codes of the classes that have films."""
        return np.unique(self.truth)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the vote is right; a film without a class is wrong."""
        return self.truth == self.found

    def confusion(self, chosen: Codes | slice = slice(None)) -> Codes:
        """Count films: rows are true classes, columns found ones, the last one "no class"."""
        # Not by scikit-learn, whose checks take longer than a thousand such countings; a test
        # holds both against each other.
        classes = len(self.class_names)
        cells = self.truth[chosen] * (classes + 1) + self.found[chosen]
        return np.bincount(cells, minlength=classes * (classes + 1)).reshape(classes, -1)


def _codes(names: Words, class_names: Sequence[str]) -> Codes:
    order = {name: code for code, name in enumerate(class_names)}
    return np.array([order.get(str(name), len(order)) for name in names], dtype=np.int64)


def class_measures(confusion: Codes) -> dict[str, Numbers]:
    """Return the measures of each class.

    Parameters
    ----------
    confusion
        Rows are true classes, columns found ones, the last one "no class".

    Returns
    -------
    dict
        (classes,) for each of `CLASS_MEANS`: recall is NaN for a class without films,
        precision 0 for one that was never found.
    """
    classes = len(confusion)
    right = np.diag(confusion[:, :classes]).astype(np.float64)
    true, found = confusion.sum(axis=1), confusion.sum(axis=0)[:classes]
    others = confusion.sum() - true
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "precision": np.where(found > 0, right / found, 0.0),
            "recall": right / true,
            "f1": 2 * right / (true + found),
            "specificity": (others - (found - right)) / others,
        }
