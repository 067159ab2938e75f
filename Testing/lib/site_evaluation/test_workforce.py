"""Work in other processes: all of it is done, and a process that ends costs only its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from CXRTriageLib.errors import WorkerError
from CXRTriageLib.site_evaluation.workforce import (
    ClusterAddress,
    ClusterWorkforce,
    LocalWorkforce,
    cluster_workforce,
)
from support.source_tree import ROOT
from support.workers import die_at_three, die_once, fail_at_three, process_id, square


def answers(workforce, function, items) -> dict[int, object]:
    return {answer.item: answer.result for answer in workforce.answers(function, items)}


@pytest.fixture(scope="module")
def cluster():
    """Return the address of a cluster of two processes."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_is_answered_once(jobs):
    assert answers(LocalWorkforce(jobs), square, range(9)) == {n: n * n for n in range(9)}


def test_nothing_to_do_is_done():
    assert answers(LocalWorkforce(2), square, []) == {}


def test_work_is_done_elsewhere():
    (found,) = answers(LocalWorkforce(1), process_id, [1]).values()

    assert found != os.getpid()


def test_few_items_are_taken_ahead():
    taken = []

    def items() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    running = LocalWorkforce(1).answers(square, items())
    next(running)

    assert len(taken) <= 4
    running.close()


def test_error_of_the_function_is_raised_here():
    with pytest.raises(ValueError, match="three"):
        answers(LocalWorkforce(1), fail_at_three, range(5))


def test_item_that_ends_its_process_is_answered_with_nothing():
    found = answers(LocalWorkforce(2), die_at_three, range(7))

    assert found == {n: None if n == 3 else n for n in range(7)}


def test_process_that_was_lost_costs_only_time(tmp_path):
    items = [(number, str(tmp_path / "mark")) for number in range(6)]

    found = answers(LocalWorkforce(2), die_once, items)

    assert sorted(found.values()) == list(range(6))


def test_processes_that_cannot_start_are_told_and_blame_no_item(tmp_path):
    script = tmp_path / "without_guard.py"
    script.write_text(
        "from CXRTriageLib.errors import WorkerError\n"
        "from CXRTriageLib.site_evaluation.workforce import LocalWorkforce\n"
        "from support.workers import square\n"
        "try:\n"
        "    print('answers', list(LocalWorkforce(2).answers(square, range(3))))\n"
        "except WorkerError as error:\n"
        "    print('told', error)\n",
        encoding="utf-8",
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "Testing")])

    ended = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "told" in ended.stdout
    assert "__main__" in ended.stdout
    assert "answers" not in ended.stdout


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Looks for processes in /proc")
def test_processes_end_with_a_parent_that_is_killed(tmp_path):
    mark = tmp_path / "mark"
    code = (
        "from CXRTriageLib.site_evaluation.workforce import LocalWorkforce\n"
        "from support.workers import note_process\n"
        "if __name__ == '__main__':\n"
        f"    list(LocalWorkforce(1).answers(note_process, [{str(mark)!r}]))\n"
    )
    (tmp_path / "parent.py").write_text(code, encoding="utf-8")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "Testing")])
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py")], env=os.environ | {"PYTHONPATH": paths}
    )
    assert comes_true(lambda: mark.exists() and mark.read_text())

    parent.kill()
    parent.wait()

    assert comes_true(lambda: not Path(f"/proc/{mark.read_text()}").exists())


def comes_true(condition: Callable[[], object]) -> bool:
    """Wait for up to half a minute."""
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_cluster_answers_every_item(cluster):
    with cluster_workforce(ClusterAddress(address=cluster.scheduler_address)) as workforce:
        assert answers(workforce, square, range(9)) == {n: n * n for n in range(9)}


def test_worker_of_a_cluster_that_is_lost_costs_only_time(cluster, tmp_path):
    items = [(number, str(tmp_path / "mark")) for number in range(6)]

    with cluster_workforce(ClusterAddress(address=cluster.scheduler_address)) as workforce:
        found = answers(workforce, die_once, items)

    assert sorted(found.values()) == list(range(6))


def test_error_on_a_cluster_is_raised_here(cluster):
    with (
        cluster_workforce(ClusterAddress(address=cluster.scheduler_address)) as workforce,
        pytest.raises(ValueError, match="three"),
    ):
        answers(workforce, fail_at_three, range(5))


def test_cluster_without_workers_is_told():
    class Empty:
        def nthreads(self) -> dict[str, int]:
            return {}

    with pytest.raises(WorkerError, match="no worker"):
        answers(ClusterWorkforce(Empty()), square, [1])


def test_address_without_scheduler_is_told():
    pytest.importorskip("distributed")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(WorkerError, match="No scheduler answers at tcp://127"),
        cluster_workforce(ClusterAddress(address="tcp://127.0.0.1:9")),
    ):
        pass
