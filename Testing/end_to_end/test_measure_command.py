"""``cxrtriage measure`` on films whose masks and classes are known."""

from __future__ import annotations

import json

import pytest

from CXRTriageLib.commands.main import main
from CXRTriageLib.evaluation.film_outcomes import STORE_NAME
from CXRTriageLib.evaluation.test_split_log import LOG_NAME
from CXRTriageLib.networks.weights import Task, default_models_folder
from support.film_folders import write_phantoms, write_synthetic_chests

FILMS = [
    ("train", "normal"),
    ("train", "viral"),
    ("validation", "normal"),
    ("validation", "viral"),
    ("test", "normal"),
]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """Return a manifest with chests of three splits."""
    return write_synthetic_chests(tmp_path_factory.mktemp("films"), FILMS)


@pytest.fixture
def models(tmp_path, shipped_pipeline_fixture):
    """Return a folder with the shipped networks in which a log can be kept."""
    assert shipped_pipeline_fixture.models
    folder = tmp_path / "models"
    folder.mkdir()
    for task in Task:
        (folder / task.value).symlink_to(default_models_folder() / task.value)
    return folder


def measure(*arguments: object) -> int:
    return main(["measure", *(str(item) for item in arguments)])


def test_tables_of_a_split_are_printed_and_written(tmp_path, manifest, models, capsys):
    arguments = ("--manifest", manifest, "--output", tmp_path / "out", "--models", models)

    assert measure(*arguments) == 0

    said = capsys.readouterr().out
    path = tmp_path / "out" / "measurements-validation.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = {(row["dataset"], row["measure"]): row["mean"] for row in document["segmentation"]}
    overlaps = {("synthetic", name) for name in ("lungs", "lungs_union", "heart")}
    assert set(rows) == overlaps | {("synthetic", "lungs_hausdorff_95_px")}
    assert all(mean["films"] == 2 for mean in rows.values())
    values = {name: rows["synthetic", name]["value"] for _, name in overlaps}
    least = {"lungs": 0.8, "lungs_union": 0.8, "heart": 0.7}
    assert all(least[name] < value <= 1 for name, value in values.items())
    assert document["ratio_agreement"]["bias"]["films"] == 2
    vote, baseline = document["classification"]
    assert (vote["classifier"], baseline["classifier"]) == ("vote", "biomarkers")
    assert sum(map(sum, vote["confusion"])) == 2
    assert document["split"] == "validation"
    assert [model["name"] for model in document["models"]]
    assert "Masks, synthetic, lungs: 0." in said
    assert "vote, macro F1: undefined (2 films)" in said
    assert f"All figures: {path}" in said
    assert not (models / LOG_NAME).exists()


def test_each_opening_of_the_test_split_is_logged_beside_the_networks(
    tmp_path, manifest, models, capsys
):
    arguments = ("--manifest", manifest, "--output", tmp_path / "out", "--models", models)

    assert measure(*arguments, "--split", "test") == 0
    kept = (tmp_path / "out" / STORE_NAME).read_text(encoding="utf-8").split()
    assert measure(*arguments, "--split", "test") == 0

    log = (models / LOG_NAME).read_text(encoding="utf-8").splitlines()
    assert len(log) == 1 + 2
    assert f"noted in {models / LOG_NAME}" in capsys.readouterr().out
    # The second time everything was read from where the first had kept it.
    assert (tmp_path / "out" / STORE_NAME).read_text(encoding="utf-8").split() == kept


def test_split_without_a_film_is_refused_and_not_logged(tmp_path, models, capsys):
    manifest = write_phantoms(tmp_path, ["train", "validation"])

    code = measure(
        *("--manifest", manifest, "--output", tmp_path / "out"),
        *("--models", models, "--split", "test"),
    )

    assert code == 1
    assert "the split 'test' has no film" in capsys.readouterr().err
    assert not (models / LOG_NAME).exists()
