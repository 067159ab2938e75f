"""The nodes of one film together, found by what is written in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageScene.node_roles import Role, caseIdOf, detailOf, nodesWithRole


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseNodes:
    """Everything that a scene shows of one film.

    Attributes
    ----------
    film
        vtkMRMLScalarVolumeNode.
    networkMasks
        vtkMRMLSegmentationNode; None before the network ran.
    correctedMasks
        vtkMRMLSegmentationNode; None until someone draws.
    saliency, votes
        vtkMRMLScalarVolumeNode and vtkMRMLMarkupsFiducialNode by name of the class.
    calipers
        vtkMRMLMarkupsLineNode by name of the caliper.
    biomarkers
        vtkMRMLTableNode; None before anything was measured.
    """

    film: Any
    networkMasks: Any = None
    correctedMasks: Any = None
    saliency: Mapping[str, Any] = field(default_factory=_nothing)
    votes: Mapping[str, Any] = field(default_factory=_nothing)
    calipers: Mapping[str, Any] = field(default_factory=_nothing)
    biomarkers: Any = None

    @property
    def caseId(self) -> str:
        """What the nodes of the case have in common."""
        return caseIdOf(self.film)

    @property
    def currentMasks(self) -> Any:
        """Masks that numbers are measured on: the corrected ones where there are any."""
        return self.networkMasks if self.correctedMasks is None else self.correctedMasks

    @property
    def maskSource(self) -> MaskSource | None:
        """Who drew the current masks; None where there are none."""
        if self.correctedMasks is not None:
            return MaskSource.CORRECTED
        return None if self.networkMasks is None else MaskSource.NETWORK


def caseOf(film: Any) -> CaseNodes:
    """Return what the scene has of a film now.

    Parameters
    ----------
    film
        From `CXRTriageScene.film_nodes.addFilm`, in this or an earlier session.
    """

    def only(role: Role) -> Any:
        return next(iter(nodesWithRole(film.GetScene(), role, caseIdOf(film))), None)

    def byDetail(role: Role) -> Mapping[str, Any]:
        found = nodesWithRole(film.GetScene(), role, caseIdOf(film))
        return MappingProxyType({detailOf(node): node for node in found})

    return CaseNodes(
        film=film,
        networkMasks=only(Role.NETWORK_MASKS),
        correctedMasks=only(Role.CORRECTED_MASKS),
        saliency=byDetail(Role.SALIENCY),
        votes=byDetail(Role.VOTES),
        calipers=byDetail(Role.CALIPER),
        biomarkers=only(Role.BIOMARKERS),
    )


def casesIn(scene: Any) -> tuple[CaseNodes, ...]:
    """Return all cases of a scene in its order."""
    return tuple(caseOf(film) for film in nodesWithRole(scene, Role.FILM))
