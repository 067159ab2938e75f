"""Evaluations of a few films with small networks, from the list to the store."""

from __future__ import annotations

import dataclasses
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.errors import ModelError
from CXRTriageLib.site_evaluation.film_record import FilmRecord, FilmState
from CXRTriageLib.site_evaluation.runner import LOST
from CXRTriageLib.site_evaluation.store import STORE_FILE
from CXRTriageLib.site_evaluation.workforce import (
    Answer,
    ClusterAddress,
    LocalWorkforce,
    cluster_workforce,
)
from support.dicom_files import film_values, write_film
from support.evaluations import ThisProcess, choices_of, evaluate, films_of, inspected
from support.film_folders import write_manifest, write_synthetic_chests
from support.source_tree import ROOT

KILLS = 4


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Return a list of chests with labels, and what else a site may have in its archive."""
    folder = tmp_path_factory.mktemp("films")
    write_synthetic_chests(folder, [("test", "normal")] * 3)
    rows = [
        {"image": f"chest{number}.png", "label": f"labels{number}.png", "class": name}
        for number, name in enumerate(("normal", "viral", ""))
    ]
    write_film(folder / "Secret_Jane.dcm", film_values((300, 280)).astype(np.uint16))
    (folder / "Secret_broken.png").write_bytes(b"\x89PNG\r\n\x1a\n Secret")
    others = [{"image": name} for name in ("Secret_Jane.dcm", "Secret_broken.png", "chest0.png")]
    return write_manifest(folder, [*rows, *others])


@pytest.fixture(scope="module")
def models(small_models):
    return small_models / "small"


@pytest.fixture(scope="module")
def lines(manifest, models, tmp_path_factory):
    """Return the records of a run that nothing disturbed."""
    output = tmp_path_factory.mktemp("undisturbed")
    return evaluate(films_of(manifest, output), output, choices_of(models))


def pictures(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (output / "overlays").iterdir()}


def test_every_row_ends_in_the_state_that_it_should(lines):
    records = [FilmRecord.from_json(line) for line in lines]

    assert [record.row for record in records] == [2, 3, 4, 5, 6, 7]
    assert [record.state for record in records] == [
        *[FilmState.DONE] * 4,
        FilmState.REFUSED,
        FilmState.EXCLUDED,
    ]
    assert "same film as in row 2" in records[-1].reason


def test_records_hold_what_a_report_needs(lines):
    record = FilmRecord.from_json(lines[0])

    assert record.agreement_of("heart").jaccard is not None
    assert record.cardiothoracic_ratio_of_label == pytest.approx(0.45, abs=0.1)
    assert record.controls is not None
    assert dict(record.biomarkers)


def test_processes_and_their_number_do_not_matter(manifest, models, lines, tmp_path):
    found = evaluate(
        films_of(manifest, tmp_path), tmp_path, choices_of(models), workforce=LocalWorkforce(2)
    )

    assert found == lines


def test_cluster_gives_the_same_numbers(manifest, models, lines, tmp_path):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own,
        cluster_workforce(ClusterAddress(address=own.scheduler_address)) as workforce,
    ):
        films = films_of(manifest, tmp_path)
        assert evaluate(films, tmp_path, choices_of(models), workforce=workforce) == lines


def start(manifest: Path, output: Path, models: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "support.evaluation_process"]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "Testing")])
    return subprocess.Popen(
        [*command, *map(str, (manifest, output, models))], env=os.environ | {"PYTHONPATH": paths}
    )


def films_done(output: Path) -> int:
    """Count the films that a process has kept so far."""
    store = output / STORE_FILE
    if not store.is_file():
        return -1
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            query = "SELECT COUNT(*) FROM films WHERE state = 'done'"
            return int(connection.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            # There is no table yet, or the process is writing.
            return -1


def test_killed_run_goes_on_and_ends_with_the_same_store(manifest, models, lines, tmp_path):
    rng = random.Random(5)
    assert start(manifest, tmp_path / "undisturbed", models).wait(timeout=120) == 0
    killed, output = 0, tmp_path / "out"

    # After so many films, and a while that is left to chance.
    for films in range(KILLS):
        process = start(manifest, output, models)
        while films_done(output) < films and process.poll() is None:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.2))
        process.kill()
        killed += process.wait() != 0
    assert killed
    assert start(manifest, output, models).wait(timeout=120) == 0

    class Idle(ThisProcess):
        def answers(self, function, items):
            return (pytest.fail(f"{function} is called with {item}") for item in items)

    films = films_of(manifest, output)
    assert evaluate(films, output, choices_of(models), workforce=Idle()) == lines
    assert pictures(output) == pictures(tmp_path / "undisturbed")


def test_corrected_masks_are_measured_beside_the_networks(manifest, models, lines, tmp_path):
    masks = {"chest1": manifest.parent / "labels1.png"}

    found = evaluate(films_of(manifest, tmp_path, masks), tmp_path, choices_of(models))

    corrected = FilmRecord.from_json(found[2])
    assert [*found[:2], *found[3:]] == lines
    assert (corrected.row, corrected.mask_source) == (3, MaskSource.CORRECTED)
    assert corrected.agreement_of("lungs").jaccard == 1
    assert corrected.found_class is not None
    assert sum(corrected.vote_shares) == pytest.approx(1)
    assert len(corrected.patch_intensities) > 5
    assert len(pictures(tmp_path)) == 5


def test_changed_class_costs_no_work_and_changed_label_does(manifest, models, tmp_path):
    films = films_of(manifest, tmp_path)[:1]
    evaluate(films, tmp_path, choices_of(models))
    before = pictures(tmp_path)
    renamed = dataclasses.replace(films[0].listed, class_name="viral")
    unlabeled = dataclasses.replace(films[0].listed, label=None)

    (first,) = evaluate(
        [dataclasses.replace(films[0], listed=renamed)], tmp_path, choices_of(models)
    )
    (second,) = evaluate(
        [dataclasses.replace(films[0], listed=unlabeled)], tmp_path, choices_of(models)
    )

    assert FilmRecord.from_json(first).class_name == "viral"
    assert FilmRecord.from_json(first).agreement
    assert not FilmRecord.from_json(second).agreement
    assert pictures(tmp_path) != before


def test_film_whose_workers_are_lost_has_failed(manifest, models, tmp_path):
    class Lost(ThisProcess):
        def answers(self, function, items):
            return (Answer(item, None) for item in items if function)

    films = films_of(manifest, tmp_path)[:2]
    inspected(films, tmp_path)

    found = evaluate(films, tmp_path, choices_of(models), workforce=Lost())

    assert [FilmRecord.from_json(line).reason for line in found] == [LOST, LOST]


def test_film_that_changes_between_look_and_work_fails_alone(manifest, models, tmp_path):
    films = films_of(manifest, tmp_path)[:2]
    copy = tmp_path / "Secret_copy.png"
    copy.write_bytes(films[0].listed.image.read_bytes())
    moved = dataclasses.replace(films[0].listed, image=copy, label=None)

    class Vandal(ThisProcess):
        def answers(self, function, items):
            for answer in super().answers(function, items):
                copy.write_bytes(b"")
                yield answer

    found = evaluate(
        [dataclasses.replace(films[0], listed=moved), films[1]],
        tmp_path / "out",
        choices_of(models),
        workforce=Vandal(),
    )

    first, second = (FilmRecord.from_json(line) for line in found)
    assert (first.state, second.state) == (FilmState.REFUSED, FilmState.DONE)
    assert first.reason.startswith("The file is empty")


def test_other_networks_on_a_worker_stop_the_run(manifest, models, tmp_path):
    choices = choices_of(models)
    setup = dataclasses.replace(choices.setup, model_hashes=("other", "networks"))

    with pytest.raises(ModelError, match="other networks than this machine"):
        evaluate(films_of(manifest, tmp_path), tmp_path, dataclasses.replace(choices, setup=setup))


def test_no_file_of_an_evaluation_holds_a_name(manifest, models, tmp_path):
    evaluate(films_of(manifest, tmp_path), tmp_path, choices_of(models))

    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"Secret" not in content, path.name
        assert "Secret" not in path.name
        assert str(manifest.parent).encode() not in content, path.name


def test_names_are_kept_where_the_site_wants_it(manifest, models, tmp_path):
    found = evaluate(
        films_of(manifest, tmp_path)[3:4], tmp_path, choices_of(models, keep_identifiers=True)
    )

    identifiers = dict(FilmRecord.from_json(found[0]).identifiers)
    assert identifiers == {"file": "Secret_Jane.dcm", "patient": "Secret-ID"}


def test_pictures_are_whole(manifest, models, tmp_path):
    found = evaluate(films_of(manifest, tmp_path), tmp_path, choices_of(models))

    for record in map(FilmRecord.from_json, found):
        if record.overlay is not None:
            with Image.open(tmp_path / record.overlay) as picture:
                picture.load()
