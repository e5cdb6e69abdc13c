"""What is said about a walk: where it ended, whether it arrived, and the closed forms beside it."""

import math

import numpy as np
import pytest

import optimizers
from app import compute
from app.lessons import registry
from app.trajectories import TrajectorySettings, record, standings, theory
from app.trajectories.style import style


def race(e: TrajectorySettings) -> dict[str, np.ndarray]:
    return theory.recording(e)


def judged(**query: str) -> tuple[TrajectorySettings, dict[str, np.ndarray], dict[str, standings.Result]]:
    e = TrajectorySettings.parse({name.replace("__", "."): value for name, value in query.items()})
    arrays = race(e)
    return e, arrays, dict(zip(e.optimizers, standings.results(e, arrays), strict=True))


def test_every_optimizer_looks_different_and_the_seven_most() -> None:
    looks = {name: style(name) for name in optimizers.names()}
    assert len(set(looks.values())) == len(looks)
    seven = [looks[name] for name in TrajectorySettings().optimizers]
    assert len({color for color, _ in seven}) == len({dash for _, dash in seven}) == 7


def test_divergence_is_data() -> None:
    e, arrays, results = judged(surface="bowl", optimizers="gradient_descent", gradient_descent__learning_rate="0.5")
    result = results["gradient_descent"]
    assert result.outcome == "diverged"
    # The steep direction multiplies by 1 - 0.5 x 10 = -4 a step until it is 100 edges from the centre.
    (west, east), _ = e.landscape.domain
    expected = math.ceil(math.log(100 * (east - west) / abs(e.start[1])) / math.log(4))
    assert result.step == expected
    assert "map widths" in result.detail
    length = int(arrays["length"][0])
    assert length == expected
    assert np.isfinite(arrays["position"][0, :length]).all()
    assert np.isnan(arrays["position"][0, length:]).all()
    assert standings.standings(e, arrays).rows[0][1:3] == ("diverged", str(expected))


def test_a_saddle_is_no_success() -> None:
    _, arrays, results = judged(surface="saddle", x="1.5", y="0", optimizers="gradient_descent")
    assert arrays["gradient_norm"][0, -1] < 1e-6
    assert results["gradient_descent"].outcome == "stalled"
    assert "saddle" in results["gradient_descent"].detail


def test_a_plateau_is_no_minimum() -> None:
    _, arrays, results = judged(surface="plateau", plateau__width="6", optimizers="gradient_descent", steps="100")
    assert arrays["gradient_norm"][0, -1] < 0.1
    assert results["gradient_descent"].outcome == "walking"


def test_arrival_is_for_good() -> None:
    losses = np.array([1.0, 0.0005, 0.5, 0.0009, 0.0002], np.float32)
    assert standings._arrivals(losses[None], np.zeros(1)) == 3
    assert standings._arrivals(losses[None, :3], np.zeros(1)) == -1


def test_minimum_that_nobody_listed_is_found() -> None:
    _, _, results = judged(surface="rastrigin", x="1.8", y="2.2", optimizers="gradient_descent")
    place = results["gradient_descent"].place
    assert place is not None
    assert place.kind == "minimum"
    np.testing.assert_allclose(place.position, (1.98991, 1.98991), atol=1e-4)


def test_critical_points_follow_the_parameters() -> None:
    moved = compute.terrain("bowl", (("condition", 400.0), ("rotation", 60.0)))
    assert [point.kind for point in moved.points] == ["minimum"]
    np.testing.assert_allclose(moved.points[0].position, (0, 0), atol=1e-5)


@pytest.mark.parametrize(
    ("optimizer", "limit"), [("gradient_descent", 2 / 10), ("momentum", 3.8 / 10), ("nesterov", 3.8 / 2.8 / 10)]
)
def test_predicted_limit_decides(optimizer: str, limit: float) -> None:
    """On the bowl, whose largest curvature is 10, just below the limit arrives and just above it does not."""
    outcomes = {}
    for factor in (0.97, 1.03):
        query = {"surface": "bowl", "optimizers": optimizer, "steps": "2000"}
        e = TrajectorySettings.parse(query | {f"{optimizer}.learning_rate": f"{factor * limit:.8g}"})
        arrays = race(e)
        outcomes[factor] = standings.results(e, arrays)[0].outcome
        assert f"{limit:.3g}" == theory.comparisons(e, arrays)[0].predicted
    assert outcomes == {0.97: "converged", 1.03: "diverged"}


def test_predicted_factor_is_measured() -> None:
    e, arrays, _ = judged(surface="bowl", optimizers="gradient_descent,momentum", steps="400")
    rows = [row for row in theory.comparisons(e, arrays) if "factor" in row.quantity]
    assert len(rows) == 2
    for row in rows:
        assert float(row.measured) == pytest.approx(float(row.predicted), abs=0.004)
    lines = theory.overlay(e, arrays)
    both = np.isfinite(lines[0]) & (arrays["loss"][0] > 1e-12)
    ratio = lines[0][both] / arrays["loss"][0][both]
    np.testing.assert_allclose(ratio, 1, atol=0.05)


@pytest.mark.parametrize("name", ["race", "momentum", "adaptive", "schedules"])
def test_a_start_in_the_minimum_is_no_error(name: str) -> None:
    walked = registry.get(name)
    query = {"surface": "bowl", "x": "0", "y": "0", "steps": "20"} | ({"momentum": "1"} if name == "momentum" else {})
    e = walked.Experiment.parse(query)
    arrays = walked.record(e)
    walked.theory(e, arrays)
    walked.standings(e, arrays)
    walked.caption(e, arrays)


def test_longer_runs_begin_like_shorter_ones() -> None:
    """Runs are computed in a few compiled lengths and cut; noise must not depend on the length."""
    short = record.record(TrajectorySettings(steps=400, noise=0.3, seed=3, optimizers=("momentum", "adam")))
    long = record.record(TrajectorySettings(steps=900, noise=0.3, seed=3, optimizers=("momentum", "adam")))
    np.testing.assert_array_equal(short["position"], long["position"][:, :401])


def test_predicted_line_is_drawn_whatever_the_minimum_is_worth() -> None:
    """A lowest value that float32 cannot hold must not be taken for a higher one."""
    _, arrays, results = judged(surface="mccormick", optimizers="momentum", x="0", y="-1")
    assert results["momentum"].outcome == "converged"
    assert np.isfinite(arrays["predicted"][0]).any()
