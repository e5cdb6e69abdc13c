"""Every lesson found in the folder: it opens, each preset loads, and what a preset claims is true of its recording."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from app import compute, lesson, posters, typeset
from app.lesson import Lesson, Preset
from app.page import READING
from app.settings import BadSettings

MAIN = str(Path(lesson.__file__).with_name("main.py"))
LESSONS = tuple(lesson.lessons().values())
PRESETS = [(record, preset) for record in LESSONS for preset in record.presets]


def opened(record: Lesson, query: dict[str, str]) -> AppTest:
    """The page of a lesson as a visitor with this link meets it, whatever it trains trained already."""
    compute.recording(record, record.Experiment.salvage(query)[0])
    page = AppTest.from_function(_page, args=(record.name,), default_timeout=60)
    page.query_params.update(query)
    return page.run()


def _page(name: str) -> None:
    from app.page import page

    page(name)()


def reading(page: AppTest) -> str:
    """The text below the stage; empty before the first picture."""
    return next((block.value for block in page.markdown if "Theory against this run" in block.value), "")


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_page_opens(record: Lesson) -> None:
    page = opened(record, {})
    assert not page.exception
    assert not page.warning
    assert any(record.title in block.value for block in page.markdown)
    assert any(record.question in block.value for block in page.markdown)
    assert len(page.get("bidi_component")) == 2  # the stage and its desk


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_the_reading_follows_the_first_picture(record: Lesson) -> None:
    page = opened(record, {})
    assert not reading(page)
    page.session_state[READING] = True
    assert reading(page.run())


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_stage_gets_the_recording(record: Lesson) -> None:
    payload = opened(record, {}).get("bidi_component")[0].proto.bytes
    arrays = load(payload)
    expected = compute.recording(record, record.Experiment())
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(arrays[name], array)
    header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
    scene = json.loads(header["__metadata__"]["scene"])
    assert scene["lesson"] == record.name
    assert len(scene["runs"]) == len(expected.arrays["length"])


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_nonsense_in_the_link_is_named_and_the_page_stays_up(record: Lesson) -> None:
    page = opened(record, {"steps": "1e308", "nonsense": "<script>alert(1)</script>![x](http://example.org/x.png)"})
    assert not page.exception
    assert "steps" in page.warning[0].value
    assert "nonsense" in page.warning[0].value
    assert "<script>" not in page.warning[0].value
    assert "![" not in page.warning[0].value.replace("\\!\\[", "")


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_every_whole_number_is_bounded(record: Lesson) -> None:
    fields = record.Experiment.model_fields.items()
    names = [field.alias or name for name, field in fields if field.annotation in (int, int | None)]
    assert "playhead" in names
    for name in names:
        for given in ("-1000000000000", "1000000000000"):
            with pytest.raises(BadSettings, match=name):
                record.Experiment.parse({name: given})


@pytest.mark.parametrize(("record", "preset"), PRESETS, ids=lambda part: getattr(part, "title", None))
def test_preset_keeps_its_word(record: Lesson, preset: Preset) -> None:
    experiment = record.Experiment.parse(preset.settings)
    assert experiment.query() == dict(preset.settings), "a preset is written as its link"
    assert preset.claim(experiment, compute.recording(record, experiment).arrays), preset.watch


@pytest.mark.parametrize(("record", "preset"), PRESETS, ids=lambda part: getattr(part, "title", None))
def test_preset_loads_by_its_button(record: Lesson, preset: Preset) -> None:
    page = opened(record, {"steps": "77"} if not preset.settings else {})
    page.session_state[READING] = True
    compute.recording(record, record.Experiment.parse(preset.settings))
    page.pills[0].set_value(preset.title).run()
    assert not page.exception
    assert {name: "".join(value) for name, value in page.query_params.items()} == dict(preset.settings)
    assert any(preset.watch in block.value for block in page.markdown)
    for formula in record.formula(record.Experiment.parse(preset.settings)):
        assert typeset.latex(formula.symbols) in reading(page)
        assert typeset.latex(formula.numbers) in reading(page)


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_record_has_what_students_need(record: Lesson) -> None:
    assert record.question.endswith("?")
    assert len(record.presets) >= 5
    assert len({preset.title for preset in record.presets}) == len(record.presets)
    assert record.references


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_the_kept_poster_shows_what_is_computed(record: Lesson) -> None:
    kept = posters.kept(record.name)
    assert kept, "python -m app.posters draws it"
    apart = posters.apart(kept, record.poster(record.Experiment()))
    assert apart <= posters.ALIKE, "python -m app.posters draws it anew"


def test_a_poster_of_something_else_would_be_noticed() -> None:
    kept = [posters.kept(record.name) or b"" for record in LESSONS]
    assert min(posters.apart(one, other) for one, other in combinations(kept, 2)) > posters.ALIKE


def test_unknown_lesson_lists_the_known() -> None:
    with pytest.raises(KeyError, match="race"):
        lesson.get("rocket")


def test_home_lists_every_lesson() -> None:
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not page.exception
    words = " ".join(block.value for block in page.markdown)
    assert all(record.question in words for record in LESSONS)
