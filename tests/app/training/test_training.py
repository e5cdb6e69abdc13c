"""Training runs as tasks: the lab's own numbers, whatever the chunks, and one program for what differs in numbers."""

import json
from typing import Any

import jax
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import training_lab as lab
from app import compute
from app.compute import Trial, training
from app.jobs import job_queue
from app.jobs.cache import Cache
from app.lessons import registry
from app.training import code
from app.web import live
from tests.app.lessons.printed import executed
from training_lab import probes

BLOBS = lab.Data(name=("blobs", {"samples": 60}))


def recipe(**changes: Any) -> lab.Recipe:
    options: dict[str, Any] = {
        "data": BLOBS,
        "network": lab.MLP(width=4),
        "batch_size": 16,
        "steps": 60,
        "log_every": 3,
    }
    return lab.Recipe(**options | changes)


def trial(**changes: Any) -> Trial:
    return Trial(recipe(**changes), (probes.losses,))


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queue, "_kept", Cache(10**7))


@pytest.mark.usefixtures("fresh")
def test_same_numbers_as_the_lab_whatever_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = lab.train(recipe(), jax.random.key(3), probes=(probes.losses,))
    ours = Trial(recipe(), (probes.losses,), seed=3)
    shares: list[float] = []

    def note(share: float) -> bool:
        shares.append(share)
        return True

    for seconds in (1e-9, 10.0):
        monkeypatch.setattr(training, "CHUNK", seconds)
        monkeypatch.setattr(job_queue, "QUICK", 0.0)
        shares = []
        job_queue._kept.clear()
        run = job_queue.result(ours, note)
        np.testing.assert_array_equal(run["loss"], expected["loss"])
        np.testing.assert_array_equal(run.steps, expected.steps)
        assert shares == sorted(shares)
        assert shares[-1] == 1
    assert len(shares) < 10


@pytest.mark.usefixtures("fresh")
def test_an_initializer_or_a_number_compiles_no_training() -> None:
    compute.trained(trial())
    compiled = lab.training.loop.advance._cache_size()
    rate = ("adam", {"learning_rate": 0.01})
    runs = compute.trained(
        trial(network=lab.MLP(width=4, initializer="zeros")),
        trial(network=lab.MLP(width=4, initializer=("xavier_normal", {"gain": 2.0}))),
        trial(optimizer=rate, steps=45),
        trial(data=lab.Data(name=("blobs", {"samples": 60, "noise": 1.0}))),
    )
    assert lab.training.loop.advance._cache_size() == compiled
    assert len({float(run["loss"][-1]) for run in runs}) == 4
    assert not np.asarray(runs[0].params.first.kernel).any()


@pytest.mark.usefixtures("fresh")
def test_an_ensemble_is_its_members() -> None:
    together = compute.trained(Trial(recipe(), (probes.losses,), seed=(0, 1)))[0]
    alone = compute.trained(Trial(recipe(), (probes.losses,), seed=1))[0]
    assert together["loss"].shape == (21, 2)
    np.testing.assert_allclose(together["loss"][:, 1], alone["loss"], rtol=1e-4)


@pytest.mark.usefixtures("fresh")
def test_seconds_are_known_once_a_program_has_run() -> None:
    other = trial(network=lab.MLP(width=5))
    assert other.seconds() is None
    assert not job_queue.quick([other])
    compute.trained(other)
    again = trial(network=lab.MLP(width=5), optimizer=("adam", {"learning_rate": 0.02}))
    assert again.seconds() is not None
    assert not job_queue.known([again])


def test_divergence_is_told() -> None:
    wild = lab.MLP(width=4, initializer=("normal", {"std": 100.0}))
    run = compute.trained(trial(network=wild, optimizer=("gradient_descent", {"learning_rate": 10.0}), loss="mse"))[0]
    assert run.ended == "diverged"
    assert "step" in run.divergence
    assert "not finite" in run.divergence


def test_lab_program_gives_the_numbers_that_are_drawn() -> None:
    one = trial(network=lab.MLP(width=4, initializer=("kaiming_normal", {"gain": 1.5})))
    run = executed(code.lab_program(one))["run"]
    np.testing.assert_allclose(run["loss"], compute.trained(one)[0]["loss"], rtol=1e-5)


def test_live_route_answers_what_is_known_and_nothing_long(monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(Starlette(routes=live.routes))
    monkeypatch.setattr(Trial, "seconds", lambda trial: None)
    answer = client.get("/live/initialisation?seed=4321")
    assert answer.status_code == 202
    assert "Let go" in json.loads(answer.content)["message"]
    assert answer.headers["cache-control"] == "no-store"


PROGRAMS = {
    "training_loop": ({}, {"activation": "linear"}, {"network": "cnn", "activation": "relu", "steps": "240"}),
    "initialisation": ({"initializers": "kaiming_normal"}, {"initializers": "zeros", "show": "units"}),
    "vanishing": ({"cures": "residual"}, {"cures": "norm", "activation": "relu"}),
}


def _torch_programs() -> list[tuple[str, dict[str, str]]]:
    return [(name, query) for name, queries in PROGRAMS.items() for query in queries]


@pytest.mark.parametrize(("name", "query"), _torch_programs())
def test_torch_program_is_written(name: str, query: dict[str, str]) -> None:
    record = registry.get(name)
    written = record.code(record.Experiment.parse(query))
    compile(written["PyTorch"](), "<program>", "exec")
    compile(written["JAX"](), "<program>", "exec")


@pytest.mark.parity
@pytest.mark.parametrize(("name", "query"), _torch_programs())
def test_torch_program_obeys_the_same_laws(name: str, query: dict[str, str]) -> None:
    """Other random numbers, the same setting: it learns as well as the run that is drawn, or as little."""
    pytest.importorskip("torch").set_num_threads(1)
    record = registry.get(name)
    e = record.Experiment.parse(query)
    found = executed(record.code(e)["PyTorch"]())
    drawn = compute.trained(*record.work(e))[-1]
    assert abs(found["accuracy"] - drawn["validation_accuracy"][-1]) < 0.15
    assert found["history"][0] == pytest.approx(drawn["loss"][0], rel=0.3)
