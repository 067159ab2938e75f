"""``python -m CXRTriageLib`` is the command ``cxrtriage``."""

from __future__ import annotations

import sys

from CXRTriageLib.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
