"""Which jobs a list of films allows, and in which order."""

from __future__ import annotations

from pathlib import Path

from CXRTriageLib.jobs.ranked_jobs import ranked_jobs
from support.film_folders import write_manifest

NAMES = ("normal", "tuberculosis")
MASKED = {"label": "labels.png", "label_kind": "lungs"}


def write_films(folder: Path, films, **columns: str) -> Path:
    """Write a manifest with an empty file for each dataset, class and split."""
    (folder / "labels.png").write_bytes(b"")
    rows = []
    for number, (dataset, name, split) in enumerate(films):
        image = f"film{number}.png"
        (folder / image).write_bytes(b"")
        rows.append({"image": image, "dataset": dataset, "class": name, "split": split} | columns)
    return write_manifest(folder, rows)


def films_of(dataset: str, names=NAMES):
    return [(dataset, name, split) for name in names for split in ("train", "validation", "test")]


def test_pairs_come_first_and_the_other_seeds_last(tmp_path):
    films = films_of("shenzhen") + films_of("montgomery") + films_of("jsrt", ["normal"])
    manifest = write_films(tmp_path, films, paper_class="normal", **MASKED)

    names = [job.name for job in ranked_jobs(manifest, NAMES)]

    assert names[:5] == [
        "masks-unseen",
        "paper-local-0",
        "paper-global-0",
        "clean-local",
        "clean-global",
    ]
    assert names[5:8] == [f"classes-unseen-{name}" for name in ("montgomery", "shenzhen", "jsrt")]
    assert names[8:10] == ["paper-local-1", "paper-global-1"]
    assert len(names) == len(set(names)) == 26


def test_source_that_alone_holds_a_class_is_not_left_out(tmp_path):
    manifest = write_films(tmp_path, films_of("shenzhen") + films_of("nih", ["normal"]))

    names = [job.name for job in ranked_jobs(manifest, NAMES)]

    assert names == ["clean-local", "clean-global", "classes-unseen-nih"]


def test_masks_are_not_learned_where_no_other_source_has_any(tmp_path):
    manifest = write_films(tmp_path, films_of("shenzhen") + films_of("montgomery"), **MASKED)

    assert "masks-unseen" not in [job.name for job in ranked_jobs(manifest, NAMES)]


def test_network_is_scored_on_what_its_training_leaves_out(tmp_path):
    films = films_of("shenzhen") + films_of("montgomery") + films_of("jsrt")
    manifest = write_films(tmp_path, films, **MASKED)
    jobs = {job.name: job for job in ranked_jobs(manifest, NAMES)}

    masks = jobs["masks-unseen"]
    scored = [(film.dataset, film.split.value) for film in masks.scored_films(manifest)]
    unseen = jobs["classes-unseen-jsrt"].scored_films(manifest)

    assert {dataset for dataset, _ in scored} == set(masks.selection.without)
    assert sum(dataset == "montgomery" for dataset, _ in scored) == 6
    assert [split for dataset, split in scored if dataset == "shenzhen"] == ["test", "test"]
    assert {film.dataset for film in unseen} == {"jsrt"}
    assert len(unseen) == 6
