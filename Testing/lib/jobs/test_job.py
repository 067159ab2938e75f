"""A job knows how far it has come, and how its network is trained."""

from __future__ import annotations

import pytest

from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.commands.main import main
from CXRTriageLib.jobs.job import Job, JobState, TrainingChoices, Workplace
from CXRTriageLib.networks.weights import Approach, Task

CHOICES = TrainingChoices(
    class_names=("normal", "viral"),
    recipes=((Task.CLASSIFICATION, "quick"), (Task.SEGMENTATION, "default")),
    device="cpu",
)
CLASSES = Job(
    name="classes",
    purpose="",
    task=Task.CLASSIFICATION,
    selection=FilmSelection(class_column="paper_class", split_seed=3),
    approach=Approach.GLOBAL,
    seed=3,
)
MASKS = Job(
    name="masks",
    purpose="",
    task=Task.SEGMENTATION,
    selection=FilmSelection(without=("montgomery", "shenzhen")),
)


@pytest.fixture
def place(tmp_path):
    return Workplace(data=tmp_path / "data", output=tmp_path / "out")


def test_state_follows_what_the_job_has_left(place):
    assert place.state(MASKS) is JobState.WAITING

    folder = place.models(MASKS) / "segmentation"
    folder.mkdir(parents=True)
    (place.folder(MASKS) / "last.ckpt").write_bytes(b"")
    assert place.state(MASKS) is JobState.BEGUN

    (folder / "manifest.json").write_text("{}")
    assert place.state(MASKS) is JobState.TRAINED

    place.result(MASKS).parent.mkdir()
    place.result(MASKS).write_text("{}")
    assert place.state(MASKS) is JobState.DONE


@pytest.mark.parametrize("job", [CLASSES, MASKS], ids=lambda job: job.name)
def test_arguments_are_those_that_the_command_takes(job, place, capsys):
    code = main(["train", *CHOICES.arguments(job, place)])

    # The command understood them all and misses the films alone.
    assert code == 1
    assert "manifest.csv: there is no such file" in capsys.readouterr().err


def test_arguments_say_what_is_left_out_and_split(place):
    masks, classes = (CHOICES.arguments(job, place) for job in (MASKS, CLASSES))

    assert [masks[at + 1] for at, word in enumerate(masks) if word == "--without"] == [
        "montgomery",
        "shenzhen",
    ]
    assert classes[classes.index("--split-by-image") + 1] == "3"
    assert classes[classes.index("--approach") + 1] == "global"
