"""What was not saved survives a crash, and only a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from CXRTriageEditing.autosave import Autosave, UnsavedFilm
from CXRTriageLib.domain.biomarker import Caliper
from support.results import chest_labels
from support.source_tree import ROOT

FILM = UnsavedFilm(pixelHash="a" * 64, path="films/one.dcm", name="one")
OTHER = UnsavedFilm(pixelHash="b" * 64, path="", name="two")

KILLED = """
import os, signal, sys
from pathlib import Path
from CXRTriageEditing.autosave import Autosave, UnsavedFilm
from support.results import chest_labels

autosave = Autosave(Path(sys.argv[1]))
film = UnsavedFilm(pixelHash="a" * 64, path="films/one.dcm", name="one")
autosave.store(film, chest_labels())
print("stored", flush=True)
while True:
    autosave.store(film, chest_labels())
"""


@pytest.fixture
def live(tmp_path):
    session = Autosave(tmp_path)
    yield session
    session.close()


def crash(session):
    """End a session as the operating system does when its process dies."""
    session._lock.release()


def test_crashed_session_is_offered_with_its_films_newest_first(tmp_path, live):
    crashed = Autosave(tmp_path)
    crashed.store(FILM, chest_labels())
    crashed.store(OTHER, chest_labels()[::-1])
    crash(crashed)

    offers = live.offers()

    assert [offer.film for offer in offers] == [OTHER, FILM]
    assert np.array_equal(offers[1].labels, chest_labels())
    assert offers[0].savedAt >= offers[1].savedAt


def test_session_that_still_runs_is_not_offered(tmp_path, live):
    other = Autosave(tmp_path)
    other.store(FILM, chest_labels())

    assert live.offers() == []

    other.close()
    assert live.offers() == []


def test_own_masks_are_not_offered_and_the_last_ones_count(tmp_path, live):
    crashed = Autosave(tmp_path)
    crashed.store(FILM, np.zeros((400, 320), np.uint8))
    crashed.store(FILM, chest_labels())
    assert crashed.offers() == []
    crash(crashed)

    (offer,) = live.offers()

    assert np.array_equal(offer.labels, chest_labels())


def test_discarded_and_dropped_masks_are_gone_with_their_folder(tmp_path, live):
    crashed = Autosave(tmp_path)
    crashed.store(FILM, chest_labels())
    crashed.store(OTHER, chest_labels())
    crashed.discard(FILM)
    crashed.discard(FILM)
    crash(crashed)

    (offer,) = live.offers()
    live.drop(offer)

    assert offer.film == OTHER
    assert live.offers() == []
    assert len(list(tmp_path.iterdir())) == 1


def test_dragged_lines_come_back_with_masks_and_without(tmp_path, live):
    line = Caliper(name="heart_diameter", start=(200.0, 90.5), end=(201.25, 240.0))
    crashed = Autosave(tmp_path)
    crashed.store(FILM, chest_labels(), [line])
    crashed.store(OTHER, None, [line])
    crash(crashed)

    alone, beside = live.offers()

    assert alone.labels is None
    assert alone.calipers == beside.calipers == (line,)
    assert np.array_equal(beside.labels, chest_labels())


def test_damaged_file_is_passed_over(tmp_path, live):
    crashed = Autosave(tmp_path)
    crashed.store(FILM, chest_labels())
    crashed.store(OTHER, chest_labels())
    damaged = next(tmp_path.glob(f"*/{FILM.pixelHash}*"))
    damaged.write_bytes(damaged.read_bytes()[:500])
    crash(crashed)

    assert [offer.film for offer in live.offers()] == [OTHER]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that cannot be caught")
def test_process_killed_while_it_saves_leaves_whole_masks(tmp_path, live):
    paths = ":".join(str(ROOT / part) for part in (".", "CXRTriage", "Testing"))
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"stored\n"
        process.send_signal(signal.SIGKILL)

    (offer,) = live.offers()

    assert offer.film == FILM
    assert np.array_equal(offer.labels, chest_labels())
    assert Path(offer.film.path) == Path("films/one.dcm")
