"""Every lesson found in the folder: it opens, its presets load, and what a preset claims is true of its recording.

A click on a preset runs the page, which is the same code for all of them: one preset of each lesson is clicked, another
one at each commit, and all of them by ``make exhaustive``. What belongs to a preset itself is checked for every one on
the recording that its claim is checked on: its address, what is sent of it, its controls, texts and programs.
"""

import ast
import json
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

import app
from app.contract.check import check
from app.contract.lesson import Lesson, Preset
from app.lessons import payloads, posters, registry, typeset
from app.settings.controls import Choice, Control, Fold, Several, Slide, Switch, Upload, Whole
from app.settings.errors import BadSettings
from app.settings.model import Settings
from app.stage import Recording, encode
from app.ui.lesson_page import READING, _reading, loaded_preset
from tests import compiled, sample
from tests.app.lessons import addresses

MAIN = str(Path(app.__file__).with_name("main.py"))
LESSONS = tuple(registry.lessons().values())
PRESETS = [(record, preset) for record in LESSONS for preset in record.presets]


ONE_EACH = [(each, each.presets[sample.moving() % len(each.presets)]) for each in LESSONS]
CLICKED = ONE_EACH if sample.SAMPLED else PRESETS


def opened(record: Lesson, query: dict[str, str]) -> AppTest:
    """The page of a lesson as a visitor with this link meets it, whatever it trains trained already."""
    payloads.recording(record, record.Experiment.parse_lenient(query)[0])
    page = AppTest.from_function(_page, args=(record.name,), default_timeout=60)
    page.query_params.update(query)
    return page.run()


def _page(name: str) -> None:
    from app.ui.lesson_page import page

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
    assert len(page.get("bidi_component")) == 2  # the stage and its side panel


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
    expected = payloads.recording(record, record.Experiment())
    for name in payloads.scene(record, record.Experiment().scene_settings()).drawn & expected.arrays.keys():
        np.testing.assert_array_equal(arrays[name], expected.arrays[name])
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


class Loaded(NamedTuple):
    """A preset, and what is recorded of it."""

    record: Lesson
    preset: Preset
    experiment: Any
    shown: Recording


@pytest.fixture(scope="module", params=PRESETS, ids=lambda pair: f"{pair[0].name}-{pair[1].title}")
def loaded(request: pytest.FixtureRequest) -> Loaded:
    """Of the scope of the module, so that all tests of a preset follow each other and share its recording."""
    record, preset = request.param
    experiment = record.Experiment.parse(preset.settings)
    return Loaded(record, preset, experiment, payloads.recording(record, experiment))


def test_preset_keeps_its_word(loaded: Loaded) -> None:
    _, preset, experiment, shown = loaded
    assert experiment.query() == dict(preset.settings), "a preset is written as its link"
    assert preset.claim(experiment, shown.arrays), preset.watch


def test_preset_is_recognised_by_its_address(loaded: Loaded) -> None:
    record, preset, experiment, _ = loaded
    assert record.Experiment.parse_lenient(preset.settings) == (experiment, ())
    presets = {each.title: each for each in record.presets}
    for same in (experiment, experiment.changed({"playhead": "1"}), experiment.changed({"draft": "true"})):
        assert loaded_preset(record, presets, same) == preset.title


def test_preset_shows_what_its_address_always_showed(loaded: Loaded) -> None:
    record, preset, experiment, _ = loaded
    before = addresses.recorded(record, dict(preset.settings))
    assert before is None or not addresses.differences(record, experiment, before)


@pytest.mark.parametrize(("name", "query"), addresses.others(), ids=str)
def test_an_address_shows_what_it_always_showed(name: str, query: dict[str, str]) -> None:
    record = registry.get(name)
    before = addresses.recorded(record, query)
    assert before
    assert not addresses.differences(record, record.Experiment.parse(query), before)


def test_the_addresses_are_of_all_lessons() -> None:
    held = [addresses.recorded(record, dict(preset.settings)) for record, preset in PRESETS]
    assert sum(each is not None for each in held) + len(addresses.others()) >= 200
    assert {each["lesson"] for each in held if each} == {record.name for record in LESSONS}


def test_preset_keeps_the_contract(loaded: Loaded) -> None:
    record, _, experiment, shown = loaded
    check(record, experiment, shown.arrays)


def test_preset_is_sent_as_far_as_it_is_drawn(loaded: Loaded) -> None:
    record, _, experiment, shown = loaded
    scene = payloads.scene(record, experiment.scene_settings())
    payload = encode(scene, shown)
    arrays = load(payload)
    assert arrays.keys() == scene.arrays.keys() | (shown.arrays.keys() & scene.drawn)
    for name in shown.arrays.keys() & scene.drawn:
        np.testing.assert_array_equal(arrays[name], shown.arrays[name])
    metadata = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])["__metadata__"]
    described = json.loads(metadata["scene"])
    assert described["lesson"] == record.name
    assert shown.standings
    assert len(described["runs"]) == len(shown.arrays["length"]) == len(shown.standings.rows)
    assert {len(row) for row in shown.standings.rows} == {len(shown.standings.columns)}
    assert isinstance(shown.caption, str)
    assert all(np.isfinite(value) for value in experiment.values().values())


def fits(control: Control, experiment: Settings) -> bool:
    """Whether a widget can show what the setting says."""
    if isinstance(control, Fold):
        return all(fits(each, experiment) for each in control.controls)
    if isinstance(control, Upload):
        return True
    value = experiment.value(control.name)
    match control:
        case Choice():
            given = ",".join(value) if isinstance(value, tuple) else value
            return given in control.options or bool(control.typed and given.startswith(control.typed))
        case Several():
            return set(value) <= set(control.options)
        case Whole() | Slide():
            return type(value) is type(control.low) and control.low <= value <= control.high
        case Switch():
            return isinstance(value, bool)


def test_preset_fits_its_controls(loaded: Loaded) -> None:
    controls = loaded.experiment.controls()
    assert controls
    assert not [control for control in controls if not fits(control, loaded.experiment)]


def test_preset_can_be_read(loaded: Loaded) -> None:
    record, preset, experiment, shown = loaded
    assert preset.watch.strip()
    text = _reading(record, experiment, shown.arrays)
    formulas = record.formula(experiment)
    assert formulas
    for formula in formulas:
        assert typeset.latex(formula.symbols) in text
        assert typeset.latex(formula.numbers) in text
    for row in record.theory(experiment, shown.arrays):
        assert typeset.plain(f"| {row.quantity} | {row.predicted} | {row.measured} |") in text


def test_preset_as_programs(loaded: Loaded) -> None:
    programs = loaded.record.code(loaded.experiment)
    assert programs
    for program in programs.values():
        text = program()
        assert text.strip()
        ast.parse(text)  # the source of a rule without any code is a comment


@pytest.mark.parametrize(("record", "preset"), CLICKED, ids=lambda part: getattr(part, "title", None))
def test_preset_loads_by_its_button(record: Lesson, preset: Preset) -> None:
    page = opened(record, {"steps": "77"} if not preset.settings else {})
    page.session_state[READING] = True
    payloads.recording(record, record.Experiment.parse(preset.settings))
    page.pills[0].set_value(preset.title).run()
    assert not page.exception
    assert {name: "".join(value) for name, value in page.query_params.items()} == dict(preset.settings)
    assert any(preset.watch in block.value for block in page.markdown)
    for formula in record.formula(record.Experiment.parse(preset.settings)):
        assert typeset.latex(formula.symbols) in reading(page)
        assert typeset.latex(formula.numbers) in reading(page)


@pytest.mark.parametrize(
    ("name", "query", "programs"),
    [
        ("initialisation", {}, {"jit_advance", "jit__drawn"}),
        ("reality", {"seed": "1"}, {"jit__values"}),
        ("race", {}, {"jit__trajectory"}),
        ("batches", {}, {"jit__noise_balls"}),
    ],
)
def test_programs_of_lessons_are_looked_at(name: str, query: dict[str, str], programs: set[str]) -> None:
    """Those that train, cut through losses, walk and draw: none may wait for the pool that it runs on."""
    record = registry.get(name)
    payloads.recording(record, record.Experiment.parse(query))
    assert programs <= compiled.names.keys()


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_record_has_what_students_need(record: Lesson) -> None:
    assert record.question.endswith("?")
    assert len(record.presets) >= 5
    assert len({preset.title for preset in record.presets}) == len(record.presets)
    assert record.references


@pytest.mark.parametrize("record", LESSONS, ids=lambda record: record.name)
def test_the_kept_poster_shows_what_is_computed(record: Lesson) -> None:
    kept = posters.kept(record.name)
    assert kept, "python -m app.lessons.draw_posters draws it"
    apart = posters.apart(kept, record.poster(record.Experiment()))
    assert apart <= posters.ALIKE, "python -m app.lessons.draw_posters draws it anew"


def test_a_poster_of_something_else_would_be_noticed() -> None:
    kept = [posters.kept(record.name) or b"" for record in LESSONS]
    assert min(posters.apart(one, other) for one, other in combinations(kept, 2)) > posters.ALIKE


def test_unknown_lesson_lists_the_known() -> None:
    with pytest.raises(KeyError, match="race"):
        registry.get("rocket")


def test_home_lists_every_lesson() -> None:
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not page.exception
    words = " ".join(block.value for block in page.markdown)
    assert all(record.question in words for record in LESSONS)
