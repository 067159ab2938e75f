"""Requests come back, deaths are reported, and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from CXRTriageLib.messages import Action, Failed, Finished, Progress, Refused, Request
from CXRTriageWorker.client import WorkerClient
from support.film_files import write_chest
from support.source_tree import ROOT

REAL = [sys.executable, "-m", "CXRTriageLib", "worker", "--device", "cpu", "--threads", "1"]
PATIENCE_S = 60

SCRIPT = """
import json, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(json.dumps({"event": "ready", "engine": "none", "models": [str(child.pid)]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["input"] == "die":
        sys.exit("the disk is full")
    if request["input"] == "babble":
        print("no message")
    if request["input"] == "hang":
        time.sleep(600)
    done = {"event": "finished", "task": request["task"], "film": "", "source": "",
            "folder": "", "elapsed_s": 0.0, "result": {}}
    print(json.dumps(done), flush=True)
"""
"""A worker with a child of its own that does what its input says."""


@dataclass
class Heard:
    """What came back."""

    progress: list[tuple[str, Progress]] = field(default_factory=list)
    finished: list[tuple[str, Finished]] = field(default_factory=list)
    failed: list[tuple[str, Refused | Failed]] = field(default_factory=list)
    died: list[tuple[tuple[str, ...], str]] = field(default_factory=list)


def groupMembers(group: int) -> set[int]:
    """Return the processes of a group that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[2]) == group and rest[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def assertGroupEnds(group: int) -> None:
    """Wait for what was killed to be gone: the kernel takes a moment."""
    deadline = time.monotonic() + 5
    while left := groupMembers(group):
        assert time.monotonic() < deadline, f"left behind: {left}"
        time.sleep(0.01)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def makeClient(heard):
    made = []

    def make(command) -> WorkerClient:
        client = WorkerClient(
            command,
            lambda task, message: heard.progress.append((task, message)),
            lambda task, message: heard.finished.append((task, message)),
            lambda task, message: heard.failed.append((task, message)),
            lambda lost, words: heard.died.append((tuple(lost), words)),
            environment=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.stop()


def wait(client, condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "nothing came in"
        client.poll()
        time.sleep(0.01)


def request(task, source, output=""):
    return Request(task=task, action=Action.TRIAGE, input=str(source), output=str(output))


@pytest.mark.usefixtures("shipped_pipeline_fixture")
def test_film_comes_back_with_stages_and_result(tmp_path, makeClient, heard):
    write_chest(tmp_path / "chest.png")
    client = makeClient(REAL)

    client.submit(request("a", tmp_path / "chest.png", tmp_path / "out"))
    client.submit(request("b", tmp_path / "gone.png", tmp_path / "out"))
    wait(client, lambda: not client.pending)

    assert client.ready is not None
    assert heard.finished[0][0] == "a"
    assert (tmp_path / "out" / "arrays.npz").is_file()
    assert {task for task, _ in heard.progress} == {"a", "b"}
    shares = [step.share for task, step in heard.progress if task == "a"]
    assert shares == sorted(shares)
    assert heard.failed[0][0] == "b"
    assert isinstance(heard.failed[0][1], Refused)
    assert "gone.png" in heard.failed[0][1].reason


def test_stop_leaves_no_process_of_the_group(makeClient):
    client = makeClient([sys.executable, "-c", SCRIPT])
    client.start()
    wait(client, lambda: client.ready)
    group = client.processIdentifier
    assert len(groupMembers(group)) == 2

    client.stop()

    assertGroupEnds(group)


def test_cancel_ends_a_busy_worker_and_has_the_next_one_ready(makeClient, heard):
    client = makeClient([sys.executable, "-c", SCRIPT])
    client.submit(request("a", "hang"))
    wait(client, lambda: client.ready)
    group = client.processIdentifier

    client.cancel()

    assertGroupEnds(group)
    assert client.pending == ()
    client.submit(request("b", "babble"))
    wait(client, lambda: heard.finished)
    assert [task for task, _ in heard.finished] == ["b"]
    assert not heard.died


def test_death_is_told_with_last_words_and_the_worker_is_there_again(makeClient, heard):
    client = makeClient([sys.executable, "-c", SCRIPT])
    client.submit(request("a", "die"))
    client.submit(request("b", "fine"))

    wait(client, lambda: heard.died)

    assert heard.died == [(("a", "b"), "the disk is full")]
    client.submit(request("c", "fine"))
    wait(client, lambda: heard.finished)
    assert heard.finished[0][0] == "c"


def test_kill_from_outside_is_told_and_leaves_no_child(makeClient, heard):
    client = makeClient([sys.executable, "-c", SCRIPT])
    client.submit(request("a", "hang"))
    wait(client, lambda: client.ready)
    group = client.processIdentifier

    os.kill(group, signal.SIGKILL)
    wait(client, lambda: heard.died)

    lost, words = heard.died[0]
    assert lost == ("a",)
    assert "-9" in words
    assertGroupEnds(group)


def test_worker_that_never_gets_ready_is_not_started_over_and_over(makeClient, heard):
    client = makeClient([sys.executable, "-c", "raise SystemExit('no networks')"])
    client.start()
    wait(client, lambda: heard.died)

    assert heard.died == [((), "no networks")]
    assert client.processIdentifier is None

    client.submit(request("a", "fine"))
    wait(client, lambda: len(heard.died) == 2)
    assert heard.died[1][0] == ("a",)


def test_program_that_is_not_there_is_told_as_a_death(makeClient, heard):
    client = makeClient(["there-is-no-such-program"])

    client.submit(request("a", "fine"))

    assert heard.died[0][0] == ("a",)
    assert "there-is-no-such-program" in heard.died[0][1]


def test_worker_ends_by_itself_when_the_window_is_killed(tmp_path):
    code = (
        "import sys, time\n"
        "from CXRTriageWorker.client import WorkerClient\n"
        "def ignore(*_): pass\n"
        f"command = [sys.executable, '-c', {SCRIPT!r}]\n"
        "client = WorkerClient(command, ignore, ignore, ignore, ignore)\n"
        "client.start()\n"
        "print(client.processIdentifier, flush=True)\n"
        "time.sleep(600)\n"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "CXRTriage")])
    window = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    worker = int(window.stdout.readline())

    window.kill()
    window.communicate()

    deadline = time.monotonic() + PATIENCE_S
    while worker in groupMembers(worker):
        assert time.monotonic() < deadline, "the worker outlived its window"
        time.sleep(0.05)
    for child in groupMembers(worker):
        os.kill(child, signal.SIGKILL)
