"""A film goes from one process to another and stays what it was."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reading.handover import hand_over, take_over
from support.film_files import write_chest


def test_film_is_the_same_afterwards_and_the_file_is_gone(tmp_path):
    write_chest(tmp_path / "chest.png")
    film = read_radiograph(tmp_path / "chest.png")

    hand_over(film, tmp_path / "a.film")
    taken = take_over(tmp_path / "a.film")

    for field in dataclasses.fields(film):
        np.testing.assert_equal(getattr(taken, field.name), getattr(film, field.name))
    assert not taken.pixels.flags.writeable
    assert not (tmp_path / "a.film").exists()


def test_something_else_is_refused(tmp_path):
    (tmp_path / "a.film").write_bytes(pickle.dumps([1, 2]))

    with pytest.raises(InvalidValueError, match=r"a\.film holds no radiograph"):
        take_over(tmp_path / "a.film")
