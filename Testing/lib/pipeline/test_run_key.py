"""The fingerprint of a run changes with whatever could change its result, and only then."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.pipeline import run_key as module
from CXRTriageLib.pipeline.run_key import run_key
from support.results import MODELS

SETTINGS = TriageSettings.for_mode(Mode.DEFAULT)


@pytest.fixture
def files(tmp_path):
    film, mask = tmp_path / "film.png", tmp_path / "mask.png"
    film.write_bytes(b"film")
    mask.write_bytes(b"mask")
    return film, mask


def test_place_and_name_of_the_file_do_not_count(files, tmp_path):
    film, _ = files
    copy = tmp_path / "copy.png"
    copy.write_bytes(film.read_bytes())

    assert run_key(film, None, settings=SETTINGS, models=MODELS) == run_key(
        copy, None, settings=SETTINGS, models=MODELS[::-1]
    )


def test_everything_else_counts(files, monkeypatch):
    film, mask = files
    changed = dataclasses.replace(MODELS[0], sha256="0" * 64)
    keys = [
        run_key(film, None, settings=SETTINGS, models=MODELS),
        run_key(mask, None, settings=SETTINGS, models=MODELS),
        run_key(film, mask, settings=SETTINGS, models=MODELS),
        run_key(film, film, settings=SETTINGS, models=MODELS),
        run_key(film, None, settings=SETTINGS, models=(changed, MODELS[1])),
        run_key(film, None, settings=dataclasses.replace(SETTINGS, seed=1), models=MODELS),
        *(
            run_key(film, None, settings=TriageSettings.for_mode(mode), models=MODELS)
            for mode in (Mode.PAPER, Mode.TMI)
        ),
    ]
    monkeypatch.setattr(module, "__version__", "99")
    keys.append(run_key(film, None, settings=SETTINGS, models=MODELS))

    assert len(set(keys)) == len(keys)
