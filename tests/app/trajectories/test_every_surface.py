"""Every surface in every lesson that takes one: all that is drawn and said of it is computed, and holds no nonsense."""

import math
import re

import pytest

import landscapes
from app.contract.check import check
from app.lessons import payloads, registry
from app.ui.lesson_page import _reading

LESSONS = tuple(name for name, lesson in registry.lessons().items() if "surface" in lesson.Experiment.model_fields)
# Formulas whose minimum, or whose every point, has no curvature in some direction.
FLAT = ("=x^4+y^4", "=x^2", "=x+y", "=x^2*y^2", "=abs(x)+abs(y)", "=0*x+0*y")
NONSENSE = re.compile(r"(?<![a-z])(nan|inf|None)(?![a-z])")


@pytest.mark.parametrize("surface", [*landscapes.names(), *FLAT])
@pytest.mark.parametrize("name", LESSONS)
def test_all_that_is_said_of_it(name: str, surface: str) -> None:
    lesson = registry.get(name)
    methods = {"optimizers": "gradient_descent,momentum"} if name in ("race", "adaptive", "saddles") else {}
    experiment, _ = lesson.Experiment.parse_lenient({"surface": surface, "steps": "25"} | methods)
    shown = payloads.recording(lesson, experiment)
    check(lesson, experiment, shown.arrays)
    assert all(math.isfinite(value) for value in experiment.values().values())
    said = [_reading(lesson, experiment, shown.arrays), shown.caption]
    assert not NONSENSE.search("\n".join(said)), NONSENSE.search("\n".join(said))
    for program in lesson.code(experiment).values():
        compile(program(), "<program>", "exec")
