"""Where the viewer keeps what outlives a start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "CXRTriage"


def cacheFolder() -> Path:
    """Return this user's folder for what can be found out again; it need not exist."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / _NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / _NAME
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / _NAME
