"""Messages are lines of JSON that any program can read."""

from __future__ import annotations

import json

import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.messages import (
    Action,
    Progress,
    Refused,
    Request,
    Summary,
    from_json_line,
    to_json_line,
)


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


def test_message_of_the_worker_comes_back_from_its_line():
    message = Progress(film="a", stage="segmentation", share=0.5)

    assert from_json_line(to_json_line(message, task="7")) == ("7", message)
    assert from_json_line(to_json_line(message)) == ("", message)


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"event": "summary"}', '{"event": "ready"}'])
def test_line_that_holds_no_message_is_refused(line):
    with pytest.raises(InvalidValueError, match="no message"):
        from_json_line(line)


def test_request_comes_back_from_its_line():
    request = Request(task="7", action=Action.VOTES, input="ü.png", output="o", masks="m.png")

    assert Request.from_json_line(request.to_json_line()) == request
    assert request.to_json_line().isascii()


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"task": "1", "action": "fly"}'])
def test_line_that_holds_no_request_is_refused(line):
    with pytest.raises(InvalidValueError, match="no request"):
        Request.from_json_line(line)
