"""A sample leaves no place out, and a row of them leaves no test out."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import sample

ROOT = Path(__file__).parents[1]


def item(path: str, name: str, **more: Any) -> Any:
    return SimpleNamespace(path=ROOT / path, nodeid=f"{path}::{name}", **more)


@pytest.mark.parametrize(("place", "one_in"), sample.ONE_IN.items())
def test_every_test_is_asked_once_in_a_row_of_samples(place: str, one_in: int) -> None:
    assert (ROOT / place).exists()
    files = [place] if place.endswith(".py") else [f"{place}test_new_{file}.py" for file in range(3)]
    items = [item(file, f"test_{number}") for file in files for number in range(5)]
    runs = [sample.asked(items, ROOT, 7_919 * one_in + first) for first in range(one_in)]
    assert all(runs) or one_in > len(items)
    assert Counter(each.nodeid for run in runs for each in run) == Counter(each.nodeid for each in items)


def test_what_is_in_no_place_is_always_asked() -> None:
    items = [item("tests/app/test_chaos.py", "test_it")]
    assert all(sample.asked(items, ROOT, first) == items for first in range(12))


def test_the_tests_of_a_preset_are_asked_together() -> None:
    path = "tests/app/lessons/test_lessons.py"
    items = [
        item(path, f"{test}[{preset}]", callspec=SimpleNamespace(id=preset), fixturenames=("loaded",))
        for preset in map(str, range(30))
        for test in ("test_a", "test_b")
    ]
    for first in range(10):
        presets = Counter(each.callspec.id for each in sample.asked(items, ROOT, first))
        assert set(presets.values()) == {2}
