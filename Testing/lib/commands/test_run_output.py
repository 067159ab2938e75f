"""People see a bar that moves on a terminal, and plain lines elsewhere."""

from __future__ import annotations

import io
import re
import sys

import pytest

from CXRTriageLib.commands.run_output import RunOutput
from CXRTriageLib.messages import Progress, Refused, Started, Summary

MESSAGES = (
    Started(film="a", source="a.png", number=1, total=2),
    Progress(film="a", stage="segmentation", share=0.5),
    Refused(film="a", source="a.png", kind="NotAnImageError", reason="a.png is no image."),
    Started(film="b", source="b.png", number=2, total=2),
    Progress(film="b", stage="classification", share=0.5),
    Summary(finished=1, kept=0, refused=1, failed=0),
)


class Terminal(io.StringIO):
    """A stream that says that people look at it."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.parametrize(
    ("stream", "shares"),
    [
        pytest.param(Terminal(), ["0", "25", "50", "75"], id="terminal"),
        pytest.param(io.StringIO(), [], id="file"),
    ],
)
def test_bar_moves_with_the_stages_on_a_terminal_only(tmp_path, monkeypatch, stream, shares):
    monkeypatch.setattr(sys, "stderr", stream)
    # Otherwise quick stages would be passed over.
    monkeypatch.setenv("TQDM_MININTERVAL", "0")

    with RunOutput(as_json=False, table_folder=tmp_path) as output:
        for message in MESSAGES:
            output.report(message)

    shown = re.findall(r"(\d+)% ", stream.getvalue())
    assert list(dict.fromkeys(shown)) == shares
    assert "refused: a.png is no image.\n" in stream.getvalue()


def test_programs_get_json_and_no_bar(monkeypatch, capsys):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with RunOutput(as_json=True, table_folder=None) as output:
        for message in MESSAGES:
            output.report(message)

    assert terminal.getvalue() == ""
    assert len(capsys.readouterr().out.splitlines()) == len(MESSAGES)
