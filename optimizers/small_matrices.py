"""Linear algebra of small dense matrices, of nothing but ordinary XLA operations; `jax.vmap` it for many matrices.

`jnp.linalg` calls LAPACK. On the CPU its kernels hand their batch to XLA's pool of threads and wait for it, inside that
very pool: as many of them at once as it has threads, and all wait for ever, with them whatever else wants to compute.
Nothing here waits for anything. All rounds are counted: what holds a NaN comes to an end as well, and is NaN.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

SWEEPS = 30  # of Jacobi's rotations at most; up to a hundred columns need six to ten
Columns = Float[Array, "half rows"]  # the columns of a matrix, as rows


class Eigen(NamedTuple):
    """Eigenvalues in ascending order, and unit eigenvectors as columns."""

    values: Float[Array, " n"]
    vectors: Float[Array, "n n"]


def solve(matrix: Float[Array, "n n"], vector: Float[Array, " n"]) -> Float[Array, " n"]:
    """matrix⁻¹ vector by elimination with partial pivoting; not finite where the matrix is singular."""
    row = jnp.arange(len(vector))[:, None]

    def eliminate(k: Array, table: Float[Array, "n columns"]) -> Float[Array, "n columns"]:
        pivot = jnp.argmax(jnp.where(row[:, 0] < k, -1, jnp.abs(table[:, k])))
        chosen = table[pivot] / table[pivot, k]
        table = jnp.where(row == pivot, table[k][None], table)
        return jnp.where(row == k, chosen[None], table - table[:, k][:, None] * chosen[None])

    table = jnp.concatenate([matrix, vector[:, None]], axis=1)
    return jax.lax.fori_loop(0, len(vector), eliminate, table)[:, -1]


def orthonormal(matrix: Float[Array, "m n"]) -> Float[Array, "m n"]:
    """Gram-Schmidt's orthonormal columns: Q of the factors QR for which R has a positive diagonal.

    Each column is freed of those before it twice, since once leaves what rounding left of the first time. Columns must
    be linearly independent, as random ones are.
    """

    def add(basis: Float[Array, "n m"], scanned: tuple[Array, Array]) -> tuple[Float[Array, "n m"], None]:
        place, column = scanned
        for _ in range(2):
            column = column - (basis @ column) @ basis
        return basis.at[place].set(column / jnp.sqrt(jnp.sum(jnp.square(column)))), None

    columns = matrix.T
    return jax.lax.scan(add, jnp.zeros_like(columns), (jnp.arange(len(columns)), columns))[0].T


def eigh(matrix: Float[Array, "n n"]) -> Eigen:
    """Of a symmetric matrix, by Jacobi's rotations; NaN if it is not finite.

    A multiple of the identity makes the matrix positive definite and well conditioned. Columns that rotations have made
    orthogonal to each other are its eigenvectors then, each as long as its eigenvalue.

    J. Demmel, K. Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal. Appl. 13 (1992).
    """
    n = len(matrix)
    bound = _nonzero(jnp.max(jnp.sum(jnp.abs(matrix), axis=1)))
    columns = _orthogonalised(matrix / bound + 2 * jnp.eye(n, dtype=matrix.dtype))
    lengths = jnp.sqrt(jnp.sum(jnp.square(columns), axis=1))
    order = jnp.argsort(-lengths)[:n][::-1]  # what was added to make pairs has no length and comes last
    vectors = (columns[order] / lengths[order][:, None]).T
    return Eigen(jnp.sum(vectors * (matrix / bound @ vectors), axis=0) * bound, vectors)


def _orthogonalised(matrix: Float[Array, "rows n"]) -> Float[Array, "padded rows"]:
    """Rotated columns, in any order, after zeros were added to make their number even and four at least.

    A sweep turns every pair once, half of all columns at a time, in the order of a round-robin tournament: R. Brent,
    F. Luk, SIAM J. Sci. Stat. Comput. 6 (1985).
    """
    n = matrix.shape[1]
    columns = jnp.pad(matrix.T, ((0, max(n + n % 2, 4) - n), (0, 0)))
    rounds = len(columns) - 1

    def sweep(state: tuple[Array, ...]) -> tuple[Array, ...]:
        first, second, count, _ = state
        start = (first, second, jnp.zeros((), bool))
        first, second, turned = jax.lax.fori_loop(0, rounds, lambda _, pairs: _round(*pairs), start)
        return first, second, count + 1, turned

    def goes_on(state: tuple[Array, ...]) -> Array:
        return state[3] & (state[2] < SWEEPS)

    start = (*jnp.split(columns, 2), jnp.zeros((), jnp.int32), jnp.ones((), bool))
    return jnp.concatenate(jax.lax.while_loop(goes_on, sweep, start)[:2])


def _round(first: Columns, second: Columns, turned: Array) -> tuple[Columns, Columns, Array]:
    """Make each pair of columns orthogonal, and pair them anew; whether any pair was not orthogonal yet."""
    a, b, product = (jnp.sum(x * y, axis=1, keepdims=True) for x, y in [(first,) * 2, (second,) * 2, (first, second)])
    apart = jnp.abs(product) > jnp.finfo(first.dtype).eps * jnp.sqrt(a * b)
    ratio = (b - a) / (2 * jnp.where(apart, product, 1))
    tangent = jnp.where(apart, jnp.where(ratio < 0, -1, 1) / (jnp.abs(ratio) + jnp.sqrt(1 + jnp.square(ratio))), 0)
    cosine = 1 / jnp.sqrt(1 + jnp.square(tangent))
    sine = cosine * tangent
    first, second = cosine * first - sine * second, sine * first + cosine * second
    paired = jnp.concatenate([first[:1], second[:1], first[1:-1]]), jnp.concatenate([second[1:], first[-1:]])
    return *paired, turned | jnp.any(apart)


def singular_values(matrix: Float[Array, "m n"]) -> Float[Array, " k"]:
    """All k = min(m, n) of them, largest first, each to within a few ulps of the largest.

    NaN if the matrix is not finite. Reflections make it bidiagonal. Bisection finds the values in pairs with their
    negatives: they are the eigenvalues of a tridiagonal matrix that has the numbers of both diagonals beside its own
    empty one. G. Golub, W. Kahan, J. SIAM Numer. Anal. B 2 (1965).
    """
    size, shape = _nonzero(jnp.max(jnp.abs(matrix))), matrix.shape
    square = _bidiagonal(jnp.pad(matrix / size, [(0, max(shape) - length) for length in shape]))
    diagonal, above = jnp.diagonal(square), jnp.pad(jnp.diagonal(square, 1), (0, 1))
    return _positive_eigenvalues(jnp.stack([diagonal, above], axis=1).ravel()[:-1])[: min(shape)] * size


def _bidiagonal(matrix: Float[Array, "n n"]) -> Float[Array, "n n"]:
    """Reflections from both sides that leave a diagonal, and another one above it."""
    index = jnp.arange(len(matrix))

    def reflect(i: Array, table: Float[Array, "n n"]) -> Float[Array, "n n"]:
        """Gather what a column holds from a place on in that place; then a row, as a column of the transpose."""
        column, place = table[:, i // 2], (i + 1) // 2
        column = jnp.where(index < place, 0, column)
        length = jnp.sqrt(jnp.sum(jnp.square(column)))
        mirror = column + jnp.where(index == place, jnp.where(column < 0, -length, length), 0)
        norm = jnp.sqrt(jnp.sum(jnp.square(mirror)))
        # What is as short as that is rounding, and its square may be zero.
        mirror = mirror / jnp.where(norm < jnp.finfo(table.dtype).eps ** 2, jnp.inf, norm)
        return (table - 2 * mirror[:, None] * (mirror @ table)[None]).T

    return jax.lax.fori_loop(0, 2 * len(matrix), reflect, matrix)


def _positive_eigenvalues(beside: Float[Array, " links"]) -> Float[Array, " k"]:
    """The upper half of the eigenvalues, largest first, of a symmetric tridiagonal matrix: 2k - 1 numbers beside zeros.

    Sturm: as many eigenvalues lie below x as the matrix has negative pivots when x is taken off its diagonal.
    """
    k, smallest = (len(beside) + 1) // 2, jnp.finfo(beside.dtype).tiny
    rank = jnp.arange(2 * k, dtype=jnp.int32)[: k - 1 : -1]  # so many eigenvalues lie below each
    sizes = jnp.pad(jnp.abs(beside), 1)
    top = jnp.broadcast_to(jnp.max(sizes[1:] + sizes[:-1]), k)

    def halve(_: Array, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = (low + high) / 2

        def pivot(carry: tuple[Array, Array], square: Array) -> Any:
            last, count = carry
            new = -middle - square / jnp.where(jnp.abs(last) < smallest, -smallest, last)
            return (new, jnp.where(new < 0, count + 1, count)), None

        start = (-middle, jnp.ones(k, jnp.int32))
        (_, count), _ = jax.lax.scan(pivot, start, jnp.square(beside))
        return jnp.where(count > rank, low, middle), jnp.where(count > rank, middle, high)

    low, high = jax.lax.fori_loop(0, jnp.finfo(beside.dtype).nmant + 4, halve, (jnp.zeros_like(top), top))
    return (low + high) / 2


def _nonzero(size: Array) -> Array:
    """To divide by."""
    return jnp.where(size == 0, 1, size)
