"""Each film gets the corrected mask that was made for it, or a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from CXRTriageLib.commands.mask_files import masks_of_films
from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.pipeline.films import Film

FILMS = tuple(Film(path=Path(f"films/{name}.dcm"), name=name) for name in ("a", "b"))


def make(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def found(folder, films=FILMS):
    return {
        name: path.relative_to(folder).as_posix()
        for name, path in masks_of_films(folder, films).items()
    }


def test_without_masks_there_are_none():
    assert masks_of_films(None, FILMS) == {}


def test_a_single_mask_belongs_to_a_single_film(tmp_path):
    make(tmp_path, "corrected.nrrd")

    masks = masks_of_films(tmp_path / "corrected.nrrd", FILMS[:1])

    assert masks == {"a": tmp_path / "corrected.nrrd"}


def test_a_single_mask_for_several_films_is_wrong_usage(tmp_path):
    make(tmp_path, "corrected.nrrd")

    with pytest.raises(UsageError, match="must be a folder"):
        masks_of_films(tmp_path / "corrected.nrrd", FILMS)


def test_masks_are_found_by_the_stem_of_their_film(tmp_path):
    make(tmp_path, "a.seg.nrrd", "a.png", "b.nii.gz")

    assert found(tmp_path) == {"a": "a.seg.nrrd", "b": "b.nii.gz"}


def test_masks_are_found_in_an_earlier_output(tmp_path):
    make(tmp_path, "a/labels.nrrd", "a/result.json", "b/labels.png")

    assert found(tmp_path) == {"a": "a/labels.nrrd", "b": "b/labels.png"}


@pytest.mark.parametrize("corrected", ["labels.nrrd", "labels.png"])
def test_the_file_that_was_changed_last_wins(tmp_path, corrected):
    make(tmp_path, "a/labels.nrrd", "a/labels.png")
    for path in (tmp_path / "a").iterdir():
        os.utime(path, (1, 2 if path.name == corrected else 1))

    assert found(tmp_path) == {"a": f"a/{corrected}"}


def test_a_segmentation_saved_beside_earlier_results_wins(tmp_path):
    make(tmp_path, "a/labels.nrrd", "a/Segmentation.seg.nrrd")

    assert found(tmp_path) == {"a": "a/Segmentation.seg.nrrd"}


def test_films_that_share_a_stem_are_told_apart_by_their_full_name(tmp_path):
    films = tuple(
        Film(path=Path(f"{folder}/film.dcm"), name=f"{folder}_film") for folder in ("x", "y")
    )
    make(tmp_path, "x_film.nrrd", "y_film/labels.png")

    assert found(tmp_path, films) == {"x_film": "x_film.nrrd", "y_film": "y_film/labels.png"}


def test_a_folder_without_any_fitting_mask_is_wrong_usage(tmp_path):
    make(tmp_path, "c.nrrd")

    with pytest.raises(UsageError, match=r"name of a film, for example a\.nrrd"):
        masks_of_films(tmp_path, FILMS)
