"""The machine that something was measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "openvino", "torch", "grad-cam", "pydicom")
FAST_ARITHMETIC = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
"""Processor flags that decide how fast the networks run."""

_PROCESSOR_FACTS = Path("/proc/cpuinfo")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The machine and what runs on it; no name of a host or a user.

    Attributes
    ----------
    processor
        Name of the processor's model.
    cores
        Cores that this process may use.
    flags
        Those of `FAST_ARITHMETIC` that the processor has; None where the system does not tell.
    waiting_processes
        Mean number of processes that wanted a core during the last minute, before anything was
        measured; None where the system does not tell.
    system
        Operating system and Python.
    versions
        Installed packages, pairs of name and version.
    """

    processor: str
    cores: int
    flags: tuple[str, ...] | None
    waiting_processes: float | None
    system: str
    versions: tuple[tuple[str, str], ...]

    @property
    def is_busy(self) -> bool:
        """Whether other programs take so much of the machine that times are too long."""
        return self.waiting_processes is not None and self.waiting_processes > self.cores / 2


def describe_machine() -> Machine:
    """Return what is known of this machine."""
    facts = _processor_facts()
    flags = facts.get("flags")
    return Machine(
        processor=facts.get("model name") or platform.processor() or platform.machine(),
        cores=_usable_cores(),
        flags=None if flags is None else tuple(f for f in FAST_ARITHMETIC if f in flags.split()),
        waiting_processes=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        versions=tuple(_installed_versions()),
    )


def _processor_facts() -> dict[str, str]:
    """Return what Linux says of the first core."""
    if not _PROCESSOR_FACTS.is_file():
        return {}
    first_core = _PROCESSOR_FACTS.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    pairs = (line.partition(":") for line in first_core.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _installed_versions() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found
