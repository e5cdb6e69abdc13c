"""What every surface of the registry promises: its record is complete, its function traceable, its facts true."""

import inspect

import jax
import numpy as np
import pytest

import landscapes
from landscapes import Surface
from landscapes.analysis import derivatives, find_critical_points, grid

pytestmark = pytest.mark.parametrize(
    "surface", [landscapes.get(name) for name in landscapes.names()], ids=landscapes.names()
)


def defaults(surface: Surface) -> dict[str, float]:
    return {name: param.default for name, param in surface.params.items()}


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
    assert {parameter.name: parameter.default for parameter in rest} == defaults(surface)
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


def test_critical_points_are_what_they_are_said_to_be(surface: Surface) -> None:
    """The value is the stated one, the gradient vanishes, and the curvature has the signs of the kind."""
    points = np.array([point.position for point in surface.critical_points])
    values, slopes, curvatures = derivatives(surface.fn, points)
    signs = {"minimum": [1, 1], "maximum": [-1, -1], "saddle": [-1, 1]}
    for point, value, slope, curvature in zip(surface.critical_points, values, slopes, curvatures, strict=True):
        assert value == pytest.approx(point.value, rel=1e-13, abs=1e-13)
        if not point.smooth:
            continue
        eigenvalues = np.linalg.eigvalsh(curvature)
        # Rounding the position to double precision leaves this much of the gradient.
        scale = np.abs(eigenvalues).max() * (1 + np.linalg.norm(point.position))
        assert np.linalg.norm(slope) <= 1e-13 * scale + 1e-14, point
        if point.kind == "degenerate":
            assert np.abs(eigenvalues).min() <= 1e-12 * np.abs(eigenvalues).max()
        else:
            assert np.sign(eigenvalues).tolist() == signs[point.kind], point


def test_corners_are_minima_of_their_neighbourhood(surface: Surface) -> None:
    """Where there is no gradient to vanish, the values around the point say what it is."""
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for point in surface.critical_points:
        if not point.smooth:
            ring = np.array(point.position) + 1e-6 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
            with jax.enable_x64(True):
                around = np.asarray(jax.jit(jax.vmap(surface.fn))(ring))
            assert point.kind == "minimum"
            assert (around > point.value).all()


def test_no_value_in_the_domain_lies_below_the_lowest_listed_minimum(surface: Surface) -> None:
    listed = [point.value for point in surface.critical_points if point.kind == "minimum"]
    if listed:
        z = grid(surface.fn, surface.domain, 64, **defaults(surface)).z
        assert float(z.min()) >= min(listed) - 1e-5 * (1 + abs(min(listed)))


def test_values_are_finite_all_over_the_domain_and_for_all_parameters(surface: Surface) -> None:
    for bound in ("low", "default", "high"):
        params = {name: getattr(param, bound) for name, param in surface.params.items()}
        _, _, z = grid(surface.fn, surface.domain, 64, **params)
        assert np.isfinite(z).all()
        assert float(z.max()) > float(z.min())


def test_gradient_is_never_undefined(surface: Surface) -> None:
    """Not where a diverging walk may get to, where it may be infinite, and not at the critical points."""
    (left, right), (bottom, top) = surface.domain
    points = [surface.start, (20 * right, 20 * top), (20 * left, 20 * bottom)]
    points += [point.position for point in surface.critical_points]
    slopes = jax.jit(jax.vmap(jax.grad(surface.fn)))(np.array(points, dtype=np.float32))
    assert not np.isnan(slopes).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_the_input_is_kept(surface: Surface, dtype: str) -> None:
    with jax.enable_x64(dtype == "float64"):
        x = jax.ShapeDtypeStruct((2,), dtype)
        value, slope = jax.eval_shape(jax.value_and_grad(surface.fn), x)
        assert value.dtype == slope.dtype == dtype


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
        assert jitted.eval_shape(np.array(surface.start, dtype=np.float32), params).shape == ()
    assert traces == 1


def test_gradient_descent_from_the_start_makes_visible_progress(surface: Surface) -> None:
    def step(x: jax.Array, _: None) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        value, slope = jax.value_and_grad(surface.fn)(x)
        return x - surface.rate * slope, (x, value)

    start = np.array(surface.start, dtype=np.float32)
    _, (path, values) = jax.jit(lambda x: jax.lax.scan(step, x, length=301))(start)
    path = np.asarray(path)
    lows, highs = np.transpose(surface.domain)
    assert np.isfinite(values).all()
    assert (path >= lows).all()
    assert (path <= highs).all()
    z = grid(surface.fn, surface.domain, 64, **defaults(surface)).z
    assert float(values[0] - values[-1]) > 0.1 * float(values[0] - z.min())
    assert np.linalg.norm(path[-1] - path[0]) > 0.03 * np.linalg.norm(highs - lows)


def test_listed_critical_points_are_found(surface: Surface) -> None:
    """And nothing that is found lies below what is listed."""
    found = find_critical_points(surface.fn, surface.domain)
    for listed in surface.critical_points:
        same = [point for point in found if point.kind == listed.kind]
        if listed.kind == "degenerate":
            # Of a curve of critical points other ones may be found.
            assert any(abs(point.value - listed.value) < 1e-9 for point in same), listed
        elif listed.smooth:
            gaps = np.linalg.norm([np.subtract(point.position, listed.position) for point in same], axis=1)
            assert gaps.min() < 1e-9 * (1 + np.linalg.norm(listed.position)), listed
    lowest = min(point.value for point in surface.critical_points)
    assert all(point.value >= lowest - 1e-12 * (1 + abs(lowest)) for point in found)
