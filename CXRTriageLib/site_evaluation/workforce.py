"""Work handed out: to processes of this machine, or to a cluster."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for_any
from pathlib import Path
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

from CXRTriageLib.errors import WorkerError
from CXRTriageLib.optional import require

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_WORKER = 2
_NOT_STARTED = (
    "The processes that were to do the work end while they start. A program of your own that "
    "calls this one has to do so below the line \"if __name__ == '__main__':\"; otherwise there "
    "is too little memory: take fewer jobs."
)


@dataclass(frozen=True)
class Answer(Generic[Item, Result]):
    """What became of one piece of work.

    Attributes
    ----------
    item
        The piece.
    result
        What the function returned; None where every worker that tried it was lost.
    """

    item: Item
    result: Result | None


class Workforce(Protocol):
    """Processes that call a function on many items."""

    def answers(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Answer[Item, Result]]:
        """Yield answers as they come, in any order; few items are held at a time.

        An error that the function raises is raised here. A worker that is lost costs only the
        time of its items: they are tried again. `WorkerError` is raised where no worker starts.
        """


class LocalWorkforce:
    """Processes of this machine, started afresh so that nothing is inherited.

    Parameters
    ----------
    jobs
        Number of processes.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def answers(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Answer[Item, Result]]:
        """Yield answers as they come; see `Workforce`."""
        waiting = iter(items)
        suspects: deque[Item] = deque()
        while True:
            lost = yield from self._until_loss(function, waiting, jobs=self._jobs)
            if not lost:
                return
            # One of them ends its process. Alone, each of them shows whether it is the one.
            suspects.extend(lost)
            while suspects:
                suspect = suspects.popleft()
                if (yield from self._until_loss(function, iter([suspect]), jobs=1)):
                    yield Answer(suspect, None)

    def _until_loss(
        self, function: Callable[[Item], Result], items: Iterator[Item], *, jobs: int
    ) -> Generator[Answer[Item, Result], None, list[Item]]:
        """Yield answers until there are no more items, or return those a lost process had."""
        pool = ProcessPoolExecutor(
            jobs, mp_context=get_context("spawn"), initializer=_end_with_parent
        )
        running: dict[Future[Result], Item] = {}
        lost: list[Item] = []
        first_sign: Future[int] | None = None
        try:
            while not lost:
                while len(running) < jobs * _WAITING_PER_WORKER:
                    item = next(items, None)
                    if item is None:
                        break
                    first_sign = first_sign or _submit(pool, _sign_of_life, 0)
                    running[_submit(pool, function, item)] = item
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    item = running.pop(future)
                    if _is_lost(future, first_sign):
                        lost.append(item)
                    else:
                        yield Answer(item, future.result())
            return [*lost, *running.values()]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that started it is gone, even if that was killed."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait_for_any([sentinel])
    os._exit(1)


def _is_lost(future: Future[Result], first_sign: Future[int] | None) -> bool:
    lost = isinstance(future.exception(), BrokenProcessPool)
    if lost and first_sign is not None and first_sign.exception():
        raise WorkerError(_NOT_STARTED)
    return lost


def _sign_of_life(_: int) -> int:
    return os.getpid()


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item
) -> Future[Result]:
    try:
        return pool.submit(function, item)
    except BrokenProcessPool as error:
        broken: Future[Result] = Future()
        broken.set_exception(error)
        return broken


@dataclass(frozen=True, kw_only=True)
class ClusterAddress:
    """Where a Dask scheduler listens, and how the connection is protected.

    Attributes
    ----------
    address
        For example "tls://archive:8786".
    tls_ca, tls_certificate, tls_key
        PEM files of the authority, and of this machine's certificate and key; all or none.
    """

    address: str
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None


class ClusterWorkforce:
    """Workers of a Dask cluster, which read the films themselves.

    Parameters
    ----------
    client
        A connected `distributed.Client`.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def answers(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Answer[Item, Result]]:
        """Yield answers as they come; see `Workforce`."""
        distributed = _distributed()
        waiting = iter(items)
        threads = sum(self._client.nthreads().values())
        if threads == 0:
            raise WorkerError(
                "The cluster has no worker. Start workers with 'dask worker ADDRESS' and try again."
            )
        completed = distributed.as_completed(loop=self._client.loop)
        running: dict[str, Item] = {}

        def hand_out() -> None:
            item = next(waiting, None)
            if item is not None:
                future = self._client.submit(function, item, pure=False)
                running[future.key] = item
                completed.add(future)

        for _ in range(threads * _WAITING_PER_WORKER):
            hand_out()
        for future in completed:
            item = running.pop(future.key)
            error = future.exception()
            if error is not None and not isinstance(error, distributed.KilledWorker):
                raise error
            yield Answer(item, None if error is not None else future.result())
            future.release()
            hand_out()


@contextmanager
def cluster_workforce(cluster: ClusterAddress) -> Iterator[ClusterWorkforce]:
    """Connect to a cluster for the time of a run.

    Parameters
    ----------
    cluster
        Address and TLS files.

    Yields
    ------
    ClusterWorkforce
        Connected.

    Raises
    ------
    WorkerError
        If nobody answers there.
    MissingDependencyError
        If Dask is not installed.
    """
    distributed = _distributed()
    files = {
        "tls_ca_file": cluster.tls_ca,
        "tls_client_cert": cluster.tls_certificate,
        "tls_client_key": cluster.tls_key,
    }
    security = None
    if any(files.values()):
        named = {name: str(path) for name, path in files.items() if path is not None}
        security = distributed.Security(require_encryption=True, **named)
    try:
        client = distributed.Client(cluster.address, security=security, set_as_default=False)
    except (OSError, TypeError, ValueError) as error:
        raise WorkerError(
            f"No scheduler answers at {cluster.address} ({error}). Check the address and, for "
            "tls://, the options --tls-ca, --tls-certificate and --tls-key."
        ) from error
    try:
        yield ClusterWorkforce(client)
    finally:
        client.close()


def _distributed() -> Any:
    return require("distributed", extra="evaluate", purpose="work on a cluster")
