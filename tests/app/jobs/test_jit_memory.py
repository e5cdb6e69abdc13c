"""Compiled programs are let go when the process grows, and nobody notices but by the time it takes."""

import threading
from collections.abc import Iterator

import jax
import numpy as np
import pytest

from app import compute
from app.jobs import jit_memory
from app.lessons import registry
from app.operations import metrics


@pytest.fixture(autouse=True)
def _nothing_is_frozen() -> Iterator[None]:
    yield
    jit_memory.gc.unfreeze()


def forgotten() -> float:
    return metrics.REGISTRY.get_sample_value("beyond_programs_forgotten_total") or 0.0


def test_what_is_used_again_is_the_same() -> None:
    race = registry.get("race")
    e = race.Experiment.parse({"optimizers": "adam", "steps": "20"})
    before = race.record(e)
    jit_memory.forget()
    after = race.record(e)
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, err_msg=name)


def test_memory_is_looked_at_after_a_compilation_and_the_limit_is_kept() -> None:
    sizes = iter([500.0, 1_600.0, 1_600.0, 1_000.0, 1_400.0])
    limit, before = jit_memory.Limit(1_500, lambda: next(sizes)), forgotten()
    limit.keep()
    assert forgotten() == before
    limit.keep()
    assert forgotten() == before + 1
    limit.keep()
    assert forgotten() == before + 1


def test_what_is_free_already_is_no_reason() -> None:
    sizes = iter([1_600.0, 1_400.0])
    limit, before = jit_memory.Limit(1_500, lambda: next(sizes)), forgotten()
    limit.keep()
    assert forgotten() == before


def test_what_cannot_be_let_go_lifts_the_limit() -> None:
    sizes = iter([1_600.0, 1_600.0, 1_590.0, 1_700.0, 1_950.0, 1_950.0, 1_000.0])
    limit, before = jit_memory.Limit(1_500, lambda: next(sizes)), forgotten()
    limit.keep()
    limit.keep()
    assert forgotten() == before + 1, "next to nothing was gained, so it is not tried again at once"
    limit.keep()
    assert forgotten() == before + 2
    assert limit.megabytes == 1_500


def test_the_watcher_hears_of_compilations() -> None:
    heard = threading.Event()

    def resident() -> float:
        heard.set()
        return 0.0

    jit_memory.watch(jit_memory.Limit(1_500, resident))
    jax.jit(lambda x: x * 3.25)(np.float32(1.0))
    assert heard.wait(30)


def test_forgetting_amid_the_walks_of_others() -> None:
    """What is running when programs are forgotten ends as it would have."""
    runs = [compute.RunSpec(name, {}) for name in ("gradient_descent", "momentum")]
    expected = compute.run_optimizers(runs, "beale", (), (1.0, 1.5), 50).position
    failures: list[str] = []
    done = threading.Event()

    def walk() -> None:
        while not done.is_set():
            try:
                np.testing.assert_array_equal(
                    compute.run_optimizers(runs, "beale", (), (1.0, 1.5), 50).position, expected
                )
            except Exception as error:
                failures.append(repr(error))

    walkers = [threading.Thread(target=walk) for _ in range(4)]
    for walker in walkers:
        walker.start()
    for _ in range(4):
        jit_memory.forget()
    done.set()
    for walker in walkers:
        walker.join()
    assert not failures


def test_the_process_knows_its_size() -> None:
    size = jit_memory.resident_mb()
    assert size is None or 50 < size < 100_000
