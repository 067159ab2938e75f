"""A film, then its result, then a correction: how the nodes of a case come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CXRTriageLib.domain.biomarker import Measurement
from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageScene.biomarker_table import showBiomarkers, showByHand
from CXRTriageScene.caliper_nodes import addCalipers, isMovedByHand
from CXRTriageScene.case_folder import folderOf, placeInFolder, removeFolder
from CXRTriageScene.case_nodes import CaseNodes, caseOf
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.mask_nodes import addMasks, readMasks, replaceMasks
from CXRTriageScene.node_removal import removeNodes
from CXRTriageScene.node_roles import Role, nodesOfCase
from CXRTriageScene.saliency_nodes import addSaliency, tidyColorTables
from CXRTriageScene.vote_nodes import addVotes

_MASK_NAMES = {
    Role.NETWORK_MASKS: "Masks of the network",
    Role.CORRECTED_MASKS: "Corrected masks",
}


def addCase(radiograph: Radiograph, name: str, scene: Any) -> CaseNodes:
    """Open a film.

    Parameters
    ----------
    radiograph
        The film.
    name
        For people.
    scene
        The MRML scene.

    Returns
    -------
    CaseNodes
        With nothing but the film.
    """
    return _placed(addFilm(radiograph, name, scene))


def showResult(case: CaseNodes, result: TriageResult) -> CaseNodes:
    """Show a result over its film; nodes that are there already are brought up to date.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    result
        Of this film.

    Returns
    -------
    CaseNodes
        All nodes of the case.
    """
    masks = result.segmentation
    showMasks(case, masks)
    showMeasurement(
        case, Measurement(biomarkers=result.biomarkers, calipers=result.calipers), masks.source
    )
    found = result.classification
    labels = dict(zip(found.votes.class_names, found.class_labels, strict=True)) if found else {}
    showSaliencyMaps(case, result.saliency, labels)
    return showVotes(case, found.evidence if found else None, labels)


def showMasks(case: CaseNodes, masks: ChestSegmentation) -> CaseNodes:
    """Show masks of the network, or corrected ones that come from a file.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    masks
        Those of the network replace earlier ones of the network. Corrected ones are added
        where there are none: what a person drew is never overwritten here.
    """
    film = case.film
    isNetwork = masks.source is MaskSource.NETWORK
    role = Role.NETWORK_MASKS if isNetwork else Role.CORRECTED_MASKS
    node = case.networkMasks if isNetwork else case.correctedMasks
    if node is None:
        addMasks(masks.labels, film, _MASK_NAMES[role], role)
    elif isNetwork:
        replaceMasks(node, film, masks.labels)
    shown = _placed(film)
    _showCurrentMasks(shown)
    return shown


def showMeasurement(case: CaseNodes, measured: Measurement, source: MaskSource) -> CaseNodes:
    """Show biomarkers as a table and the lines that they were measured along.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    measured
        Of this film. Lines that a person has moved stay where they are.
    source
        Who drew the masks that it was measured on.
    """
    lines = addCalipers(measured.calipers, case.film)
    for name, node in case.calipers.items():
        if name not in lines and not isMovedByHand(node):
            removeNodes(case.film.GetScene(), [node])
    showBiomarkers(measured.biomarkers, source, case.film)
    return _placed(case.film)


def showHandMeasurement(case: CaseNodes, measured: Measurement | None) -> CaseNodes:
    """Show in the table what was measured along lines that a reader placed.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    measured
        Of this film; None removes what was shown.
    """
    if measured is not None or case.biomarkers is not None:
        showByHand(() if measured is None else measured.biomarkers, case.film)
    return _placed(case.film)


def showSaliencyMaps(
    case: CaseNodes, saliency: SaliencyMap | None, labels: Mapping[str, str]
) -> CaseNodes:
    """Show the saliency of every class on one scale, so that classes can be compared.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    saliency
        Of this film; None removes what was shown.
    labels
        Names of classes for people.
    """
    shown = set()
    if saliency is not None:
        fullScale = float(saliency.values.max(initial=0)) or None
        for name, values in zip(saliency.class_names, saliency.values, strict=True):
            addSaliency(values, case.film, name, label=labels[name], fullScale=fullScale)
            shown.add(name)
    stale = (node for name, node in case.saliency.items() if name not in shown)
    removeNodes(case.film.GetScene(), stale)
    return _placed(case.film)


def showVotes(
    case: CaseNodes, evidence: PatchEvidence | None, labels: Mapping[str, str]
) -> CaseNodes:
    """Show what each patch voted for.

    Parameters
    ----------
    case
        The film and what was shown of it before.
    evidence
        Of this film; None removes what was shown.
    labels
        Names of classes for people.
    """
    shown = addVotes(evidence, case.film, labels) if evidence is not None else {}
    stale = (node for name, node in case.votes.items() if name not in shown)
    removeNodes(case.film.GetScene(), stale)
    return _placed(case.film)


def beginCorrection(case: CaseNodes) -> CaseNodes:
    """Give a case masks that a person can change; those of the network stay as they are.

    Parameters
    ----------
    case
        Of which corrected masks that are there are kept.

    Returns
    -------
    CaseNodes
        With corrected masks, a copy of the network's at first; the network's are hidden.
    """
    if case.correctedMasks is not None:
        return case
    if case.networkMasks is None:
        raise ValueError("There are no masks yet that could be corrected.")
    labels = readMasks(case.networkMasks, case.film)
    node = addMasks(labels, case.film, _MASK_NAMES[Role.CORRECTED_MASKS], Role.CORRECTED_MASKS)
    node.GetDisplayNode().CopyContent(case.networkMasks.GetDisplayNode())
    begun = _placed(case.film)
    _showCurrentMasks(begun)
    return begun


def discardCorrection(case: CaseNodes) -> CaseNodes:
    """Remove the corrected masks of a case and show those of the network again.

    Parameters
    ----------
    case
        With or without corrected masks. Ask the person who drew them first.
    """
    if case.correctedMasks is not None:
        removeNodes(case.film.GetScene(), [case.correctedMasks])
    left = caseOf(case.film)
    _showCurrentMasks(left)
    return left


def removeCase(case: CaseNodes) -> None:
    """Remove a case and everything that was made for it.

    Parameters
    ----------
    case
        Its nodes are gone afterwards.
    """
    scene, folder = case.film.GetScene(), folderOf(case.film)
    removeNodes(scene, nodesOfCase(scene, case.caseId))
    removeFolder(scene, folder)
    tidyColorTables(scene)


def _showCurrentMasks(case: CaseNodes) -> None:
    """Show the corrected masks where there are any; both at once could not be told apart."""
    for node in (case.networkMasks, case.correctedMasks):
        if node is not None:
            node.GetDisplayNode().SetVisibility(node is case.currentMasks)


def _placed(film: Any) -> CaseNodes:
    case = caseOf(film)
    placeInFolder(film, nodesOfCase(film.GetScene(), case.caseId))
    return case
