"""``cxrtriage compare`` as people run it, with small networks whose weights are random."""

from __future__ import annotations

import csv
import json

import pytest
from PIL import Image

from CXRTriageLib.commands.main import main
from support.synthetic_chest import synthetic_chest


@pytest.fixture
def films(tmp_path):
    """Return a folder with three films and a manifest of them."""
    folder = tmp_path / "films"
    folder.mkdir()
    rows = [["image", "split"]]
    for number, split in enumerate(("train", "test", "test")):
        name = f"patient-{number}.png"
        Image.fromarray(synthetic_chest((288, 256), seed=number).pixels).save(folder / name)
        rows.append([name, split])
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder


def compare(*arguments: object) -> int:
    return main(["compare", *(str(item) for item in arguments)])


def test_films_of_a_split_are_compared_and_named_by_their_row(
    small_models, films, tmp_path, capsys
):
    output = tmp_path / "new" / "comparison.json"

    code = compare(
        "--films", films / "manifest.csv", "--split", "test",
        "--models", small_models / "small", "--output", output,
    )  # fmt: skip

    said = capsys.readouterr().out
    text = output.read_text(encoding="utf-8")
    document = json.loads(text)
    assert [film["row"] for film in document["films"]] == [3, 4]
    assert document["summary"]["films"] == 2
    assert document["criteria"]["mean_dice"] == 0.999
    assert code == (0 if document["criteria"]["met"] else 1)
    assert "patient" not in text
    assert str(tmp_path) not in text
    assert document["reference"]["engine"].startswith("PyTorch")
    assert document["candidate"]["engine"].startswith("OpenVINO CPU")
    assert f"mean {document['summary']['mean_dice']:.5f}" in said


def test_float32_weights_are_the_reference_where_they_are_given(small_models, films, tmp_path):
    compare(
        "--films", films, "--limit", 1, "--models", small_models / "small",
        "--float32", small_models / "float32", "--output", tmp_path / "out.json",
        "--summary-only",
    )  # fmt: skip

    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    hashes = [document[key]["models"][0]["sha256"] for key in ("candidate", "reference")]
    assert document["criteria"]["mean_dice"] == 0.997
    assert document["summary"]["films"] == 1
    assert "films" not in document
    assert hashes[0] != hashes[1]
    assert document["candidate"]["engine"] == document["reference"]["engine"]


def test_a_film_that_is_refused_is_named_and_the_rest_goes_on(
    small_models, films, tmp_path, capsys
):
    (films / "broken").write_bytes(b"no image at all")

    code = compare(
        "--films", films, "--models", small_models / "small", "--output", tmp_path / "out.json"
    )

    assert code == 1
    assert "refused: broken" in capsys.readouterr().err
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["films"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--split", "test"], id="split of a folder"),
        pytest.param(["--models", "none"], id="no such folder"),
        pytest.param(["--limit", "0"], id="no film wanted"),
        pytest.param([], id="no film there"),
    ],
)
def test_wrong_usage_ends_with_2(arguments, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        compare("--films", tmp_path, *arguments, "--output", tmp_path / "out.json")

    assert stopped.value.code == 2
