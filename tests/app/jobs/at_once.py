"""``python -m tests.app.jobs.at_once FOLDER THREADS``: heavy work of every kind on so many threads at once.

To be run in a process of its own, in which the variable NPROC says how many threads XLA's pool has. Programs are kept
in the folder. Prints how many threads the pool has and how many pieces of work were done; when nothing gets done for a
while, prints where every thread stands and gives up.
"""

import faulthandler
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import jax
import numpy as np

import training_lab as lab
from app import compute
from app.compute import Trial, lesson_probes, minibatch_regression
from app.jobs import job_queue
from app.lessons.reality.loss_slices import Plane, Rescaling, Slice
from training_lab import probes

STILL = 60.0  # seconds without anything done after which it hangs; the longest compilation takes a tenth of it
MOONS = lab.Data(name=("moons", {"samples": 60}), validation=0.2)
DIGITS = lab.Data(train=48)
RECALL = lab.Data(name=("recall", {"length": 20, "samples": 40}))
TINY: dict[str, Any] = {"batch_size": 8, "steps": 16, "log_every": 1}
LAYERED = (probes.jacobians, probes.histograms)
CURVED = (probes.sharpness, probes.preconditioned_sharpness, probes.extremes, probes.example_gradients)


def trained(network: Any, *watched: Any, data: Any = MOONS, **more: Any) -> Callable[[int], Trial]:
    """The training run with a seed, which every thread has for itself."""
    recipe = lab.Recipe(data=data, network=network, **TINY, **more)
    return lambda seed: Trial(recipe, (probes.losses, *watched), seed)


def ensemble(seed: int) -> Trial:
    """Three members, whose weights are drawn and orthogonalised together."""
    network = lab.MLP(depth=3, width=8, initializer="orthogonal", dropout=0.2)
    recipe = lab.Recipe(data=MOONS, network=network, bootstrap=True, **TINY)
    return Trial(
        recipe, (probes.losses, lesson_probes.Answers(), lesson_probes.drawn), (3 * seed, 3 * seed + 1, 3 * seed + 2)
    )


PLAIN = trained(lab.MLP(depth=2, width=8), probes.parameters)
TASKS: dict[str, Callable[[int], Any]] = {
    "MLP": trained(lab.MLP(depth=3, width=8, initializer="orthogonal"), *LAYERED, *CURVED, optimizer="adam"),
    "CNN": trained(lab.CNN(filters=(4,), norm="batch"), probes.filters, lesson_probes.confusion, data=DIGITS),
    "RNN": trained(lab.RNN(width=16, recurrent="orthogonal"), probes.lags, probes.jacobians, data=RECALL),
    "LSTM": trained(lab.RNN(cell="lstm", width=8, recurrent="non_normal"), probes.lags, data=RECALL),
    "ensemble": ensemble,
    "slice": lambda seed: Slice(PLAIN(seed), Plane("path"), 12),
    "rescaling": lambda seed: Rescaling(PLAIN(seed), seed),
}


def picture(seed: int) -> None:
    """What the live route computes on the spot: a fit, closed forms with equations and eigenvalues, and walks."""
    shift = 0.001 * seed
    minibatch_regression.solved("logistic", *minibatch_regression._data("logistic", 1.5 + shift))
    minibatch_regression.noise_balls("linear", 1.0, np.full(4, 0.01 + shift), np.array([1.0, 0.5, 0.1, 0.0]))
    compute.run_optimizers([compute.RunSpec("damped_newton", {})], "beale", (), (0.5 + shift, 0.5), 50)


def done(kind: str, seed: int) -> None:
    """Do a piece of work, and put off the moment at which nothing has been done for too long."""
    if kind in TASKS:
        job_queue.result(TASKS[kind](seed))
    else:
        picture(seed)
    faulthandler.dump_traceback_later(STILL, exit=True)


def pool() -> int:
    """How many threads XLA's pool has."""
    names = []
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # gone in the meantime
            names.append((thread / "comm").read_text())
    return sum(name.startswith("tf_XLAEigen") for name in names)


def main(folder: str, threads: int) -> None:
    jax.config.update("jax_compilation_cache_dir", folder)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    faulthandler.dump_traceback_later(STILL, exit=True)
    kinds = [*TASKS, "picture"]
    with ThreadPoolExecutor(os.cpu_count()) as compilers:
        list(compilers.map(done, kinds, [0] * len(kinds)))
    with ThreadPoolExecutor(threads) as executor:
        # Each has a seed of its own, so that nothing is done twice.
        jobs = [executor.submit(done, kinds[place % len(kinds)], 1 + place) for place in range(threads)]
        finished = [job.result() for job in jobs]
    print(f"{len(finished)} done on a pool of {pool()}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
