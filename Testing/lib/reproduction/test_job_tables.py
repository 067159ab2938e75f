"""What jobs beyond the paper's own have found, as tables."""

from __future__ import annotations

from CXRTriageLib.jobs.job import result_path
from CXRTriageLib.reproduction.job_tables import NOT_DONE, clean_section, unseen_section
from support.job_results import job_result
from support.studies import made_up_study

CONFUSION = ((3, 1, 0), (0, 0, 0))


def keep(output, name):
    job_result(name, confusion=CONFUSION).write(result_path(output, name))


def test_sections_say_that_nothing_is_done(tmp_path):
    study = made_up_study(tmp_path, 10)

    for section in (unseen_section(study), clean_section(study)):
        assert [block.text for block in section.blocks] == [NOT_DONE]


def test_sources_never_trained_on_have_masks_and_the_classes_that_they_hold(tmp_path):
    keep(tmp_path, "masks-unseen")
    keep(tmp_path, "classes-unseen-jsrt")

    masks, classes = unseen_section(made_up_study(tmp_path, 10)).blocks

    assert [row[:2] for row in masks.rows] == [("montgomery", "lungs")]
    told = {row[1]: row[2] for row in classes.rows if row[0] == "jsrt"}
    assert told["normal, right: 3 of 4"] == 0.75
    assert not any("tuberculosis, right" in name for name in told)


def test_clean_labels_show_both_approaches_beside_the_regression(tmp_path):
    keep(tmp_path, "clean-local")
    keep(tmp_path, "clean-global")

    (table,) = clean_section(made_up_study(tmp_path, 10)).blocks

    names = {row[0] for row in table.rows}
    assert names == {
        "network, local",
        "network, global",
        "logistic regression on biomarkers",
    }
