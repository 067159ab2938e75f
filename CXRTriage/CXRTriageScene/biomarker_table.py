"""Biomarkers as a table node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import vtk

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageScene.node_roles import Role, findOrAdd

COLUMNS = ("Biomarker", "Value", "Unit", "Masks", "Why there is no value", "Key")


def showBiomarkers(biomarkers: Sequence[Biomarker], source: MaskSource, film: Any) -> Any:
    """Write biomarkers into the table of a case.

    Parameters
    ----------
    biomarkers
        In the order of rows.
    source
        Who drew the masks that they were measured on.
    film
        The film node.

    Returns
    -------
    vtkMRMLTableNode
        All columns are text; a value that is undefined is empty and its reason is not.
    """
    node, _ = findOrAdd(film, "vtkMRMLTableNode", Role.BIOMARKERS, "Biomarkers")
    table = vtk.vtkTable()
    rows = [
        (item.label, _text(item.value), item.unit, source.value, item.reason, item.name)
        for item in biomarkers
    ]
    for index, name in enumerate(COLUMNS):
        column = vtk.vtkStringArray()
        column.SetName(name)
        for row in rows:
            column.InsertNextValue(row[index])
        table.AddColumn(column)
    node.SetAndObserveTable(table)
    node.SetUseColumnTitleAsColumnHeader(True)
    return node


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
