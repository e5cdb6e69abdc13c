"""Training runs as tasks: one compiled program for an architecture, whatever its initial weights and numbers."""

import time
from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeVar, cast

import jax
import numpy as np

import training_lab as lab
from app.jobs import job_queue, uploaded_tables
from training_lab.datasets import Splits
from training_lab.probes import Probe
from training_lab.training.state import INIT, stream
from training_lab.validation import validated

CHUNK = 0.15  # seconds between two reports of progress
T = TypeVar("T")
Sight = Probe | Callable[[Splits], Probe]

_PLAIN = lab.Choice("torch_default")  # stands for any initializer, since weights are drawn before the loop


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What is kept of a run, on the host; ``run["loss"]`` is telemetry. See ``training_lab.Run``."""

    recipe: lab.Recipe
    steps: np.ndarray  # [frames], updates made before each frame
    telemetry: Mapping[str, Any]  # [frames, ...], or [frames, members, ...]
    params: Any
    statistics: Any
    masks: Any
    best_step: Any
    ended: str
    divergence: str  # empty unless the run diverged

    def __getitem__(self, name: str) -> Any:
        return self.telemetry[name]


@dataclass(frozen=True)
class Trial(job_queue.Job):
    """A training run as a task: a recipe, a seed (or one for each member of an ensemble), and what to look at.

    ``sights`` are probes, or hashable functions of the data that make one.
    """

    recipe: lab.Recipe
    sights: tuple[Sight, ...]
    seed: int | tuple[int, ...] = 0

    def seconds(self) -> float | None:
        """From the last run of the same program."""
        pace, recipe = job_queue.paces.get(self.program), self._filled
        return None if pace is None or recipe.steps is None else pace * recipe.steps

    def run(self, *needed: Any) -> Generator[float, None, Trained]:
        """Train in chunks. The numbers do not depend on where they end."""
        yield 0.0
        training, program = self._start(), self.program
        compiled = program in job_queue.paces
        chunk = self._chunk(training)
        while not training.done:
            began, first = time.perf_counter(), training.step
            training = lab.advance(training, chunk)
            if compiled or first:  # else most of the time is the compiler's
                job_queue.paces[program] = (time.perf_counter() - began) / max(training.step - first, 1)
            yield training.step / training.steps
            chunk = self._chunk(training)
        return _kept(self.recipe, lab.finish(training))

    def _chunk(self, training: lab.Training) -> int:
        """Steps until the next report: all of a quick run, and little of one whose pace is not known yet."""
        pace = job_queue.paces.get(self.program)
        if pace is None:
            return training.steps // 3 + 1 if training.step else training.recipe.log_every or 1
        return training.steps if pace * training.steps <= job_queue.QUICK else max(int(CHUNK / pace), 1)

    def _start(self) -> lab.Training:
        key, data, parts = self._key, dataset(self.recipe.data), splits(self.recipe.data)
        checked = self._filled.network
        params, statistics = _drawn(checked, key, parts.train.x.shape[1:], data.outputs, key.ndim > 0)
        given = {"dataset": data, "splits": parts, "params": params, "statistics": statistics}
        return lab.start(replace(self.recipe, network=_without_weights(checked)), key, probes=self._probes, **given)

    @property
    def _filled(self) -> lab.Recipe:
        return filled(self.recipe)

    @property
    def _probes(self) -> tuple[Probe, ...]:
        return tuple(sight if isinstance(sight, Probe) else _aimed(sight, self.recipe.data) for sight in self.sights)

    @property
    def _key(self) -> jax.Array:
        if isinstance(self.seed, int):
            return jax.random.key(self.seed)
        return jax.vmap(jax.random.key)(np.asarray(self.seed, np.uint32))

    @property
    def program(self) -> Hashable:
        """What is compiled in: equal for two trials that one program serves."""
        recipe = replace(self._filled, network=_without_weights(self._filled.network))
        shapes = tuple(leaf.shape for leaf in jax.tree.leaves(splits(recipe.data)))
        members = 0 if isinstance(self.seed, int) else len(self.seed)
        return jax.tree.structure(recipe), shapes, self.sights, members

    @property
    def tables(self) -> tuple[str, ...]:
        name = self.recipe.data.name.name
        return (name,) if uploaded_tables.is_own(name) else ()


def trained(*trials: Trial) -> tuple[Trained, ...]:
    """The runs of trials; those that are not known yet are trained here and now."""
    return tuple(job_queue.result(trial) for trial in trials)


def dataset(data: lab.Data) -> lab.Dataset:
    """The examples of a data set; KeyError for a table of one's own that is gone."""
    table = uploaded_tables.find(data.name.name)
    return _dataset(data) if table is None else table.dataset


@lru_cache(maxsize=64)
def _dataset(data: lab.Data) -> lab.Dataset:
    return lab.datasets.load(data.name.name, data.seed, **data.name.values)


def _remembered(make: Callable[[lab.Data], T]) -> Callable[[lab.Data], T]:
    """Keep what is made of data; what is made of a table of one's own only as long as the table."""
    cached = lru_cache(maxsize=64)(make)

    def get(data: lab.Data) -> T:
        table = uploaded_tables.find(data.name.name)
        if table is None:
            return cached(data)
        if (make, data) not in table.memory:
            table.memory[make, data] = make(data)
        return cast(T, table.memory[make, data])

    return get


@_remembered
def splits(data: lab.Data) -> Splits:
    """The data as a network sees them."""
    return lab.datasets.prepare(data, dataset(data))


@lru_cache(maxsize=512)
def filled(recipe: lab.Recipe) -> lab.Recipe:
    """The recipe with all its blanks filled in; RecipeError if it cannot be built."""
    return validated(recipe, dataset(recipe.data), len(splits(recipe.data).train.x))


def _aimed(sight: Callable[[Splits], Probe], data: lab.Data) -> Probe:
    return sight(splits(data))


def _forget(digest: str) -> None:
    """A table is gone: so is what was trained on it."""
    gone = uploaded_tables.name(digest)
    job_queue.forget(lambda task: isinstance(task, Trial) and task.recipe.data.name.name == gone)


uploaded_tables.when_gone(_forget)


def _without_weights(network: Any) -> Any:
    plain = {"initializer": _PLAIN} | ({"recurrent": _PLAIN} if hasattr(network, "recurrent") else {})
    return replace(network, **plain)


# Compiled in a hurry: it runs once for each setting.
@partial(jax.jit, static_argnums=(2, 3, 4), compiler_options={"xla_backend_optimization_level": 0})
def _drawn(network: Any, key: jax.Array, shape: tuple[int, ...], outputs: int, many: bool) -> Any:
    def one(key: jax.Array) -> Any:
        return network.init(stream(key, INIT), shape, outputs, np.float32)

    return (jax.vmap(one) if many else one)(key)


def _kept(recipe: lab.Recipe, run: lab.Run) -> Trained:
    return Trained(
        recipe=recipe,
        steps=run.steps,
        telemetry=run.telemetry,
        params=run.params,
        statistics=run.statistics,
        masks=run.masks,
        best_step=run.best_step,
        ended=run.ended,
        divergence="" if run.divergence is None else str(run.divergence),
    )
