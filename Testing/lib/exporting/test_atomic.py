"""Files are complete or not there."""

from __future__ import annotations

import pytest

from CXRTriageLib.exporting.atomic import staged_files


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_appear_together_at_the_end(tmp_path):
    with staged_files(tmp_path, last="z") as staging:
        (staging / "a").write_text("1")
        (staging / "z").write_text("2")
        assert [name for name in names_in(tmp_path) if not name.startswith(".")] == []

    assert names_in(tmp_path) == ["a", "z"]


def test_an_exception_leaves_what_was_there(tmp_path):
    (tmp_path / "z").write_text("old")

    def fail_halfway():
        with staged_files(tmp_path, last="z") as staging:
            (staging / "z").write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert names_in(tmp_path) == ["z"]
    assert (tmp_path / "z").read_text() == "old"


def test_leftovers_of_a_killed_process_are_cleared(tmp_path):
    leftover = tmp_path / ".partial-abc"
    leftover.mkdir()
    (leftover / "z").write_text("half")

    with staged_files(tmp_path, last="z") as staging:
        (staging / "z").write_text("whole")

    assert names_in(tmp_path) == ["z"]


def test_owned_files_of_an_earlier_set_go(tmp_path):
    for name in ("a", "b", "foreign"):
        (tmp_path / name).write_text("old")

    with staged_files(tmp_path, last="z", owned=("a", "b", "z")) as staging:
        (staging / "a").write_text("new")
        (staging / "z").write_text("new")

    assert names_in(tmp_path) == ["a", "foreign", "z"]
    assert (tmp_path / "a").read_text() == "new"


def test_the_last_file_is_gone_while_others_are_replaced(tmp_path, monkeypatch):
    for name in ("a", "z"):
        (tmp_path / name).write_text("old")
    replace = type(tmp_path).replace
    seen = []

    def watched(path, target):
        seen.append((target.name, (tmp_path / "z").exists()))
        return replace(path, target)

    monkeypatch.setattr(type(tmp_path), "replace", watched)
    with staged_files(tmp_path, last="z") as staging:
        (staging / "a").write_text("new")
        (staging / "z").write_text("new")

    assert seen == [("a", False), ("z", False)]


def test_files_can_be_read_by_others_as_any_new_file(tmp_path):
    (tmp_path / "usual").write_text("")

    with staged_files(tmp_path / "new", last="z") as staging:
        (staging / "z").write_text("")

    mode = (tmp_path / "new" / "z").stat().st_mode
    assert mode == (tmp_path / "usual").stat().st_mode
