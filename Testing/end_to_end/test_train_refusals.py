"""``cxrtriage train`` refuses what it cannot learn from before it trains, with all rows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.commands.main import main
from CXRTriageLib.training import sessions
from support.film_folders import write_manifest, write_phantoms


def refused(capsys, manifest: Path, *arguments: str, task: str = "segmentation") -> str:
    """Train on a manifest and return why it was refused."""
    output = manifest.parent / "out"
    given = ["train", task, "--manifest", str(manifest), "--output", str(output), *arguments]
    assert main(given) == 1
    assert not (output / "last.ckpt").exists()
    return capsys.readouterr().err


def rows_of(manifest: Path) -> list[dict[str, str]]:
    with manifest.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def manifest(tmp_path):
    """Return a list of six films of which nothing is wrong yet."""
    return write_phantoms(tmp_path, ["train"] * 4 + ["validation"] * 2)


def test_label_images_that_do_not_fit_are_named_in_both_splits(capsys, manifest):
    folder = manifest.parent
    Image.fromarray(np.ones((9, 9), np.uint8)).save(folder / "labels1.png")
    Image.fromarray(np.full((160, 140), 7, np.uint8)).save(folder / "labels5.png")

    said = refused(capsys, manifest)

    assert "row 3: the label image has (9, 9) pixels, its film has (160, 140)" in said
    assert "row 7: the label image has the values 7 to 7, labels go from 0 to 3" in said
    assert "row 4" not in said


def test_missing_files_repeated_films_and_divided_patients_are_named(capsys, manifest):
    rows = rows_of(manifest)
    rows[1]["patient"] = rows[5]["patient"]
    rows[2]["label"] = "gone.png"
    rows.append(rows[0])

    said = refused(capsys, write_manifest(manifest.parent, rows))

    assert "row 4: there is no file gone.png" in said
    assert "rows 2 and 8: they name the same image, film0.png" in said
    assert "rows 3 and 7: one patient is in train (row 3) and validation (row 7)" in said


def test_unknown_classes_are_named(capsys, manifest):
    rows = rows_of(manifest)
    names = ("normal", "virla", "viral", "normal", "viral", "virla")
    for row, name in zip(rows, names, strict=True):
        row["class"] = name

    said = refused(
        capsys,
        write_manifest(manifest.parent, rows),
        *("--classes", "normal", "viral"),
        task="classification",
    )

    assert "row 3: the class 'virla' is none of normal, viral" in said
    assert "row 7: the class 'virla' is none of normal, viral" in said


def test_dataset_that_is_not_there_cannot_be_left_out(capsys, manifest):
    said = refused(capsys, manifest, "--without", "shenzhen")

    assert "has no dataset shenzhen, so it cannot be left out. It has phantom." in said


def test_column_that_is_not_there_is_named(capsys, manifest):
    said = refused(capsys, manifest, "--class-column", "paper_class")

    assert "one of them must be 'paper_class'" in said


@pytest.mark.parametrize("names", [["normal"], ["normal", "viral", "normal"]])
def test_one_class_or_one_given_twice_is_wrong_usage(manifest, names):
    given = ["train", "classification", "--manifest", str(manifest), "--output", "out"]

    with pytest.raises(SystemExit) as ended:
        main([*given, "--classes", *names])

    assert ended.value.code == 2


def test_selection_is_handed_to_the_training(capsys, manifest, monkeypatch):
    rows = rows_of(manifest)
    for number, row in enumerate(rows):
        row |= {"dataset": f"source{number % 2}", "paper_class": "viral", "split": ""}
    write_manifest(manifest.parent, rows)
    seen = []

    def classification(session, plan, *, left_out):
        seen.append((session, plan, left_out))
        return Path("models/classification/manifest.json")

    monkeypatch.setattr(sessions.TrainingSession, "classification", classification)
    code = main(
        [
            *("train", "classification", "--manifest", str(manifest), "--output", "out"),
            *("--class-column", "paper_class", "--split-by-image", "3", "--without", "source1"),
            *("--classes", "normal", "viral", "--leave-out", "other"),
        ]
    )

    ((session, plan, left_out),) = seen
    assert code == 0
    assert [film.dataset for film in session.films] == ["source0"] * 3
    assert {film.class_name for film in session.films} == {"viral"}
    assert all(film.split is not None for film in session.films)
    assert (plan.class_names, left_out) == (("normal", "viral"), ["other"])
    assert "scores come out too high" in capsys.readouterr().out
