"""What the lessons say about single surfaces, in numbers that were derived apart from this code."""

import jax
import numpy as np
import pytest

import landscapes
from landscapes import CriticalPoint
from landscapes.analysis import classify


def listed(name: str, kind: str) -> list[CriticalPoint]:
    """The critical points of one kind, the lowest first."""
    points = [point for point in landscapes.get(name).critical_points if point.kind == kind]
    return sorted(points, key=lambda point: point.value)


def curvatures(name: str, x: tuple[float, float], **params: float) -> tuple[float, float]:
    return classify(landscapes.get(name).fn, x, **params).eigenvalues


@pytest.mark.parametrize(
    ("name", "minima"),
    [
        ("rosenbrock", [((1, 1), 0)]),
        ("beale", [((3, 0.5), 0)]),
        ("himmelblau", [((3, 2), 0)]),
        ("himmelblau", [((-2.805118, 3.131313), 0)]),
        ("himmelblau", [((-3.779310, -3.283186), 0)]),
        ("himmelblau", [((3.584428, -1.848127), 0)]),
        ("three_hump_camel", [((0, 0), 0), ((-1.747552, 0.873776), 0.298638), ((1.747552, -0.873776), 0.298638)]),
        ("six_hump_camel", [((-0.089842, 0.712656), -1.0316285), ((0.089842, -0.712656), -1.0316285)]),
        ("styblinski_tang", [((-2.903534, -2.903534), -78.33233)]),
        ("mccormick", [((-0.547198, -1.547198), -1.9132230)]),
        ("branin", [((-np.pi, 12.275), 0.3978874), ((np.pi, 2.275), 0.3978874), ((3 * np.pi, 2.475), 0.3978874)]),
        ("goldstein_price", [((0, -1), 3)]),
        ("booth", [((1, 3), 0)]),
        ("matyas", [((0, 0), 0)]),
        ("ackley", [((0, 0), 0)]),
        ("levy", [((1, 1), 0)]),
        ("griewank", [((0, 0), 0)]),
        ("easom", [((np.pi, np.pi), -1)]),
        ("rastrigin", [((0, 0), 0)]),
        ("mueller_brown", [((-0.558, 1.442), -146.6995)]),
    ],
)
def test_lowest_minima(name: str, minima: list[tuple[tuple[float, float], float]]) -> None:
    found = listed(name, "minimum")
    lowest = found[0].value
    for position, value in minima:
        nearest = min(found, key=lambda point: float(np.hypot(*np.subtract(point.position, position))))
        assert nearest.position == pytest.approx(position, abs=1e-3 if name == "mueller_brown" else 1e-6)
        assert nearest.value == pytest.approx(value, abs=1e-4 if name == "mueller_brown" else 2e-6)
    assert lowest == pytest.approx(minima[0][1], abs=1e-4)


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("himmelblau", "minimum", [0, 0, 0, 0]),
        ("himmelblau", "saddle", [13.3119, 67.7192, 104.0152, 178.3372]),
        ("himmelblau", "maximum", [181.6165]),
        ("three_hump_camel", "saddle", [0.877362, 0.877362]),
        ("styblinski_tang", "minimum", [-78.33233, -64.19561, -64.19561, -50.05889]),
        ("goldstein_price", "minimum", [3, 30, 84, 840]),
        ("uv_product", "saddle", [0.5]),
        ("monkey_saddle", "degenerate", [0]),
        ("saddle", "minimum", [-2.25, -2.25]),
    ],
)
def test_values_by_kind(name: str, kind: str, values: list[float]) -> None:
    assert [point.value for point in listed(name, kind)] == pytest.approx(values, abs=5e-5)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("rosenbrock", (1, 1), (0.39936, 1001.6)),
        ("beale", (0, 1), (-27.75, 27.75)),
        ("mccormick", (np.pi / -3 + 0.5, np.pi / -3 - 0.5), (np.sqrt(3), 4)),
        ("booth", (1, 3), (2, 18)),
        ("matyas", (0, 0), (0.04, 1)),
        ("saddle", (0, 0), (-1, 1)),
        ("monkey_saddle", (0, 0), (0, 0)),
        ("uv_product", (2, 0.5), (0, 4.25)),
        ("gorge", (0, 0), (0.2, 40)),
        ("huber", (0, 0), (1, 1)),
        ("lessard", (0, 0), (1, 25)),
        ("sharp_and_flat", landscapes.get("sharp_and_flat").critical_points[0].position, (13.11, 13.45)),
    ],
)
def test_curvatures(name: str, x: tuple[float, float], expected: tuple[float, float]) -> None:
    assert curvatures(name, x) == pytest.approx(expected, rel=1e-3, abs=1e-12)


def test_condition_numbers() -> None:
    flat, steep = curvatures("beale", (3, 0.5))
    assert steep / flat == pytest.approx(162.5, abs=0.05)
    for condition in (1.0, 17.0, 1000.0):
        flat, steep = curvatures("bowl", (0, 0), condition=condition, rotation=25.0)
        assert steep / flat == pytest.approx(condition)


def test_rastrigin_dents_lie_one_apart() -> None:
    on_the_axis = sorted(point.position[0] for point in listed("rastrigin", "minimum") if point.position[1] == 0)
    assert np.diff(on_the_axis) == pytest.approx([0.994959, 0.994959], abs=1e-6)


def walk(name: str, rate: float, momentum: float, start: tuple[float, float], steps: int) -> np.ndarray:
    """The path of a heavy ball, in float64."""
    slope = jax.jit(jax.grad(landscapes.get(name).fn))
    with jax.enable_x64(True):
        path, velocity = [np.array(start)], np.zeros(2)
        for _ in range(steps):
            velocity = momentum * velocity - rate * np.asarray(slope(path[-1]))
            path.append(path[-1] + velocity)
    return np.array(path)


def test_rosenbrock_is_stable_up_to_two_over_its_curvature() -> None:
    end = {rate: walk("rosenbrock", rate, 0.0, (1.0, 1.00001), 3000)[-1] for rate in (0.00199, 0.00201)}
    assert np.hypot(*(end[0.00199] - 1)) < 1e-4
    assert np.hypot(*(end[0.00201] - 1)) > 1e-3


def test_heavy_ball_cycles_for_ever_on_lessards_function() -> None:
    last = walk("lessard", 1 / 9, 4 / 9, (3.3, 2.0), 1002)[-6:, 0]
    assert last[:3] == pytest.approx(last[3:], abs=1e-9)
    assert np.ptp(last) > 2
    assert walk("lessard", 0.05, 0.0, (3.3, 2.0), 1000)[-1] == pytest.approx([0, 0], abs=1e-9)


def test_saddle_is_left_after_the_predicted_number_of_steps() -> None:
    path = walk("saddle", 0.1, 0.0, (0.0, 1e-6), 160)
    assert int(np.argmax(path[:, 1] >= 1)) == pytest.approx(145, abs=2)


def test_plateau_takes_exponentially_longer_with_its_width() -> None:
    """The tails of the two sigmoids slope the plateau, so its gradient falls like exp(-3 width / 2)."""
    slopes = [
        float(landscapes.analysis.gradient(landscapes.get("plateau").fn, np.zeros(2, np.float32), width=width)[0])
        for width in (4.0, 5.0)
    ]
    assert slopes[0] / slopes[1] == pytest.approx(np.exp(1.5), rel=0.01)


def test_large_rates_leave_the_sharp_minimum_for_the_flat_one() -> None:
    surface = landscapes.get("sharp_and_flat")
    sharp, flat = (point.position for point in listed("sharp_and_flat", "minimum"))
    assert walk(surface.name, 0.1, 0.0, surface.start, 300)[-1] == pytest.approx(sharp, abs=1e-3)
    assert walk(surface.name, 0.2, 0.0, surface.start, 300)[-1] != pytest.approx(sharp, abs=0.1)
    assert walk(surface.name, 0.5, 0.0, surface.start, 300)[-1] == pytest.approx(flat, abs=1e-3)


def test_cliff_is_a_wall() -> None:
    """Two points of the domain, a hundredth apart, between which most of the error's whole range lies."""
    cliff = landscapes.get("cliff")
    edge = 0.5 - 0.6224593312018546 * 6.0  # where the start 1/2 is the unstable state of the unit
    below, above = (float(cliff.fn(np.array([6.0, edge + step], np.float32))) for step in (-0.005, 0.005))
    assert below > 0.4
    assert above < 0.1
