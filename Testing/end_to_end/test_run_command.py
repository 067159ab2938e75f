"""``cxrtriage run`` as people and programs use it, with a stand-in for the networks."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from pydicom.data import get_testdata_file

from CXRTriageLib.commands.main import main
from CXRTriageLib.exporting.labels import write_labels_png
from CXRTriageLib.exporting.result_folder import RESULT_FILES
from CXRTriageLib.exporting.result_json import SCHEMA_FILE
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.resources import resource_path
from support.results import StandInPipeline, chest_labels
from support.source_tree import ROOT


@pytest.fixture
def loads(monkeypatch):
    """Put the stand-in in the place of the networks; list how they were asked for."""
    calls = []

    def load(models=None, *, device=Device.AUTO):
        calls.append((models, device))
        return StandInPipeline()

    monkeypatch.setattr(TriagePipeline, "load", load)
    return calls


@pytest.fixture
def films(tmp_path):
    """Return a folder with two films that can be read and one file that cannot."""
    folder = tmp_path / "films"
    folder.mkdir()
    for number, name in enumerate(("film2", "film10")):
        pixels = np.array([90, 150, 40, 45], np.uint8)[chest_labels((300, 260))]
        pixels[:, :5] = np.arange(5, dtype=np.uint8) + number
        Image.fromarray(pixels).save(folder / f"{name}.png")
    (folder / "broken").write_bytes(b"no image at all")
    (folder / "list.csv").write_text("not,a,film\n")
    return folder


def run(*arguments: object) -> int:
    return main(["run", *(str(item) for item in arguments)])


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def document_of(folder: Path) -> dict:
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("loads")
def test_one_film_gives_a_folder_and_a_summary(tmp_path, films, capsys):
    code = run(films / "film2.png", "--output", tmp_path / "out")

    said = capsys.readouterr().out
    assert code == 0
    assert names_in(tmp_path / "out") == {"film2"}
    assert names_in(tmp_path / "out" / "film2") == set(RESULT_FILES)
    for part in (
        r"film2: Viral pneumonia, 60% of the votes",
        r"Cardiothoracic ratio: 0\.38",
        r"Confirm by",
    ):
        assert re.search(part, said)
    assert f"in {tmp_path / 'out' / 'film2'}: result.json, labels.png" in said
    assert said.rstrip().endswith("Research use, not a diagnosis.")


@pytest.mark.usefixtures("loads")
def test_result_is_valid_and_names_the_file_without_its_folder(tmp_path, films):
    run(films / "film2.png", "--output", tmp_path / "out")

    document = document_of(tmp_path / "out" / "film2")
    schema = json.loads(resource_path("Schemas", SCHEMA_FILE).read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert document["film"]["file_name"] == "film2.png"
    assert str(tmp_path) not in json.dumps(document)


@pytest.mark.usefixtures("loads")
def test_a_folder_goes_on_after_a_refusal_lists_it_and_exits_with_1(tmp_path, films, capsys):
    code = run(films, "--output", tmp_path / "out")

    said = capsys.readouterr()
    assert code == 1
    assert names_in(tmp_path / "out") == {"film2", "film10", "results.csv"}
    assert re.search(r"^refused: broken", said.err, re.M)
    assert "2 finished, 0 kept from an earlier run, 1 refused, 0 failed" in said.out
    with (tmp_path / "out" / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["film"], row["state"]) for row in rows] == [
        ("broken", "refused"),
        ("film2", "finished"),
        ("film10", "finished"),
    ]
    assert "broken" in rows[0]["reason"]


@pytest.mark.usefixtures("loads")
def test_a_second_run_keeps_what_is_there(tmp_path, films, capsys):
    run(films / "film2.png", "--output", tmp_path / "out")

    run(films, "--output", tmp_path / "out")

    assert "1 finished, 1 kept from an earlier run, 1 refused" in capsys.readouterr().out


@pytest.mark.usefixtures("loads")
def test_json_is_one_object_a_line_and_nothing_else(tmp_path, films, capsys):
    code = run(films, "--output", tmp_path / "out", "--json")

    said = capsys.readouterr()
    messages = [json.loads(line) for line in said.out.splitlines()]
    assert (code, said.err) == (1, "")
    assert [item["event"] for item in messages] == [
        *("started", "refused"),
        *("started", "progress", "finished") * 2,
        "summary",
    ]
    assert messages[4]["result"] == document_of(tmp_path / "out" / "film2")
    assert Path(messages[4]["folder"]) == tmp_path / "out" / "film2"


@pytest.mark.usefixtures("loads")
def test_a_corrected_mask_replaces_that_of_the_network(tmp_path, films):
    labels = chest_labels((300, 260))
    labels[200:] = 0
    write_labels_png(tmp_path / "corrected.png", labels)

    run(films / "film2.png", "--output", tmp_path / "out", "--masks", tmp_path / "corrected.png")

    assert document_of(tmp_path / "out" / "film2")["masks"]["source"] == "corrected"
    with Image.open(tmp_path / "out" / "film2" / "labels.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), labels)


@pytest.mark.usefixtures("loads")
def test_an_earlier_output_serves_as_corrected_masks(tmp_path, films):
    run(films / "film2.png", "--output", tmp_path / "first")

    run(films, "--output", tmp_path / "out", "--masks", tmp_path / "first")

    sources = {
        name: document_of(tmp_path / "out" / name)["masks"]["source"]
        for name in ("film2", "film10")
    }
    assert sources == {"film2": "corrected", "film10": "network"}


def test_choices_reach_the_networks_and_the_result(tmp_path, films, loads):
    models = tmp_path / "models"
    models.mkdir()
    choices = ("--mode", "tmi", "--device", "cpu", "--models", models, "--seed", "12")

    run(films / "film2.png", "--output", tmp_path / "out", *choices)

    provenance = document_of(tmp_path / "out" / "film2")["provenance"]
    assert loads == [(models, Device.CPU)]
    assert (provenance["mode"], provenance["settings"]["seed"]) == ("tmi", 12)


@pytest.mark.usefixtures("loads")
def test_the_sample_is_a_real_chest_film(tmp_path):
    assert run("--sample", "--output", tmp_path / "out") == 0

    film = document_of(tmp_path / "out" / "RG1_UNCR")["film"]
    assert (film["modality"], film["body_part"]) == ("CR", "CHEST")
    assert (film["rows_px"], film["columns_px"]) == (1955, 1841)


def test_without_the_package_the_sample_ends_in_a_remedy(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "data_store", None)

    code = run("--sample", "--output", tmp_path / "out")

    assert code == 1
    assert "pip install 'CXRTriage[sample]'" in capsys.readouterr().err


@pytest.mark.usefixtures("loads")
def test_a_dicom_file_without_ending_keeps_its_whole_name(tmp_path):
    film = tmp_path / "1.3.6.1.4"
    film.write_bytes(Path(get_testdata_file("RG1_UNCR.dcm", download=False)).read_bytes())

    assert run(film, "--output", tmp_path / "out") == 0

    assert names_in(tmp_path / "out") == {"1.3.6.1.4"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "required: --output", id="no_output"),
        pytest.param(["--output", "out"], "at least one film", id="no_input"),
        pytest.param(["gone.png", "--output", "out"], "gone.png does not exist", id="no_such_film"),
        pytest.param(
            ["films", "--output", "films"], "must not be the folder", id="output_is_input"
        ),
        pytest.param(["empty", "--output", "out"], "there is no film in empty", id="empty_folder"),
        pytest.param(
            ["films", "--output", "films/film2.png"], "cannot be made", id="output_is_a_file"
        ),
        pytest.param(
            ["films", "--output", "out", "--models", "gone"], "gone is no folder", id="no_models"
        ),
        pytest.param(
            ["films", "--output", "out", "--masks", "gone"], "gone does not exist", id="no_masks"
        ),
        pytest.param(
            ["films", "--output", "out", "--masks", "films/film2.png"],
            "must be a folder",
            id="one_mask_for_many",
        ),
        pytest.param(
            ["films/film2.png", "--output", "out", "--mode", "best"], "invalid choice", id="mode"
        ),
        pytest.param(["films/film2.png", "--output", "out", "--seed", "-1"], "invalid", id="seed"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_sentence(films, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(films.parent)
    Path("empty").mkdir()

    with pytest.raises(SystemExit) as exited:
        run(*arguments)

    assert exited.value.code == 2
    assert message in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.skipif(
    not resource_path("Models", "segmentation", "manifest.json").is_file(),
    reason="No networks are shipped yet.",
)
def test_the_shipped_networks_triage_a_chest_and_give_a_leg_no_class(tmp_path):
    leg = get_testdata_file("RG3_UNCR.dcm", download=False)

    shown = subprocess.run(
        [
            *(sys.executable, "-m", "CXRTriageLib", "run", "--sample", leg),
            *("--output", str(tmp_path / "out"), "--device", "cpu", "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode in {0, 1}, shown.stderr
    last = {item["film"]: item for item in map(json.loads, shown.stdout.splitlines()[:-1])}
    chest = last["RG1_UNCR"]["result"]["classification"]
    assert chest["class"] in chest["classes"]
    assert sum(chest["vote_shares"].values()) == pytest.approx(1, abs=1e-5)
    if last["RG3_UNCR"]["event"] == "finished":
        found = last["RG3_UNCR"]["result"]["classification"]
        assert (found["class"], found["vote_shares"]) == (None, None)
        assert found["reason"]


def test_a_models_folder_that_cannot_be_used_exits_with_1(tmp_path, films, capsys):
    for task in ("segmentation", "classification"):
        (tmp_path / "models" / task).mkdir(parents=True)
        (tmp_path / "models" / task / "manifest.json").write_text("{}")

    code = run(films / "film2.png", "--output", tmp_path / "o", "--models", tmp_path / "models")

    assert code == 1
    assert "manifest" in capsys.readouterr().err


def test_stopping_by_hand_exits_with_130_and_no_traceback(tmp_path, films, monkeypatch, capsys):
    def interrupt(_radiograph):
        raise KeyboardInterrupt

    def load(_models=None, **_choices):
        return StandInPipeline(before=interrupt)

    monkeypatch.setattr(TriagePipeline, "load", load)

    assert run(films, "--output", tmp_path / "out") == 130

    assert "stopped" in capsys.readouterr().err
    assert names_in(tmp_path / "out") == set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_in_a_terminal_ends_the_process_quietly(tmp_path):
    # A shell's background jobs, and what they start, are born deaf to it.
    code = (
        "import signal, time; from CXRTriageLib.commands import main as m, run\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait(_arguments):\n    print('ready', flush=True); time.sleep(60)\n"
        "run.execute = wait\n"
        f"raise SystemExit(m.main(['run', '--sample', '--output', {str(tmp_path)!r}]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)

    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said == "cxrtriage: stopped.\n"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_is_quick_and_loads_nothing_heavy(arguments):
    code = (
        "import sys; from CXRTriageLib.commands.main import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: assert end.code == 0\n"
        "print(*sorted(name.partition('.')[0] for name in sys.modules), file=sys.stderr)"
    )

    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "100"},
    )

    assert "cxrtriage" in shown.stdout
    assert not {"torch", "openvino", "SimpleITK", "skimage", "PIL", "pydicom"} & set(
        shown.stderr.split()
    )


def test_the_module_runs_as_the_command_does():
    shown = subprocess.run(
        [sys.executable, "-m", "CXRTriageLib"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 2
    assert "usage: cxrtriage" in shown.stderr
