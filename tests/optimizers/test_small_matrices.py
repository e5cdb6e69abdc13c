"""Small matrices against NumPy's LAPACK in float64, in both precisions and at every awkward shape."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optimizers import small_matrices

SIZES = [1, 2, 3, 4, 7, 16, 31]
SHAPES = [*((n, n) for n in SIZES), (5, 3), (3, 5), (1, 6), (6, 1), (33, 16)]
MATRICES = 4  # at once, with numbers of their own
SEEDS = [0, 1, 2]

singular_values, eigh, orthonormal, solve = (
    jax.jit(jax.vmap(getattr(small_matrices, name))) for name in ("singular_values", "eigh", "orthonormal", "solve")
)


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    with jax.enable_x64(request.param == np.float64):
        yield request.param


def normal(seed, *shape, dtype):
    return np.random.default_rng(seed).normal(size=(MATRICES, *shape)).astype(dtype)


def symmetric(seed, n, dtype):
    matrix = normal(seed, n, n, dtype=dtype)
    return (matrix + matrix.swapaxes(1, 2)) / 2


def exact(matrix):
    """The true singular values, in float64."""
    return np.linalg.svd(np.asarray(matrix, np.float64), compute_uv=False)


def close(found, true, dtype, ulps, size):
    """To within so many ulps of the size of the matrix."""
    found = np.asarray(found)
    assert found.dtype == dtype
    np.testing.assert_allclose(found / size, true / size, rtol=0, atol=ulps * np.finfo(dtype).eps)


# Singular values


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_singular_values_are_those_of_lapack(dtype, shape, seed):
    matrix = normal(seed, *shape, dtype=dtype)
    true = exact(matrix)
    close(singular_values(matrix), true, dtype, 20, true[:, :1])


def rotated(values, seed=0):
    """A matrix with these singular values, in float64."""
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.normal(size=(len(values),) * 2))[0] for _ in range(2))
    return left * values @ right


HARD = {
    "zero": np.zeros((6, 6)),
    "identity": np.eye(7),
    "diagonal, unsorted": np.diag([0.5, -3.0, 0.0, 2.0, 2.0]),
    "all alike": rotated(np.full(12, 0.7)),
    "alike in pairs": rotated(np.repeat([3.0, 1.0, 1e-3], 4)),
    "of rank one": np.outer(np.arange(1.0, 17), np.linspace(-1, 1, 16)),
    "of rank three": rotated(np.r_[2.0, 1.0, 0.5, np.zeros(13)]),
    "graded": rotated(np.logspace(0, -30, 16)),
    "graded columns": np.random.default_rng(0).normal(size=(16, 16)) * np.logspace(0, -30, 16),
    "graded rows": np.random.default_rng(0).normal(size=(16, 16)) * np.logspace(0, -30, 16)[:, None],
    "tiny": 1e-30 * np.random.default_rng(0).normal(size=(8, 8)),
    "huge": 1e30 * np.random.default_rng(0).normal(size=(8, 8)),
    "an empty row and column": np.pad(np.random.default_rng(0).normal(size=(5, 5)), ((1, 0), (0, 1))),
    "one entry": np.pad([[2.5]], ((3, 2), (2, 3))),
}


@pytest.mark.parametrize("matrix", HARD.values(), ids=HARD.keys())
def test_hard_singular_values(dtype, matrix):
    matrix = matrix.astype(dtype)
    true = exact(matrix)
    close(jax.jit(small_matrices.singular_values)(matrix), true, dtype, 20, max(true[0], 1e-30))


def test_products_over_fifty_steps_shrink_to_nothing_and_stay_numbers(dtype):
    """The products that gradients through time are made of: entries from 1 down to 1e-40."""
    rng, product, products = np.random.default_rng(0), np.eye(16), []
    for _ in range(50):
        product = product @ (rng.normal(size=(16, 16)) * 0.04)
        products.append(product.astype(dtype))
    found = np.asarray(singular_values(np.stack(products)))
    assert np.isfinite(found).all()
    true = exact(products)
    normal_numbers = true[:, 0] > 1e-30  # smaller ones are denormal in float32
    size = true[normal_numbers, :1]
    close(found[normal_numbers], true[normal_numbers], dtype, 20, size)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_ends_as_nan(dtype, wrong):
    matrix = symmetric(0, 6, dtype)
    matrix[0, 2, 3] = matrix[0, 3, 2] = wrong
    values = np.asarray(singular_values(matrix))
    assert np.isnan(values[0]).all()
    assert np.isfinite(values[1:]).all(), "its neighbours are none the worse"
    found = eigh(matrix)
    assert np.isnan(found.values[0]).all()
    assert np.isfinite(found.values[1:]).all()
    assert not np.isfinite(solve(matrix, matrix[:, 0])[0]).all()
    assert not np.isfinite(orthonormal(matrix)[0]).all()


# Eigenvalues


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", SIZES)
def test_eigenvalues_and_vectors_are_those_of_lapack(dtype, n, seed):
    matrix = symmetric(seed, n, dtype)
    values, vectors = (np.asarray(part) for part in eigh(matrix))
    true = np.linalg.eigvalsh(matrix.astype(np.float64))
    size = np.abs(true).max(axis=1)[:, None]
    close(values, true, dtype, 20, size)
    close(matrix @ vectors, vectors * values[:, None], dtype, 60, size[..., None])
    close(vectors.swapaxes(1, 2) @ vectors, np.broadcast_to(np.eye(n), matrix.shape), dtype, 20, 1)


HARD_SYMMETRIC = {
    "zero": np.zeros((6, 6)),
    "minus identity": -np.eye(5),
    "one outlier": np.eye(9) + 1e3 * np.outer(np.arange(9.0), np.arange(9.0)),
    "plus and minus": np.fliplr(np.eye(8)),
    "graded": np.diag(np.logspace(0, -30, 10)),
    "a chain": np.diag(np.full(30, 2.0)) - np.diag(np.ones(29), 1) - np.diag(np.ones(29), -1),
    "tiny": 1e-30 * np.ones((4, 4)),
    "huge": 1e30 * np.diag([1.0, -2.0, 3.0]),
}


@pytest.mark.parametrize("matrix", HARD_SYMMETRIC.values(), ids=HARD_SYMMETRIC.keys())
def test_hard_eigenvalues(dtype, matrix):
    matrix = matrix.astype(dtype)
    values, vectors = (np.asarray(part) for part in jax.jit(small_matrices.eigh)(matrix))
    true = np.linalg.eigvalsh(matrix.astype(np.float64))
    size = max(np.abs(true).max(), 1e-30)
    close(values, true, dtype, 20, size)
    close(vectors.T @ vectors, np.eye(len(matrix)), dtype, 40, 1)
    assert (np.diff(values) >= -20 * np.finfo(dtype).eps * size).all()


# Orthonormal columns and linear equations


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", [*((n, n) for n in SIZES), (6, 1), (33, 16)], ids=str)
def test_orthonormal_columns_are_those_of_qr_with_a_positive_diagonal(dtype, shape, seed):
    matrix = normal(seed, *shape, dtype=dtype)
    found = np.asarray(orthonormal(matrix))
    q, r = np.linalg.qr(matrix.astype(np.float64))
    condition = np.linalg.cond(matrix.astype(np.float64)).max()
    close(found, q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None], dtype, 20 * condition, 1)
    close(found.swapaxes(1, 2) @ found, np.broadcast_to(np.eye(shape[1]), r.shape), dtype, 20, 1)


def test_columns_that_nearly_agree_are_made_orthogonal_all_the_same(dtype):
    nearly = np.ones((8, 8)) + 30 * np.finfo(dtype).eps * np.random.default_rng(0).normal(size=(8, 8))
    found = np.asarray(jax.jit(small_matrices.orthonormal)(nearly.astype(dtype)))
    close(found.T @ found, np.eye(8), dtype, 40, 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", SIZES)
def test_equations_are_solved(dtype, n, seed):
    matrix, vector = normal(seed, n, n, dtype=dtype), normal(seed + 1, n, dtype=dtype)
    true = np.linalg.solve(matrix.astype(np.float64), vector.astype(np.float64)[..., None])[..., 0]
    size = np.linalg.cond(matrix.astype(np.float64))[:, None] * np.abs(true).max(axis=1, keepdims=True)
    close(solve(matrix, vector), true, dtype, 20, size)


def test_rows_are_exchanged_where_a_pivot_is_zero_or_small(dtype):
    matrix = np.array([[0.0, 2.0, 1.0], [1e-20, 1.0, 3.0], [5.0, 0.0, 1.0]], dtype)
    expected = np.array([1.0, -2.0, 0.5], dtype)
    close(jax.jit(small_matrices.solve)(matrix, matrix @ expected), expected, dtype, 20, 1)


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.ones((4, 4)), np.diag([1.0, 0.0, 2.0])], ids=str)
def test_a_singular_system_has_no_solution(dtype, matrix):
    found = jax.jit(small_matrices.solve)(matrix.astype(dtype), np.arange(1.0, len(matrix) + 1, dtype=dtype))
    assert not np.isfinite(found).all()


# Where they are used: inside loops and loops of many


def test_all_of_it_runs_inside_a_loop_over_many(dtype):
    given = symmetric(0, 5, dtype) + 8 * np.eye(5, dtype=dtype)

    @jax.jit
    @partial(jax.vmap, in_axes=(0,))
    def looped(matrix):
        def step(total, shift):
            moved = matrix + shift * jnp.eye(5, dtype=dtype)
            values, vectors = small_matrices.eigh(moved)
            parts = small_matrices.singular_values(moved)[0], values[-1], small_matrices.solve(moved, vectors[:, -1])
            return total + jnp.sum(small_matrices.orthonormal(moved)), (*parts, vectors[:, -1])

        return jax.lax.scan(step, jnp.zeros((), dtype), jnp.arange(3, dtype=dtype))[1]

    largest, top, solved, vector = (np.asarray(part) for part in looped(given))
    np.testing.assert_allclose(largest, top, rtol=50 * np.finfo(dtype).eps)
    np.testing.assert_allclose(solved, vector / top[..., None], atol=50 * np.finfo(dtype).eps)
