"""The film at the size that patches are cut from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.arrays import FloatImage, Labels, Mask
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.preprocessing.equalization import apply_table, preprocessing_table
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest

LONGEST_SIDE_PX = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class PreprocessedFilm:
    """A film after equalization and gamma, at its own size.

    Attributes
    ----------
    radiograph
        The film.
    table
        Preprocessed value of each gray level, (levels,), float32, 0 to 255.
    image
        The preprocessed film, (rows, columns), float32, 0 to 255.
    """

    radiograph: Radiograph
    table: FloatImage
    image: FloatImage

    @classmethod
    def of(cls, radiograph: Radiograph) -> PreprocessedFilm:
        """Equalize a film and apply the gamma."""
        table = preprocessing_table(radiograph)
        return cls(radiograph=radiograph, table=table, image=apply_table(table, radiograph.pixels))

    def network_input(self, side_px: int) -> FloatImage:
        """Return what a segmentation network sees, (side_px, side_px), 0 to 255."""
        return resize_gray(self.image, (side_px, side_px))

    def masked(self, labels: Labels, size: WorkingSize) -> tuple[FloatImage, Mask]:
        """Return the film with all but the lungs black, at the working size.

        Parameters
        ----------
        labels
            Masks at the film's own size.
        size
            Which working size.

        Returns
        -------
        image
            (rows, columns), float32, 0 to 255.
        lung_fields
            (rows, columns), bool.
        """
        shape = working_shape(self.radiograph, size)
        lung_fields = resize_nearest(labels, shape) >= min(LUNGS)
        return resize_gray(self.image, shape) * lung_fields, lung_fields


def working_shape(radiograph: Radiograph, size: WorkingSize) -> tuple[int, int]:
    """Return rows and columns of the working image.

    Parameters
    ----------
    radiograph
        The film; pixels that are not square become square where the aspect is kept.
    size
        Which working size.

    Returns
    -------
    tuple of int
        Rows and columns.
    """
    rows, columns = radiograph.shape
    if size is WorkingSize.FILM:
        return rows, columns
    if size is WorkingSize.SQUARE_1024:
        return LONGEST_SIDE_PX, LONGEST_SIDE_PX
    height = rows * radiograph.spacing.aspect
    scale = LONGEST_SIDE_PX / max(height, columns)
    return max(1, int(np.rint(height * scale))), max(1, int(np.rint(columns * scale)))
