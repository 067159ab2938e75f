"""A batch goes on whatever happens to one film, and does nothing twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import ConstantImageError
from CXRTriageLib.exporting.labels import read_labels, write_labels_png
from CXRTriageLib.exporting.result_folder import ResultFolders
from CXRTriageLib.messages import Failed, Finished, Kept, Progress, Refused, Started, Summary
from CXRTriageLib.pipeline.batch import Batch
from CXRTriageLib.pipeline.films import find_films
from support.results import MODELS, StandInPipeline, chest_film, chest_labels

REFUSAL = "constant.png: all pixels have the same value. Export the film again."


def read_film(path: Path) -> Radiograph:
    """Read a stand-in for a film: what its bytes say."""
    content = path.read_bytes()
    if content == b"constant":
        raise ConstantImageError(REFUSAL)
    if content == b"broken":
        raise RuntimeError("unforeseen")
    return chest_film((200, 160), file_name=path.name)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "films"
    path.mkdir()
    for name in ("a", "b", "c"):
        (path / f"{name}.png").write_bytes(name.encode())
    return path


@pytest.fixture
def batch(tmp_path):
    return Batch(
        pipeline=StandInPipeline(),
        read_film=read_film,
        read_mask=read_labels,
        store=ResultFolders(tmp_path / "out"),
        settings=TriageSettings.for_mode(Mode.DEFAULT),
    )


def run(batch, folder):
    messages = []
    summary = batch.run(find_films([folder], output=folder / "none"), messages.append)
    assert messages[-1] == summary
    return messages


def outcomes(messages):
    return {
        item.film: type(item)
        for item in messages
        if isinstance(item, Finished | Kept | Refused | Failed)
    }


def test_every_film_is_told_from_start_to_finish(batch, folder):
    messages = run(batch, folder)

    assert [type(item) for item in messages] == [Started, Progress, Finished] * 3 + [Summary]
    assert [item.number for item in messages if isinstance(item, Started)] == [1, 2, 3]
    assert messages[-1] == Summary(finished=3, kept=0, refused=0, failed=0)


def test_a_refused_film_does_not_stop_the_others(batch, folder):
    (folder / "b.png").write_bytes(b"constant")

    messages = run(batch, folder)

    refused = next(item for item in messages if isinstance(item, Refused))
    assert (refused.film, refused.kind, refused.reason) == ("b", "ConstantImageError", REFUSAL)
    assert outcomes(messages) == {"a": Finished, "b": Refused, "c": Finished}
    assert not messages[-1].all_fine


def test_an_unforeseen_error_does_not_stop_the_others(batch, folder):
    (folder / "b.png").write_bytes(b"broken")

    messages = run(batch, folder)

    failed = next(item for item in messages if isinstance(item, Failed))
    assert (failed.kind, failed.reason) == ("RuntimeError", "b.png: unforeseen")
    assert "Traceback" in failed.details
    assert outcomes(messages) == {"a": Finished, "b": Failed, "c": Finished}
    assert not messages[-1].all_fine


def test_stopping_by_hand_stops_the_batch(batch, folder):
    def interrupt(_radiograph):
        raise KeyboardInterrupt

    stopped = dataclasses.replace(batch, pipeline=StandInPipeline(before=interrupt))

    with pytest.raises(KeyboardInterrupt):
        run(stopped, folder)


def test_a_second_run_keeps_what_is_there(batch, folder):
    first = run(batch, folder)
    written = {path: path.stat().st_mtime_ns for path in folder.parent.glob("out/*/*")}

    second = run(batch, folder)

    assert outcomes(second) == {"a": Kept, "b": Kept, "c": Kept}
    assert second[-1].all_fine
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert [item.result for item in second if isinstance(item, Kept)] == [
        item.result for item in first if isinstance(item, Finished)
    ]


def test_only_what_is_missing_or_changed_is_run_again(batch, folder):
    run(batch, folder)
    (folder / "a.png").write_bytes(b"another film")
    (folder.parent / "out" / "b" / "labels.nrrd").unlink()

    assert outcomes(run(batch, folder)) == {"a": Finished, "b": Finished, "c": Kept}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"settings": TriageSettings.for_mode(Mode.PAPER)}, id="mode"),
        pytest.param({"settings": TriageSettings.for_mode(Mode.DEFAULT, seed=3)}, id="seed"),
        pytest.param(
            {
                "pipeline": StandInPipeline(
                    models=(dataclasses.replace(MODELS[0], sha256="9" * 64), MODELS[1])
                )
            },
            id="networks",
        ),
    ],
)
def test_another_choice_runs_all_films_again(batch, folder, change):
    run(batch, folder)

    again = run(dataclasses.replace(batch, **change), folder)

    assert set(outcomes(again).values()) == {Finished}


def test_a_corrected_mask_is_used_for_its_film_only(batch, folder, tmp_path):
    labels = chest_labels((200, 160))
    labels[:100] = 0
    write_labels_png(tmp_path / "b.png", labels)
    run(batch, folder)

    messages = run(dataclasses.replace(batch, masks={"b": tmp_path / "b.png"}), folder)

    assert outcomes(messages) == {"a": Kept, "b": Finished, "c": Kept}
    document = next(item.result for item in messages if isinstance(item, Finished))
    assert document["masks"]["source"] == MaskSource.CORRECTED.value
    written = read_labels(tmp_path / "out" / "b" / "labels.png", (200, 160))
    np.testing.assert_array_equal(written, labels)


def test_a_mask_that_does_not_fit_refuses_its_film(batch, folder, tmp_path):
    write_labels_png(tmp_path / "b.png", chest_labels((20, 20)))

    messages = run(dataclasses.replace(batch, masks={"b": tmp_path / "b.png"}), folder)

    assert outcomes(messages) == {"a": Finished, "b": Refused, "c": Finished}
    refused = next(item for item in messages if isinstance(item, Refused))
    assert refused.kind == "MaskMismatchError"


def test_a_film_that_vanished_fails_alone(batch, folder):
    films = find_films([folder], output=folder / "none")
    (folder / "a.png").unlink()
    messages = []

    batch.run(films, messages.append)

    assert outcomes(messages) == {"a": Failed, "b": Finished, "c": Finished}
