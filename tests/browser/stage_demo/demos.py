"""The demos by the name of their lesson: how a setting is read, what is shown, what is computed."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.stage import EncodedScene, Recording
from tests.browser.stage_demo import charts, cuts, maps, mixes, networks, walk


class Demo(NamedTuple):
    """A lesson in small; ``read`` raises a ValueError with the name of a parameter and what is wrong with it."""

    read: Callable[[Mapping[str, str]], Any]
    scene: Callable[[Any], EncodedScene]
    record: Callable[[Any], Recording]


_DEMOS = {
    "demo": Demo(walk.Setting.read, lambda _: walk.terrain(), walk.walk),
    "charts": Demo(charts.Setting.read, lambda _: charts.scene(), charts.record),
    "cuts": Demo(cuts.Setting.read, cuts.scene, cuts.record),
    "maps": Demo(maps.Setting.read, lambda _: maps.scene(), maps.record),
    "mixes": Demo(mixes.Setting.read, mixes.scene, mixes.record),
    "networks": Demo(networks.Setting.read, lambda _: networks.scene(), networks.record),
}


def get(name: str) -> Demo:
    return _DEMOS[name]
