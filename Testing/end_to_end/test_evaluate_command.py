"""``cxrtriage evaluate``: a site's own films in, store and report out."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.commands.main import main
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.store import STORE_FILE, EvaluationStore
from support.dicom_files import write_film
from support.film_folders import write_manifest, write_synthetic_chests
from support.source_tree import ROOT

REPORT = ("report.html", "report.json")
DAY = "1700000000"
WATCHING = """
import socket, sys

def note(line):
    with open({log!r}, "a", encoding="utf-8") as file:
        file.write(line + chr(10))

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        if not (event == "socket.connect" and arguments[0].family == socket.AF_UNIX):
            note(event)

sys.addaudithook(watch)
note("started")
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Return a folder with three chests: two PNG with labels, one DICOM of a named patient."""
    folder = tmp_path_factory.mktemp("films")
    write_synthetic_chests(folder, [("test", "normal")] * 3)
    with Image.open(folder / "chest2.png") as picture:
        write_film(
            folder / "Secret^Jane.dcm",
            np.asarray(picture).astype(np.uint16),
            StudyDate="19991231",
            PatientBirthDate="19520101",
        )
    return folder


@pytest.fixture(scope="module")
def manifest(films):
    return write_manifest(
        films,
        [
            {"image": f"chest{number}.png", "label": f"labels{number}.png", "class": name}
            for number, name in enumerate(("normal", "viral"))
        ]
        + [{"image": "Secret^Jane.dcm", "class": "normal"}],
    )


@pytest.fixture(autouse=True)
def _same_day_and_own_key(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(settings_folder(tmp_path_factory)))


def settings_folder(tmp_path_factory) -> Path:
    return tmp_path_factory.getbasetemp() / "settings of evaluations"


@pytest.fixture(scope="module")
def evaluated(manifest, tmp_path_factory, shipped_pipeline_fixture):
    """Return the output of a run that nothing disturbed."""
    assert shipped_pipeline_fixture.models
    output = tmp_path_factory.mktemp("evaluated")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        patch.setenv("XDG_CONFIG_HOME", str(settings_folder(tmp_path_factory)))
        assert evaluate(manifest, "--output", output) == 0
    return output


def evaluate(*arguments: object) -> int:
    return main(["evaluate", *(str(item) for item in arguments)])


def report_of(output: Path) -> dict[str, bytes]:
    """Return every file of the report, which is all but the store and the pictures."""
    tables = sorted((output / "tables").glob("*.csv"))
    return {path.name: path.read_bytes() for path in (*map(output.joinpath, REPORT), *tables)}


def test_report_and_store_are_written(evaluated):
    with EvaluationStore.open(evaluated, read_only=True) as store:
        assert store.counts() == {FilmState.DONE: 3}
        facts = store.facts()
    known = [model["sha256"] for model in facts.measurements.get("models", ())]
    assert known in ([], [model.sha256 for model in facts.models])
    assert {*REPORT, "main_numbers.csv"} <= set(report_of(evaluated))


def test_no_name_no_date_and_no_path_is_in_any_file(evaluated, films):
    # Shorter words arise by chance in pictures, which are all of a page's bytes but some.
    secrets = ("Secret", "19991231", "1999-12-31", "19520101", "1952-01-01", str(films), "chest0.")
    for path in evaluated.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in secrets if word.encode() in content], path.name
        assert "Secret" not in path.name


def test_report_is_drawn_again_without_running(evaluated, capsys):
    before = report_of(evaluated)
    (evaluated / "report.html").unlink()

    assert evaluate("--output", evaluated, "--redraw") == 0

    assert report_of(evaluated) == before
    assert "3 done" in capsys.readouterr().out


def test_killed_run_ends_with_the_same_report(evaluated, manifest, tmp_path):
    rng = random.Random(2)
    command = [sys.executable, "-m", "CXRTriageLib", "evaluate", str(manifest)]
    command += ["--output", str(tmp_path), "--jobs", "2"]
    begun = time.perf_counter()

    for share in (0.3, 0.6):
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        while not (tmp_path / STORE_FILE).exists() and process.poll() is None:
            time.sleep(0.1)
        # Where within the run is left to chance; networks load for seconds, films take one.
        time.sleep(share * rng.uniform(4, 10))
        process.kill()
        process.wait()
    assert subprocess.run(command, cwd=ROOT, check=False, timeout=300).returncode == 0

    assert report_of(tmp_path) == report_of(evaluated)
    assert time.perf_counter() - begun < 300


def test_run_on_a_full_disk_goes_on_and_ends_with_the_same_report(evaluated, manifest, tmp_path):
    resource = pytest.importorskip("resource", reason="Windows limits no files")
    command = [sys.executable, "-m", "CXRTriageLib", "evaluate", str(manifest)]
    command += ["--output", str(tmp_path)]
    said = []

    # No file may grow any further: first not the store, then not the page.
    for most_bytes in (60_000, 400_000, resource.RLIM_INFINITY):
        finished = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            preexec_fn=partial(
                resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY)
            ),
        )
        said.append((finished.returncode, finished.stderr))

    assert [code for code, _ in said] == [1, 1, 0]
    assert "it goes on where it was" in said[0][1]
    assert "no film is measured twice" in said[1][1]
    assert report_of(tmp_path) == report_of(evaluated)


def test_no_process_of_an_evaluation_connects_to_anything(manifest, tmp_path):
    # Python calls the hook in every process that is started, workers included.
    hook = tmp_path / "hooks" / "sitecustomize.py"
    hook.parent.mkdir()
    hook.write_text(WATCHING.format(log=str(tmp_path / "log")), encoding="utf-8")
    command = [sys.executable, "-m", "CXRTriageLib", "evaluate", str(manifest), "--no-controls"]

    finished = subprocess.run(
        [*command, "--output", str(tmp_path / "out")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(hook.parent)},
        check=False,
        timeout=300,
    )

    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert finished.returncode == 0
    assert lines.count("started") > 1
    assert set(lines) == {"started"}


def test_problems_are_listed_at_once_with_rows_before_any_work(tmp_path, films, capsys):
    rows = [
        {"image": "chest0.png", "class": "flu"},
        {"image": "gone.png"},
        {"image": "chest1.png", "label": "chest0.png"},
        {"image": "chest1.png", "age": "old"},
        {"image": "chest2.png", "age": "12"},
    ]

    assert evaluate(write_manifest(films, rows), "--output", tmp_path / "out") == 1

    said = capsys.readouterr().err
    for number, word in ((2, "'flu'"), (3, "'image'"), (4, "label image"), (5, "age"), (6, "18")):
        assert any(
            line.startswith(f"row {number}: ") and word in line for line in said.splitlines()
        ), said
    named = [int(line.split()[1].rstrip(":")) for line in said.splitlines() if "row " in line[:4]]
    assert named == sorted(named)
    assert "4 problems above" in said
    with EvaluationStore.open(tmp_path / "out", read_only=True) as store:
        assert not list(store.records())


def test_refused_film_is_told_and_the_others_are_measured(tmp_path, films, capsys):
    (films / "broken.png").write_bytes(b"broken")
    rows = [{"image": "broken.png"}, {"image": "chest0.png"}, {"image": "gone.png"}]
    manifest = write_manifest(films, rows)
    arguments = ("--output", tmp_path / "out", "--leave-out-problems", "--no-controls")

    assert evaluate(manifest, *arguments) == 1

    assert "1 done, 1 refused, 0 failed, 1 excluded" in capsys.readouterr().out


def test_manifest_of_a_folder_can_be_filled_in(tmp_path, films, capsys):
    manifest = tmp_path / "lists" / "site.csv"

    assert evaluate(manifest, "--init", films) == 0

    assert "fill in" in capsys.readouterr().out
    with manifest.open(newline="", encoding="utf-8") as file:
        listed = {Path(row["image"]).name: row for row in csv.DictReader(file)}
    assert (listed["Secret^Jane.dcm"]["view"], listed["Secret^Jane.dcm"]["age"]) == ("PA", "47")
    assert evaluate(manifest, "--init", films) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "--output is needed", id="nothing"),
        pytest.param(["gone.csv", "--output", "out"], "MANIFEST: gone.csv", id="no manifest"),
        pytest.param(["--init", "gone"], "--init needs", id="nothing to list"),
        pytest.param(["--output", "out", "--jobs", "0"], "--jobs", id="no process"),
        pytest.param(["--output", "out", "--prevalence", "viral=2"], "--prevalence", id="share"),
        pytest.param([".", "--output", "."], "must not be the folder", id="output is input"),
        pytest.param([".", "--output", "out", "--masks", "gone"], "is no folder", id="no masks"),
        pytest.param([".", "--output", "out", "--corrected-only"], "needs --masks", id="masks"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as ended:
        evaluate(*arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_key_beside_the_output_is_refused(tmp_path, manifest, capsys):
    arguments = ("--output", tmp_path / "out", "--key", tmp_path / "site.key")

    assert evaluate(manifest, *arguments) == 1
    assert "handed on" in capsys.readouterr().err
