"""The analysis against answers known by hand."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscapes
from landscapes.analysis import classify, eigen, find_critical_points, gradient, grid, hessian, settle

SQUARE = ((-2.0, 2.0), (-1.0, 3.0))


def tilted(x: jax.Array, *, slope: float = 1.0) -> jax.Array:
    return slope * x[0] + 0.0 * x[1]


def quartic(x: jax.Array) -> jax.Array:
    return x[0] ** 4 + x[1] ** 4


def hump(x: jax.Array) -> jax.Array:
    return -3 * x[0] ** 2 - x[1] ** 2 + x[0] * x[1]


def tail(x: jax.Array) -> jax.Array:
    return jnp.exp(-20 - x[0] - 2 * x[1])


def test_grid_layout_is_rows_of_y() -> None:
    xs, ys, z = grid(lambda x: 10 * x[0] + x[1], SQUARE, 5)
    np.testing.assert_allclose(xs, np.linspace(-2, 2, 5))
    np.testing.assert_allclose(ys, np.linspace(-1, 3, 5))
    np.testing.assert_allclose(z, 10 * xs[None, :] + ys[:, None])


def test_new_parameters_do_not_compile_the_grid_again() -> None:
    traces = 0

    def counted(x: jax.Array, *, scale: float = 1.0) -> jax.Array:
        nonlocal traces
        traces += 1
        return scale * x[0] * x[1]

    _, _, once = grid(counted, SQUARE, 7, scale=1.0)
    seen = traces
    _, _, twice = grid(counted, ((-2.0, 2.0), (-1.0, 3.0)), 7, scale=2.0)
    assert traces == seen
    np.testing.assert_allclose(twice, 2 * once)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_derivatives_of_the_bowl(dtype: str) -> None:
    bowl = landscapes.get("bowl").fn
    with jax.enable_x64(dtype == "float64"):
        x = jnp.array([2.0, 3.0], dtype=dtype)
        slope, curvature = gradient(bowl, x, condition=4.0), hessian(bowl, x, condition=4.0)
        assert slope.dtype == curvature.dtype == dtype
        np.testing.assert_allclose(slope, [2.0, 12.0])
        np.testing.assert_allclose(curvature, [[1.0, 0.0], [0.0, 4.0]], atol=1e-7)


@pytest.mark.parametrize("name", ["branin", "ackley"])
def test_hessian_agrees_with_reverse_mode(name: str) -> None:
    surface = landscapes.get(name)
    with jax.enable_x64(True):
        x = jnp.array(surface.start)
        np.testing.assert_allclose(hessian(surface.fn, x), jax.jit(jax.hessian(surface.fn))(x), rtol=1e-12)
        np.testing.assert_allclose(gradient(surface.fn, x), jax.jit(jax.grad(surface.fn))(x), rtol=1e-12)


def test_eigenvectors_turn_with_the_bowl() -> None:
    turn = eigen(landscapes.get("bowl").fn, jnp.zeros(2), condition=9.0, rotation=30.0)
    np.testing.assert_allclose(turn.eigenvalues, [1.0, 9.0], rtol=1e-6)
    np.testing.assert_allclose(np.abs(turn.eigenvectors[:, 0]), [np.cos(np.pi / 6), np.sin(np.pi / 6)], rtol=1e-5)


@pytest.mark.parametrize("a", [1.0, -2.0, 0.0])
@pytest.mark.parametrize("b", [0.0, 3.0, -1e-3])
@pytest.mark.parametrize("d", [1.0, 5.0, 0.0])
def test_principal_curvatures_are_those_of_lapack(a: float, b: float, d: float) -> None:
    matrix = np.array([[a, b], [b, d]])
    values, vectors = map(np.asarray, eigen(_quadratic, jnp.zeros(2), a=a, b=b, d=d))
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix), atol=1e-6)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(2), atol=1e-6)
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=2e-6)


def _quadratic(x: jax.Array, a: float, b: float, d: float) -> jax.Array:
    return (a * x[0] ** 2 + 2 * b * x[0] * x[1] + d * x[1] ** 2) / 2


@pytest.mark.parametrize(
    ("fn", "x", "kind", "negative"),
    [
        (hump, (0.0, 0.0), "maximum", 2),
        (hump, (1e-3, 0.0), "not critical", 2),
        (quartic, (0.0, 0.0), "degenerate", 0),
        (tilted, (0.0, 0.0), "not critical", 0),
        (tail, (1.0, 1.0), "not critical", 0),
        (landscapes.get("saddle").fn, (0.0, 0.0), "saddle", 1),
        (landscapes.get("rosenbrock").fn, (1.0, 1.0), "minimum", 0),
        (landscapes.get("rosenbrock").fn, (0.9, 0.81), "not critical", 0),
        (landscapes.get("himmelblau").fn, np.float32([-2.805118, 3.131313]), "minimum", 0),
    ],
)
def test_classify(fn: landscapes.analysis.calculus.Function, x: object, kind: str, negative: int) -> None:
    verdict = classify(fn, x)
    assert (verdict.kind, verdict.negative) == (kind, negative)


def test_classify_is_indifferent_to_the_scale_of_the_function() -> None:
    for scale in (1e-30, 1e30):
        assert classify(lambda x, scale=scale: scale * quartic(x - 1) - scale * x[0] * 0.0, (1.0, 1.0)).kind != "saddle"
        assert classify(lambda x, scale=scale: scale * hump(x), (0.0, 0.0)).kind == "maximum"


def test_parameters_move_critical_points() -> None:
    rosenbrock = landscapes.get("rosenbrock")
    (minimum,) = find_critical_points(rosenbrock.fn, rosenbrock.domain, a=1.3)
    np.testing.assert_allclose(minimum.position, (1.3, 1.69), rtol=1e-9)


def test_nothing_is_found_on_a_slope() -> None:
    assert find_critical_points(tilted, SQUARE) == ()
    assert find_critical_points(tail, SQUARE) == ()


def test_points_where_a_function_is_undefined_are_skipped() -> None:
    (minimum,) = find_critical_points(lambda x: x[0] - jnp.log(x[0]) + x[1] ** 2, ((-2.0, 2.0), (-2.0, 2.0)))
    np.testing.assert_allclose(minimum.position, (1.0, 0.0), atol=1e-9)
    assert minimum.kind == "minimum"


def test_settling_leads_to_the_nearest_point_and_gives_up_where_it_is_far() -> None:
    beale = landscapes.get("beale").fn
    starts = np.array([[2.9, 0.48], [-3.0, 3.5], [np.nan, 0.0]])
    found = settle(beale, starts, longest=9.0)
    assert found[0] is not None
    assert found[0].kind == "minimum"
    np.testing.assert_allclose(found[0].position, (3, 0.5), atol=1e-9)
    assert found[2] is None
    near = settle(beale, starts, longest=9.0, within=0.2)
    assert near[0] is not None
    # Found by another compiled program, so up to rounding; all else is the same.
    np.testing.assert_allclose(near[0].position, found[0].position, rtol=0, atol=1e-15)
    np.testing.assert_allclose(near[0].value, found[0].value, rtol=0, atol=1e-25)
    assert replace(near[0], position=found[0].position, value=found[0].value) == found[0]
    assert near[1:] == (None, None)
    assert settle(beale, starts, longest=9.0, within=0.05) == (None, None, None)
