"""Slices through the loss of a trained network as tasks: trained if need be, then evaluated in blocks."""

import time
from collections.abc import Generator, Hashable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import jax
import numpy as np
import optax
from jax.tree_util import Partial

from app.compute.training import Trained, Trial, filled, splits, trained
from app.jobs import job_queue
from training_lab import loss_landscape

Tree = Any  # parameters, or a direction among them, of whatever kind of network
EXAMPLES = 512  # of the training set
BLOCK = 160  # points between two reports of progress, all of them one compiled shape
LINE = 101  # points of a cut through the centre
MARGIN = 0.25  # of a path's extent, around it
FACTORS = np.geomspace(1 / 8, 8, 25)  # by which the weights into the first ReLUs are multiplied
CUT = 61  # points of a cut through a rescaled network


class Plane(NamedTuple):
    """A plane through the trained weights: two random directions, or the two in which the path varied most.

    Random directions are filter-normalised, or "raw": as drawn, each as long as all weights together.
    """

    kind: Literal["filter", "raw", "path"] = "filter"
    seed: int = 0


class Sliced(NamedTuple):
    """The loss on a plane, float32; the first row is that of the lowest y."""

    xs: np.ndarray  # [side]
    ys: np.ndarray  # [side]
    values: np.ndarray  # [side, side]
    along: np.ndarray  # [2, LINE], steps of the cuts along the two directions
    cuts: np.ndarray  # [2, LINE]
    centre: np.ndarray  # [], the loss there
    slope: np.ndarray  # [2], there
    curvature: np.ndarray  # [2, 2], there
    trained: np.ndarray  # [3], at the end of training: the loss on these examples, validation accuracy, parameters

    def bowl(self, points: np.ndarray) -> np.ndarray:
        """Heights at points [n, 2] of the quadratic that fits the centre."""
        found: np.ndarray = loss_landscape.Bowl(self.centre, self.slope, self.curvature)(points)
        return found


@dataclass(frozen=True)
class _OfTrained(job_queue.Job):
    """A task that looks at the loss around a trained network."""

    trial: Trial

    @property
    def needs(self) -> tuple[Trial]:
        return (self.trial,)

    @property
    def tables(self) -> tuple[str, ...]:
        return self.trial.tables

    @property
    def program(self) -> Hashable:
        """All points, of all slices of an architecture, are evaluated by one program."""
        return "slice", self.trial.recipe.network


@dataclass(frozen=True)
class Slice(_OfTrained):
    """A slice as a task; ``side`` points from -1 to 1, or as far as the path went."""

    plane: Plane
    side: int

    def seconds(self) -> float | None:
        """From the last slice of such a network."""
        pace = job_queue.paces.get(self.program)
        training = 0.0 if job_queue.known((self.trial,)) else self.trial.seconds()
        return None if pace is None or training is None else training + pace * (self.side**2 + 2 * LINE)

    def run(self, *needed: Trained) -> Generator[float, None, Sliced]:
        """Evaluate in blocks."""
        (run,) = needed
        center, directions = _directions(self.trial, self.plane, run)
        xs, ys, along = _axes(self, run)
        zero = np.zeros_like(along[0])
        cuts = [np.stack([along[0], zero], axis=1), np.stack([zero, along[1]], axis=1)]
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        points = np.concatenate([*cuts, grid]).astype(np.float32)
        loss, values = _objective(run), []
        for first in range(0, len(points), BLOCK):
            began, block = time.perf_counter(), np.resize(points[first : first + BLOCK], (BLOCK, 2))
            values.append(np.asarray(loss_landscape.along(loss, center, directions, block)))
            if first:  # the first block is the compiler's
                job_queue.paces[self.program] = (time.perf_counter() - began) / BLOCK
            yield min(first + BLOCK, len(points)) / len(points)
        bowl = loss_landscape.bowl(loss, center, directions)
        found = np.concatenate(values)[: len(points)].astype(np.float32)
        return Sliced(
            xs=xs.astype(np.float32),
            ys=ys.astype(np.float32),
            values=found[2 * LINE :].reshape(self.side, self.side),
            along=along.astype(np.float32),
            cuts=found[: 2 * LINE].reshape(2, LINE),
            centre=np.asarray(bowl.value),
            slope=np.asarray(bowl.slope),
            curvature=np.asarray(bowl.curvature),
            trained=np.array([run["loss"][-1], run["validation_accuracy"][-1], _count(run.params)], np.float32),
        )


class Rescaled(NamedTuple):
    """Cuts of a network and of the same function with other weights, float32."""

    along: np.ndarray  # [CUT]
    filter: np.ndarray  # [factors, CUT], along a filter-normalised direction
    raw: np.ndarray  # [factors, CUT], along a raw one
    norms: np.ndarray  # [factors, layers], of the layers' weights


@dataclass(frozen=True)
class Rescaling(_OfTrained):
    """One direction through networks that differ in weights and not in what they compute, as a task."""

    seed: int

    def seconds(self) -> float | None:
        """From the last slice of such a network."""
        pace = job_queue.paces.get(self.program)
        return pace * 2 * CUT * len(FACTORS) if pace and job_queue.known((self.trial,)) else None

    def run(self, *needed: Trained) -> Generator[float, None, Rescaled]:
        """The raw direction stays as it is; the filter-normalised one is normalised anew."""
        (run,) = needed
        steps, loss, key = np.linspace(-1, 1, CUT), _objective(run), jax.random.key(self.seed)
        raw = _random(key, run.params, False)[:1]
        rows, norms = [], []
        for place, factor in enumerate(FACTORS.astype(np.float32)):
            params = _rescaled(run.params, factor)
            both = (_random(key, params, True)[:1], raw)
            rows.append([loss_landscape.along(loss, params, one, steps[:, None]) for one in both])
            norms.append(params.per_layer(lambda block: optax.tree.norm(block.kernel)))
            yield (place + 1) / len(FACTORS)
        filtered, plain = np.asarray(rows, np.float32).swapaxes(0, 1)
        return Rescaled(steps.astype(np.float32), filtered, plain, np.asarray(norms, np.float32))


@jax.jit
def _rescaled(params: Tree, factor: np.float32) -> Tree:
    """The weights into the first ReLUs multiplied, those out of them divided."""
    first = params.first._replace(kernel=params.first.kernel * factor, bias=params.first.bias * factor)
    hidden = params.hidden._replace(kernel=params.hidden.kernel.at[0].divide(factor))
    return params._replace(first=first, hidden=hidden)


def _objective(run: Trained) -> Partial:
    return loss_landscape.objective_on(filled(run.recipe), run.statistics, splits(run.recipe.data).train, EXAMPLES)


def _directions(trial: Trial, plane: Plane, run: Trained) -> tuple[Tree, tuple[Tree, ...]]:
    """The centre of a plane and its two directions."""
    if plane.kind == "path":
        found = path(trial)
        return found.center, found.directions
    return run.params, _random(jax.random.key(plane.seed), run.params, plane.kind == "filter")


@partial(jax.jit, static_argnums=2)
def _random(key: jax.Array, params: Tree, normalized: bool) -> tuple[Tree, ...]:
    directions = loss_landscape.random_plane(key, params, normalized=normalized)
    if normalized:
        return directions
    size = optax.tree.norm(params)
    return tuple(optax.tree.scale(size / optax.tree.norm(direction), direction) for direction in directions)


def _axes(task: Slice, run: Trained) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps of the columns and of the rows, and of the two cuts [2, LINE]."""
    if task.plane.kind != "path":
        axis, line = np.linspace(-1, 1, task.side), np.linspace(-1, 1, LINE)
        return axis, axis, np.stack([line, line])
    low, high = path(task.trial).coordinates.min(axis=0), path(task.trial).coordinates.max(axis=0)
    edge = MARGIN * (high - low).max()
    ends = list(zip(low - edge, high + edge, strict=True))
    xs, ys = (np.linspace(*end, task.side) for end in ends)
    return xs, ys, np.stack([np.linspace(*end, LINE) for end in ends])


@lru_cache(maxsize=16)
def path(trial: Trial) -> loss_landscape.Path:
    """The way that training took, on the plane that is closest to it."""
    return loss_landscape.pca(trained(trial)[0]["params"])


def projected(trial: Trial, plane: Plane) -> tuple[np.ndarray, np.ndarray]:
    """The way [frames, 2] on any plane, and how far it is from it [frames], as a share of the distance to the end."""
    run = trained(trial)[0]
    return loss_landscape.project(run["params"], *_directions(trial, plane, run))


def _count(params: Tree) -> int:
    return sum(leaf.size for leaf in jax.tree.leaves(params))
