"""The bytes between Python and the browser: safetensors, for the component, the live route and the offline export.

Arrays travel raw; what is not an array travels as JSON in the metadata. Plotly figures keep their structure, with
every array replaced by ``{"tensor": name}`` and without their templates: colours belong to the browser's theme.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from safetensors.numpy import save

from app.stage.arrays import used
from app.stage.panels import Panel
from app.stage.scene import Recording, Scene

LENGTH = "length"  # [runs], how many points of each run are drawn
LARGE = 32_768  # bytes from which on an array that did not change is not sent again


class EncodedScene(NamedTuple):
    """A scene ready to be sent: its JSON, its arrays, and a digest by which the browser knows that it has it.

    ``settings`` names what the scene lets the browser change, ``steps`` bounds a reported playhead, ``drawn`` names the
    arrays that its panels draw: others of a recording are not sent.
    """

    json: str
    arrays: dict[str, np.ndarray]
    digest: str
    lesson: str
    settings: frozenset[str]
    steps: int
    drawn: frozenset[str]


def _extract(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Replace the arrays in a figure by references, and collect them under their paths."""
    if isinstance(value, Mapping) and "bdata" in value:
        value = _decode(value)
    if isinstance(value, np.ndarray):
        arrays[name] = np.ascontiguousarray(value, dtype=np.float32)
        return {"tensor": name}
    if isinstance(value, Mapping):
        return {key: _extract(item, f"{name}.{key}", arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_extract(item, f"{name}.{index}", arrays) for index, item in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _decode(spec: Mapping[str, Any]) -> np.ndarray:
    """Undo the base64 that plotly wraps arrays in."""
    array = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=spec["dtype"])
    return array.reshape([int(size) for size in str(spec["shape"]).split(",")]) if "shape" in spec else array


def _panel(panel: Panel, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The panel as JSON; asdict would copy a figure's insides apart, so the figure is taken out first."""
    plain = {f.name: getattr(panel, f.name) for f in fields(panel) if f.name != "figure"}
    described = {name: _jsonable(value) for name, value in plain.items()}
    figure: go.Figure | None = getattr(panel, "figure", None)
    if figure is None:
        return described
    drawn = figure.to_plotly_json()
    drawn["layout"].pop("template", None)
    return described | {"figure": _extract(drawn, f"figure.{panel.id}", arrays)}


def _jsonable(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    if isinstance(value, tuple):
        return [_jsonable(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _settings(scene: Scene) -> frozenset[str]:
    """Names of the settings that sliders, panels and the standings change."""
    names = {slider.name for slider in scene.sliders}.union(*(panel.settings for panel in scene.panels))
    return frozenset(names | ({scene.selectable} if scene.selectable else set()))


def encode_scene(scene: Scene) -> EncodedScene:
    """Encode a scene once; the digest covers its structure and every byte of its arrays."""
    arrays = {name: np.ascontiguousarray(array) for name, array in scene.arrays.items()}
    described = {f.name: _jsonable(getattr(scene, f.name)) for f in fields(scene) if f.name not in ("panels", "arrays")}
    described["panels"] = [_panel(panel, arrays) for panel in scene.panels]
    text = json.dumps(described, allow_nan=False, separators=(",", ":"))
    digest = blake2b(text.encode(), digest_size=8)
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    drawn = frozenset(use.array for panel in scene.panels for use in used(panel)) | {LENGTH}
    return EncodedScene(text, arrays, digest.hexdigest(), scene.lesson, _settings(scene), scene.steps, drawn)


def _digest(array: np.ndarray) -> str:
    shaped = blake2b(f"{array.dtype} {array.shape}".encode(), digest_size=8)
    shaped.update(array.data)
    return shaped.hexdigest()


def encode(
    scene: EncodedScene, recording: Recording, *, have: str | None = None, view: Mapping[str, Any] = {}
) -> bytes:
    """Pack what is drawn of a recording, without what the browser says that it has: the scene, large arrays.

    While the pointer moves over a map the path changes, and the map itself need not travel again.

    Args:
        scene: the encoded scene.
        recording: what was computed.
        have: digests, separated by commas, of the scene and of large arrays that the browser holds.
        view: what the page adds (playhead, addresses of assets), as JSON.

    Returns:
        safetensors bytes with metadata ``digest query values standings caption view draft``, ``large`` (digests of the
        large arrays by name, those left out too) and, if sent, ``scene``.
    """
    held = set((have or "").split(","))
    arrays = {name: np.ascontiguousarray(array) for name, array in recording.arrays.items() if name in scene.drawn}
    large = {name: _digest(array) for name, array in arrays.items() if array.nbytes >= LARGE}
    metadata = {
        "digest": scene.digest,
        "query": json.dumps(dict(recording.query)),
        "values": json.dumps(dict(recording.values)),
        "standings": json.dumps(vars(recording.standings) if recording.standings else None),
        "view": json.dumps(dict(view)),
        "draft": json.dumps(recording.draft),
        "caption": json.dumps(recording.caption),
        "large": json.dumps(large),
    }
    sent = {name: array for name, array in arrays.items() if large.get(name) not in held}
    if scene.digest not in held:
        metadata["scene"] = scene.json
        sent |= scene.arrays
    return save(sent, metadata)
