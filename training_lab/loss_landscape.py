"""The loss around a point, along one or two directions: what of a landscape in thousands of dimensions can be drawn.

    loss = loss_landscape.objective(run)
    plane = loss_landscape.random_plane(jax.random.key(0), run.params)         # filter-normalised
    values = loss_landscape.slice(loss, run.params, plane, (axis, axis))       # [y, x]; the centre is the trained loss

    path = loss_landscape.pca(run["params"])                                   # the plane that shows most of a path
    values = loss_landscape.slice(loss, path.center, path.directions, (axis, axis))
    path.coordinates, path.error                                               # where it went, how far off the plane

H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018,
arXiv:1712.09913.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from jax.tree_util import Partial
from jaxtyping import Array, Float, PyTree

from training_lab.datasets import Split
from training_lab.kernels import filter_norms, map_kernels
from training_lab.recipe import Recipe
from training_lab.training.run import Run
from training_lab.training.step import loss_of

Directions: TypeAlias = tuple[PyTree, ...]
BLOCK = 4  # points that are evaluated at once: more of them leave the processor's cache


# What a slice is of


def objective(run: Run, part: str = "train", examples: int | None = 512) -> Partial:
    """params -> the loss on the first examples of a part of the data ("train", "validation" or "test").

    At test time, without penalties. Compiled functions take it as an argument, so that one program serves all runs of
    an architecture.
    """
    return objective_on(run.recipe, run.statistics, getattr(run.splits, part), examples)


def objective_on(recipe: Recipe, statistics: PyTree, split: Split, examples: int | None = 512) -> Partial:
    """The same from the parts of a run; `recipe` has all its blanks filled in."""
    return Partial(_loss, recipe, statistics, Split(split.x[:examples], split.y[:examples]))


def _loss(recipe: Recipe, statistics: PyTree, split: Split, params: PyTree) -> Float[Array, ""]:
    return loss_of(recipe, recipe.network.apply(params, statistics, split.x).outputs, split.y)


# Directions


def random_direction(key: Array, params: PyTree) -> PyTree:
    """A normal direction, as it comes."""
    flat, unravel = ravel_pytree(params)
    return unravel(jax.random.normal(key, flat.shape, flat.dtype))


def filter_normalized(direction: PyTree, params: PyTree) -> PyTree:
    """Each filter as long as the filter it is added to; biases and normalisation parameters stay where they are.

    A filter holds the weights of one unit, so a slice does not change when the weights into a ReLU are multiplied by a
    number and those out of it divided.
    """

    def rescale(d: Array, w: Array) -> Array:
        norms = filter_norms(d)
        return d * (filter_norms(w) / jnp.where(norms > 0, norms, 1))

    return map_kernels(rescale, direction, params, others=lambda d, w: jnp.zeros_like(d))


def random_plane(key: Array, params: PyTree, *, normalized: bool = True) -> Directions:
    """Two random directions, which in so many dimensions are nearly orthogonal."""
    directions = [random_direction(key, params) for key in jax.random.split(key)]
    return tuple(filter_normalized(d, params) if normalized else d for d in directions)


# Slices


def slice(
    loss: Callable[[Any], Any],
    params: PyTree,
    directions: Directions,
    axes: Sequence[Any],
    *,
    block: int = BLOCK,
    devices: Sequence[Any] = (),
) -> Float[Array, "..."]:
    """loss(params + x * directions[0] + y * directions[1]) on a grid [y, x], or for one direction on a line [x].

    `axes` holds the steps along each direction. Points are evaluated `block` at a time. With `devices` they are shared
    out among them.
    """
    grid = np.stack(np.meshgrid(*axes), axis=-1)
    points = grid.reshape(-1, len(axes))
    return along(loss, params, directions, points, block=block, devices=devices).reshape(grid.shape[:-1])


def along(
    loss: Callable[[Any], Any],
    params: PyTree,
    directions: Directions,
    points: Any,
    *,
    block: int = BLOCK,
    devices: Sequence[Any] = (),
) -> Float[Array, " points"]:
    """The loss at points [points, directions] of the plane."""
    loss = loss if isinstance(loss, Partial) else Partial(loss)
    center, _ = ravel_pytree(params)
    count, share = len(points), max(len(devices), 1) * block
    padded = np.resize(np.asarray(points, center.dtype), (-(-count // share) * share, len(directions)))
    if not devices:
        return _values(loss, params, directions, padded, block)[:count]
    mesh = Mesh(np.asarray(devices), ("points",))
    spread = jax.device_put(padded, NamedSharding(mesh, P("points")))
    return _shared(loss, params, directions, spread, block, mesh)[:count]


def _point_values(
    block: int, loss: Any, params: PyTree, directions: Directions, points: Float[Array, "points k"]
) -> Float[Array, " points"]:
    def value(point: Float[Array, " k"]) -> Float[Array, ""]:
        return loss(_moved(params, directions, point))

    return jax.lax.map(value, points, batch_size=block)


class Bowl(NamedTuple):
    """The quadratic that a slice looks like from close by; steps are counted in lengths of the directions."""

    value: Float[Array | np.ndarray, ""]
    slope: Float[Array | np.ndarray, " k"]
    curvature: Float[Array | np.ndarray, "k k"]

    def __call__(self, points: Float[np.ndarray, "points k"]) -> Float[np.ndarray, " points"]:
        """Its heights at points."""
        slope, curvature = np.asarray(self.slope), np.asarray(self.curvature)
        return np.asarray(self.value) + points @ slope + np.einsum("pi,ij,pj->p", points, curvature, points) / 2


@jax.jit
def bowl(loss: Callable[[Any], Any], params: PyTree, directions: Directions) -> Bowl:
    """Value, slope and Hessian of a slice at its centre, in forward mode: directions are few."""

    def value(point: Float[Array, " k"]) -> Float[Array, ""]:
        return loss(_moved(params, directions, point))

    centre = jnp.zeros(len(directions), jax.tree.leaves(params)[0].dtype)
    return Bowl(value(centre), jax.jacfwd(value)(centre), jax.jacfwd(jax.jacfwd(value))(centre))


def _moved(params: PyTree, directions: Directions, point: Float[Array, " k"]) -> PyTree:
    steps = [jax.tree.map(lambda d, step=step: step * d, d) for step, d in zip(point, directions, strict=True)]
    return jax.tree.map(lambda *parts: sum(parts[1:], parts[0]), params, *steps)


@partial(jax.jit, static_argnums=4)
def _values(loss: Any, params: PyTree, directions: Directions, points: Any, block: int) -> Array:
    return _point_values(block, loss, params, directions, points)


@partial(jax.jit, static_argnums=(4, 5))
def _shared(loss: Any, params: PyTree, directions: Directions, points: Any, block: int, mesh: Mesh) -> Array:
    fn = partial(_point_values, block)
    return jax.shard_map(fn, mesh=mesh, in_specs=(P(), P(), P(), P("points")), out_specs=P("points"))(
        loss, params, directions, points
    )


# Paths


class Path(NamedTuple):
    """A path in a plane.

    Attributes:
        center: where it ended; coordinates count from there.
        directions: of the plane, orthonormal, those along which the path varies most.
        coordinates: [frames, 2].
        explained: [2], the share of the squared distances to the end that lies along each direction.
        error: [frames], the distance from the plane, as a share of the distance to the end.
    """

    center: PyTree
    directions: Directions
    coordinates: Float[np.ndarray, "frames 2"]
    explained: Float[np.ndarray, " 2"]
    error: Float[np.ndarray, " frames"]


def pca(trajectory: PyTree, planes: int = 2) -> Path:
    """The plane through the end of a path that is closest to it; `trajectory` is what `probes.parameters` recorded."""
    center = jax.tree.map(lambda frames: frames[-1], trajectory)
    offsets, unravel = _offsets(trajectory, center)
    _, sizes, rows = np.linalg.svd(offsets, full_matrices=False)
    directions = rows[:planes]
    coordinates = offsets @ directions.T
    return Path(
        center=center,
        directions=tuple(unravel(direction) for direction in directions),
        coordinates=coordinates,
        explained=np.square(sizes[:planes]) / max(np.sum(np.square(sizes)), np.finfo(sizes.dtype).tiny),
        error=_left_out(offsets, coordinates @ directions),
    )


def project(trajectory: PyTree, center: PyTree, directions: Directions) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates [frames, k] of a path along any directions from a centre, and the share of each distance left out."""
    offsets, _ = _offsets(trajectory, center)
    basis = np.stack([np.asarray(ravel_pytree(direction)[0], offsets.dtype) for direction in directions])
    coordinates = np.linalg.lstsq(basis.T, offsets.T, rcond=None)[0].T
    return coordinates, _left_out(offsets, coordinates @ basis)


def _offsets(trajectory: PyTree, center: PyTree) -> tuple[np.ndarray, Callable[[Any], PyTree]]:
    """Rows of differences to the centre, in float64, and the way back to a pytree."""
    flat, unravel = ravel_pytree(center)
    frames = [np.asarray(leaf, np.float64) for leaf in jax.tree.leaves(trajectory)]
    rows = np.concatenate([leaf.reshape(len(leaf), -1) for leaf in frames], axis=1)
    return rows - np.asarray(flat, np.float64), lambda row: unravel(jnp.asarray(row, flat.dtype))


def _left_out(offsets: np.ndarray, shown: np.ndarray) -> np.ndarray:
    distance = np.linalg.norm(offsets, axis=1)
    missing = np.linalg.norm(offsets - shown, axis=1)
    return np.where(distance > 0, missing / np.where(distance > 0, distance, 1), 0)
