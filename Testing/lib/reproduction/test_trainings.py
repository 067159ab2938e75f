"""The trainings of the paper's experiment: their order, their arguments, their scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.commands.main import main
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.reproduction.trainings import TrainingJob, ranked_jobs, trained_table
from CXRTriageLib.site_evaluation.film_record import FilmState
from support.film_folders import write_manifest
from support.site_records import made_up_site
from support.studies import study_of


def test_pairs_of_the_same_split_come_one_after_the_other(tmp_path):
    jobs = list(ranked_jobs(tmp_path))

    assert [(job.approach, job.seed) for job in jobs[:3]] == [
        (Approach.LOCAL, 0),
        (Approach.GLOBAL, 0),
        (Approach.LOCAL, 1),
    ]
    assert len({job.folder for job in jobs}) == 20


def test_arguments_are_those_that_the_command_takes(tmp_path, capsys):
    job = TrainingJob(approach=Approach.GLOBAL, seed=3, output=tmp_path / "out")

    code = main(["train", *job.arguments(tmp_path, "default", tmp_path / "weights")])

    # The command understood them all and misses the films alone.
    assert code == 1
    assert "manifest.csv: there is no such file" in capsys.readouterr().err


def test_no_table_without_a_finished_training(tmp_path):
    assert trained_table(study_of(made_up_site(20, corrected=0), tmp_path)) is None


def finish(job: TrainingJob) -> None:
    folder = job.models / "classification"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")


def write_films(folder: Path, site) -> None:
    rows = []
    for record in site.films:
        name = f"film{record.row}.png"
        (folder / name).write_bytes(b"")
        rows.append({"image": name, "paper_class": record.class_name or ""})
    write_manifest(folder, rows)


def test_scores_are_means_over_the_test_films_of_each_split(tmp_path):
    site = made_up_site(160, corrected=0)
    write_films(tmp_path, site)
    study = study_of(site, tmp_path)
    for seed in (0, 1):
        finish(TrainingJob(approach=Approach.LOCAL, seed=seed, output=tmp_path))

    table = trained_table(study)

    accuracy = dict(zip((column.key for column in table.columns), table.rows[0], strict=True))
    by_row = {record.row: record for record in site.films if record.state is FilmState.DONE}
    expected = []
    for seed in (0, 1):
        films = FilmSelection(class_column="paper_class", split_seed=seed).films_of(
            tmp_path / "manifest.csv"
        )
        scored = [
            by_row[film.row]
            for film in films
            if film.class_name and film.split.value == "test" and film.row in by_row
        ]
        right = [record.found_class == record.class_name for record in scored]
        expected.append(sum(right) / len(right))
    assert accuracy["trainings"] == 2
    assert accuracy["mean"] == pytest.approx(sum(expected) / 2)
    assert (accuracy["lowest"], accuracy["highest"]) == (min(expected), max(expected))
    assert accuracy["difference"] == pytest.approx(accuracy["mean"] - 0.889)
