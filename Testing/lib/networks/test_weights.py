"""Weight files are what their manifest says, and nothing else is used."""

from __future__ import annotations

import json
import shutil

import pytest

from CXRTriageLib.errors import ModelError, WeightsHashError
from CXRTriageLib.networks import weights
from CXRTriageLib.networks.weights import MANIFEST_NAME, Approach, Task, read_manifest
from support.small_networks import DESCRIPTIONS


@pytest.fixture
def models(small_models, tmp_path, monkeypatch):
    """Return a folder with a segmentation network; none is shipped."""
    monkeypatch.setattr(weights, "default_models_folder", lambda: tmp_path / "shipped")
    shutil.copytree(small_models / "small" / "segmentation", tmp_path / "models" / "segmentation")
    return tmp_path / "models"


def change_manifest(models, **changes: object) -> None:
    path = models / "segmentation" / MANIFEST_NAME
    document = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_manifest_says_what_the_network_is(models):
    manifest = read_manifest(Task.SEGMENTATION, models)

    assert manifest.identity.name == "small segmentation"
    assert manifest.identity.version == "test"
    assert manifest.identity.sha256 == weights.file_sha256(manifest.weights)
    assert manifest.classes == DESCRIPTIONS[Task.SEGMENTATION].classes
    assert manifest.approach is None
    assert DESCRIPTIONS[Task.CLASSIFICATION].approach is Approach.LOCAL


@pytest.mark.parametrize("place", [0, 0.5, 1], ids=["first", "middle", "last"])
def test_a_changed_byte_is_refused_by_the_name_of_the_file(models, place):
    path = models / "segmentation" / "weights.onnx"
    content = bytearray(path.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    path.write_bytes(content)

    with pytest.raises(WeightsHashError, match=r"weights\.onnx: the weight file has changed"):
        read_manifest(Task.SEGMENTATION, models)


def test_a_weight_file_that_is_not_there_is_named(models):
    (models / "segmentation" / "weights.onnx").unlink()

    with pytest.raises(ModelError, match=r"weights\.onnx: .* cannot be read .* Restore it"):
        read_manifest(Task.SEGMENTATION, models)


def test_a_network_that_is_nowhere_is_an_error_with_a_remedy(models):
    with pytest.raises(ModelError, match=r"no classification network in .* --models"):
        read_manifest(Task.CLASSIFICATION, models)


def test_what_a_folder_lacks_is_taken_from_the_shipped_networks(models, small_models, tmp_path):
    shutil.copytree(models, tmp_path / "shipped")
    own = tmp_path / "own" / "classification"
    shutil.copytree(small_models / "small" / "classification", own)

    assert read_manifest(Task.CLASSIFICATION, own.parent).weights.parent == own
    manifest = read_manifest(Task.SEGMENTATION, own.parent)
    assert (tmp_path / "shipped") in manifest.weights.parents


@pytest.mark.parametrize("name", ["misspelt", "segmentation"])
def test_a_folder_without_any_network_is_not_answered_by_the_shipped_ones(models, tmp_path, name):
    shutil.copytree(models, tmp_path / "shipped")

    with pytest.raises(ModelError, match=rf"{name}: this folder holds no network"):
        read_manifest(Task.SEGMENTATION, models / name)


def test_an_older_manifest_that_names_no_side_means_256_pixels(models):
    change_manifest(models, side_px=384)
    assert read_manifest(Task.SEGMENTATION, models).side_px == 384

    path = models / "segmentation" / MANIFEST_NAME
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["side_px"]
    path.write_text(json.dumps(document), encoding="utf-8")

    assert read_manifest(Task.SEGMENTATION, models).side_px == 256


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"schema_version": 99}, id="later schema"),
        pytest.param({"weights": {}}, id="no hash"),
        pytest.param({"classes": [{"title": "x"}]}, id="other keys"),
        pytest.param({"task": "translation"}, id="unknown task"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_an_error_with_a_remedy(models, damage):
    change_manifest(models, **damage)

    with pytest.raises(ModelError, match=r"manifest\.json: .* cannot be read .* Restore"):
        read_manifest(Task.SEGMENTATION, models)


def test_text_that_is_no_json_is_an_error_with_a_remedy(models):
    (models / "segmentation" / MANIFEST_NAME).write_text("{", encoding="utf-8")

    with pytest.raises(ModelError, match="cannot be read"):
        read_manifest(Task.SEGMENTATION, models)


def test_a_network_for_another_task_is_refused(models):
    (models / "segmentation").rename(models / "classification")

    with pytest.raises(ModelError, match="network for segmentation, classification was wanted"):
        read_manifest(Task.CLASSIFICATION, models)
