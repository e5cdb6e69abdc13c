"""Training in the lab beside the same training in torch: MLP, CNN and RNN, warm; and what the first run costs.

Warm times come from one process, ours and torch's in turn. Each first run is a process of its own, once with an empty
cache of compiled programs and once with a full one; its peak memory is that process's, the libraries included.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

import training_lab as lab
from app import jobs
from app.lessons import registry  # JAX as the site runs it, without a thread in between
from app.lessons.ensembles import member_pool
from app.lessons.reality.settings import RealitySettings
from app.lessons.reality.views import VIEWS
from tests.benchmarks.report import Row, spread, timed
from training_lab import loss_landscape, probes

KEY = jax.random.key(0)
RATE = 0.003
MLP = lab.Recipe(network=lab.MLP(width=64), epochs=30)
CNN = lab.Recipe(network=lab.CNN(), epochs=10, optimizer=("adam", {"learning_rate": 0.01}))
RNN = lab.Recipe(
    data=lab.Data(name=("recall", {"length": 50})),
    network=lab.RNN(width=16, recurrent=("orthogonal", {"gain": 0.8})),
    steps=300,
)
EDGE = lab.Recipe(
    data=lab.Data(train=256),
    network=lab.MLP(depth=2, width=32, activation="tanh"),
    loss="half_squares",
    optimizer=("gradient_descent", {"learning_rate": 0.5}),
    batch_size=None,
    steps=3000,
)
TITLES = {
    "mlp": "MLP 64-64-10 on digits, 30 epochs",
    "cnn": "CNN 8/16 on digits, 10 epochs",
    "rnn": "RNN, 16 units, T = 50, 300 steps",
}
RECIPES = {"mlp": MLP, "cnn": CNN, "rnn": RNN}
WARM = {"mlp": "≤ 100 ms", "cnn": "≤ 800 ms", "rnn": "≤ 600 ms"}
COLD = {"mlp": "≤ 2.5 s", "cnn": "≤ 5 s", "rnn": "≤ 5 s"}


def train(recipe: lab.Recipe, chosen: tuple[probes.Probe, ...] = probes.DEFAULT, keys: Any = KEY) -> lab.Run:
    run = lab.train(recipe, keys, probes=chosen)
    jax.block_until_ready(run.params)
    return run


# The same in torch: one thread, indices of each epoch drawn at once, no data loader in between


def torch_network(torch: Any, name: str) -> Any:
    nn = torch.nn
    if name == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    if name == "cnn":
        halve = [nn.ReLU(), nn.MaxPool2d(2)]
        first, second = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        return nn.Sequential(first, *halve, second, *halve, nn.Flatten(), nn.Linear(64, 10))

    class Latch(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.last = nn.RNN(1, 16, batch_first=True), nn.Linear(16, 2)
            nn.init.orthogonal_(self.cell.weight_hh_l0, 0.8)

        def forward(self, x: Any) -> Any:
            return self.last(self.cell(x)[0][:, -1])

    return Latch()


def torch_training(name: str) -> Callable[[], Any] | None:
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    training = lab.start(RECIPES[name], KEY)
    x, y = (torch.tensor(np.asarray(part)) for part in training.splits.train)
    x, y = x.permute(0, 3, 1, 2) if x.ndim == 4 else x, y.long()

    def run() -> Any:
        network = torch_network(torch, name)
        optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
        for step in range(training.steps):
            first = step % (len(x) // 64) * 64
            order = torch.randperm(len(x)) if first == 0 else order
            rows = order[first : first + 64]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
        return network

    return run


# First runs, in processes of their own


def first_run(name: str) -> None:
    """Print the seconds of a first run and of a second one, and the peak memory in MB."""
    lab.datasets.load(RECIPES[name].data.name.name)
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        train(RECIPES[name])
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": seconds[0], "second": seconds[1], "peak": peak}))


def in_a_process(name: str, cache: str) -> dict[str, float]:
    code = f"from tests.benchmarks.lab import first_run; first_run({name!r})"
    environment = os.environ | {
        "JAX_COMPILATION_CACHE_DIR": cache,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", code], check=True, env=environment, cwd=root, capture_output=True, text=True
    )
    return json.loads(answer.stdout.splitlines()[-1])


def first_runs(name: str, repeats: int = 3) -> Row:
    """The least of some repeats, since a busy machine only ever adds."""
    cold, cached = [], []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(in_a_process(name, cache))
            cached.append(in_a_process(name, cache))
    compiling, loading = (min(run["first"] - run["second"] for run in runs) for runs in (cold, cached))
    first = f"{min(run['first'] for run in cold):.2f} s cold, {min(run['first'] for run in cached):.2f} s cached"
    ratio = f"compiling {compiling:.2f} s, loading {loading:.2f} s = {loading / compiling:.2f} x"
    peak = min(run["peak"] for run in cold)
    return Row(f"  first run, {peak:.0f} MB at its peak", first, ratio, f"{COLD[name]}, cached < half")


# Rows


def trainings() -> Iterable[Row]:
    for name, recipe in RECIPES.items():
        bare = lambda recipe=recipe: train(recipe, ())  # noqa: E731
        times = timed({"ours": lambda recipe=recipe: train(recipe), "bare": bare}, least=5, seconds=3)
        run = train(recipe)
        reached = f"validation accuracy {100 * run['validation_accuracy'][-1]:.1f}%"
        yield Row(f"{TITLES[name]}: ours, {len(run.steps)} frames", spread(times["ours"]), reached, WARM[name])
        most, least = times["ours"].min(), times["bare"].min()
        share = f"telemetry {100 * (1 - least / most):.0f}% of the run, {100 * (most / least - 1):.0f}% on top"
        yield Row("  without telemetry", spread(times["bare"]), f"{share} (least of each)", "≤ 30% of the run")
        torch_run = torch_training(name)
        if torch_run is not None:
            # By itself: whoever comes after torch finds a cold cache, and telemetry would be blamed for it.
            times = timed({"bare": bare, "torch": torch_run}, least=5, seconds=3)
            goal = "≥ 10 x ours" if name == "mlp" else ""
            ratio = f"{times['torch'].min() / times['bare'].min():.1f} x ours without telemetry (least of each)"
            yield Row("  torch, one thread, nothing recorded", spread(times["torch"]), ratio, goal)
        yield first_runs(name)


def ensembles() -> Iterable[Row]:
    """A processor has as much to multiply for ten members as for ten runs: one vmap saves what is not arithmetic."""
    keys = jax.random.split(KEY, 10)
    small = lab.Recipe(data="moons", network=lab.MLP(depth=2, width=8), steps=300)
    drawn = member_pool.recipe(registry.get("ensembles").Experiment())
    for title, recipe in (
        ("8-8 units on moons, 300 steps", small),
        ("as the lesson draws it, 16-16 units, 800 steps", drawn),
        ("64 units on digits", replace(MLP, epochs=10)),
    ):
        calls = {"ten": lambda recipe=recipe: train(recipe, (), keys), "one": lambda recipe=recipe: train(recipe, ())}
        times = timed(calls, least=5, seconds=3)
        ratio = f"{times['ten'].min() / times['one'].min():.1f} x one member (least of each)"
        yield Row(f"Ensemble of ten in one vmap, {title}", spread(times["ten"]), ratio, "≤ 2 x one")


def edge_of_stability() -> Row:
    times = timed({"edge": lambda: train(EDGE, (probes.losses, probes.sharpness))}, least=3, seconds=2)
    run = train(EDGE, (probes.losses, probes.sharpness))
    hovering = run["sharpness"][len(run.steps) // 2 :].mean() * 0.5 / 2
    return Row(
        "Edge of stability, 3,000 steps with sharpness",
        spread(times["edge"]),
        f"sharpness x lr / 2 = {hovering:.3f}",
        "≤ 3 s",
    )


def slices() -> Iterable[Row]:
    axis = np.linspace(-1, 1, 51)
    for name, goal in (("mlp", "≤ 500 ms"), ("cnn", "≤ 3 s")):
        run = train(replace(RECIPES[name], epochs=2), ())
        loss = loss_landscape.objective(run)
        plane = loss_landscape.random_plane(KEY, run.params)
        call = lambda: jax.block_until_ready(loss_landscape.slice(loss, run.params, plane, (axis, axis)))  # noqa: B023, E731
        times = timed({"slice": call}, least=3, seconds=2)["slice"]
        yield Row(f"Slice of 51 x 51 on 512 digits, {name.upper()}", spread(times), "", goal)


# The slices of the page, trained and evaluated as a visitor's, in processes of their own


PICTURES = {"2 layers of 32": {}, "16 layers of 64": {"depth": "16", "width": "64"}}


def picture(query: dict[str, str]) -> None:
    """Print the seconds of a picture whose programs are compiled, its points, and the peak memory in MB."""
    seconds = []
    for plane in (1, 2):
        e = RealitySettings.parse(query | {"plane": str(plane)})
        begin = time.perf_counter()
        jobs.result(VIEWS.work(e)[0])
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"second": seconds[1], "side": e.side, "peak": peak}))


def pictures() -> Iterable[Row]:
    for title, query in PICTURES.items():
        code = f"from tests.benchmarks.lab import picture; picture({query!r})"
        root = Path(__file__).parents[2]
        answer = subprocess.run([sys.executable, "-c", code], check=True, cwd=root, capture_output=True, text=True)
        found = json.loads(answer.stdout.splitlines()[-1])
        side = found["side"]
        what = f"The page's finest slice, {side} x {side}, {title} units"
        yield Row(what, f"{found['second']:.1f} s warm", f"{found['peak']:.0f} MB at its peak", "≤ 1500 MB")


def run() -> list[Row]:
    return [*trainings(), *ensembles(), edge_of_stability(), *slices(), *pictures()]
