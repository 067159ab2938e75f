"""A scene of its own for each test, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from CXRTriageScene.application_logic import ApplicationLogic


@contextmanager
def fresh_scene() -> Iterator[Any]:
    """Yield an empty scene with its application logic around it."""
    with ApplicationLogic() as application:
        yield application.scene


def node_ids(scene: Any) -> list[str]:
    """Return the identifiers of all nodes."""
    return [scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())]
