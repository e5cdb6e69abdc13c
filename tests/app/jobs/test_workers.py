"""Worker processes: they compute what the site would, and what goes wrong in one of them ends with it."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import pytest

from app.jobs import job_queue, uploaded_tables, workers
from app.jobs.activity import Activity
from app.jobs.cache import Cache
from app.jobs.workers import Workers
from app.lessons import registry
from app.operations import metrics
from tests.app.jobs.tasks import Broken, Doubled, Rows, Simple, Stuck


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    running = Workers(2, 10_000)
    running.start()
    until(lambda: len(running.workers) == 2 and all(worker.ready for worker in running.workers), 120)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _computed_there(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queue, "_kept", Cache(10**6))
    monkeypatch.setattr(job_queue, "_run", pool.run)


def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def ended(reason: str) -> float:
    return metrics.REGISTRY.get_sample_value("beyond_workers_ended_total", {"reason": reason}) or 0.0


def test_every_task_of_a_preset_is_the_same_in_another_process() -> None:
    """Equal, and so is what is compiled for it; else every process would compile each setting anew."""
    for record in registry.lessons().values():
        for preset in record.presets:
            for task in record.work(record.Experiment.parse(preset.settings)):
                sent = pickle.loads(pickle.dumps(task))
                assert sent == task
                assert hash(sent) == hash(task)


def test_a_training_there_is_the_training_here(monkeypatch: pytest.MonkeyPatch) -> None:
    record = registry.get("initialisation")
    task = record.work(record.Experiment.parse({"initializers": "kaiming_normal", "seed": "3"}))[0]
    there = job_queue.result(task)
    monkeypatch.setattr(job_queue, "_kept", Cache(10**6))
    monkeypatch.setattr(job_queue, "_run", job_queue.run_here)
    here = job_queue.result(task)
    assert there.recipe == here.recipe
    assert there.telemetry.keys() == here.telemetry.keys()
    for name in here.telemetry:
        np.testing.assert_array_equal(there[name], here[name], err_msg=name)
    assert task.program in job_queue.paces


def test_it_is_computed_elsewhere_in_chunks() -> None:
    shares: list[float] = []
    name, process = job_queue.result(Simple("far", chunks=4), lambda share: not shares.append(share))  # type: ignore[func-returns-value]
    assert name == "far"
    assert process != os.getpid()
    assert shares == [0.0, 0.25, 0.5, 0.75]


def test_what_it_needs_comes_first_and_is_sent_along() -> None:
    first = Simple("twice ")
    assert job_queue.result(Doubled(first)) == "twice twice "
    assert job_queue.known([first])


def test_a_table_travels_with_the_task() -> None:
    table = uploaded_tables.read(b"a,b,class\n" + b"".join(b"%d,%d,%d\n" % (i, i * i, i % 2) for i in range(40)))
    assert job_queue.result(Rows(uploaded_tables.name(table.digest))) == 40


def test_a_task_goes_where_its_program_is(pool: Workers) -> None:
    processes = {job_queue.result(Simple(f"same {i}", compiled="program"))[1] for i in range(4)}
    assert len(processes) == 1
    assert job_queue.paces["program"] == 0.001


def test_two_at_once_run_in_two_processes() -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda i=i: found.append(job_queue.result(Simple(f"side {i}", 2, 0.5))[1]))
        for i in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2


def test_cancelled_at_the_end_of_a_chunk() -> None:
    assert job_queue.result(Simple("long", chunks=1_000, pause=0.01), lambda share: share < 0.01) is None
    assert job_queue.result(Simple("after"))[0] == "after"


def test_a_failure_is_told_and_the_process_goes_on(pool: Workers) -> None:
    before = {worker.process.pid for worker in pool.workers}
    with pytest.raises(job_queue.Failed, match="ValueError: no such number"):
        job_queue.result(Broken("no such number"))
    assert {worker.process.pid for worker in pool.workers} == before


def test_a_process_that_ends_is_replaced_and_the_task_is_blamed_the_second_time(pool: Workers) -> None:
    before = {worker.process.pid for worker in pool.workers}
    with pytest.raises(job_queue.GivenUp, match="ended unexpectedly"):
        job_queue.result(Broken("exit"))
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))
    assert len(before & {worker.process.pid for worker in pool.workers}) <= 1
    assert job_queue.result(Simple("later"))[0] == "later"


@pytest.mark.parametrize(("chunks", "busy"), [(0, False), (2, True)])
def test_what_makes_no_progress_is_given_up(
    pool: Workers, monkeypatch: pytest.MonkeyPatch, chunks: int, busy: bool
) -> None:
    """And whoever computes in the same process does not notice."""
    monkeypatch.setattr(workers, "STALLED", 3.0)
    before, bystanders = ended("stalled"), [Simple(f"beside {chunks} {i}", 1_000, 0.05) for i in range(2)]
    for i, task in enumerate(bystanders):
        job_queue.submit(f"bystander {i}", [task])
    until(
        lambda: all(
            (state := job_queue.submit(f"bystander {i}", [task])) and state.share for i, task in enumerate(bystanders)
        )
    )
    with pytest.raises(job_queue.GivenUp, match="no progress for 3 seconds"):
        job_queue.result(Stuck(chunks, busy))
    assert ended("stalled") == before + 1
    for i, task in enumerate(bystanders):
        until(lambda i=i, task=task: (state := job_queue.submit(f"bystander {i}", [task])) and not state.error)
        job_queue.drop(f"bystander {i}")
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))
    job_queue.idle()


def test_compiling_may_take_longer_while_the_processor_is_busy(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "STALLED", 3.0)
    monkeypatch.setattr(workers, "COMPILING", 8.0)
    begun = time.monotonic()
    with pytest.raises(job_queue.GivenUp):
        job_queue.result(Stuck(busy=True))
    assert time.monotonic() - begun >= 8.0
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))


def test_a_process_that_is_stopped_from_outside(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a debugger, or by a computation that holds the interpreter: no sign of life comes any more."""
    monkeypatch.setattr(workers, "STALLED", 3.0)
    job_queue.submit("me", [Simple("held up", 1_000, 0.05)])
    until(lambda: any(worker.requests for worker in pool.workers))
    held = next(worker for worker in pool.workers if worker.requests)
    os.kill(held.process.pid, signal.SIGSTOP)
    until(lambda: (state := job_queue.submit("me", [Simple("held up", 1_000, 0.05)])) and state.error)
    job_queue.drop("me")
    until(lambda: held not in pool.workers and len(pool.workers) == 2)


def test_a_process_that_has_grown_is_replaced_when_it_has_nothing_to_do(
    pool: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: all(worker.ready for worker in pool.workers))
    job_queue.submit("me", [Simple("not interrupted", 20, 0.1)])
    until(lambda: any(worker.requests for worker in pool.workers))
    old = {worker.process.pid for worker in pool.workers}
    monkeypatch.setattr(pool, "megabytes", 1.0)
    until(lambda: job_queue.submit("me", [Simple("not interrupted", 20, 0.1)]) is None)
    until(lambda: not old & {worker.process.pid for worker in pool.workers})
    monkeypatch.setattr(pool, "megabytes", 10_000.0)
    assert job_queue.result(Simple("not interrupted", 20, 0.1))[1] in old, "computed once, by the process that began it"
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))


BUSY, IDLE = "while True: pass", "import time; time.sleep(600)"


@pytest.mark.parametrize(("code", "stopped", "idle"), [(BUSY, False, False), (IDLE, False, True), (BUSY, True, True)])
def test_a_process_that_computes_is_told_from_one_that_waits(code: str, stopped: bool, idle: bool) -> None:
    with process(code) as it:
        time.sleep(0.5)
        if stopped:
            os.kill(it.pid, signal.SIGSTOP)
        seen = Activity(it.pid)
        time.sleep(0.2)
        seen.look()
        time.sleep(1.0)
        passed = seen.look()
    assert (seen.idle >= 1.0) is idle
    assert passed >= 1.0 if idle else passed > 0


def test_a_process_may_end_while_it_is_looked_at() -> None:
    """At any moment of a look: in one of twenty tries it ended between two of its files."""
    for _ in range(150):
        with subprocess.Popen(["sleep", "60"]) as it:
            seen = Activity(it.pid)
            ending = threading.Timer(0.002, lambda it=it: (it.kill(), it.wait()))  # type: ignore[misc]
            ending.start()
            while ending.is_alive():
                seen.look()


def test_a_look_that_fails_is_not_the_last(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would be given up or replaced any more, and nobody would know."""
    with monkeypatch.context() as patched:
        looks: list[None] = []
        patched.setattr(pool, "_retire", lambda: looks.append(None) or 1 / 0)
        until(lambda: len(looks) >= 2)
    monkeypatch.setattr(workers, "STALLED", 3.0)
    with pytest.raises(job_queue.GivenUp, match="no progress for 3 seconds"):
        job_queue.result(Stuck(2))
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))


def test_a_process_that_talks_nonsense_is_replaced(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = pool.workers[0]
    monkeypatch.setattr(worker.channel, "receive", lambda: pickle.loads(b"nonsense"))
    until(lambda: worker not in pool.workers and not running(worker.process.pid))
    until(lambda: len(pool.workers) == 2 and all(worker.ready for worker in pool.workers))
    assert job_queue.result(Simple("after nonsense"))[0] == "after nonsense"


def test_waiting_for_a_processor_is_no_standing_still() -> None:
    """Twenty processes that come first, on one and the same processor."""
    with ExitStack() as stack:
        others = [stack.enter_context(process(BUSY)) for _ in range(20)]
        it = stack.enter_context(process(BUSY))
        for each in (*others, it):
            os.sched_setaffinity(each.pid, {min(os.sched_getaffinity(0))})
        os.setpriority(os.PRIO_PROCESS, it.pid, 19)
        time.sleep(0.5)
        seen = Activity(it.pid)
        seen.look()
        time.sleep(2.0)
        passed = seen.look()
    assert passed < 1.0
    assert seen.idle == 0


@contextmanager
def process(code: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", code]) as started:
        yield started
        started.kill()


SITE = """
import time
from app.jobs.workers import Workers
workers = Workers(1, 10_000)
workers.start()
while not (workers.workers and workers.workers[0].ready):
    time.sleep(0.05)
print(workers.workers[0].process.pid, flush=True)
time.sleep(600)
"""


def test_workers_end_with_the_site() -> None:
    """Even if it is killed: the system closes its end of their sockets."""
    with subprocess.Popen([sys.executable, "-c", SITE], stdout=subprocess.PIPE, cwd=workers.ROOT) as site:
        assert site.stdout
        worker = int(site.stdout.readline())
        assert os.path.exists(f"/proc/{worker}")
        site.kill()
        until(lambda: not running(worker))


def running(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_queue_says_how_long_nothing_has_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert job_queue.stands_still() == 0.0
    job_queue.submit("me", [Simple("slow", 3, 1.0)])
    time.sleep(0.5)
    assert 0 < job_queue.stands_still() < 20
    job_queue.drop("me")
    job_queue.idle()
    assert job_queue.stands_still() == 0.0
