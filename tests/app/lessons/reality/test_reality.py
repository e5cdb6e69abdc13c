"""Landscapes of real networks: centres, bowls, the plane of a path, rescaling, data kept beforehand, and programs."""

import time

import jax
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import compute
from app.jobs import job_queue
from app.jobs.cache import Cache
from app.lessons import payloads, registry
from app.lessons.reality import code, explanations, loss_slices, prepared, record
from app.lessons.reality.loss_slices import Plane, Slice, Sliced
from app.lessons.reality.settings import COARSE, FINE, SLOW, RealitySettings, trial
from app.lessons.reality.views import VIEWS
from app.state import pending
from tests.app.lessons.printed import executed
from tests.app.lessons.test_lessons import _page
from tests.app.state.test_pending import told, view

LESSON = registry.get("reality")
SMALL = {"width": "8", "batch": "512"}


def recorded(**query: str) -> tuple[RealitySettings, dict[str, np.ndarray]]:
    e = RealitySettings.parse(query)
    return e, dict(payloads.recording(LESSON, e).arrays)


@pytest.fixture(scope="module")
def found() -> Sliced:
    """A coarse slice of a small network, computed here."""
    return job_queue.result(Slice(trial(RealitySettings.parse(SMALL)), Plane(), 5))


def test_the_centre_is_the_trained_loss(found: Sliced) -> None:
    run = compute.trained(trial(RealitySettings.parse(SMALL)))[0]
    for value in (found.centre, found.values[2, 2], *found.cuts[:, loss_slices.LINE // 2], found.trained[0]):
        assert float(value) == pytest.approx(float(run["loss"][-1]), rel=1e-4)
    assert found.trained[2] == 64 * 8 + 8 + 8 * 8 + 8 + 8 * 10 + 10


def test_the_bowl_is_reality_from_close_by(found: Sliced) -> None:
    near = np.abs(found.along[0]) < 0.05
    line = np.stack([found.along[0], np.zeros(loss_slices.LINE)], axis=1)
    np.testing.assert_allclose(found.bowl(line)[near], found.cuts[0][near], rtol=0.02)
    corner = np.array([[0.3, -0.2]])
    (a, b), (_, c) = found.curvature
    expected = found.centre + corner[0] @ found.slope + (0.09 * a - 0.12 * b + 0.04 * c) / 2
    assert found.bowl(corner)[0] == pytest.approx(expected, rel=1e-5)


def test_cuts_are_rows_of_the_slice(found: Sliced) -> None:
    np.testing.assert_allclose(found.cuts[0][::25], found.values[2], rtol=1e-4)
    np.testing.assert_allclose(found.cuts[1][::25], found.values[:, 2], rtol=1e-4)


def test_what_is_kept_beforehand_is_what_our_code_computes() -> None:
    assert prepared.FILE.stat().st_size <= 300_000
    for preset in LESSON.presets:
        if preset.settings.get("show") != "path":
            assert job_queue.known(VIEWS.work(RealitySettings.parse(preset.settings))), preset.title
    kept = record.sliced(RealitySettings())
    assert kept.values.shape == (FINE, FINE)
    again = job_queue.result(
        Slice(trial(RealitySettings(show="path")), Plane(), 5)
    )  # the same training, seen more closely
    assert float(again.centre) == pytest.approx(float(kept.centre), rel=0.02)
    np.testing.assert_allclose(again.values, kept.values[::25, ::25], rtol=0.1)


def test_the_plane_of_a_path_and_what_it_leaves_out() -> None:
    e, arrays = recorded(show="path")
    run, way = compute.trained(trial(e))[0], loss_slices.path(trial(e))
    rows = np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in jax.tree.leaves(run["params"])], axis=1)
    distances = np.linalg.norm((rows - rows[-1]).astype(np.float64), axis=1)
    sizes = np.linalg.svd((rows - rows[-1]).astype(np.float64), compute_uv=False) ** 2
    np.testing.assert_allclose(way.explained, sizes[:2] / sizes.sum(), rtol=1e-5)
    shown = np.linalg.norm(arrays["position"][0], axis=1)
    np.testing.assert_allclose(shown**2, (1 - arrays["off"][0] ** 2) * distances**2, rtol=1e-3, atol=1e-4)
    assert arrays["random_off"][0, :-1].min() > 0.99
    # The end lies on the plane, and the height drawn there is the trained loss, between points of the grid.
    assert arrays["heights"][0, -1] == pytest.approx(arrays["loss"][0, -1], rel=0.1)


@pytest.mark.parametrize("steps", ["300", "77", "10"])
def test_every_frame_has_its_place(steps: str) -> None:
    e, arrays = recorded(show="path", steps=steps)
    assert arrays["position"].shape == (1, e.last_step + 1, 2)
    ticks = LESSON.scene(e).ticks
    assert [f"step {step:.0f}" for step in arrays["at"]] == list(ticks)


def test_kinds_of_points() -> None:
    loss, gain = np.ones(5), np.array([0.01, 0.01, 0.5, np.inf, 0.01])
    largest, smallest = np.full(5, 2.0), np.array([0.1, -0.5, -0.5, -0.5, -0.001])
    assert record.kinds(loss, gain, largest, smallest).tolist() == [
        record.MINIMUM,
        record.SADDLE,
        record.NEITHER,
        record.NEITHER,
        record.MINIMUM,
    ]


def test_rescaling_leaves_a_filter_normalised_cut_alone() -> None:
    _, arrays = recorded(show="rescaling")
    np.testing.assert_allclose(arrays["filter"][1], arrays["filter"][0], rtol=1e-4)
    middle = loss_slices.CUT // 2
    np.testing.assert_allclose(arrays["raw"][1, :, middle], arrays["raw"][0, :, middle], rtol=1e-4)
    assert explanations.change(arrays["raw"]) > 1
    # The first two layers' lengths change, their product and the last layer's do not.
    norms = arrays["norms"][1] / arrays["norms"][0]
    np.testing.assert_allclose(norms[:, 0], loss_slices.FACTORS, rtol=1e-4)
    np.testing.assert_allclose(norms[:, 1], 1 / loss_slices.FACTORS, rtol=1e-4)
    np.testing.assert_allclose(norms[:, 2], 1)


def test_large_networks_have_smaller_slices() -> None:
    sides = [RealitySettings.parse(query).side for query in ({}, {"draft": "true"}, {"depth": "16", "width": "64"})]
    assert sides == [FINE, COARSE, SLOW]


def test_slices_of_one_architecture_are_one_program(found: Sliced) -> None:
    compiled = lab_cache()
    job_queue.result(Slice(trial(RealitySettings.parse(SMALL)), Plane("raw", 3), 7))
    assert lab_cache() == compiled


def lab_cache() -> int:
    from training_lab import loss_landscape

    return loss_landscape._values._cache_size()


def test_a_slice_can_be_stopped_and_its_training_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queue, "_kept", Cache(10**8))
    task = Slice(trial(RealitySettings.parse(SMALL)), Plane(seed=5), 60)
    shares: list[float] = []

    def few(share: float) -> bool:
        shares.append(share)
        return share < 0.5

    assert job_queue.result(task, few) is None
    assert shares == sorted(shares)
    assert 0.5 <= shares[-1] < 1
    assert job_queue.known([task.trial])
    assert not job_queue.known([task])
    assert not job_queue._flights


def test_a_coarse_slice_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quick: the page shows 25 x 25 points, says how far the others are, and then shows them."""
    monkeypatch.setattr(Slice, "seconds", lambda task: None)
    job_queue.result(Slice(trial(RealitySettings.parse(SMALL)), Plane(seed=7), COARSE))
    page = AppTest.from_function(_page, args=("reality",), default_timeout=60)
    page.query_params.update(SMALL | {"plane": "7"})
    page.run()
    assert not page.exception
    assert told(page)["state"] == "refining"
    coarse = page.get("bidi_component")[0].proto.bytes
    for _ in range(200):
        if not told(page):
            break
        time.sleep(0.1)
        page.run()
    fine = page.get("bidi_component")[0].proto.bytes
    assert len(fine) > 2 * len(coarse)


def test_cancelling_keeps_the_coarse_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slice, "seconds", lambda task: None)
    monkeypatch.setattr(pending, "GRACE", 0.0)
    job_queue.result(Slice(trial(RealitySettings.parse(SMALL)), Plane(seed=8), COARSE))
    page = AppTest.from_function(_page, args=("reality",), default_timeout=60)
    page.query_params.update(SMALL | {"plane": "8"})
    page.run()
    next(button for button in page.button if button.label == "Cancel").click().run()
    assert told(page)["state"] == "stopped"
    assert view(page)["query"] == view(page)["wanted"]["query"]
    assert any(button.label == "Refine" for button in page.button)


def test_lab_program_has_the_drawn_slice() -> None:
    e = RealitySettings.parse(SMALL | {"draft": "true", "plane": "2"})
    values = executed(code.programs(e)["JAX"]())["values"]
    np.testing.assert_allclose(values, record.sliced(e).values, rtol=0.01)


@pytest.mark.parity
@pytest.mark.parametrize("query", [{"show": "path"}, {"show": "rescaling"}, {"directions": "raw"}])
def test_lab_programs_of_the_other_views(query: dict[str, str]) -> None:
    e = RealitySettings.parse(SMALL | {"draft": "true"} | query)
    found = executed(code.programs(e)["JAX"]())["cuts" if e.show == "rescaling" else "values"]
    if e.show == "rescaling":
        np.testing.assert_allclose(found[1], found[0], rtol=1e-3)
    else:
        np.testing.assert_allclose(found, record.sliced(e).values, rtol=0.05)


@pytest.mark.parity
def test_torch_program_has_a_slice_with_the_loss_in_its_centre() -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    values = executed(code.programs(RealitySettings.parse(SMALL))["PyTorch"]())["values"].numpy()
    assert values.shape == (51, 51)
    assert values[25, 25] < 1.1 * values.min()
    assert values[25, 25] < 0.2 * values.max()
