"""Batches that are made while the network still learns from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from torch.utils.data import DataLoader


class ReadAheadLoader(DataLoader[Any]):
    """Data loader that makes its next batch in a thread.

    A worker process, as PyTorch offers it, would be forked from a process that has threads
    already: of autograd, and of the connection to other processes. What one of them holds at
    that moment, the child waits for without end. A thread also needs no second copy of the
    films, wherever processes are not forked but started anew. PyTorch lets go of Python's lock
    while it computes, so that one thread is enough to hide the making of a batch.

    All that is random has to come from the draw of a film, not from generators that the
    network's own thread uses at the same time.
    """

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Yield the batches in order.

        Yields
        ------
        Any
            What ``collate_fn`` makes of the items of a batch.

        Raises
        ------
        Exception
            Whatever the dataset raises, at the batch where it does.
        """
        batches = super().__iter__()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
            ahead = reader.submit(next, batches, None)
            while (batch := ahead.result()) is not None:
                ahead = reader.submit(next, batches, None)
                yield batch
