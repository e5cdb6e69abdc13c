"""Curvature of a loss at a point, without ever forming the Hessian: products with vectors cost two gradients each.

    top = hessian.sharpness(loss, params)                  # Eigen(value, vector, residual)
    top = hessian.sharpness(loss, later, start=top.vector) # a little further on: few rounds will do
    ritz = hessian.lanczos(loss, params, key, steps=40)
    ritz.values.min(), ritz.values.max(), hessian.density([ritz], grid, width)

`loss` is a function of a pytree of parameters alone.

B. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).
B. Ghorbani, S. Krishnan, Y. Xiao, "An investigation into neural net optimization via Hessian eigenvalue density",
ICML 2019, arXiv:1901.10159.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, PyTree

from optimizers import small_matrices

Loss: TypeAlias = Callable[[Any], Any]
Vector: TypeAlias = Float[Array, " p"]
MatVec: TypeAlias = Callable[[Any], Any]


class Eigen(NamedTuple):
    """An eigenvalue as far as it is known: |H v - value v| = residual, so one lies within `residual` of it."""

    value: Float[Array, ""]
    vector: PyTree
    residual: Float[Array, ""]


class Ritz(NamedTuple):
    """What Lanczos knows of the spectrum: values, ascending, and the share of the start vector in each."""

    values: Float[Array, " steps"]
    weights: Float[Array, " steps"]


def hvp(loss: Loss, params: PyTree, vector: PyTree) -> PyTree:
    """The Hessian times a vector: the derivative of the gradient along it."""
    return jax.jvp(jax.grad(loss), (params,), (vector,))[1]


def product(loss: Loss, params: PyTree, preconditioner: PyTree | None = None) -> MatVec:
    """v -> H v on flat vectors, or D H D v with D = sqrt(preconditioner), which has the eigenvalues of D² H."""
    _, unravel = ravel_pytree(params)
    scale = None if preconditioner is None else jnp.sqrt(ravel_pytree(preconditioner)[0])

    def matvec(v: Vector) -> Vector:
        v = v if scale is None else scale * v
        image = ravel_pytree(hvp(loss, params, unravel(v)))[0]
        return image if scale is None else scale * image

    return matvec


def sharpness(
    loss: Loss,
    params: PyTree,
    start: PyTree | None = None,
    *,
    rounds: int = 100,
    preconditioner: PyTree | None = None,
) -> Eigen:
    """The eigenvalue of largest size, by power iteration from `start`, or from a fixed vector.

    With `preconditioner`, an adaptive method's effective rates divided by its learning rate, the eigenvalue of what the
    method sees. Where a negative eigenvalue may be larger, ask `lanczos`.
    """
    flat, unravel = ravel_pytree(params)
    v = first_vector(flat) if start is None else ravel_pytree(start)[0]
    matvec = product(loss, params, preconditioner)

    def iterate(v: Vector, _: None) -> tuple[Vector, None]:
        return _normalized(matvec(v)), None

    v, _ = jax.lax.scan(iterate, _normalized(v), length=rounds)
    image = matvec(v)
    value = jnp.vdot(v, image)
    return Eigen(value, unravel(v), jnp.linalg.norm(image - value * v))


def first_vector(like: Vector) -> Vector:
    """A vector that no symmetry of a network is likely to be orthogonal to."""
    return jnp.cos(jnp.arange(like.size, dtype=like.dtype) ** 2)


def _normalized(v: Vector) -> Vector:
    return v / jnp.maximum(jnp.linalg.norm(v), jnp.finfo(v.dtype).tiny)


def lanczos(loss: Loss, params: PyTree, key: Array, *, steps: int = 40, preconditioner: PyTree | None = None) -> Ritz:
    """Ritz values after some steps from a random vector, every vector kept orthogonal to all before it."""
    flat, _ = ravel_pytree(params)
    return lanczos_of(product(loss, params, preconditioner), jax.random.normal(key, flat.shape, flat.dtype), steps)


def lanczos_of(matvec: MatVec, start: Vector, steps: int) -> Ritz:
    """Of any symmetric matrix, of at least `steps` rows, given by its products."""

    def iterate(carry: tuple[Array, Array, Array], i: Array) -> tuple[Any, tuple[Array, Array]]:
        basis, v, _ = carry
        basis = basis.at[i].set(v)
        image = matvec(v)
        alpha = jnp.vdot(v, image)
        # Twice, since once leaves what rounding left of the first time.
        for _ in range(2):
            image = image - basis.T @ (basis @ image)
        beta = jnp.linalg.norm(image)
        return (basis, image / jnp.maximum(beta, jnp.finfo(v.dtype).tiny), beta), (alpha, beta)

    carry = (jnp.zeros((steps, start.size), start.dtype), _normalized(start), jnp.zeros((), start.dtype))
    _, (alphas, betas) = jax.lax.scan(iterate, carry, jnp.arange(steps))
    tridiagonal = jnp.diag(alphas) + jnp.diag(betas[:-1], 1) + jnp.diag(betas[:-1], -1)
    values, vectors = small_matrices.eigh(tridiagonal)
    return Ritz(values, jnp.square(vectors[0]))


def density(ritz: Sequence[Ritz], grid: Float[Array, " grid"], width: Any) -> Float[Array, " grid"]:
    """The spectrum's density on a grid, smoothed by a normal curve of a width; the mean over several random starts."""

    def smooth(one: Ritz) -> Float[Array, " grid"]:
        distance = (grid[:, None] - one.values[None]) / width
        return jnp.exp(-jnp.square(distance) / 2) @ one.weights / (width * jnp.sqrt(2 * jnp.pi).astype(grid.dtype))

    return jnp.mean(jnp.stack([smooth(one) for one in ritz]), axis=0)


def covariance_trace(loss: Callable[[Any, Any], Any], params: PyTree, examples: PyTree) -> Float[Array, ""]:
    """Trace of the covariance of single examples' gradients: the noise of a batch of one.

    `loss(params, example)` is that of one example; `examples` has them along the first axis.
    """

    def gradient(example: PyTree) -> Vector:
        return ravel_pytree(jax.grad(loss)(params, example))[0]

    gradients = jax.vmap(gradient)(examples)
    return jnp.sum(jnp.var(gradients, axis=0))
