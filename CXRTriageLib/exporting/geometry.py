"""Where the pixels of a film and of its working image lie in an NRRD file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from CXRTriageLib.domain.spacing import PixelSpacing

if TYPE_CHECKING:
    import SimpleITK

SPACING_SOURCE_KEY = "spacing_source"
"""Key in the NRRD header; the value is that of `SpacingSource`."""


def place_like_film(
    image: SimpleITK.Image,
    spacing: PixelSpacing,
    *,
    film_shape: tuple[int, int],
    image_shape: tuple[int, int],
) -> None:
    """Give an image the geometry in which it lies over its film.

    The axes are those of LPS, columns to the patient's left and rows along the second axis,
    with the film's first pixel at the origin: this is how 3D Slicer and ITK place a film,
    whose file says nothing of where it lies in the patient. So the three lie over each other;
    the second axis stands for the vertical of the film and not for the patient's
    back. Slices, if there are several, are 1 apart.

    Parameters
    ----------
    image
        Three axes; its geometry is set.
    spacing
        Of the film. Where it is unknown, columns are 1 apart and rows as the aspect says, and
        no unit is meant.
    film_shape
        Rows and columns of the film.
    image_shape
        Rows and columns of the image, which covers the same field.
    """
    column, row = spacing.column_mm or 1.0, spacing.row_mm or spacing.aspect
    row_step = row * film_shape[0] / image_shape[0]
    column_step = column * film_shape[1] / image_shape[1]
    image.SetSpacing((column_step, row_step, 1.0))
    # The outer corners coincide, the centers of the first pixels do not.
    image.SetOrigin(((column_step - column) / 2, (row_step - row) / 2, 0.0))
    image.SetMetaData(SPACING_SOURCE_KEY, spacing.source.value)
