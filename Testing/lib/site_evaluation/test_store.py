"""The store: what is in it stays, in the order of rows, whatever happens to the process."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.errors import StoreError
from CXRTriageLib.site_evaluation.film_measurement import MeasuredFilm
from CXRTriageLib.site_evaluation.film_record import FilmRecord, FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection
from CXRTriageLib.site_evaluation.store import STORE_FILE, EvaluationStore
from support.evaluations import facts_of_run

FACTS = facts_of_run()


def to_do(row: int, **fields: object) -> FilmRecord:
    return FilmRecord(
        row=row,
        key=f"film{row}",
        patient_key="p",
        state=FilmState.FAILED,
        reason="not yet",
        **fields,
    )


def done(row: int, **fields: object) -> FilmRecord:
    return dataclasses.replace(to_do(row, **fields), state=FilmState.DONE, reason="")


@pytest.fixture
def store(tmp_path):
    with EvaluationStore.open(tmp_path) as opened:
        yield opened


def rows_of(store: EvaluationStore) -> list[int]:
    return [record.row for record in store.records()]


def test_facts_are_the_same_after_the_store(store):
    store.begin(FACTS, [])

    assert store.facts() == FACTS


def test_store_without_a_run_has_no_facts(store):
    with pytest.raises(StoreError, match="no run has begun"):
        store.facts()


def test_records_come_by_row_whatever_order_they_were_made_in(store):
    store.begin(FACTS, [(f"w{row}", to_do(row)) for row in (2, 3, 4)])
    for row in (4, 2, 3):
        store.add(MeasuredFilm(work_key=f"w{row}", record=done(row)))

    assert rows_of(store) == [2, 3, 4]


def test_network_comes_before_corrected_masks(store):
    for source in (MaskSource.CORRECTED, MaskSource.NETWORK):
        record = done(2, mask_source=source)
        store.add(MeasuredFilm(work_key=source.value, record=record))

    assert [record.mask_source for record in store.records()] == list(MaskSource)
    assert store.counts() == {FilmState.DONE: 1}


def test_results_are_found_again_with_the_description_of_today(store):
    store.begin(FACTS, [("w2", to_do(2, class_name="viral"))])
    store.add(MeasuredFilm(work_key="w2", record=done(2, class_name="viral", entropy_bits=1.5)))

    there = store.begin(FACTS, [("w2", to_do(7, class_name="normal"))])

    (record,) = store.records()
    assert there == {"w2"}
    assert (record.row, record.class_name, record.entropy_bits) == (7, "normal", 1.5)


def test_film_that_is_no_longer_listed_is_not_told_and_not_forgotten(store):
    store.add(MeasuredFilm(work_key="w2", record=done(2)))

    assert store.begin(FACTS, []) == frozenset()
    assert rows_of(store) == []
    assert store.begin(FACTS, [("w2", to_do(2))]) == {"w2"}
    assert rows_of(store) == [2]


def test_failed_film_is_tried_again_and_refused_one_is_not(store):
    failed = dataclasses.replace(to_do(2), reason="broken")
    refused = dataclasses.replace(to_do(3), state=FilmState.REFUSED, reason="empty")
    store.add(MeasuredFilm(work_key="w2", record=failed))
    store.add(MeasuredFilm(work_key="w3", record=refused))

    assert store.begin(FACTS, [("w2", to_do(2)), ("w3", to_do(3))]) == {"w3"}
    assert store.counts() == {FilmState.REFUSED: 1}


def test_excluded_film_is_in_the_store_without_work(store):
    excluded = dataclasses.replace(to_do(2), state=FilmState.EXCLUDED, reason="a minor")

    assert store.begin(FACTS, [("row 2", excluded)]) == {"row 2"}
    assert [record.reason for record in store.records()] == ["a minor"]


def test_picture_lies_beside_the_record(store, tmp_path):
    record = done(2, overlay="overlays/film2.png")

    store.add(MeasuredFilm(work_key="w2", record=record, overlay=b"picture"))

    assert (tmp_path / record.overlay).read_bytes() == b"picture"
    assert [path.name for path in (tmp_path / "overlays").iterdir()] == ["film2.png"]


def test_half_picture_of_a_killed_run_is_removed(tmp_path):
    with EvaluationStore.open(tmp_path):
        (tmp_path / "overlays" / "film2.partial").write_bytes(b"pict")
    with EvaluationStore.open(tmp_path):
        assert not list((tmp_path / "overlays").iterdir())


def test_findings_are_kept_by_the_state_of_the_files(store):
    found = Inspection(key="k", problems=("gone",), age_years=3.5)
    store.keep_inspections([("a", found)])

    assert store.inspection("a") == found
    assert store.inspection("b") is None


def test_full_disk_is_told_and_costs_nothing_that_was_there(store):
    store.add(MeasuredFilm(work_key="w2", record=done(2)))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    large = done(3, warnings=("x" * 100_000,))

    with pytest.raises(StoreError, match=r"full.*goes on where it was"):
        store.add(MeasuredFilm(work_key="w3", record=large))

    assert rows_of(store) == [2]
    store._connection.execute("PRAGMA max_page_count = 100000")
    store.add(MeasuredFilm(work_key="w3", record=large))
    assert rows_of(store) == [2, 3]


def test_folder_without_store_cannot_be_read(tmp_path):
    with pytest.raises(StoreError, match="no evaluation in this folder"):
        EvaluationStore.open(tmp_path, read_only=True)
    assert not (tmp_path / STORE_FILE).exists()


def test_reading_changes_nothing(tmp_path):
    with EvaluationStore.open(tmp_path) as store:
        store.begin(FACTS, [])
    before = (tmp_path / STORE_FILE).read_bytes()

    with EvaluationStore.open(tmp_path, read_only=True) as store:
        assert store.facts() == FACTS
        with pytest.raises(StoreError, match="readonly"):
            store.add(MeasuredFilm(work_key="w2", record=done(2)))
    assert (tmp_path / STORE_FILE).read_bytes() == before


def test_store_of_a_run_killed_while_it_wrote_can_be_read(tmp_path):
    with EvaluationStore.open(tmp_path) as store:
        store.begin(FACTS, [])
        store.add(MeasuredFilm(work_key="w2", record=done(2)))
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('PRAGMA cache_size = 1'); "
        "c.executemany('INSERT INTO inspections VALUES (?, ?)', ((str(n), 'x' * 9000) "
        "for n in range(200))); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / STORE_FILE)], check=False)
    assert (tmp_path / f"{STORE_FILE}-journal").exists()

    with EvaluationStore.open(tmp_path, read_only=True) as store:
        assert rows_of(store) == [2]
        assert store.inspection("1") is None


def test_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / STORE_FILE).write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError, match="not a database"):
        EvaluationStore.open(tmp_path)


def test_store_of_another_version_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / STORE_FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreError, match="another version"):
        EvaluationStore.open(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Looks for open files in /proc")
def test_store_that_is_refused_does_not_stay_open(tmp_path):
    file = tmp_path / STORE_FILE
    file.write_bytes(b"no database at all" * 100)

    # What keeps the error could keep the connection, too.
    with pytest.raises(StoreError) as refusal:
        EvaluationStore.open(tmp_path)

    assert refusal.traceback
    assert file not in [
        Path(os.path.realpath(opened)) for opened in Path("/proc/self/fd").iterdir()
    ]


def test_damaged_record_is_told(store):
    store.add(MeasuredFilm(work_key="w2", record=done(2)))
    with store._connection as connection:
        connection.execute("UPDATE films SET record = '{}'")

    with pytest.raises(StoreError, match="damaged"):
        list(store.records())
