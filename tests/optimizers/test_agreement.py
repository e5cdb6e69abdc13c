"""The report that the site shows: it is what the data say, nothing is missing from it, and all of it is good news."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

import optimizers
from optimizers import clipping, schedules, theory
from tests.optimizers import agreement

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def written():
    return json.loads(agreement.FILE.read_text())


KINDS = ("optimizers", "schedules", "clipping")
DIFFERENCES = {"step_50", "step_200", "difference"}


def exact(report):
    """All but the version of optax and the differences, in which machines round differently."""
    rows = {kind: [{k: v for k, v in row.items() if k not in DIFFERENCES} for row in report[kind]] for kind in KINDS}
    return report | rows | {"optax": ""}


@pytest.mark.parity
def test_the_report_is_what_the_data_say(written):
    """Minutes of long walks in float64, and so left to the run that makes torch's answers afresh."""
    pytest.importorskip("torch")
    found = agreement.report()
    assert exact(written) == exact(found), "run python -m tests.optimizers.agreement"
    for kind in KINDS:
        for ours, theirs in zip(written[kind], found[kind], strict=True):
            for key in DIFFERENCES & ours.keys():
                assert ours[key] == pytest.approx(theirs[key], rel=100, abs=1e-13)


def test_everything_agrees(written):
    for row in written["optimizers"]:
        assert row["step_50"] <= agreement.TOLERANCES[0]
        assert row["step_200"] <= agreement.TOLERANCES[1]
        assert row["points"] > 3 * row["left_out"]
    assert all(row["difference"] < 1e-12 for row in written["schedules"] + written["clipping"])


def test_nothing_is_missing(written):
    compared = {row["name"] for row in written["optimizers"]}
    proved = {row["name"] for row in written["facts"]}
    assert compared | proved == set(optimizers.names())
    assert {row["name"] for row in written["schedules"]} >= set(schedules.names())
    assert {row["name"] for row in written["clipping"]} == set(clipping.names())
    assert {row["name"] for row in written["closed_forms"]} == set(theory.__all__)
    assert all(row["says"].endswith(".") for row in written["closed_forms"])


def test_the_facts_and_closed_forms_are_tested():
    tests = (HERE / "test_methods.py").read_text()
    assert all(f"def {test}(" in tests for facts in agreement.FACTS.values() for test in facts)
    tests = (HERE / "test_theory.py").read_text() + "".join(
        Path(optimizers.__file__).parent.joinpath("methods", f"{name}.py").read_text()
        for name in ("gradient_descent", "momentum", "nesterov")
    )
    assert all(f"theory.{name}" in tests for name in theory.__all__)


def test_optax_is_asked_by_a_loop_of_its_own():
    """A wrong rule would be noticed: the same walk at another learning rate is far away."""
    with jax.enable_x64(True):
        answers = agreement.optax_answers("adam")
        settings = json.loads(str(answers["settings"]))
        wrong = [values | {"learning_rate": values["learning_rate"] * 1.001} for values in settings]
        ours = agreement.our_positions("adam", wrong)
    assert np.abs(ours - answers["position"])[..., -1, :].max() > 1e-4
