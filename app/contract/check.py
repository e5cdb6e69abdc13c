"""What a lesson promises the stage, checked: arrays that its panels name, settings that its scene depends on, sliders.

A wrong name draws nothing, without an error anywhere. So this is asked of every preset in the tests, and of every
picture while somebody develops (``make dev``).
"""

from collections.abc import Iterator
from typing import Any

from app.contract.lesson import Arrays, Lesson
from app.settings.model import Settings
from app.stage import Scene, encode_scene
from app.stage.arrays import used
from app.stage.wire import LENGTH


class BrokenContract(AssertionError):
    """A lesson does not keep a promise; the message names the lesson, its address, and what is wrong."""


def check(lesson: Lesson[Any], experiment: Settings, arrays: Arrays | None) -> None:
    """Raise BrokenContract with everything that is wrong with a recording of a lesson and with its scene.

    Args:
        arrays: those of the recording; None where there is none yet, for what can be asked without it.
    """
    scene = lesson.scene(experiment)
    found = [
        *(() if arrays is None else _arrays(scene, arrays)),
        *_sliders(lesson, experiment, scene),
        *_scene_settings(lesson, experiment, scene),
    ]
    if found:
        raise BrokenContract(f"{lesson.name}?{experiment.query()}: " + "; ".join(found))


def undrawn(lesson: Lesson[Any], experiment: Settings, arrays: Arrays) -> set[str]:
    """Arrays of a recording that no panel draws; they are not sent, and stand for what is only said."""
    return arrays.keys() - encode_scene(lesson.scene(experiment)).drawn


def _arrays(scene: Scene, arrays: Arrays) -> Iterator[str]:
    there = arrays.keys() | scene.arrays.keys()
    if LENGTH not in arrays:
        yield f"the recording has no {LENGTH!r}"
    for panel in scene.panels:
        for record, field, name in used(panel):
            if name not in there:
                yield f"the panel {panel.id!r} names {name!r} ({record}.{field}), which nobody records"


def _sliders(lesson: Lesson[Any], experiment: Settings, scene: Scene) -> Iterator[str]:
    missing = {slider.name for slider in scene.sliders} - experiment.values().keys()
    if missing:
        yield f"values() does not say what {', '.join(sorted(missing))} stand at"
    known = {field.alias or name for name, field in type(experiment).model_fields.items()}
    for name in encode_scene(scene).settings - known:
        yield f"the stage changes {name!r}, which is no setting"


def _scene_settings(lesson: Lesson[Any], experiment: Settings, scene: Scene) -> Iterator[str]:
    """A scene is built from some settings alone; if others matter to it, a drag or a preset shows the wrong one."""
    alone = lesson.scene(experiment.scene_settings())
    if encode_scene(alone).digest == encode_scene(scene).digest:
        return
    given = experiment.without(experiment.of_the_scene()).query()
    to_blame = [name for name in given if _differs(lesson, experiment, name, scene)]
    yield f"the scene depends on {', '.join(to_blame or given)}, not declared to be of the scene (scene=True)"


def _differs(lesson: Lesson[Any], experiment: Settings, name: str, scene: Scene) -> bool:
    with_it = lesson.scene(experiment.only((*experiment.of_the_scene(), name)))
    without = lesson.scene(experiment.scene_settings())
    return encode_scene(with_it).digest != encode_scene(without).digest
