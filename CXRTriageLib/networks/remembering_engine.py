"""An engine that looks at every patch once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.networks.engine import Engine

Outputs = tuple[NDArray[np.float32], ...]

CAPACITY = 4096
"""Images whose outputs are kept; one takes about 1 kB, a film has 35 to 100."""


class RememberingEngine:
    """Answers for an image that it has seen with what it said then.

    What a network says of an image does not depend on the images beside it, so a film with a
    corrected mask costs only the patches that the correction reached, and its result is that
    of a full run.

    Parameters
    ----------
    engine
        The network.
    capacity
        Images to remember; those longest unseen are forgotten first.
    """

    def __init__(self, engine: Engine, *, capacity: int = CAPACITY) -> None:
        self._engine = engine
        self._capacity = capacity
        self._known: OrderedDict[bytes, Outputs] = OrderedDict()

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic."""
        return self._engine.description

    def infer(self, images: NDArray[np.float32]) -> Outputs:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        keys = [hashlib.blake2b(np.ascontiguousarray(image).data).digest() for image in images]
        found = {key: self._known[key] for key in keys if key in self._known}
        unseen = {key: index for index, key in enumerate(keys) if key not in found}
        if unseen:
            outputs = self._engine.infer(images[list(unseen.values())])
            for index, key in enumerate(unseen):
                found[key] = tuple(output[index] for output in outputs)
        self._remember(found)
        return tuple(np.stack(parts) for parts in zip(*(found[key] for key in keys), strict=True))

    def _remember(self, found: dict[bytes, Outputs]) -> None:
        for key, outputs in found.items():
            self._known[key] = outputs
            self._known.move_to_end(key)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
