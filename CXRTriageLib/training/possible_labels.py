"""What each pixel of a film may be, as far as its label image says.

A label image of one kind leaves out what another one draws. Training takes each at its word
and no further: for every pixel it keeps the set of structures that the pixel may belong to,
one bit each, and beside them two bits for whether it may lie outside and inside the whole
lungs, which go on behind heart, mediastinum and diaphragm.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import LUNGS, ORGANS, Structure
from CXRTriageLib.domain.arrays import Labels

OUTSIDE_WHOLE_LUNGS = 1 << len(Structure)
INSIDE_WHOLE_LUNGS = 2 << len(Structure)
"""Bits behind those of the structures."""

_ANY_WHOLE = OUTSIDE_WHOLE_LUNGS | INSIDE_WHOLE_LUNGS


def bits_of(structures: Iterable[Structure]) -> int:
    """Return a set of structures, one bit each."""
    return sum(1 << structure for structure in set(structures))


NOTHING_THERE = bits_of([Structure.BACKGROUND]) | OUTSIDE_WHOLE_LUNGS
"""Beyond the film."""

ORGANS_DRAWN = {
    LabelKind.NONE: (),
    LabelKind.LUNGS_AND_HEART: ORGANS,
    LabelKind.LUNGS: LUNGS,
    LabelKind.LUNGS_WITH_RETROCARDIAC: (),
}
"""Organs whose outline a label image of each kind really draws."""


def possible_labels(labels: Labels, kind: LabelKind) -> NDArray[np.uint8]:
    """Return what each pixel may be.

    A film without a drawn heart says background where there is a heart; one whose lungs are
    drawn behind the heart says lung there, and draws its medial border elsewhere. Only the
    latter says where the whole lungs end, and every lung that is drawn lies inside of them.

    Parameters
    ----------
    labels
        Label image, values of `Structure`, any shape.
    kind
        What it draws.

    Returns
    -------
    ndarray of uint8
        Bits of the structures and of the whole lungs, of the same shape.
    """
    sets = np.array([1 << structure for structure in Structure], np.uint8)
    whole = np.full(len(Structure), _ANY_WHOLE, np.uint8)
    whole[list(LUNGS)] = INSIDE_WHOLE_LUNGS
    if kind is not LabelKind.LUNGS_AND_HEART:
        sets[Structure.BACKGROUND] |= bits_of([Structure.HEART])
    if kind is LabelKind.LUNGS_WITH_RETROCARDIAC:
        sets[list(LUNGS)] |= bits_of([Structure.BACKGROUND, Structure.HEART])
        whole[Structure.BACKGROUND] = OUTSIDE_WHOLE_LUNGS
    possible: NDArray[np.uint8] = (sets | whole)[labels]
    return possible
