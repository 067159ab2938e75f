"""Biomarkers as a table node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import vtk

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageScene.node_roles import Role, findOrAdd

BY_HAND = "lines by hand"
"""Source of a number from lines that a reader placed."""

COLUMNS = ("Biomarker", "Value", "Unit", "Source", "Why there is no value", "Key")
_SOURCE = COLUMNS.index("Source")

_Row: TypeAlias = tuple[str, ...]


def showBiomarkers(biomarkers: Sequence[Biomarker], source: MaskSource, film: Any) -> Any:
    """Write biomarkers of masks into the table of a case; those by hand stay.

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
    node = _tableOf(film)
    by_hand = [row for row in _rowsOf(node) if row[_SOURCE] == BY_HAND]
    _write(node, [*(_row(item, source.value) for item in biomarkers), *by_hand])
    return node


def showByHand(biomarkers: Sequence[Biomarker], film: Any) -> None:
    """Write biomarkers from lines that a reader placed below those of the masks.

    Parameters
    ----------
    biomarkers
        In the order of rows; none takes those away that are there.
    film
        The film node.
    """
    node = _tableOf(film)
    ofMasks = [row for row in _rowsOf(node) if row[_SOURCE] != BY_HAND]
    _write(node, [*ofMasks, *(_row(item, BY_HAND) for item in biomarkers)])


def _tableOf(film: Any) -> Any:
    node, _ = findOrAdd(film, "vtkMRMLTableNode", Role.BIOMARKERS, "Biomarkers")
    return node


def _row(item: Biomarker, source: str) -> _Row:
    return (item.label, _text(item.value), item.unit, source, item.reason, item.name)


def _rowsOf(node: Any) -> list[_Row]:
    table = node.GetTable()
    columns = range(table.GetNumberOfColumns())
    return [
        tuple(table.GetValue(row, column).ToString() for column in columns)
        for row in range(table.GetNumberOfRows())
    ]


def _write(node: Any, rows: Sequence[_Row]) -> None:
    table = vtk.vtkTable()
    for index, name in enumerate(COLUMNS):
        column = vtk.vtkStringArray()
        column.SetName(name)
        for row in rows:
            column.InsertNextValue(row[index])
        table.AddColumn(column)
    node.SetAndObserveTable(table)
    node.SetUseColumnTitleAsColumnHeader(True)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
