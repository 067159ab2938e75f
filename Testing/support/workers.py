"""Work for other processes: they import this module and nothing of a test."""

from __future__ import annotations

import os
import time
from pathlib import Path


def square(number: int) -> int:
    """Return the square."""
    return number * number


def fail_at_three(number: int) -> int:
    """Raise for 3."""
    if number == 3:
        raise ValueError("three")
    return number


def die_at_three(number: int) -> int:
    """End the process at 3, as a decoder with a bug does."""
    if number == 3:
        os._exit(9)
    return number


def die_once(item: tuple[int, str]) -> int:
    """End the process the first time that a number is seen; the file remembers it."""
    number, mark = item
    if number == 3 and not Path(mark).exists():
        Path(mark).touch()
        os._exit(9)
    return number


def note_process(mark: str) -> None:
    """Write down which process this is, and stay busy."""
    Path(mark).write_text(str(os.getpid()))
    time.sleep(60)


def process_id(_: int) -> int:
    """Return which process did it."""
    return os.getpid()
