"""All files of one film's result, in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.atomic import staged_files
from CXRTriageLib.exporting.labels import (
    LABELS_NRRD,
    LABELS_PNG,
    WHOLE_LUNGS_PNG,
    write_labels_nrrd,
    write_labels_png,
    write_mask_png,
)
from CXRTriageLib.exporting.overlay import OVERLAY_FILE, write_overlay
from CXRTriageLib.exporting.result_json import SCHEMA_VERSION, result_to_json, write_json
from CXRTriageLib.exporting.saliency_volume import SALIENCY_FILE, write_saliency

RESULT_FILE = "result.json"
RESULT_FILES = (
    RESULT_FILE,
    LABELS_PNG,
    LABELS_NRRD,
    WHOLE_LUNGS_PNG,
    SALIENCY_FILE,
    OVERLAY_FILE,
)
"""Every file that a result may have."""


class ResultFolders:
    """The results of many films below one folder.

    Parameters
    ----------
    root
        Made when the first result is written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, name: str) -> Path:
        """Return the folder of a film's result; it need not exist."""
        return self._root / name

    def find(self, name: str, run_key: str) -> dict[str, Any] | None:
        """Return a result that is there, complete and made under a fingerprint.

        Parameters
        ----------
        name
            Of the film.
        run_key
            The fingerprint.

        Returns
        -------
        dict or None
            The content of its ``result.json``.
        """
        document = read_result(self.folder(name))
        if document is None or document["provenance"]["run_key"] != run_key:
            return None
        return document

    def write(
        self, name: str, radiograph: Radiograph, result: TriageResult, run_key: str
    ) -> Mapping[str, Any]:
        """Write a result; see `write_result`."""
        return write_result(self.folder(name), radiograph, result, run_key=run_key)


def write_result(
    folder: Path, radiograph: Radiograph, result: TriageResult, *, run_key: str | None = None
) -> Mapping[str, Any]:
    """Write all files of a result; ``result.json`` comes last and says that all are there.

    Parameters
    ----------
    folder
        Made if it is not there. Files of an earlier result are replaced.
    radiograph
        The film.
    result
        What was found.
    run_key
        Fingerprint of everything that the result was made from.

    Returns
    -------
    dict
        The content of ``result.json``.
    """
    labels = result.segmentation.labels
    with staged_files(folder, last=RESULT_FILE, owned=RESULT_FILES) as staging:
        write_labels_png(staging / LABELS_PNG, labels)
        write_labels_nrrd(staging / LABELS_NRRD, labels, spacing=result.spacing)
        if result.segmentation.whole_lungs is not None:
            write_mask_png(staging / WHOLE_LUNGS_PNG, result.segmentation.whole_lungs)
        if result.saliency is not None:
            write_saliency(
                staging / SALIENCY_FILE,
                result.saliency,
                film_shape=result.shape,
                spacing=result.spacing,
            )
        write_overlay(staging / OVERLAY_FILE, radiograph, result)
        files = [name for name in RESULT_FILES if (staging / name).exists()]
        document = result_to_json(result, files=files, run_key=run_key)
        write_json(staging / RESULT_FILE, document)
    return document


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return a complete result of this version of the format, or None.

    Parameters
    ----------
    folder
        Of one film's result; it need not exist.

    Returns
    -------
    dict or None
        The content of ``result.json``, if it can be read and all files that it names are there.
    """
    try:
        document = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    try:
        is_whole = document["schema_version"] == SCHEMA_VERSION and all(
            (folder / name).is_file() for name in document["files"]
        )
        _ = document["provenance"]["run_key"]
    except (TypeError, KeyError):
        return None
    return document if is_whole else None
