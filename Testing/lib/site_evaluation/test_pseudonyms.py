"""Keyed hashes: the same under one key, others under another, and a key that stays at home."""

from __future__ import annotations

import hashlib
import os
import stat
import sys

import pytest

from CXRTriageLib.errors import SecretKeyError
from CXRTriageLib.site_evaluation.pseudonyms import (
    Pseudonyms,
    load_pseudonyms,
    user_settings_folder,
)


def test_pseudonym_depends_on_key_kind_and_text():
    one, other = Pseudonyms(secret=b"a" * 32), Pseudonyms(secret=b"b" * 32)

    names = [one.of("patient", "1"), one.of("patient", "2"), one.of("film", "1")]
    names.append(other.of("patient", "1"))

    assert len(set(names)) == 4
    assert one.of("patient", "1") == names[0]


def test_pseudonym_is_no_plain_hash():
    text = "Secret-ID"

    assert Pseudonyms(secret=b"a" * 32).of("patient", text) not in {
        hashlib.new(name, text.encode()).hexdigest()[:20] for name in ("md5", "sha1", "sha256")
    }


def test_key_is_not_shown():
    assert "aaaa" not in repr(Pseudonyms(secret=b"a" * 32))


def test_key_is_made_once_in_the_settings_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))

    first = load_pseudonyms(None, output=tmp_path / "out")
    again = load_pseudonyms(None, output=tmp_path / "other")

    assert first == again
    assert [path.name for path in user_settings_folder().iterdir()] == ["evaluation.key"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_key_is_readable_for_nobody_else(tmp_path):
    load_pseudonyms(tmp_path / "keys" / "site.key", output=tmp_path / "out")

    mode = (tmp_path / "keys" / "site.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("place", ["out/site.key", "out/deep/site.key", "site.key"])
def test_key_in_or_beside_the_output_is_refused(tmp_path, place):
    with pytest.raises(SecretKeyError, match="handed on"):
        load_pseudonyms(tmp_path / place, output=tmp_path / "out")
    assert not (tmp_path / place).exists()


def test_short_file_is_no_key(tmp_path):
    path = tmp_path / "keys" / "site.key"
    path.parent.mkdir()
    path.write_bytes(b"short")

    with pytest.raises(SecretKeyError, match="too short"):
        load_pseudonyms(path, output=tmp_path / "out")


def test_key_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "keys").write_bytes(b"")

    with pytest.raises(SecretKeyError, match="neither read nor made"):
        load_pseudonyms(tmp_path / "keys" / "site.key", output=tmp_path / "out")
