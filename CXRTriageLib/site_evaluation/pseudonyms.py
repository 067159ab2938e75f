"""Keyed hashes that stand for films and patients, and where the secret key lies."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from CXRTriageLib.errors import InvalidValueError, SecretKeyError

KEY_FILE = "evaluation.key"
_KEY_BYTES = 32
_PSEUDONYM_DIGITS = 20


@dataclass(frozen=True, kw_only=True)
class Pseudonyms:
    """Names for what must not be named (HMAC-SHA-256, RFC 2104).

    Without the key nobody can tell which film or patient a pseudonym stands for, not even by
    trying all names; with it the site finds the same pseudonym again.

    Attributes
    ----------
    secret
        The key, at least 16 bytes.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _KEY_BYTES // 2:
            raise InvalidValueError("A secret key has at least 16 bytes.")

    def of(self, kind: str, text: str) -> str:
        """Return the pseudonym of a text; the same text of another kind has another one."""
        message = f"{kind}\n{text}".encode("utf-8", "surrogateescape")
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()[:_PSEUDONYM_DIGITS]


def user_settings_folder() -> Path:
    """Return where this user's programs keep their settings, as the operating system has it."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "CXRTriage"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "CXRTriage"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "cxrtriage"


def load_pseudonyms(key: Path | None, *, output: Path) -> Pseudonyms:
    """Read the secret key, or make one at the first use.

    Parameters
    ----------
    key
        File of the key; one in the user's settings folder by default. It is made, readable for
        nobody else, where it is missing.
    output
        Where results go; the key must not lie there, since results are handed on.

    Returns
    -------
    Pseudonyms
        Ready for use.

    Raises
    ------
    SecretKeyError
        If the key lies with the results, is too short, or cannot be read or made.
    """
    path = key or user_settings_folder() / KEY_FILE
    place = output.resolve()
    if path.resolve().parent == place.parent or path.resolve().is_relative_to(place):
        raise SecretKeyError(
            f"{path}: the key must not lie in or beside the output folder, which is handed on. "
            "Name another file with --key."
        )
    try:
        return Pseudonyms(secret=_read_or_make(path))
    except InvalidValueError as error:
        raise SecretKeyError(
            f"{path}: this file is too short for a key. Name a file that does not exist yet, "
            "and a key is made."
        ) from error
    except OSError as error:
        raise SecretKeyError(
            f"{path}: the key can be neither read nor made ({error.strerror}). Name another file "
            "with --key."
        ) from error


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: a run that is killed here must not leave half a key.
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        if not path.exists():
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            _place(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_bytes()


def _place(fresh: Path, path: Path) -> None:
    """Give the new key its name, unless another run was quicker."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    except OSError:
        # Some file systems have no hard links.
        fresh.replace(path)
