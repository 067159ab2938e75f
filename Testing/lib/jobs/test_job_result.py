"""Results of jobs come back from their files as they were."""

from __future__ import annotations

import pytest

from CXRTriageLib.errors import ManifestError
from CXRTriageLib.jobs.job_result import read_result
from support.job_results import job_result


def test_result_is_read_as_it_was_written(tmp_path):
    result = job_result("classes-unseen-jsrt", confusion=((3, 1, 0), (0, 2, 1)))

    result.write(tmp_path / "results" / "one.json")

    assert read_result(tmp_path / "results" / "one.json") == result


def test_job_that_is_not_done_has_no_result(tmp_path):
    assert read_result(tmp_path / "none.json") is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"models": []}'])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "one.json"
    path.write_text(content)

    with pytest.raises(ManifestError, match=r"one\.json: this result"):
        read_result(path)
