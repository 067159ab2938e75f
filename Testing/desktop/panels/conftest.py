"""Panels on Qt without a screen, as both hosts show them."""

from __future__ import annotations

import os
import sys

# Before Qt looks for a screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

pytest.importorskip("PyQt5")
pytest.importorskip("slicer")

from CXRTriageViewer.qt_names import qtModule

# The panels import it at their top.
sys.modules.setdefault("qt", qtModule())
