"""Several processes that train one network together, as torchrun starts them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed
from torch.utils.data import Sampler

from CXRTriageLib.errors import InvalidValueError

LONGEST_WAIT = timedelta(hours=24)
"""How long processes wait for the first one, which masks films by itself."""


@dataclass(frozen=True)
class Processes:
    """Which process this is, of how many.

    Attributes
    ----------
    rank
        Number of this process; 0 is the one that speaks and writes.
    count
        Number of processes.
    on_machine
        Number of processes on this machine, one for each of its GPUs.
    """

    rank: int = 0
    count: int = 1
    on_machine: int = 1

    @classmethod
    def started(cls) -> Processes:
        """Return what torchrun has started, or the single process that there is without it."""
        if not distributed.is_torchelastic_launched():
            return cls()
        names = ("RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE")
        return cls(*(int(os.environ[name]) for name in names))

    @property
    def is_first(self) -> bool:
        """Whether this process speaks and writes."""
        return self.rank == 0

    def share_of(self, batch_size: int) -> int:
        """Return how many of the films of one step are this process's.

        Parameters
        ----------
        batch_size
            Films in one step of all processes together.

        Returns
        -------
        int
            The same for every process, so that a step is what the recipe says.

        Raises
        ------
        InvalidValueError
            If the films cannot be shared evenly.
        """
        if batch_size % self.count:
            raise InvalidValueError(
                f"A step has {batch_size} films (batch_size), which {self.count} processes cannot "
                "share evenly. Start fewer processes, or change batch_size in the recipe."
            )
        return batch_size // self.count

    def join(self, device: str) -> None:
        """Find the other processes, unless there is one only.

        Parameters
        ----------
        device
            "auto", "cpu" or "cuda".
        """
        if self.count == 1 or distributed.is_initialized():
            return
        on_gpu = device != "cpu" and torch.cuda.is_available()
        backend = "cpu:gloo,cuda:nccl" if on_gpu else "gloo"
        distributed.init_process_group(backend, timeout=LONGEST_WAIT)

    @contextmanager
    def first_before_others(self) -> Iterator[None]:
        """Let the first process do something alone, so that the others find it done."""
        if not self.is_first:
            self._meet()
        yield
        if self.is_first:
            self._meet()

    def leave(self) -> None:
        """Part from the other processes."""
        if self.count > 1 and distributed.is_initialized():
            distributed.destroy_process_group()

    def _meet(self) -> None:
        if self.count > 1:
            # A barrier would ask for a GPU where there are some.
            distributed.all_reduce(torch.zeros(1))


class ValidationShare(Sampler[int]):
    """What one process judges: every n-th item, some twice so that all have as many.

    Parameters
    ----------
    count
        Number of items.
    processes
        Who shares them.
    """

    def __init__(self, count: int, processes: Processes) -> None:
        self._count, self._processes = count, processes

    def __len__(self) -> int:
        return math.ceil(self._count / self._processes.count)

    def __iter__(self) -> Iterator[int]:
        for turn in range(len(self)):
            yield (self._processes.rank + turn * self._processes.count) % self._count

    @property
    def own(self) -> int:
        """Number of items, from the beginning, that no other process has."""
        return len(range(self._processes.rank, self._count, self._processes.count))


def gathered_rows(rows: Tensor, own: int) -> Tensor:
    """Return what all processes have found.

    Parameters
    ----------
    rows
        (n, columns) of floats, one row for each item that this process judged; the first
        column is never NaN.
    own
        How many of them count, from the beginning.

    Returns
    -------
    Tensor
        (m, columns), the same in every process.
    """
    rows = rows.clone()
    rows[own:] = torch.nan
    every = _from_all(rows).flatten(end_dim=1)
    return every[~every[:, 0].isnan()]


def gathered_sum(counts: Tensor) -> Tensor:
    """Return the sum over all processes of what each has counted.

    Parameters
    ----------
    counts
        Of any shape.

    Returns
    -------
    Tensor
        Of the same shape.
    """
    return _from_all(counts).sum(dim=0)


def _from_all(found: Tensor) -> Tensor:
    """Return the tensors of all processes, (processes, ...)."""
    if not distributed.is_initialized():
        return found[None]
    parts = [torch.empty_like(found) for _ in range(distributed.get_world_size())]
    distributed.all_gather(parts, found.contiguous())
    return torch.stack(parts)
