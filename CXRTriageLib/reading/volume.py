"""NIfTI, NRRD, MetaImage with one 2D slice -> Radiograph."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph
from CXRTriageLib.errors import (
    MultipleFramesError,
    NotAnImageError,
    RefusedInputError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading.color import COLOR_WAS_GRAY, gray_of_color
from CXRTriageLib.reading.damage import DAMAGED_FILE_ERRORS
from CXRTriageLib.reading.file_kind import FileKind
from CXRTriageLib.reading.film_assembly import (
    MOST_PIXELS,
    Rendition,
    assemble_radiograph,
    check_sides,
)
from CXRTriageLib.reading.geometry import SpacingAttributes, choose_spacing, usable_pair
from CXRTriageLib.reading.stored_image import from_numbers
