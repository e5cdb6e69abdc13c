"""What the browser receives: figures without templates or base64, a digest that drags leave alone, exact arrays."""

import json

import numpy as np
import pytest
from safetensors.numpy import load

from app import figures
from app.stage import (
    ContourPanel,
    CurvesPanel,
    Handle,
    Recording,
    ReliefPanel,
    Run,
    Scene,
    Slider,
    encode,
    encode_scene,
)
from app.stage.wire import LARGE

AXIS = np.linspace(-1, 1, 5)
GRID = AXIS[None] ** 2 + 3 * AXIS[:, None] ** 2


def scene(**changes: object) -> Scene:
    given = {
        "lesson": "walk",
        "steps": 2,
        "runs": (Run(name="a", label="A", color="#0072B2", dash=(3, 2)),),
        "panels": (
            ContourPanel(
                id="map", title="M", figure=figures.contour(AXIS, AXIS, GRID), paths="p", handle=Handle(x="x", y="y")
            ),
            ReliefPanel(id="hill", title="H", figure=figures.relief(AXIS, AXIS, GRID), paths="p", heights="h"),
            CurvesPanel(id="loss", title="L", figure=figures.curves(log=True), curves="h", log=True),
        ),
        "sliders": (Slider(name="rate", label="Rate", symbol="η", default=0.1, low=0.01, high=1.0, log=True),),
        "selectable": "focus",
    }
    return Scene(**(given | changes))  # type: ignore[arg-type]


def recording(**arrays: np.ndarray) -> Recording:
    return Recording(arrays={"length": np.array([3], np.int32)} | arrays, query={"x": "1"}, values={"rate": 0.2})


def metadata(payload: bytes) -> dict[str, str]:
    size = int.from_bytes(payload[:8], "little")
    return json.loads(payload[8 : 8 + size])["__metadata__"]


def test_arrays_of_figures_travel_raw_and_templates_not_at_all() -> None:
    encoded = encode_scene(scene())
    assert encoded.arrays["figure.map.data.0.z"].dtype == np.float32
    np.testing.assert_allclose(encoded.arrays["figure.map.data.0.z"], GRID, rtol=1e-6)
    assert "bdata" not in encoded.json
    assert "template" not in encoded.json
    assert json.loads(encoded.json)["panels"][0]["figure"]["data"][0]["z"] == {"tensor": "figure.map.data.0.z"}


def test_the_digest_sees_structure_and_every_value() -> None:
    first = encode_scene(scene()).digest
    assert encode_scene(scene()).digest == first
    assert encode_scene(scene(steps=3)).digest != first
    other = GRID.copy()
    other[2, 2] += 1e-3
    changed = CurvesPanel(id="loss", title="L", figure=figures.contour(AXIS, AXIS, other), curves="h")
    assert encode_scene(scene(panels=(changed,))).digest != encode_scene(scene(panels=())).digest


def test_the_scene_is_left_out_for_a_browser_that_has_it() -> None:
    encoded = encode_scene(scene())
    path = np.array([[[0.5, np.nan]]], np.float32)
    short = encode(encoded, recording(p=path), have=encoded.digest)
    full = encode(encoded, recording(p=path), have="something else")
    assert "scene" not in metadata(short)
    assert metadata(full)["scene"] == encoded.json
    assert set(load(short)) == {"length", "p"}
    np.testing.assert_array_equal(load(short)["p"], path)
    assert json.loads(metadata(short)["values"]) == {"rate": 0.2}


def test_what_no_panel_draws_is_not_sent() -> None:
    encoded = encode_scene(scene())
    sent = load(encode(encoded, recording(p=np.zeros(3, np.float32), only_said=np.zeros(3, np.float32))))
    assert {"length", "p"} <= set(sent)
    assert "only_said" not in sent


def test_a_large_array_is_left_out_for_a_browser_that_has_it() -> None:
    drawn = CurvesPanel(id="drawn", title="Drawn", figure=figures.curves(), curves="map", overlay="p")
    encoded = encode_scene(scene(panels=(drawn,)))
    large, small = np.arange(LARGE, dtype=np.uint8), np.zeros(4, np.float32)
    first = encode(encoded, recording(map=large, p=small), have=encoded.digest)
    digests = json.loads(metadata(first)["large"])
    assert set(digests) == {"map"}
    again = encode(encoded, recording(map=large, p=small), have=f"{encoded.digest},{digests['map']}")
    assert set(load(again)) == {"length", "p"}
    assert json.loads(metadata(again)["large"]) == digests
    other = encode(encoded, recording(map=large[::-1], p=small), have=f"{encoded.digest},{digests['map']}")
    np.testing.assert_array_equal(load(other)["map"], large[::-1])
    shaped = encode(encoded, recording(map=large.reshape(2, -1)), have=f"{encoded.digest},{digests['map']}")
    assert load(shaped)["map"].shape == (2, LARGE // 2)


def test_what_the_browser_may_change_is_what_the_scene_offers() -> None:
    assert encode_scene(scene()).settings == {"rate", "x", "y", "focus"}


def test_a_figure_may_not_smuggle_in_what_is_no_json() -> None:
    figure = figures.curves(range=(0.0, float("nan")))
    with pytest.raises(ValueError, match="JSON"):
        encode_scene(scene(panels=(CurvesPanel(id="l", title="L", figure=figure, curves="h"),)))
