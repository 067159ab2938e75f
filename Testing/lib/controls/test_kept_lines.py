"""A film is measured once, and a stopped run goes on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from CXRTriageLib.controls.kept_lines import KeptLines
from support.film_folders import listed_film

FILMS = [dataclasses.replace(listed_film(), image=Path(f"film{n}.png")) for n in range(3)]


def test_a_stopped_run_goes_on_where_it_was(tmp_path):
    store = KeptLines(path=tmp_path / "kept.jsonl", made_with=("net",))
    seen = []

    def measure(film):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(film.image.name)
        return {"name": film.image.name}

    with pytest.raises(KeyboardInterrupt):
        store.collect(FILMS, measure, purpose="Test")
    with store.path.open("a", encoding="utf-8") as file:
        file.write('{"made_with": "half a li')
    again = []
    found = store.collect(
        FILMS, lambda film: again.append(film) or {"name": film.image.name}, purpose="Test"
    )

    assert seen == ["film0.png", "film1.png"]
    assert again == [FILMS[2]]
    assert [item["name"] for item in found] == ["film0.png", "film1.png", "film2.png"]


def test_another_network_measures_anew(tmp_path):
    first, second = (
        KeptLines(path=tmp_path / "kept.jsonl", made_with=(name,)) for name in ("one", "two")
    )

    first.collect(FILMS, lambda _: {"net": 1}, purpose="Test")
    found = second.collect(FILMS, lambda _: {"net": 2}, purpose="Test")

    assert [item["net"] for item in found] == [2, 2, 2]
