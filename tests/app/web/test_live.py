"""The live route: bytes that equal the page's, and an answer in words to everything else."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.lessons import payloads, registry
from app.web import live


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=live.routes))


def metadata(payload: bytes) -> dict[str, str]:
    header: dict[str, Any] = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
    return header["__metadata__"]


def test_recording_of_a_setting(client: TestClient) -> None:
    answer = client.get("/live/race?x=2&optimizers=adam,momentum&steps=40")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["cache-control"]
    arrays = load(answer.content)
    record = registry.get("race")
    expected = record.record(record.Experiment(x=2.0, optimizers=("adam", "momentum"), steps=40))
    assert arrays["position"].shape == (2, 41, 2)
    assert {"position", "loss", "height", "length"} <= arrays.keys()
    for name in arrays.keys() & expected.keys():
        np.testing.assert_array_equal(arrays[name], expected[name])


def test_scene_is_sent_only_to_who_lacks_it(client: TestClient) -> None:
    first = client.get("/live/race?x=2").content
    digest = metadata(first)["digest"]
    second = client.get(f"/live/race?x=2.1&have={digest}").content
    assert "scene" in metadata(first)
    assert "scene" not in metadata(second)
    assert metadata(second)["digest"] == digest
    assert len(second) < len(first) - 40_000
    other = client.get(f"/live/race?surface=saddle&have={digest}").content
    assert "scene" in metadata(other)


def test_what_is_dragged_leaves_the_scene_alone() -> None:
    """A slider whose drag changed the scene would send the terrain along with every pointer move."""
    record = registry.get("race")
    scene = payloads.scene(record, record.Experiment())
    for slider in record.scene(record.Experiment()).sliders:
        if not slider.name.startswith("beale."):
            middle = (slider.low * slider.high) ** 0.5 if slider.log else (slider.low + slider.high) / 2
            dragged = record.Experiment().changed({slider.name: f"{middle:.6g}"})
            assert payloads.scene(record, dragged.scene_settings()).digest == scene.digest


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("surface=nowhere", "surface"),
        ("learning_rate=nan", "learning_rate"),
        ("adam.b1=inf", "adam.b1"),
        ("steps=10000000", "steps"),
        ("optimizers=", "optimizers"),
        ("x=", "x"),
        ("x=1e308", "x"),
        ("unknown=1", "unknown"),
        ("x=" + "1" * 5_000, "query"),
        ("adam.learning_rate=0", "adam.learning_rate"),
    ],
)
def test_refusal_names_the_parameter(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/live/race?{query}")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter
    assert answer.json()["message"]
    assert answer.headers["cache-control"] == "no-store"


def test_unknown_lesson(client: TestClient) -> None:
    answer = client.get("/live/rocket")
    assert answer.status_code == 404
    assert "race" in answer.json()["message"]


HOSTILE = st.one_of(
    st.sampled_from(
        ["", "nan", "inf", "-inf", "1e308", "-1", "0", "1e-320", "99999999999", "0x10", "1_0", "true", "None"]
    ),
    st.sampled_from(
        ["<script>alert(1)</script>", "../../etc/passwd", "=x/0", "=__import__('os')", "a,b", ",", "%00", "é\u202e"]
    ),
    st.floats().map(str),
    st.integers(-(10**6), 10**6).map(str),
    st.text(max_size=40),
)


@pytest.mark.parametrize("name", registry.lessons())
def test_whatever_is_asked_of_a_lesson_is_answered(client: TestClient, name: str) -> None:
    """The parameters are the lesson's own, so the values get past the door."""
    record = registry.get(name)
    known = [*record.Experiment().query(), *(each for preset in record.presets for each in preset.settings)]
    known += [field.alias or each for each, field in record.Experiment.model_fields.items()]
    names = st.one_of(st.sampled_from(sorted(set(known))), st.text(min_size=1, max_size=10))

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.dictionaries(names, HOSTILE, min_size=1, max_size=4))
    def asked(query: dict[str, str]) -> None:
        answer = client.get(f"/live/{name}", params=query)
        assert answer.status_code in (200, 202, 422), (query, answer.text)
        if answer.status_code != 200:
            assert answer.headers["content-type"] == "application/json"

    asked()
