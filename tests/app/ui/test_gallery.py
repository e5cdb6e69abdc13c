"""The gallery: a stage for each kind of panel and of marker, and everything that they name is there."""

from typing import Any

from app.stage import markers, panels
from app.stage.arrays import used
from app.ui import gallery


def kinds(union: Any) -> set[str]:
    return {member.kind for member in union.__args__}


def test_every_kind_of_panel_and_of_marker_is_in_it() -> None:
    assert {panel.kind for panel in gallery.panels()} == kinds(panels.Panel)
    assert {marker.kind for marker in gallery.markers()} == kinds(markers.Marker)


def test_its_panels_name_arrays_that_are_there() -> None:
    arrays = gallery.arrays()
    named = {use.array for scene in gallery.scenes().values() for panel in scene.panels for use in used(panel)}
    assert named <= arrays.keys()
    assert arrays.keys() - named == {"length"}
