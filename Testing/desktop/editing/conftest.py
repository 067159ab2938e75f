"""A scene for each test."""

from __future__ import annotations

import pytest

from support.mrml_scenes import fresh_scene


@pytest.fixture
def scene():
    """Return an empty MRML scene."""
    with fresh_scene() as made:
        yield made
