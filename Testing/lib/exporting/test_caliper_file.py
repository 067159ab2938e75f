"""Lines come back from their file, and what is no such file is told in words."""

from __future__ import annotations

import pytest

from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.exporting.caliper_file import read_calipers, write_calipers

LINES = (
    Caliper(name="thoracic_diameter", start=(60.0, -0.5), end=(61.25, 120.5)),
    Caliper(name="heart_diameter", start=(100.0, 20.0), end=(100.0, 80.0)),
)


def test_lines_come_back_in_their_order(tmp_path):
    write_calipers(tmp_path / "calipers.json", LINES)

    assert read_calipers(tmp_path / "calipers.json") == LINES


@pytest.mark.parametrize(
    "content", ["", "[]", '{"heart_diameter": {"start_px": [1, 2]}}', '{"a": {"start_px": 1}}']
)
def test_file_without_lines_is_told_by_name(tmp_path, content):
    path = tmp_path / "calipers.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InvalidValueError, match=r"calipers\.json"):
        read_calipers(path)
