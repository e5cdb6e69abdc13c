"""Formulas in the place of a surface: what they become, and what is said of those that cannot be read."""

import numpy as np
import pytest

from app import compute
from app.lessons import registry
from app.settings.errors import BadSettings

RACE, SADDLES = registry.get("race"), registry.get("saddles")

# Awkward in every way that a formula can be and still be one.
AWKWARD = {
    "divides by zero": "=1/x",
    "undefined on a half": "=sqrt(x) + y^2",
    "undefined on two quarters": "=log(x*y)",
    "overflows": "=exp(x^2*y^2)",
    "huge": "=x^64 * 1e15",
    "constant": "=3",
    "flat": "=0*x",
    "no minimum": "=x + y",
    "corners": "=max(abs(x), abs(y))",
    "a step": "=where(x < 0, 1, 0) + y^2",
    "defined almost nowhere": "=log(x - 4.9)",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_an_awkward_formula_gives_an_honest_picture(text: str) -> None:
    for record, shown in ((RACE, {}), (SADDLES, {}), (SADDLES, {"show": "which"})):
        given = {"surface": text, "optimizers": "gradient_descent", "steps": "50", **shown}
        experiment = record.Experiment.parse(given)
        arrays = record.record(experiment)
        record.scene(experiment)
        record.standings(experiment, arrays)
        record.theory(experiment, arrays)
        assert experiment.query()["surface"] == text
        for name in ("position", "loss"):
            drawn = arrays[name][0, : arrays["length"][0]]
            assert np.isfinite(drawn).all(), name


def test_the_critical_points_of_a_formula_are_found() -> None:
    found = {
        (round(x, 3), round(y, 3)): point.kind
        for point in compute.terrain("=(x^2 - 1)^2 + y^2", ()).points
        for x, y in [point.position]
    }
    assert {key: found[key] for key in found} == {(-1, 0): "minimum", (1, 0): "minimum", (0, 0): "saddle"}


def test_undefined_regions_are_holes() -> None:
    z = compute.terrain("=sqrt(x)", ()).z
    assert np.isnan(z[:, :50]).all()
    assert np.isfinite(z[:, 51:]).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=x^", "character 3"),
        ("=import os", "character"),
        ("=__class__", "character 1"),
        ("=9^9^9^9", "character"),
        ("=" + "x+" * 5_000 + "x", "character"),
        ("=", "character 1"),
        ("=x/0", "real value"),
        ("=z", "character 1"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(BadSettings) as refused:
        RACE.Experiment.parse({"surface": text})
    (problem,) = refused.value.problems
    assert problem.parameter == "surface"
    assert "cannot read this formula" in problem.message
    assert said in problem.message


def test_the_same_formula_is_compiled_once() -> None:
    assert compute.landscape("=x^2 + y").fn is compute.landscape("=x**2+y").fn
