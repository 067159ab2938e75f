"""A command that was given what it cannot work with."""

from __future__ import annotations

from CXRTriageLib.errors import CXRTriageError


class UsageError(CXRTriageError):
    """An argument is wrong; the command ends with exit code 2."""


def positive_number(text: str) -> int:
    """Return an argument as a whole number of 1 or more.

    Parameters
    ----------
    text
        As given.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ValueError
        If it is none; the parser makes wrong usage of it.
    """
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
