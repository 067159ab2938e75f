"""Films a second of an evaluation, by one and by two workers."""

from __future__ import annotations

import pytest

from CXRTriageLib.site_evaluation.run_throughput import Throughput, evaluation_throughput
from support.film_folders import write_synthetic_chests


def test_both_numbers_of_workers_are_timed(small_models, tmp_path):
    write_synthetic_chests(tmp_path, [("test", "normal")])

    found = evaluation_throughput(tmp_path / "chest0.png", small_models / "small", films=2)

    assert found.films == 2
    assert found.one_worker > 0
    assert found.two_workers > 0


@pytest.mark.parametrize(("two", "enough"), [(3.4, True), (3.3, False)])
def test_ratio_is_held_against_its_limit(two, enough):
    found = Throughput(films=10, one_worker=2.0, two_workers=two)

    assert found.is_enough is enough
    assert found.to_document()["ratio"] == two / 2
