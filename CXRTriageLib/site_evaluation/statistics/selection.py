"""Films that a reader should look at first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Numbers
from CXRTriageLib.site_evaluation.statistics.overlap import lungs_jaccard


def worst_masks(films: FilmColumns, count: int) -> NDArray[np.int64]:
    """Return positions of the films whose lungs agree least with drawn ones.

    Parameters
    ----------
    films
        Films with and without drawn masks.
    count
        At most so many.

    Returns
    -------
    ndarray
        The worst first.
    """
    return _smallest(lungs_jaccard(films), count)


def confident_errors(
    films: FilmColumns, class_names: Sequence[str], count: int
) -> NDArray[np.int64]:
    """Return positions of wrong films, the one whose wrong class was most probable first.

    Parameters
    ----------
    films
        Films with and without a class.
    class_names
        The classes that the vote can give.
    count
        At most so many.

    Returns
    -------
    ndarray
        Films with a class of their own and another one found.
    """
    is_wrong = (
        np.isin(films.class_name, class_names)
        & (films.found != "")
        & (films.found != films.class_name)
    )
    return _smallest(np.where(is_wrong, -probability_of_found(films, class_names), np.nan), count)


def least_certain(films: FilmColumns, count: int) -> NDArray[np.int64]:
    """Return positions of the films whose vote was closest, then most even.

    Parameters
    ----------
    films
        All films.
    count
        At most so many.

    Returns
    -------
    ndarray
        The least certain first.
    """
    # The entropy of the mean softmax lies below a few bits: it only orders equal margins.
    return _smallest(films.margin - 1e-6 * films.entropy, count)


def off_range(films: FilmColumns, normal: tuple[float, float]) -> NDArray[np.int64]:
    """Return positions of films whose cardiothoracic ratio lies off the normal range.

    Parameters
    ----------
    films
        All films.
    normal
        Lowest and highest ratio that is normal.

    Returns
    -------
    ndarray
        The farthest from the range first.
    """
    ratio = films.biomarker("cardiothoracic_ratio")
    distance = np.maximum(normal[0] - ratio, ratio - normal[1])
    return _smallest(np.where(distance > 0, -distance, np.nan), len(films))


def probability_of_found(films: FilmColumns, class_names: Sequence[str]) -> Numbers:
    """Return the mean softmax of the class found, NaN where none was."""
    order = {name: index for index, name in enumerate(class_names)}
    codes = np.array([order.get(name, -1) for name in films.found.tolist()], dtype=np.int64)
    picked = films.probabilities[np.arange(len(films)), codes]
    return np.where(codes >= 0, picked, np.nan)


def _smallest(values: Numbers, count: int) -> NDArray[np.int64]:
    order = np.argsort(values, kind="stable")
    return order[: min(count, int(np.count_nonzero(~np.isnan(values))))]
