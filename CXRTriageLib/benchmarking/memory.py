"""How much memory this process has held."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_KIBIBYTE = 1024
_MEGABYTE = 1_000_000


def peak_memory_mb() -> float | None:
    """Return the most memory that this process has held at a time.

    Returns
    -------
    float or None
        Resident memory in megabytes of 10^6 bytes; None on systems that do not tell.
    """
    if _STATUS.is_file():
        # Linux also counts in ru_maxrss what the parent held before it became this process.
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        held = next((line for line in lines if line.startswith("VmHWM:")), None)
        return int(held.split()[1]) * _KIBIBYTE / _MEGABYTE if held else None
    if sys.platform == "win32":
        return None
    import resource

    held_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held_bytes * (1 if sys.platform == "darwin" else _KIBIBYTE) / _MEGABYTE
