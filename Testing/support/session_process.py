"""Opens a saved session in a process of its own and writes down what it finds."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from CXRTriageLib.exporting.labels import read_labels
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageScene.caliper_nodes import measureByHand
from CXRTriageScene.film_nodes import radiographOf
from CXRTriageScene.mask_nodes import readMasks
from CXRTriageScene.session import loadSession


def main(folder: Path) -> None:
    """Read the session and the masks of a folder, and write an archive of arrays beside them."""
    with ApplicationLogic() as application:
        (case,) = loadSession(application.scene, folder / "session.mrb")
        radiograph, placed = radiographOf(case.film), measureByHand(case.calipers, case.film)
        np.savez(
            folder / "found.npz",
            network=readMasks(case.networkMasks, case.film),
            corrected=readMasks(case.correctedMasks, case.film),
            exported=read_labels(folder / "masks.seg.nrrd", radiograph.shape),
            pixels=radiograph.pixels,
            shown=radiograph.for_display(),
            ratio=placed.biomarkers[0].value,
            placed=[caliper.name for caliper in placed.calipers],
            source=case.maskSource.value,
            classes=list(case.saliency),
            votes=[node.GetNumberOfControlPoints() for node in case.votes.values()],
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
