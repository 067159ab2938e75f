"""A session leaves nothing behind, also where it was killed, and touches nobody else's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from CXRTriageEditing.session_folder import SessionFolder, removeLeftFolders

HOLDS_A_FOLDER = """
import sys
from pathlib import Path
from CXRTriageEditing.session_folder import SessionFolder
folder = SessionFolder(Path(sys.argv[1]))
(folder.path / "masks.png").write_bytes(b"masks")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_session(tmp_path):
    """Return a process that holds a folder, and the folder's path."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_FOLDER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    path = Path(process.stdout.readline().strip())
    yield process, path
    process.kill()
    process.communicate()


def ended_process():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_folder(place, number):
    """Make a folder as a killed session leaves it."""
    folder = place / f"CXRTriage-{number}-x1y2"
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "masks.png").write_bytes(b"masks")
    return folder


def test_folder_is_gone_after_the_session(tmp_path):
    session = SessionFolder(tmp_path)
    (session.path / "1").mkdir()

    session.close()

    assert list(tmp_path.iterdir()) == []


def test_folder_of_a_killed_session_is_removed_by_the_next_one(tmp_path, other_session):
    process, path = other_session
    process.kill()
    process.wait()
    assert path.is_dir()

    session = SessionFolder(tmp_path)

    assert list(tmp_path.iterdir()) == [session.path]
    session.close()


def test_folder_of_a_living_session_stays(tmp_path, other_session):
    _, path = other_session

    SessionFolder(tmp_path).close()

    assert list(tmp_path.iterdir()) == [path]


def test_locked_folder_stays_whatever_number_it_has(tmp_path):
    folder = left_folder(tmp_path, ended_process())

    with FileLock(folder / ".lock"):
        removeLeftFolders(tmp_path)

    assert (folder / "1" / "masks.png").is_file()


@pytest.mark.skipif(os.name == "nt", reason="Windows has a temporary folder for each user.")
def test_folder_of_another_user_stays(tmp_path, monkeypatch):
    folder = left_folder(tmp_path, ended_process())
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)

    removeLeftFolders(tmp_path)

    assert folder.is_dir()


def test_link_and_what_is_not_ours_stay(tmp_path):
    number = ended_process()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"CXRTriage-{number}-link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "CXRTriage-notes-1").mkdir()
    (tmp_path / "CXRTriage-old").mkdir()
    before = sorted(tmp_path.iterdir())

    removeLeftFolders(tmp_path)

    assert sorted(tmp_path.iterdir()) == before
