"""Every opening of the test split leaves a line beside the networks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.version import __version__

LOG_NAME = "test_split_log.csv"
HEADER = ("opened_utc", "software_version", "films", "models")


def log_test_use(models_folder: Path, models: Sequence[ModelIdentity], films: int) -> Path:
    """Append a line to the log of the test split.

    A test that is looked at often becomes a validation; the log shows how often it was.

    Parameters
    ----------
    models_folder
        Folder of the networks that are measured; the log lies in it.
    models
        What is measured.
    films
        Number of test films.

    Returns
    -------
    Path
        The log.
    """
    log = models_folder / LOG_NAME
    is_new = not log.exists()
    hashes = " ".join(f"{model.name}:{model.sha256[:12]}" for model in models)
    with log.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(HEADER)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        writer.writerow((now, __version__, films, hashes))
    return log
