"""A command that was given what it cannot work with."""

from __future__ import annotations

from CXRTriageLib.errors import CXRTriageError


class UsageError(CXRTriageError):
    """An argument is wrong; the command ends with exit code 2."""
