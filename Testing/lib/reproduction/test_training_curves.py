"""Curves of a training, from its table to the drawing."""

from __future__ import annotations

import pytest

from CXRTriageLib.errors import ManifestError
from CXRTriageLib.jobs.job import training_folder
from CXRTriageLib.reproduction.training_curves import curves_section, read_curves
from CXRTriageLib.site_evaluation.report.document import Plot, Text
from support.studies import made_up_study

TABLE = "epoch,training_loss,validation_f1\n0,1.5,\n1,1.0,0.4\n"


def test_values_that_an_epoch_lacks_are_left_out(tmp_path):
    path = tmp_path / "curves.csv"
    path.write_text(TABLE)

    assert read_curves(path) == [
        {"epoch": 0, "training_loss": 1.5},
        {"epoch": 1, "training_loss": 1.0, "validation_f1": 0.4},
    ]


def test_curves_that_are_given_are_drawn_and_the_others_named(tmp_path):
    path = tmp_path / "curves.csv"
    path.write_text(TABLE)

    section = curves_section(made_up_study(tmp_path, 10, curves=(("local", path),)))

    assert [block.key for block in section.blocks if isinstance(block, Plot)] == ["fig10_local"]
    assert "--global-curves" in next(
        block.text for block in section.blocks if isinstance(block, Text)
    )


@pytest.mark.parametrize("content", ["", "loss\n1\n", "epoch,loss\n0,bad\n", "epoch\n0,1,2\n"])
def test_other_tables_are_refused(tmp_path, content):
    path = tmp_path / "curves.csv"
    path.write_text(content)

    with pytest.raises(ManifestError, match=r"curves\.csv"):
        read_curves(path)


def test_curves_of_the_first_job_on_the_papers_films_are_found(tmp_path):
    folder = training_folder(tmp_path, "paper-global-0")
    folder.mkdir(parents=True)
    (folder / "curves.csv").write_text(TABLE)

    section = curves_section(made_up_study(tmp_path, 10))

    assert [block.key for block in section.blocks if isinstance(block, Plot)] == ["fig10_global"]
