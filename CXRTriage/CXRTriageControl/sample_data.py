"""The phantom among the sample data of 3D Slicer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

from CXRTriageLib.resources import resource_path


def registerSampleData() -> None:
    """Offer the phantom in 3D Slicer's module Sample Data; it is made when it is asked for."""
    import SampleData

    icon = resource_path("Icons", "CXRTriage.png")
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="CXRTriage",
        sampleName="CXRTriage phantom",
        thumbnailFileName=str(icon),
        uris=[],
        fileNames=[],
        nodeNames=[],
        customDownloader=loadSampleData,
    )


def loadSampleData(_source: Any = None) -> list[Any]:
    """Make the phantom and load it.

    Parameters
    ----------
    _source
        From the module Sample Data.

    Returns
    -------
    list
        The volume node.
    """
    from CXRTriageCase.sample_film import writeSampleFilm

    path = writeSampleFilm(Path(slicer.app.temporaryPath) / "CXRTriage-phantom.png")
    return [slicer.util.loadVolume(str(path), {"singleFile": True})]
