"""Names of arrays; every image is indexed (row, column), row 0 at the top of the film."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

GrayLevels: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""Gray levels of a film, (rows, columns); denser tissue is larger."""

FloatImage: TypeAlias = NDArray[np.float32]
"""A real-valued image, (rows, columns)."""

Labels: TypeAlias = NDArray[np.uint8]
"""Label values of `CXRTriageLib.domain.anatomy.Structure`, (rows, columns)."""

Mask: TypeAlias = NDArray[np.bool_]
"""One structure, (rows, columns)."""

Centers: TypeAlias = NDArray[np.int64]
"""Pixel positions, (n, 2), each (row, column)."""

AnyArray = TypeVar("AnyArray", bound=np.ndarray[Any, Any])


def read_only(array: AnyArray) -> AnyArray:
    """Return a view of an array that cannot be written through.

    Parameters
    ----------
    array
        Any array; it stays as it is.

    Returns
    -------
    ndarray
        The same memory, locked.
    """
    view = array.view()
    view.flags.writeable = False
    return view
