"""The training loop: stages, twins, one's own table, and the numbers of what is drawn."""

import gc
from threading import Thread
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import training_lab as lab
from app import compute
from app.compute import lesson_probes
from app.jobs import job_queue, uploaded_tables
from app.lessons import payloads, registry
from app.training import loop_stages, training_loop
from app.training.loop_settings import NONE, TWINS
from tests.app.jobs.test_job_queue import until
from tests.app.lessons.test_lessons import _page
from training_lab.datasets import TableError

RECORD = registry.get("training_loop")
RING = "x,y,kind\n" + "\n".join(
    f"{r * np.cos(a):.3f},{r * np.sin(a):.3f},{'in' if r < 2 else 'out'}"
    for r in (1, 3)
    for a in np.linspace(0, 6.2, 40)
)


def recording(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = RECORD.Experiment.parse(query)
    return e, dict(payloads.recording(RECORD, e).arrays)


def test_boundary_is_the_probability_of_the_network() -> None:
    e, arrays = recording()
    run = compute.trained(*RECORD.work(e))[0]
    low, high = lesson_probes.plane_of(compute.splits(training_loop.data(e)).train.x)
    grid = jnp.asarray(lab.probes.plane(low, high, 80))
    logits = np.asarray(run.recipe.network.apply(run.params, run.statistics, grid).outputs)
    share = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    np.testing.assert_allclose(arrays["boundary"][-1].ravel() / 254, share, atol=0.003)
    coarse = jnp.asarray(lab.probes.plane(low, high, 12))
    said = run.recipe.network.apply(run.params, run.statistics, coarse, watch=True).taps.post[-1][:, 0].reshape(12, 12)
    upright = np.asarray(said)[::-1] / np.abs(said).max()  # a tile's first row is on top
    np.testing.assert_allclose(arrays["units"][-1, 0] / 127 - 1, upright, atol=0.01)
    assert arrays["boundary"].shape == (61, 80, 80)
    assert sum(array.nbytes for array in arrays.values()) <= 500_000


def test_a_step_is_forward_differentiate_update() -> None:
    e, arrays = recording(pace="stages", optimizer="gradient_descent")
    names = loop_stages.ticks(e)
    assert len(names) == e.last_step + 1 == len(arrays["boundary"]) == len(arrays["stage"])
    place = names.index("step 3: forward")
    before, slopes, after = arrays["weights"][place : place + 3]
    assert [loop_stages.STAGES[int(np.argmax(arrays["stage"][place + i]))] for i in range(3)] == list(
        loop_stages.STAGES[2:5]
    )
    # Plain gradient descent moves against what "differentiate" shows, up to one factor for the whole picture.
    moved = before - after
    factor = float(moved @ slopes / (slopes @ slopes))
    assert factor > 0
    np.testing.assert_allclose(moved, factor * slopes, atol=1e-5)


def test_twins_differ_in_one_switch_only() -> None:
    for twin in TWINS:
        e = RECORD.Experiment.parse({"twin": twin})
        trials = RECORD.work(e)
        assert len(trials) == (1 if twin == NONE else 2)
        if twin == NONE:
            continue
        own, other = trials
        assert own != other
        assert (own.seed == other.seed) == (twin != "seed")
        fields = ("data", "network", "loss", "optimizer", "penalty", "batch_size", "steps")
        changed = [f for f in fields if getattr(own.recipe, f) != getattr(other.recipe, f)]
        assert len(changed) == (0 if twin == "seed" else 1), changed


def test_difference_of_twins() -> None:
    _, arrays = recording(twin="seed")
    own, twin = (arrays[name].astype(float) / 254 for name in ("boundary", "twin_boundary"))
    np.testing.assert_allclose(arrays["difference"] / 127 - 1, twin - own, atol=0.01)


def test_confusion_counts_the_digits() -> None:
    e, arrays = recording(network="cnn", activation="relu", steps="240")
    validation = compute.splits(training_loop.data(e)).validation
    assert (arrays["confusion"].sum((1, 2)) == len(validation.y)).all()
    right = np.trace(arrays["confusion"], axis1=1, axis2=2) / len(validation.y)
    np.testing.assert_allclose(right, arrays["validation_accuracy"][0], atol=1e-6)
    assert (arrays["verdicts"][-1] == 2).sum() == min(12, round((1 - right[-1]) * len(validation.y)))


def test_parameters_are_counted_right() -> None:
    for query in ({}, {"network": "cnn", "activation": "relu", "steps": "240"}, {"network": "rnn"}):
        e = RECORD.Experiment.parse(query)
        row = RECORD.theory(e, payloads.recording(RECORD, e).arrays)[0]
        assert row.predicted == row.measured


def test_own_table_is_trained_on_and_forgotten_with_its_session() -> None:
    table = uploaded_tables.read(RING.encode())
    e, arrays = recording(data="own", table=table.digest, steps="120")
    assert arrays["points"].shape == (64, 2)
    assert any(job_queue.known([trial]) for trial in RECORD.work(e))
    digest = table.digest
    del table, arrays
    gc.collect()
    assert not uploaded_tables.known(digest)

    def held() -> bool:
        with job_queue._kept._lock:
            return any(digest in str(key) for key in job_queue._kept._kept)

    until(lambda: not held())
    with pytest.raises(ValueError, match="Upload it again"):
        RECORD.Experiment.parse({"data": "own", "table": digest})
    salvaged, problems = RECORD.Experiment.parse_lenient({"data": "own", "table": digest, "depth": "3"})
    assert salvaged.data == "moons"
    assert salvaged.depth == 3
    assert [problem.parameter for problem in problems] == ["data"]


def test_a_table_may_go_while_results_are_locked() -> None:
    held: list[uploaded_tables.Table] = [uploaded_tables.read(RING.replace("in", "inside").encode())]

    def go() -> None:
        with job_queue._kept._lock:
            held.clear()
            gc.collect()

    going = Thread(target=go, daemon=True)
    going.start()
    going.join(10)
    assert not going.is_alive()


BAD = {
    "text": ("once upon a time\nthere was\n", "rows"),
    "bytes": (b"\xff\xfe\x00\x01" * 40, "text"),
    "zeros": (b"1,2,a\x00\n" * 10, "text"),
    "nan": (RING.replace("1.000", "nan", 1), "finite"),
    "single class": (RING.replace("out", "in"), "classes"),
    "regression": ("\n".join(f"{i},{i / 7}" for i in range(60)), "class"),
    "large": (b"1,2,a\n" * 400_000, "MB"),
    "long": ("\n".join(f"{i % 7},{i % 3},{'ab'[i % 2]}" for i in range(3_000)), "rows"),
    "empty": ("", "rows"),
}


@pytest.mark.parametrize(("content", "word"), BAD.values(), ids=BAD.keys())
def test_bad_tables_are_refused_in_words(content: str | bytes, word: str) -> None:
    with pytest.raises(TableError, match=word):
        uploaded_tables.read(content if isinstance(content, bytes) else content.encode())


def test_a_link_to_a_table_that_is_gone_opens_with_a_message() -> None:
    payloads.recording(RECORD, RECORD.Experiment())
    page = AppTest.from_function(_page, args=("training_loop",), default_timeout=60)
    page.query_params.update({"data": "own", "table": "0123456789abcdef"})
    page.run()
    assert not page.exception
    assert uploaded_tables.GONE in page.warning[0].value.replace("\\", "")
