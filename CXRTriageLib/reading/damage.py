"""What the decoders of other libraries raise when the bytes they are given are damaged."""

from __future__ import annotations

import struct
import zlib

DAMAGED_FILE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""Decoders promise no exception type for broken input; these are those they were seen to raise
on random and on damaged bytes. Caught around calls into them only, never around our own code."""
