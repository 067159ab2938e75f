"""Agreement of maps follows its definition."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.controls.map_agreement import map_agreement

LUNGS = np.zeros((400, 320), dtype=bool)
LUNGS[40:360, 40:280] = True
ROWS, COLUMNS = np.mgrid[:400, :320].astype(np.float32)
MAP = (np.sin(ROWS / 40) * np.cos(COLUMNS / 30) + 1) * LUNGS


def test_a_map_agrees_with_itself_at_any_scale():
    found = map_agreement(MAP, 7 * MAP, LUNGS)

    assert found.rank_correlation == pytest.approx(1)
    assert found.structural_similarity == pytest.approx(1)


def test_a_reversed_map_has_the_opposite_ranks():
    found = map_agreement(MAP, (2 - MAP) * LUNGS, LUNGS)

    assert found.rank_correlation == pytest.approx(-1)
    assert found.structural_similarity < 0


def test_noise_has_nothing_in_common_with_a_map():
    noise = np.random.default_rng(0).random(MAP.shape).astype(np.float32)

    assert map_agreement(MAP, noise, LUNGS).rank_correlation == pytest.approx(0, abs=0.1)


def test_an_empty_map_agrees_with_none():
    found = map_agreement(MAP, np.zeros_like(MAP), LUNGS)

    assert found.rank_correlation == 0
    assert found.structural_similarity < 0.5
    assert map_agreement(0 * MAP, 0 * MAP, LUNGS).rank_correlation is None


def test_what_lies_outside_the_lungs_does_not_count():
    other = np.where(LUNGS, MAP, 0.5).astype(np.float32)

    assert map_agreement(MAP, other, LUNGS).rank_correlation == pytest.approx(1)
