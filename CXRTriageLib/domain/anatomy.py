"""The structures that are segmented, with the label values of every mask file."""

from __future__ import annotations

from enum import IntEnum


class Structure(IntEnum):
    """Label values of masks; sides are the patient's.

    The order is that of the network's classes and of the training labels.
    """

    BACKGROUND = 0
    HEART = 1
    LEFT_LUNG = 2
    """On the right side of a film that hangs as usual."""
    RIGHT_LUNG = 3

    @property
    def spoken_name(self) -> str:
        """Name within a sentence, for example "left lung"."""
        return self.name.replace("_", " ").lower()


LUNGS = (Structure.LEFT_LUNG, Structure.RIGHT_LUNG)
ORGANS = (Structure.HEART, Structure.LEFT_LUNG, Structure.RIGHT_LUNG)
