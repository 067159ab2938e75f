"""The process that reads films answers every request and outlives a film that is none."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from CXRTriageLib.commands.reader import RADIOGRAPH
from CXRTriageLib.messages import Action, Finished, Ready, Refused, Request, from_json_line
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reading.handover import take_over
from support.film_files import write_chest
from support.source_tree import ROOT


def line(task, path, folder, action=Action.READ):
    """Return a request as the window writes it."""
    request = Request(task=task, action=action, input=str(path), output=str(folder))
    return request.to_json_line()


def test_process_reads_films_and_says_why_a_file_is_none(tmp_path):
    film, letter = tmp_path / "chest.png", tmp_path / "letter.dcm"
    write_chest(film)
    letter.write_text("Dear colleague", encoding="utf-8")
    asked = [
        line("a", letter, tmp_path),
        line("b", film, tmp_path, Action.TRIAGE),
        line("c", film, tmp_path),
        line("d", "", "", Action.QUIT),
    ]

    ended = subprocess.run(
        [sys.executable, "-m", "CXRTriageLib", "reader"],
        cwd=ROOT,
        input="\n".join(asked) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    answers = dict(map(from_json_line, ended.stdout.splitlines()))
    assert isinstance(answers[""], Ready)
    assert isinstance(answers["a"], Refused)
    assert "letter.dcm" in answers["a"].reason
    assert isinstance(answers["b"], Refused)
    assert isinstance(answers["c"], Finished)
    taken = take_over(tmp_path / "c.film")
    assert answers["c"].result == {RADIOGRAPH: str(tmp_path / "c.film")}
    np.testing.assert_array_equal(taken.pixels, read_radiograph(film).pixels)
