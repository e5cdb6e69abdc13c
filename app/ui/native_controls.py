"""Native widgets for what is chosen rather than dragged.

The URL is the state and a widget is a view of it: each run sets the widget to what the URL says, and a change writes
the URL. Streamlit's own binding of widgets to the URL would drop a bad value in silence; here every value goes through
the lesson's typed settings, which name what is wrong.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.settings.controls import Choice, Control, Fold, Several, Slide, Switch, Upload, Whole
from app.settings.errors import BadSettings
from app.settings.model import Settings
from app.state import url_state
from app.state.widget_state import view


def commit(settings: type[Settings], changes: Mapping[str, str], resets: tuple[str, ...] = ()) -> None:
    """Write changed parameters to the URL, or say which one cannot be; the page stays as it was then."""
    experiment, _ = settings.parse_lenient(url_state.current())
    try:
        url_state.save(experiment.without(resets).changed(changes).query())
    except BadSettings as refusal:
        for problem in refusal.problems:
            st.toast(problem_markdown(problem.parameter, problem.message), icon=":material/error:")


def problem_markdown(parameter: str, message: str) -> str:
    """A problem as Markdown that shows every character as it was typed: it may come from a stranger's link."""
    return f"**{escape_markdown(parameter)}** {escape_markdown(message)}"


def escape_markdown(text: str) -> str:
    """Text with nothing left for Markdown to act on."""
    return "".join(
        c if c.isalnum() or c in " ,;" else f"\\{c}" if c.isascii() and c.isprintable() else " " for c in text
    )


def draw(control: Control, experiment: Settings, prefix: str) -> None:
    """Show one control at the value that the URL gives."""
    if isinstance(control, Fold):
        _fold(control, experiment, prefix)
        return
    key = f"{prefix}-{control.name}-share{control.share}"  # a class of its element, by which the grid places it
    if isinstance(control, Upload):
        _upload(control, experiment, key)
        return

    def chosen(value: Any) -> None:
        commit(type(experiment), {control.name: _written(control, value)}, control.resets)

    common = view(key, chosen, _shown(control, experiment.value(control.name))) | {"help": control.help}
    match control:
        case Choice():
            _choice(control, experiment.value(control.name), common)
        case Several():
            st.multiselect(control.label, list(control.options), format_func=control.options.__getitem__, **common)
        case Whole():
            st.number_input(control.label, control.low, control.high, step=control.step, **common)
        case Slide():
            st.slider(control.label, control.low, control.high, step=control.step, **common)
        case Switch():
            st.toggle(control.label, **common)


def _fold(fold: Fold, experiment: Settings, prefix: str) -> None:
    """What is folded away costs nothing until somebody opens it."""
    key = f"{prefix}-{fold.label.lower()}-share{fold.share}"
    with st.popover(fold.label, key=key, on_change="rerun", width="stretch") as folded:
        if folded.open:
            for control in fold.controls:
                draw(control, experiment, prefix)


def _upload(control: Upload, experiment: Settings, key: str) -> None:
    """A place to drop a file; what is wrong with one stands under it until there is another."""
    held, wrong = f"{key}.held", f"{key}.wrong"

    def chosen(file: Any) -> None:
        st.session_state.pop(wrong, None)
        if file is None:
            st.session_state.pop(held, None)
            commit(type(experiment), {}, (control.name, *control.others, *control.resets))
            return
        try:  # what is held goes when there is another one: until then the address names it
            value, st.session_state[held] = control.keep(file.getvalue())
        except ValueError as problem:
            st.session_state[wrong] = str(problem)
        else:
            commit(type(experiment), {control.name: value, **control.others}, control.resets)

    st.file_uploader(
        control.label,
        list(control.kinds),
        help=control.help,
        max_upload_size=control.megabytes,
        **view(key, chosen),
    )
    if wrong in st.session_state:
        st.error(escape_markdown(st.session_state[wrong]))


def _choice(control: Choice, value: str, common: Mapping[str, Any]) -> None:
    """A box that lists the options, and takes other text where the control does."""
    typed = control.typed
    if typed is None:
        st.selectbox(control.label, list(control.options), format_func=control.options.__getitem__, **common)
        return
    own = {value: value.removeprefix(typed)} if value not in control.options else {}
    options = {**control.options, **own}

    def read(option: str) -> str:
        return options.get(option, option)

    st.selectbox(control.label, list(options), format_func=read, accept_new_options=True, **common)


def _shown(control: Any, value: Any) -> Any:
    """A tuple is a list to a box for several, and to a box for one what stands in the URL."""
    if not isinstance(value, tuple):
        return value
    return ",".join(value) if isinstance(control, Choice) else list(value)


def _written(control: Choice | Several | Whole | Switch | Slide, value: Any) -> str:
    if isinstance(control, Choice) and control.typed and value not in control.options:
        return control.typed + str(value).removeprefix(control.typed)
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ",".join(value)
    return str(value)
