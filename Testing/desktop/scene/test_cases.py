"""A case comes with its result, keeps what a person drew, and goes without a trace."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import slicer
import vtk

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageScene.caliper_nodes import isMovedByHand
from CXRTriageScene.case_building import (
    addCase,
    beginCorrection,
    discardCorrection,
    removeCase,
    showMasks,
    showResult,
)
from CXRTriageScene.case_nodes import caseOf, casesIn
from CXRTriageScene.mask_nodes import readMasks, replaceMasks
from CXRTriageScene.saliency_nodes import saliencyColorTable
from CXRTriageScene.session import saveSession
from support.mrml_scenes import node_ids
from support.results import CLASS_NAMES, chest_film, chest_labels, triage_result


def other_labels():
    """Return masks without a heart."""
    labels = chest_labels()
    labels[labels == Structure.HEART] = Structure.BACKGROUND
    return labels


def hierarchy_of(scene):
    """Return the subject hierarchy of a scene."""
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


@pytest.fixture
def case(scene):
    return showResult(addCase(chest_film(), "film", scene), triage_result())


def test_result_is_shown_in_nodes_that_are_found_again(case):
    assert np.array_equal(readMasks(case.networkMasks, case.film), chest_labels())
    assert tuple(case.saliency) == tuple(case.votes) == CLASS_NAMES
    assert set(case.calipers) == {"heart_diameter", "thoracic_diameter", "midline"}
    assert case.biomarkers.GetTable().GetNumberOfRows() == 3
    found = caseOf(case.film)
    assert all(
        getattr(found, field.name) == getattr(case, field.name)
        for field in dataclasses.fields(case)
    )


def test_saliency_of_all_classes_has_one_scale(case):
    peak = triage_result().saliency.values.max()

    for node in case.saliency.values():
        assert node.GetDisplayNode().GetWindowLevelMax() == pytest.approx(float(peak))


def test_second_result_uses_the_nodes_of_the_first(scene, case):
    before = node_ids(scene)

    showResult(case, triage_result())

    assert node_ids(scene) == before


def test_result_without_a_class_takes_votes_and_saliency_away(case):
    after = showResult(case, triage_result(classified=False))

    assert not after.saliency
    assert not after.votes
    assert after.networkMasks is not None


def test_correction_is_a_second_set_of_masks_and_the_current_one(case):
    assert case.maskSource is MaskSource.NETWORK
    assert case.currentMasks is case.networkMasks

    begun = beginCorrection(case)
    replaceMasks(begun.correctedMasks, begun.film, other_labels())

    assert begun.currentMasks is begun.correctedMasks
    assert begun.maskSource is MaskSource.CORRECTED
    assert np.array_equal(readMasks(begun.networkMasks, begun.film), chest_labels())
    shown = [
        node.GetDisplayNode().GetVisibility() for node in (begun.networkMasks, begun.correctedMasks)
    ]
    assert shown == [0, 1]
    assert beginCorrection(begun).correctedMasks is begun.correctedMasks


def test_nothing_can_be_corrected_before_there_are_masks(scene):
    with pytest.raises(ValueError, match="no masks"):
        beginCorrection(addCase(chest_film(), "film", scene))


def test_discarded_correction_brings_back_the_masks_of_the_network(case):
    left = discardCorrection(beginCorrection(case))

    assert left.correctedMasks is None
    assert left.networkMasks.GetDisplayNode().GetVisibility()


@pytest.mark.parametrize("source", list(MaskSource))
def test_no_result_overwrites_what_a_person_drew(case, source):
    begun = beginCorrection(case)
    replaceMasks(begun.correctedMasks, begun.film, other_labels())
    corrected = ChestSegmentation(labels=chest_labels(), source=source)

    after = showResult(begun, triage_result(corrected=corrected))

    assert np.array_equal(readMasks(after.correctedMasks, after.film), other_labels())
    assert after.correctedMasks.GetDisplayNode().GetVisibility()
    assert not after.networkMasks.GetDisplayNode().GetVisibility()


def test_corrected_masks_from_a_file_are_shown_where_there_are_none(scene):
    case = addCase(chest_film(), "film", scene)

    shown = showMasks(case, ChestSegmentation(labels=other_labels(), source=MaskSource.CORRECTED))

    assert shown.networkMasks is None
    assert np.array_equal(readMasks(shown.currentMasks, shown.film), other_labels())


def test_line_that_lost_its_structure_goes_unless_it_was_moved_by_hand(case):
    node = case.calipers["heart_diameter"]
    node.SetNthControlPointPosition(1, vtk.vtkVector3d(-5, -6, 0))
    assert isMovedByHand(node)

    after = showResult(case, dataclasses.replace(triage_result(), calipers=()))

    assert set(after.calipers) == {"heart_diameter"}


def test_all_nodes_of_a_case_lie_in_one_study(scene, case):
    hierarchy = hierarchy_of(scene)

    nodes = [case.film, case.networkMasks, case.biomarkers, *case.saliency.values()]
    parents = {hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) for node in nodes}

    (study,) = parents
    assert hierarchy.GetItemName(study) == "film"
    assert hierarchy.GetItemLevel(study) == "Study"


def test_nodes_join_the_study_that_the_film_is_in_already(scene):
    case = addCase(chest_film(), "film", scene)
    hierarchy = hierarchy_of(scene)
    theirs = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "from the archive")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(case.film), theirs)

    shown = showResult(case, triage_result())

    item = hierarchy.GetItemByDataNode(shown.networkMasks)
    assert hierarchy.GetItemParent(item) == theirs
    removeCase(shown)
    assert hierarchy.GetItemName(theirs) == "from the archive"


def test_case_goes_without_leaving_a_node_or_an_item(scene, tmp_path):
    empty, items = node_ids(scene), hierarchy_of(scene).GetNumberOfItems()
    case = beginCorrection(showResult(addCase(chest_film(), "film", scene), triage_result()))
    # Saving gives nodes storage nodes, which have to go as well.
    saveSession(scene, tmp_path / "session.mrb")

    removeCase(case)

    assert node_ids(scene) == empty
    assert hierarchy_of(scene).GetNumberOfItems() == items


def test_one_of_two_cases_goes_and_the_other_stays_whole(scene, case):
    before = node_ids(scene)

    removeCase(showResult(addCase(chest_film(), "film", scene), triage_result()))

    assert node_ids(scene) == before
    (left,) = casesIn(scene)
    assert left.film is case.film
    color = left.saliency["viral"].GetDisplayNode().GetColorNode()
    assert color is saliencyColorTable(scene)
