"""Batches that are made ahead, in a thread."""

from __future__ import annotations

import threading

import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from CXRTriageLib.training.read_ahead import ReadAheadLoader

LONG_ENOUGH_S = 30


class Squares(Dataset[int]):
    """Knows how many items were asked for."""

    def __init__(self, *, broken: int = -1) -> None:
        self.asked, self._broken = threading.Semaphore(0), broken

    def __len__(self) -> int:
        return 7

    def __getitem__(self, item: int) -> int:
        self.asked.release()
        if item == self._broken:
            raise ValueError("This film is broken.")
        return item * item


@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_are_those_of_the_plain_loader(drop_last):
    loaders = [
        kind(Squares(), batch_size=3, drop_last=drop_last) for kind in (DataLoader, ReadAheadLoader)
    ]

    plain, ahead = (list(loader) for loader in loaders)

    assert len(plain) == len(ahead) == len(loaders[1])
    assert all(torch.equal(one, other) for one, other in zip(plain, ahead, strict=True))
    assert [batch.tolist() for batch in loaders[1]] == [batch.tolist() for batch in plain]


def test_next_batch_is_made_while_one_is_used():
    films = Squares()
    batches = iter(ReadAheadLoader(films, batch_size=2))

    next(batches)

    for _ in range(4):
        assert films.asked.acquire(timeout=LONG_ENOUGH_S)


def test_error_comes_with_its_batch():
    batches = iter(ReadAheadLoader(Squares(broken=5), batch_size=2))

    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [4, 9]]
    with pytest.raises(ValueError, match="broken"):
        next(batches)


def test_loader_left_in_the_middle_leaves_no_thread():
    batches = iter(ReadAheadLoader(Squares(), batch_size=1))
    next(batches)

    batches.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]
