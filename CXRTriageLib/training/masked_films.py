"""Lung-masked films for the classification network, kept on disk between runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from CXRTriageLib.classification.patches import cut_patches
from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.arrays import Centers
from CXRTriageLib.domain.settings import MaskMethod, WorkingSize
from CXRTriageLib.eligibility.assessment import assess_eligibility
from CXRTriageLib.networks.engine import load_engine
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.segmentation.segmenter import ChestSegmenter
from CXRTriageLib.training.processes import Processes


@dataclass(frozen=True, kw_only=True, eq=False)
class LungFilm:
    """One film with all but the lungs black.

    Attributes
    ----------
    listed
        Its row in the manifest.
    image
        (rows, columns), uint8, at the working size.
    packed_lungs
        The lung fields, eight pixels in a byte.
    """

    listed: ListedFilm
    image: NDArray[np.uint8]
    packed_lungs: NDArray[np.uint8]

    @cached_property
    def whole(self) -> NDArray[np.uint8]:
        """The whole film stretched to a patch, (224, 224)."""
        rows, columns = self.image.shape
        return cut_patches(self.image, np.array([[0, 0, rows, columns]]))[0, 0]

    def random_center(self, generator: np.random.Generator) -> Centers:
        """Draw one lung pixel, (1, 2), row and column.

        Parameters
        ----------
        generator
            Source of randomness.

        Returns
        -------
        ndarray of int64
            (1, 2).
        """
        # Unpacking all pixels for the sake of one would take longer than all changes of a patch.
        lungs_up_to = np.cumsum(np.bitwise_count(self.packed_lungs), dtype=np.int64)
        drawn = int(generator.integers(lungs_up_to[-1]))
        byte = int(np.searchsorted(lungs_up_to, drawn, side="right"))
        bits = np.flatnonzero(np.unpackbits(self.packed_lungs[byte : byte + 1]))
        # Counted from the last lung pixel of the byte, which the sum ends with.
        bit = int(bits[drawn - int(lungs_up_to[byte])])
        return np.array([divmod(8 * byte + bit, self.image.shape[1])])


@dataclass(frozen=True, kw_only=True)
class FilmStore:
    """Where masked films are kept, and how they are made.

    Attributes
    ----------
    folder
        May be shared by any trainings: a film is kept for each network and working size.
    size
        Working size.
    models
        Folder with the segmentation network; the shipped one by default.
    """

    folder: Path
    size: WorkingSize
    models: Path | None = None


def load_lung_films(
    films: Sequence[ListedFilm], store: FilmStore, problems: RowProblems
) -> list[LungFilm]:
    """Segment all films, or read what an earlier run has kept.

    Parameters
    ----------
    films
        Rows of a manifest.
    store
        Where they are kept.
    problems
        Is told which films cannot be read.

    Returns
    -------
    list of LungFilm
        Without the films that have no plausible lungs: at inference they get no class either.
    """
    manifest = read_manifest(Task.SEGMENTATION, store.models)
    segmenter: ChestSegmenter | None = None
    store.folder.mkdir(parents=True, exist_ok=True)
    loaded: list[LungFilm] = []
    is_silent = not Processes.started().is_first
    for listed in tqdm(films, desc="Masking films", unit="film", disable=is_silent):
        key = f"{listed.image.resolve()} {manifest.identity.sha256} {store.size.value}"
        kept = store.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"
        with problems.of_row(listed.row):
            if not kept.is_file():
                segmenter = segmenter or ChestSegmenter(
                    load_engine(manifest), side_px=manifest.side_px
                )
                _mask_and_keep(listed, kept, segmenter, store.size)
            with np.load(kept) as arrays:
                image, packed = arrays["image"], arrays["packed_lungs"]
            if image.size:
                loaded.append(LungFilm(listed=listed, image=image, packed_lungs=packed))
    return loaded


def _mask_and_keep(
    listed: ListedFilm, kept: Path, segmenter: ChestSegmenter, size: WorkingSize
) -> None:
    radiograph = read_radiograph(listed.image)
    film = PreprocessedFilm.of(radiograph)
    segmentation = segmenter.segment(film, MaskMethod.PROBABILITIES_UPSAMPLED)
    warnings = assess_eligibility(radiograph, segmentation)
    if any(warning.blocks_classification for warning in warnings):
        image, lungs = np.zeros((0, 0), np.uint8), np.zeros((0, 0), bool)
    else:
        gray, lungs = film.masked(segmentation.labels, size)
        image = gray.round().astype(np.uint8)
    # Several trainings may fill one folder.
    unfinished = kept.with_suffix(f".{os.getpid()}.part.npz")
    np.savez(unfinished, image=image, packed_lungs=np.packbits(lungs))
    unfinished.replace(kept)
