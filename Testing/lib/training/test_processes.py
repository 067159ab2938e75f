"""Processes that train together share the films of a step, and judge as one process would."""

from __future__ import annotations

from collections import Counter

import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.training.processes import Processes, ValidationShare
from CXRTriageLib.training.segmentation_data import EpochSampler


def several(count: int) -> list[Processes]:
    return [Processes(rank, count, count) for rank in range(count)]


def draws(length: int, processes: Processes | None = None) -> list:
    sampler = EpochSampler(
        5, weights=[1, 2, 3, 4, 5], films_per_epoch=length, seed=3, processes=processes
    )
    return list(sampler)


def test_there_is_one_process_without_torchrun():
    assert Processes.started() == Processes(rank=0, count=1, on_machine=1)


def test_torchrun_says_which_process_this_is(monkeypatch):
    names = {"TORCHELASTIC_RUN_ID": "one", "RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"}
    for name, value in names.items():
        monkeypatch.setenv(name, value)

    started = Processes.started()

    assert started == Processes(rank=3, count=4, on_machine=2)
    assert not started.is_first


@pytest.mark.parametrize("count", [2, 4])
def test_step_of_all_processes_takes_the_films_of_a_step_of_one(count):
    batch_size = 4
    alone = draws(24)

    shared = [draws(24, processes) for processes in several(count)]

    share = batch_size // count
    for step in range(6):
        together = [draw for part in shared for draw in part[step * share : (step + 1) * share]]
        expected = alone[step * batch_size : (step + 1) * batch_size]
        assert sorted(together, key=lambda draw: draw.position) == expected


@pytest.mark.parametrize("length", [1, 3, 7, 8])
@pytest.mark.parametrize("count", [2, 3])
def test_all_processes_draw_as_often(length, count):
    shared = [draws(length, processes) for processes in several(count)]

    assert len({len(part) for part in shared}) == 1
    positions = [draw.position for part in shared for draw in part]
    assert len(set(positions)) == len(positions)


def test_batch_that_cannot_be_shared_is_refused_with_the_remedy():
    assert several(4)[0].share_of(8) == 2

    with pytest.raises(InvalidValueError, match=r"A step has 2 films .* which 4 processes cannot"):
        several(4)[0].share_of(2)


@pytest.mark.parametrize("items", [1, 5, 6])
def test_every_item_is_judged_once_however_many_judge(items):
    shares = [ValidationShare(items, processes) for processes in several(3)]

    counted = [item for share in shares for item in list(share)[: share.own]]

    assert Counter(counted) == Counter(range(items))
    assert len({len(list(share)) for share in shares}) == 1
    assert {len(share) for share in shares} == {-(-items // 3)}
