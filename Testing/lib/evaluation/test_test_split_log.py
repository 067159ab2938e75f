"""Whoever opens the test split leaves a line."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

from CXRTriageLib.evaluation.test_split_log import LOG_NAME, log_test_use
from CXRTriageLib.version import __version__
from support.results import MODELS


def test_every_use_appends_a_line(tmp_path):
    (tmp_path / LOG_NAME).unlink(missing_ok=True)

    logs = [log_test_use(tmp_path, MODELS, films) for films in (50, 51, 51)]

    with (tmp_path / LOG_NAME).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(logs) == {tmp_path / LOG_NAME}
    assert [row["films"] for row in rows] == ["50", "51", "51"]
    for row in rows:
        opened = datetime.fromisoformat(row["opened_utc"])
        assert abs(datetime.now(UTC) - opened) < timedelta(minutes=1)
        assert row["software_version"] == __version__
        assert row["models"] == "segmentation:aaaaaaaaaaaa classification:bbbbbbbbbbbb"


def test_earlier_lines_stay(tmp_path):
    log_test_use(tmp_path, MODELS, 5)
    before = (tmp_path / LOG_NAME).read_text(encoding="utf-8")

    log_test_use(tmp_path, MODELS, 6)

    after = (tmp_path / LOG_NAME).read_text(encoding="utf-8")
    assert after.startswith(before)
    assert after.count("\n") == before.count("\n") + 1
