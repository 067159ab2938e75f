"""How long the stages of one run take."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.networks.engine import Engine


class StageClock:
    """Notes when each stage of a run begins; the first one begins with it."""

    def __init__(self, first_stage: str) -> None:
        self._marks = [(first_stage, time.perf_counter())]

    def begin(self, stage: str, _share: float = 0.0) -> None:
        """Note that a stage begins and the one before ends.

        Takes what a pipeline tells of its progress.
        """
        self._marks.append((stage, time.perf_counter()))

    @property
    def elapsed_s(self) -> float:
        """Seconds from the first stage to the beginning of the last."""
        return self._marks[-1][1] - self._marks[0][1]

    def stages_s(self) -> dict[str, float]:
        """Return the seconds of each stage; the last one, which has no end, is left out."""
        following = self._marks[1:]
        return {
            stage: end - start
            for (stage, start), (_, end) in zip(self._marks, following, strict=False)
        }


class ClockedEngine:
    """An engine that counts the seconds that it computes.

    Parameters
    ----------
    engine
        The loaded network.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._elapsed_s = 0.0

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic."""
        return self._engine.description

    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        start = time.perf_counter()
        outputs = self._engine.infer(images)
        self._elapsed_s += time.perf_counter() - start
        return outputs

    def take_elapsed_s(self) -> float:
        """Return the seconds since this was last asked, and count from zero again."""
        taken, self._elapsed_s = self._elapsed_s, 0.0
        return taken
