"""What every surface of the registry promises: its record is complete, its function traceable, its facts true."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscapes
from landscapes import Surface

pytestmark = pytest.mark.parametrize(
    "surface", [landscapes.get(name) for name in landscapes.names()], ids=landscapes.names()
)


def inside(surface: Surface, point: tuple[float, float]) -> bool:
    return all(low <= coordinate <= high for coordinate, (low, high) in zip(point, surface.domain, strict=True))


def test_record_is_complete(surface: Surface) -> None:
    assert surface.title
    assert surface.latex
    assert surface.reference
    assert len(surface.story) > 40
    assert surface.rate > 0
    assert surface.source is None, "its function has a source text of its own"


def test_parameters_have_the_defaults_of_the_function(surface: Surface) -> None:
    x, *rest = inspect.signature(surface.fn).parameters.values()
    assert x.name == "x"
    assert {parameter.name: parameter.default for parameter in rest} == {
        name: param.default for name, param in surface.params.items()
    }
    for param in surface.params.values():
        assert param.low <= param.default <= param.high
        assert param.low > 0 or not param.log
        assert param.symbol
        assert param.label


def test_parameters_appear_in_the_formula(surface: Surface) -> None:
    for param in surface.params.values():
        assert param.symbol in surface.latex


def test_start_and_critical_points_lie_in_the_domain(surface: Surface) -> None:
    assert inside(surface, surface.start)
    assert all(inside(surface, point.position) for point in surface.critical_points)


def test_critical_points_have_the_stated_values(surface: Surface) -> None:
    with jax.enable_x64(True):
        for point in surface.critical_points:
            value = surface.fn(jnp.array(point.position))
            np.testing.assert_allclose(value, point.value, rtol=1e-14, atol=1e-14)


def test_gradient_vanishes_and_curvature_agrees_at_critical_points(surface: Surface) -> None:
    for point in surface.critical_points:
        if point.smooth:
            verdict = landscapes.analysis.classify(surface.fn, point.position, tolerance=1e-12)
            assert verdict.kind == point.kind, point
            assert verdict.gradient_norm <= 1e-11 * (1 + max(map(abs, verdict.eigenvalues))), point


def test_corners_are_extrema_of_their_neighbourhood(surface: Surface) -> None:
    """Where there is no gradient to vanish, the values around the point say what it is."""
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for point in surface.critical_points:
        if not point.smooth:
            with jax.enable_x64(True):
                ring = np.array(point.position) + 1e-6 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
                around = jax.vmap(surface.fn)(jnp.asarray(ring))
            assert point.kind == "minimum"
            assert (around > point.value).all()


def test_no_value_in_the_domain_lies_below_the_lowest_listed_minimum(surface: Surface) -> None:
    with jax.enable_x64(True):
        lowest = float(landscapes.analysis.grid(surface.fn, surface.domain, 301).z.min())
    listed = [point.value for point in surface.critical_points if point.kind in ("minimum", "degenerate")]
    if listed and surface.terrain != "saddle":
        assert min(listed) <= lowest + 1e-9


def test_values_are_finite_all_over_the_domain_and_for_all_parameters(surface: Surface) -> None:
    for bound in ("low", "default", "high"):
        params = {name: getattr(param, bound) for name, param in surface.params.items()}
        _, _, z = landscapes.analysis.grid(surface.fn, surface.domain, 64, **params)
        assert np.isfinite(z).all()
        assert float(z.max()) > float(z.min())


def test_gradient_is_finite_even_far_away_and_at_critical_points(surface: Surface) -> None:
    (left, right), (bottom, top) = surface.domain
    points = [surface.start, (20 * right, 20 * top), (20 * left, 20 * bottom)]
    points += [point.position for point in surface.critical_points]
    slopes = jax.vmap(jax.grad(surface.fn))(jnp.array(points))
    assert np.isfinite(slopes).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_the_input_is_kept(surface: Surface, dtype: str) -> None:
    with jax.enable_x64(dtype == "float64"):
        x = jnp.array(surface.start, dtype=dtype)
        assert surface.fn(x).dtype == dtype
        assert jax.grad(surface.fn)(x).dtype == dtype


def test_parameters_are_traced_and_do_not_retrace(surface: Surface) -> None:
    traces = 0

    def counted(x: jax.Array, params: dict[str, jax.Array]) -> jax.Array:
        nonlocal traces
        traces += 1
        return surface.fn(x, **params)

    jitted = jax.jit(counted)
    for share in (0.0, 0.3, 1.0):
        params = {
            name: np.float32((1 - share) * param.low + share * param.high) for name, param in surface.params.items()
        }
        assert jitted(np.array(surface.start, dtype=np.float32), params).shape == ()
    assert traces == 1


def test_gradient_descent_from_the_start_makes_visible_progress(surface: Surface) -> None:
    def step(x: jax.Array, _: None) -> tuple[jax.Array, jax.Array]:
        return x - surface.rate * jax.jacfwd(surface.fn)(x), x

    end, path = map(np.asarray, jax.jit(lambda x: jax.lax.scan(step, x, length=300))(jnp.array(surface.start)))
    lows, highs = np.transpose(surface.domain)
    assert np.isfinite(end).all()
    assert (path >= lows).all()
    assert (path <= highs).all()
    _, _, z = landscapes.analysis.grid(surface.fn, surface.domain, 64)
    first, last = float(surface.fn(path[0])), float(surface.fn(end))
    assert first - last > 0.1 * (first - float(z.min()))
    assert np.linalg.norm(end - path[0]) > 0.03 * np.linalg.norm(highs - lows)
