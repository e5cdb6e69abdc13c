"""The records of panels and markers: what of them travels, what they let a browser change, how numbers become bytes."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load

from app import figures
from app.stage import (
    Arrows,
    ContourPanel,
    Handle,
    Pick,
    Points,
    Raster,
    RasterPanel,
    Recording,
    Scale,
    Scene,
    encode,
    encode_scene,
    quantize,
)

AXIS = np.linspace(-1, 1, 5)


def scene(*panels: object, **changes: object) -> Scene:
    return Scene(**({"lesson": "maps", "steps": 4, "runs": (), "panels": panels} | changes))  # type: ignore[arg-type]


def rates(**changes: object) -> RasterPanel:
    given = {
        "id": "rates",
        "title": "Rates",
        "figure": figures.axes(x=(0.01, 1), y=(0, 1), log=(True, False)),
        "raster": Raster(cells="rates", x=(0.01, 1.0), y=(0.0, 1.0)),
    }
    return RasterPanel(**(given | changes))  # type: ignore[arg-type]


def test_picks_and_every_handle_are_what_a_browser_may_change() -> None:
    terrain = ContourPanel(
        id="map",
        title="M",
        figure=figures.contour(AXIS, AXIS, AXIS[None] ** 2 + AXIS[:, None] ** 2),
        handle=Handle(x="x", y="y"),
        handles=(Handle(x="px", y="py", look="cross"),),
    )
    picked = rates(pick=Pick(x="rate", y="momentum"))
    assert encode_scene(scene(terrain, picked)).settings == {"x", "y", "px", "py", "rate", "momentum"}


def test_records_within_records_travel_as_json() -> None:
    markers = (Arrows(array="gradient", label="Gradient", dash=(4, 2)), Points(array="data", label="Data"))
    raster = Raster(cells="c", x=(0, 1), y=(0, 1), scale=Scale(kind="diverging", centre=0.5, low=0, high=1))
    spec = json.loads(encode_scene(scene(rates(markers=markers, raster=raster))).json)["panels"][0]
    assert spec["raster"]["scale"]["centre"] == 0.5
    assert [marker["kind"] for marker in spec["markers"]] == ["arrows", "points"]
    assert spec["markers"][0]["dash"] == [4, 2]
    assert spec["place"] == "main"


def test_arrays_of_the_scene_travel_with_it_and_count_in_its_digest() -> None:
    data = np.arange(6, dtype=np.float32).reshape(3, 2)
    encoded = encode_scene(scene(rates(), arrays={"data": data}))
    assert encode_scene(scene(rates(), arrays={"data": data + 1})).digest != encoded.digest
    assert encode_scene(scene(rates(), arrays={"data": data.reshape(2, 3)})).digest != encoded.digest
    recording = Recording(arrays={"rates": np.zeros((2, 2), np.uint8)})
    np.testing.assert_array_equal(load(encode(encoded, recording))["data"], data)
    assert set(load(encode(encoded, recording, have=encoded.digest))) == {"rates"}


@given(st.lists(st.floats(-1e3, 1e3) | st.just(np.nan) | st.just(np.inf), min_size=1, max_size=50))
def test_bytes_are_within_half_a_step_of_the_numbers(values: list[float]) -> None:
    codes = quantize(values, -10, 10)
    exact = np.array(values)
    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(codes == 255, ~np.isfinite(exact))
    known = np.isfinite(exact)
    back = -10 + codes[known] * (20 / 254)
    assert np.abs(back - exact[known].clip(-10, 10)).max(initial=0) <= 10 / 254 + 1e-9


def test_a_range_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="low must be less than high"):
        quantize([0.0], 1, 1)


def test_axes_take_limits_in_data_units() -> None:
    layout = figures.axes(x=(0.01, 100), y=(0, 3), log=(True, False), equal=True).layout
    assert layout.xaxis.range == (-2, 2)
    assert layout.yaxis.range == (0, 3)
    assert layout.yaxis.scaleanchor == "x"
    assert "range" not in figures.axes().to_plotly_json()["layout"]["xaxis"]


def test_the_first_row_of_a_matrix_is_on_top() -> None:
    layout = figures.matrix(("a", "b", "c"), ("p", "q")).layout
    assert layout.yaxis.range == (2.5, -0.5)
    assert layout.yaxis.ticktext == ("a", "b", "c")
    assert layout.xaxis.range == (-0.5, 1.5)


@pytest.mark.parametrize("log", [False, True])
def test_a_ceiling_is_the_highest_level_and_has_an_edge(log: bool) -> None:
    z = 1 + 9 * AXIS[None] ** 2 + 0 * AXIS[:, None]
    figure = figures.contour(AXIS, AXIS, z, ceiling=5.0, log=log, levels=8)
    ground, edge = figure.data
    summit = np.log10(5.0 - figure.layout.meta["log_offset"]) if log else 5.0
    assert ground.contours.end == pytest.approx(summit)
    assert edge.contours.start == edge.contours.end == pytest.approx(summit)
    assert np.nanmax(ground.z) > summit  # the heights themselves are kept, so that they can be read
    assert figures.relief(AXIS, AXIS, z, ceiling=5.0).data[0].z.max() == 5.0


def test_undefined_terrain_is_drawn_where_it_is_defined() -> None:
    z = np.where(AXIS[None] > 0, np.log(np.maximum(AXIS[None], 1e-9)), np.nan) + 0 * AXIS[:, None]
    figure = figures.contour(AXIS, AXIS, z)
    assert np.isnan(figure.data[0].z[:, :3]).all()
    assert np.isfinite([figure.data[0].contours.start, figure.data[0].contours.end]).all()
    nowhere = figures.contour(AXIS, AXIS, np.full((5, 5), np.nan), log=True)
    assert np.isfinite([nowhere.data[0].contours.start, nowhere.data[0].contours.size]).all()
    assert np.isnan(figures.relief(AXIS, AXIS, np.full((5, 5), np.inf), ceiling=1.0).data[0].z).all()


def test_a_box_to_scale() -> None:
    ratio = figures.relief(AXIS, 2 * AXIS, np.zeros((5, 5)), equal=True).layout.scene.aspectratio
    assert ratio.y / ratio.x == pytest.approx(2)
