"""The page that any lesson becomes: question, presets, stage, controls, formula, theory, code, references."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from app.contract.lesson import Formula, Lesson, Preset
from app.jobs import uploaded_tables
from app.jobs.deadline_lock import COMMIT, LOCK, VISIT
from app.lessons import payloads, registry, typeset
from app.operations import error_boundary, metrics
from app.settings.errors import Problem
from app.settings.model import Settings
from app.stage import StageEvents, Wanted, side_panel, stage
from app.state import url_state, widget_state
from app.state.pending import best_available, progress, shown_last
from app.ui.native_controls import commit, draw, problem_markdown

# Setting formulas takes a browser half a second; on a first visit they wait until the picture stands. In a session's
# state: False when they may come, True when they have.
READING = "reading"


def page(name: str) -> Callable[[], None]:
    """A function for ``st.Page`` that shows the lesson of that name."""

    def show() -> None:
        with error_boundary.page(name):
            url_state.load()
            record = registry.get(name)
            with st.container(key="lesson-head", horizontal=True, vertical_alignment="bottom", gap="medium"):
                st.markdown(f"## {record.title}", width="content")
                st.markdown(record.question, width="content")
            _body(name)
            st.markdown("#### References\n" + "\n".join(f"- {reference}" for reference in record.references))

    return show


@st.fragment
def _body(name: str) -> None:
    """All that depends on the settings; a change reruns this much and nothing else.

    Few elements, because each one costs every commit a third of a millisecond: the stylesheet arranges the children of
    the container on a grid, and the reading in columns.
    """
    within = COMMIT if st.session_state.get(READING) else VISIT
    with (
        error_boundary.part("The lesson could not be shown"),
        metrics.COMMITS.labels(name).time(),
        LOCK.acquire(within),
        widget_state.run(),
        uploaded_tables.held(*_tables(name)),
    ):
        _lesson(registry.get(name))


def _tables(name: str) -> tuple[str, str]:
    """The tables of one's own that this run may draw: that of the address, and that of the picture that stands."""
    return url_state.current().get("table", ""), getattr(shown_last(name), "table", "")


def _lesson(record: Lesson[Any]) -> None:
    name = record.name
    experiment, problems = record.Experiment.parse_lenient(url_state.current())
    presets: Mapping[str, Preset[Any]] = {}
    with error_boundary.part("The presets could not be shown"):
        presets = _presets(record, experiment)
    still, shown = experiment.without(payloads.VIEWING), None
    with st.container(key="lesson"):
        picture = st.container(key="picture")
        _controls(record, experiment)
        with error_boundary.part("The picture could not be shown", picture):
            wanted = Wanted(still.query(), still.values())
            side_panel(f"{name}-stage", wanted)
            # All controls show the setting now, and the picture of another one is marked; what follows may take long.
            shown = best_available(record, still)
            with picture:
                _picture(record, experiment, shown, wanted, _called(record, presets, shown))
                if record.works:
                    progress(record, still, shown)
        if shown and READING in st.session_state:
            with error_boundary.part("The formulas and the theory could not be shown"):
                st.markdown(_reading(record, shown, payloads.recording(record, shown).arrays))
            st.session_state[READING] = True
    with st.expander("The same as a program", key=f"{name}-code", on_change="rerun") as code:
        if code.open:
            with error_boundary.part("The code could not be shown"):
                _programs(record, still)
    _complain(problems)  # last, so that nothing else changes its place; the stylesheet puts it first


def _picture(record: Lesson[Any], experiment: Settings, shown: Settings | None, wanted: Wanted, called: str) -> None:
    """The stage with the recording of a setting, on a page whose URL may be one setting ahead."""
    stage(
        payloads.scene(record, (shown or experiment).scene_settings()),
        payloads.recording(record, shown) if shown else None,
        key=f"{record.name}-stage",
        step=experiment.playhead,
        wanted=wanted,
        called=called,
        on_commit=lambda events: _committed(record, events),
        on_playhead=lambda events: _paused(record, events),
        on_drawn=None if READING in st.session_state else _drawn,
        guard=error_boundary.heard,
    )


def _drawn() -> None:
    """The first picture of a visit stands: time for what is read below it."""
    st.session_state[READING] = False


def _complain(problems: tuple[Problem, ...]) -> None:
    error_boundary.say_unsaid()
    if problems:
        lines = "\n".join(f"- {problem_markdown(*problem)}" for problem in problems)
        st.warning(f"Part of this link could not be used; defaults stand in its place.\n\n{lines}")


def _presets(record: Lesson[Any], experiment: Settings) -> Mapping[str, Preset[Any]]:
    """A row of settings worth seeing, and what to watch in the one that is loaded; the presets by their titles."""
    presets = {preset.title: preset for preset in record.presets}
    loaded = loaded_preset(record, presets, experiment)

    def chosen(title: str | None) -> None:
        if title:
            url_state.save(presets[title].settings)

    st.pills("Try this", list(presets), **widget_state.view(f"{record.name}-presets", chosen, loaded))
    st.markdown(
        f"**Watch** {presets[loaded].watch}"
        if loaded
        else "A setting of your own: the address of this page is a link to it."
    )
    return presets


def loaded_preset(record: Lesson[Any], presets: Mapping[str, Preset[Any]], experiment: Settings) -> str | None:
    """The title of the preset that a setting is; the playhead and what the preset leaves open do not matter."""
    given = experiment.without((*payloads.VIEWING, *record.free)).query()
    return next((title for title, preset in presets.items() if dict(preset.settings) == given), None)


def _called(record: Lesson[Any], presets: Mapping[str, Preset[Any]], shown: Settings | None) -> str:
    """The picture of a setting once the controls show another one."""
    if shown is None:
        return ""
    title = loaded_preset(record, presets, shown)
    return f"Earlier setting ({title})." if title else "Earlier setting." if shown.query() else "Default setting."


def _controls(record: Lesson[Any], experiment: Settings) -> None:
    """The native widgets, on the grid that the stylesheet gives to this container."""
    with st.container(key="controls"), error_boundary.part("The controls could not be shown"):
        for control in experiment.controls():
            draw(control, experiment, record.name)


def _committed(record: Lesson[Any], events: StageEvents) -> None:
    """Something was dragged and released: the URL follows."""
    commit(record.Experiment, {name: _text(value) for name, value in events.settings.items()})


def _paused(record: Lesson[Any], events: StageEvents) -> None:
    """The playhead came to rest: the link shows the same step."""
    if events.step is not None:
        commit(record.Experiment, {"playhead": str(events.step)})


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _reading(record: Lesson[Any], experiment: Settings, arrays: Mapping[str, np.ndarray]) -> str:
    """What stands below the stage, as one text in two columns."""
    rule = "\n".join(_formula(formula) for formula in record.formula(experiment))
    return f"#### The rule\n{rule}\n#### Theory against this run\n{_theory(record, experiment, arrays)}"


def _programs(record: Lesson[Any], experiment: Settings) -> None:
    programs = record.code(experiment)
    tabs = st.tabs(list(programs), key=f"{record.name}-programs", on_change="rerun")
    for tab, program in zip(tabs, programs.values(), strict=True):
        if tab.open:
            tab.code(program(), language="python")


def _formula(formula: Formula) -> str:
    lines = [f"**{formula.title}**", f"$$\n{typeset.latex(formula.symbols)}\n$$"]
    if formula.numbers:
        lines.append(f"with the numbers of this run\n\n$$\n{typeset.latex(formula.numbers)}\n$$")
    return "\n\n".join([*lines, formula.note, ""])


def _theory(record: Lesson[Any], experiment: Settings, arrays: Mapping[str, np.ndarray]) -> str:
    rows = record.theory(experiment, arrays)
    if not rows:
        return "No closed form covers this setting."
    lines = [typeset.plain(f"| {row.quantity} | {row.predicted} | {row.measured} |") for row in rows]
    return "\n".join(["| Quantity | Predicted | Measured |", "|---|---|---|", *lines, "", record.theory_note])
