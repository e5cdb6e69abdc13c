"""The contract between a lesson and the stage: each kind of mistake that would leave a blank picture is named."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.contract.check import BrokenContract, check
from app.contract.lesson import Lesson
from app.lessons import payloads, registry
from app.stage import CurvesPanel, Panel, markers, panels
from app.stage.assets import STATIC

RACE = registry.get("race")
START = RACE.Experiment()


def recorded() -> Any:
    return payloads.recording(RACE, START).arrays


def with_panels(change: Any) -> Lesson[Any]:
    """The race with other panels."""
    return replace(RACE, scene=lambda e: replace(RACE.scene(e), panels=tuple(map(change, RACE.scene(e).panels))))


def test_the_race_keeps_it() -> None:
    check(RACE, START, recorded())


def test_an_array_that_nobody_records() -> None:
    def misspelt(panel: Panel) -> Panel:
        return replace(panel, curves="los") if isinstance(panel, CurvesPanel) and panel.id == "loss" else panel

    with pytest.raises(BrokenContract, match=r"race\?.*'loss' names 'los' \(CurvesPanel.curves\)"):
        check(with_panels(misspelt), START, recorded())


def test_an_array_of_a_marker_and_of_a_band() -> None:
    arrow = markers.Arrows(array="wind", label="wind")

    def marked(panel: Panel) -> Panel:
        return replace(panel, markers=(arrow,)) if isinstance(panel, panels.ContourPanel) else panel

    with pytest.raises(BrokenContract, match=r"'wind' \(Arrows.array\)"):
        check(with_panels(marked), START, recorded())

    def banded(panel: Panel) -> Panel:
        return replace(panel, band=("loss", "higher")) if isinstance(panel, CurvesPanel) else panel

    with pytest.raises(BrokenContract, match=r"'higher' \(CurvesPanel.band\)"):
        check(with_panels(banded), START, recorded())


def test_a_setting_that_the_scene_depends_on_in_secret() -> None:
    class Forgetful(type(START)):  # type: ignore[misc]
        @classmethod
        def of_the_scene(cls) -> tuple[str, ...]:
            return tuple(name for name in START.of_the_scene() if name != "steps")

    with pytest.raises(BrokenContract, match="depends on steps, not declared"):
        check(RACE, Forgetful(steps=77), recorded())


def test_a_slider_whose_value_is_not_said() -> None:
    class Silent(type(START)):  # type: ignore[misc]
        def values(self) -> dict[str, float]:
            return {"x": 0.0, "y": 0.0}

    with pytest.raises(BrokenContract, match=r"values\(\) does not say what .*noise"):
        check(RACE, Silent(), recorded())


def test_a_recording_without_lengths() -> None:
    arrays = {name: array for name, array in recorded().items() if name != "length"}
    with pytest.raises(BrokenContract, match="no 'length'"):
        check(RACE, START, arrays)


@pytest.mark.parametrize(
    ("file", "drawing", "union"),
    [("kinds.js", r"^  (\w+): \w+Panel,", panels.Panel), ("markers.js", r"(\w+): this\.\w+\b", markers.Marker)],
)
def test_the_browser_can_draw_every_kind(file: str, drawing: str, union: Any) -> None:
    """A kind that the stage does not know leaves a blank picture, and no test of Python notices."""
    kinds = {member.kind for member in union.__args__}
    drawn = set(re.findall(drawing, (STATIC / file).read_text(), re.MULTILINE))
    assert kinds <= drawn, f"{file} does not draw {kinds - drawn}"
