"""The resident worker answers request after request, whatever becomes of each."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from CXRTriageLib.commands.worker import ARRAYS_FILE, Worker, load_pipeline
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.exporting.caliper_file import write_calipers
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriageLib.messages import (
    Action,
    Failed,
    Finished,
    Progress,
    Ready,
    Refused,
    Request,
    from_json_line,
)
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.run_key import run_key
from CXRTriageLib.reading import read_radiograph
from support.film_files import write_chest, write_masks
from support.source_tree import ROOT


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "chest.png"
    return path, write_chest(path)


@pytest.fixture(scope="module")
def pipeline(shipped_pipeline_fixture):  # noqa: ARG001 - skips where there are no networks
    return load_pipeline(None, device=Device.CPU)


@pytest.fixture
def answers():
    return []


@pytest.fixture
def worker(pipeline, answers):
    return Worker(pipeline=pipeline, reply=lambda task, message: answers.append((task, message)))


def corrected(labels):
    """Return the masks with the lower part of the left lung taken off."""
    changed = labels.copy()
    changed[300:, 280:] = 0
    return changed


def line(task, action, path, output, masks=None):
    return Request(
        task=task,
        action=action,
        input=str(path),
        output=str(output),
        masks=masks and str(masks),
    ).to_json_line()


def test_triage_finds_what_the_pipeline_finds(
    tmp_path, film, worker, answers, shipped_pipeline_fixture
):
    worker.serve([line("a", Action.TRIAGE, film[0], tmp_path)])

    expected = shipped_pipeline_fixture.run(read_radiograph(film[0]))
    key = run_key(
        film[0],
        None,
        settings=TriageSettings.for_mode(Mode.DEFAULT),
        models=shipped_pipeline_fixture.models,
    )
    task, message = answers[-1]
    assert task == "a"
    assert isinstance(message, Finished)
    assert message.result == result_to_json(expected, run_key=key)
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == message.result
    with np.load(tmp_path / ARRAYS_FILE) as arrays:
        np.testing.assert_array_equal(arrays["labels"], expected.segmentation.labels)
        np.testing.assert_array_equal(arrays["saliency"], expected.saliency.values)


def test_progress_grows_from_reading_to_writing(tmp_path, film, worker, answers):
    worker.serve([line("a", Action.TRIAGE, film[0], tmp_path)])

    steps = [message for _, message in answers if isinstance(message, Progress)]
    assert [steps[0].stage, steps[-1].stage] == ["reading", "writing"]
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    assert {"segmentation", "classification", "saliency"} <= {step.stage for step in steps}


def test_votes_of_a_corrected_mask_are_exactly_those_of_a_full_run(
    tmp_path, film, worker, answers, shipped_pipeline_fixture
):
    labels = corrected(film[1].labels)
    masks = write_masks(tmp_path / "mine.png", labels)

    worker.serve(
        [
            line("a", Action.TRIAGE, film[0], tmp_path / "a"),
            line("b", Action.VOTES, film[0], tmp_path / "b", masks),
        ]
    )

    whole = shipped_pipeline_fixture.run(
        read_radiograph(film[0]),
        corrected=ChestSegmentation(labels=labels, source=MaskSource.CORRECTED),
    )
    _, message = answers[-1]
    expected = result_to_json(whole, run_key=message.result["provenance"]["run_key"])
    assert message.result == expected
    assert message.result["masks"]["source"] == "corrected"
    with np.load(tmp_path / "b" / ARRAYS_FILE) as arrays:
        np.testing.assert_array_equal(arrays["saliency"], whole.saliency.values)


def test_only_patches_that_the_correction_reached_are_looked_at_again(tmp_path, film, monkeypatch):
    pipeline = load_pipeline(None, device=Device.CPU)
    worker = Worker(pipeline=pipeline, reply=lambda _task, _message: None)
    labels = film[1].labels.copy()
    write_masks(tmp_path / "whole.png", labels)
    labels[380:400, 310:330] = 0
    write_masks(tmp_path / "dented.png", labels)
    worker.serve([line("a", Action.VOTES, film[0], tmp_path / "a", tmp_path / "whole.png")])
    seen = []
    network = pipeline._classifier._engine._engine
    infer = network.infer

    def watched(images):
        seen.append(len(images))
        return infer(images)

    monkeypatch.setattr(network, "infer", watched)
    worker.serve([line("b", Action.VOTES, film[0], tmp_path / "b", tmp_path / "dented.png")])

    document = json.loads((tmp_path / "b" / "result.json").read_text(encoding="utf-8"))
    assert 0 < sum(seen) < len(document["classification"]["patches"]) / 2


def test_export_writes_what_the_command_line_writes(tmp_path, film, worker, answers):
    masks = write_masks(tmp_path / "mine.png", film[1].labels)

    worker.serve([line("a", Action.EXPORT, film[0], tmp_path / "out", masks)])

    _, message = answers[-1]
    assert {"labels.png", "labels.nrrd", "overlay.png"} <= set(message.result["files"])
    assert all((tmp_path / "out" / name).is_file() for name in message.result["files"])
    assert message.result["provenance"]["run_key"]


def test_export_holds_lines_that_a_reader_placed_beside_those_of_the_masks(
    tmp_path, film, worker, answers
):
    placed = Caliper(name="heart_diameter", start=(300.0, 100.0), end=(300.0, 250.0))
    write_calipers(tmp_path / "calipers.json", [placed])
    request = Request(
        task="a",
        action=Action.EXPORT,
        input=str(film[0]),
        output=str(tmp_path / "out"),
        calipers=str(tmp_path / "calipers.json"),
    )

    worker.serve([request.to_json_line()])

    document = answers[-1][1].result
    assert document["by_hand"]["calipers"]["heart_diameter"]["end_px"] == [300.0, 250.0]
    lengths = {
        name: line["end_px"][1] - line["start_px"][1] for name, line in document["calipers"].items()
    }
    by_hand = document["by_hand"]["biomarkers"]["cardiothoracic_ratio"]["value"]
    from_masks = document["biomarkers"]["cardiothoracic_ratio"]["value"]
    assert by_hand == pytest.approx(150 / lengths["thoracic_diameter"], rel=1e-5)
    assert from_masks == pytest.approx(
        lengths["heart_diameter"] / lengths["thoracic_diameter"], rel=1e-5
    )


def test_refusals_carry_the_sentence_and_do_not_stop_the_worker(tmp_path, film, worker, answers):
    no_film = tmp_path / "letter.txt"
    no_film.write_text("Dear colleague", encoding="utf-8")
    too_small = write_masks(tmp_path / "small.png", film[1].labels[:100])

    worker.serve(
        [
            line("a", Action.TRIAGE, no_film, tmp_path),
            line("b", Action.TRIAGE, tmp_path / "gone.png", tmp_path),
            line("c", Action.VOTES, film[0], tmp_path, too_small),
            line("d", Action.VOTES, film[0], tmp_path),
            "",
            "{nonsense",
            line("e", Action.QUIT, "", ""),
            line("f", Action.TRIAGE, no_film, tmp_path),
        ]
    )

    last = dict(answers)
    assert isinstance(last["a"], Refused)
    assert "letter.txt" in last["a"].reason
    assert isinstance(last["b"], Refused)
    assert isinstance(last["c"], Refused)
    assert "small.png" in last["c"].reason
    assert isinstance(last["d"], Refused)
    assert isinstance(last[""], Failed)
    assert "f" not in last


def test_what_nobody_foresaw_is_reported_with_details(tmp_path, film, worker, answers):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")

    worker.serve([line("a", Action.TRIAGE, film[0], blocked)])

    _, message = answers[-1]
    assert isinstance(message, Failed)
    assert message.reason.startswith("chest.png: ")
    assert "Traceback" in message.details


@pytest.mark.usefixtures("shipped_pipeline_fixture")
def test_process_says_that_it_is_ready_and_ends_with_its_input(tmp_path, film):
    request = line("a", Action.TRIAGE, film[0], tmp_path / "out")

    ended = subprocess.run(
        [sys.executable, "-m", "CXRTriageLib", "worker", "--device", "cpu"],
        cwd=ROOT,
        input=request + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 0, ended.stderr
    messages = [from_json_line(each) for each in ended.stdout.splitlines()]
    assert isinstance(messages[0][1], Ready)
    assert isinstance(messages[-1][1], Finished)


def test_process_without_networks_says_why_in_its_last_words(tmp_path):
    (tmp_path / "segmentation").mkdir()
    (tmp_path / "segmentation" / "manifest.json").write_text("{}", encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "CXRTriageLib", "worker", "--models", str(tmp_path)],
        cwd=ROOT,
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("cxrtriage: ")


def test_help_lists_no_process_of_the_desktop(capsys):
    from CXRTriageLib.commands.main import main

    with pytest.raises(SystemExit):
        main(["--help"])

    listed = capsys.readouterr().out
    assert "worker" not in listed
    assert "  reader" not in listed
