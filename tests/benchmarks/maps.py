"""Maps of where walks end, and the first use of a formula."""

import itertools
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

import landscapes
import optimizers
from app.lessons import payloads, registry
from landscapes.analysis import basin_map, stability_map
from tests.benchmarks.report import Row, spread, timed

FORMULAS = 6


def ends() -> Callable[[], Any]:
    """65,536 walks of 500 momentum steps on Beale, of which only the ends are kept."""
    beale, momentum = landscapes.get("beale").fn, optimizers.get("momentum")
    starts = np.random.default_rng(0).uniform(-4.5, 4.5, (65_536, 2)).astype(np.float32)

    @jax.jit
    def run(hypers: Any, starts: Any) -> Any:
        method = momentum.make(**hypers)

        def step(carry: Any, _: None) -> Any:
            x, state = carry
            update, state = method.update(jax.grad(beale)(x), state, x)
            return (x + update, state), None

        return jax.vmap(lambda x: jax.lax.scan(step, (x, method.init(x)), length=500)[0][0])(starts)

    hypers = momentum.resolve({"learning_rate": 1e-3})
    return lambda: run(hypers, starts).block_until_ready()


def basins(n: int) -> Callable[[], Any]:
    surface, adam = landscapes.get("himmelblau"), optimizers.get("adam")
    minima = np.array([point.position for point in surface.critical_points if point.kind == "minimum"])
    hypers = adam.resolve({"learning_rate": 0.1})
    return lambda: basin_map(surface.fn, surface.domain, minima, adam.make, hypers, n=n).steps.block_until_ready()


def stability() -> Callable[[], Any]:
    bowl, momentum = landscapes.get("bowl").fn, optimizers.get("momentum")
    axes = {"learning_rate": np.geomspace(1e-3, 1, 96), "momentum": np.linspace(0, 0.99, 96)}
    single = {name: values.astype(np.float32) for name, values in axes.items()}
    return lambda: stability_map(
        bowl, (3.0, 2.0), (0.0, 0.0), momentum.make, momentum.resolve({}), single, steps=300
    ).rate.block_until_ready()


def first_use() -> np.ndarray:
    """Milliseconds from a formula never seen to the recording of a race of seven on it."""
    race, taken = registry.get("race"), []
    race.record(race.Experiment())
    for k in itertools.islice(itertools.count(2), FORMULAS):
        experiment = race.Experiment.parse({"surface": f"=(x^2 - {k}/7)^2 + sin({k} y) + y^2"})
        begin = time.perf_counter()
        payloads.recording(race, experiment)
        taken.append((time.perf_counter() - begin) * 1e3)
    return np.array(taken)


def run() -> list[Row]:
    ways = {"ends": ends(), "fine": basins(256), "coarse": basins(64), "stability": stability()}
    times = timed(ways, least=5, seconds=4)
    return [
        Row("65,536 walks of 500 momentum steps on Beale, ends only", spread(times["ends"]), "", "≤ 100 ms"),
        Row("Basins of Adam on Himmelblau, 256 x 256", spread(times["fine"]), "", "≤ 300 ms"),
        Row("  64 x 64, while something is dragged", spread(times["coarse"]), "", "live"),
        Row("Stability of momentum, 96 x 96 x 300 steps", spread(times["stability"]), "", "≤ 60 ms"),
        Row("First use of a new formula, seven optimizers", spread(first_use()), "", "≤ 500 ms"),
    ]
