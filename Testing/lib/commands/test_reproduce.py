"""``cxrtriage reproduce`` with small networks: films in, the paper's tables out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from CXRTriageLib.commands.main import main
from CXRTriageLib.evaluation.test_split_log import LOG_NAME
from CXRTriageLib.reproduction.experiments import EXPERIMENTS
from CXRTriageLib.reproduction.raw_input import STORE_NAME
from CXRTriageLib.site_evaluation.store import STORE_FILE
from support.film_folders import write_manifest, write_synthetic_chests

FILMS = [
    ("jsrt", "normal", "", "test"),
    ("montgomery", "tuberculosis", "", "test"),
    ("cohen", "viral", "COVID-19", "test"),
    ("montgomery", "normal", "", "validation"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder of chests with labels, classes and the paper's classes."""
    folder = tmp_path_factory.mktemp("data")
    write_synthetic_chests(folder, [(split, name) for _, name, _, split in FILMS])
    rows = [
        {
            "image": f"chest{number}.png",
            "label": f"labels{number}.png",
            "label_kind": "lungs+heart",
            "dataset": dataset,
            "patient": f"patient {number}",
            "class": name,
            "subclass": subclass,
            "paper_class": name,
            "view": "PA",
            "split": split,
        }
        for number, (dataset, name, subclass, split) in enumerate(FILMS)
    ]
    write_manifest(folder, rows)
    return folder


@pytest.fixture(autouse=True)
def _same_day_and_own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


def reproduce(data: Path, output: Path, models: Path, *arguments: object) -> int:
    given = ["--data", data, "--output", output, "--models", models, *arguments]
    return main(["reproduce", *(str(item) for item in given)])


def keys_of(output: Path) -> list[str]:
    document = json.loads((output / "report.json").read_text(encoding="utf-8"))
    return [section["key"] for section in document["sections"]]


def test_all_experiments_are_made_and_go_on_where_they_were(data, small_models, tmp_path):
    models, output = small_models / "small", tmp_path / "out"

    assert reproduce(data, output, models, "--global-models", models) == 0

    assert keys_of(output) == list(EXPERIMENTS)
    report = (output / "report.html").read_bytes()
    raw = (output / STORE_NAME).read_text(encoding="utf-8").split()
    assert (output / "global" / STORE_FILE).is_file()
    assert reproduce(data, output, models, "--global-models", models) == 0
    assert (output / "report.html").read_bytes() == report
    assert (output / STORE_NAME).read_text(encoding="utf-8").split() == raw


def test_test_split_is_logged_only_where_networks_are_scored_on_it(data, small_models, tmp_path):
    models = small_models / "float32"
    log = models / LOG_NAME

    reproduce(data, tmp_path / "counts", models, "--only", "table1")
    reproduce(data, tmp_path / "own", models, "--only", "table10", "--split", "validation")
    assert not log.exists()

    reproduce(data, tmp_path / "test", models, "--only", "table10")
    with log.open(encoding="utf-8") as file:
        assert [row["films"] for row in csv.DictReader(file)] == ["3"]
    log.unlink()


def test_films_and_tables_can_be_chosen(data, small_models, tmp_path):
    models = small_models / "small"

    output = tmp_path / "out"

    assert reproduce(data, output, models, "--films", 2, "--only", "fig4", "--only", "table3") == 0

    assert keys_of(output) == ["table3", "fig4"]


def test_no_file_names_a_film_or_its_folder(data, small_models, tmp_path):
    reproduce(data, tmp_path / "out", small_models / "small", "--only", "table5", "--only", "fig8")

    for path in (tmp_path / "out").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"chest0" not in content, path.name
        assert str(data).encode() not in content, path.name


@pytest.mark.parametrize(
    "arguments",
    [
        ["--only", "table4"],
        ["--global-models", "nowhere"],
        ["--films", "0"],
        ["--split", "all"],
    ],
)
def test_wrong_usage_is_told(data, small_models, tmp_path, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        reproduce(data, tmp_path / "out", small_models / "small", *arguments)

    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err
