"""Messages are lines of JSON that any program can read."""

from __future__ import annotations

import json

from CXRTriageLib.messages import Progress, Refused, Summary, to_json_line


def test_message_is_one_line_that_says_what_it_is():
    line = to_json_line(Progress(film="a", stage="segmentation", share=0.5))

    assert json.loads(line) == {
        "event": "progress",
        "film": "a",
        "stage": "segmentation",
        "share": 0.5,
    }
    assert next(iter(json.loads(line))) == "event"


def test_line_breaks_and_umlauts_do_not_break_the_line():
    message = Refused(film="ü", source="ü.dcm", kind="NotAnImageError", reason="one\ntwo")

    line = to_json_line(message)

    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line)["reason"] == "one\ntwo"


def test_summary_is_fine_without_refusal_and_failure():
    assert Summary(finished=2, kept=1, refused=0, failed=0).all_fine
    assert not Summary(finished=2, kept=1, refused=1, failed=0).all_fine
    assert not Summary(finished=2, kept=1, refused=0, failed=1).all_fine
