"""How do we know this is right? What was compared with which library, and how far the two were apart.

Every number is read from ``agreement.json``, which ``tests/optimizers/agreement.py`` writes from the test data; a test
holds the file against the data.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

import optimizers
from app.lessons import typeset
from app.operations import error_boundary
from optimizers import clipping

TITLE = "How do we know this is right?"
Row = Mapping[str, Any]


@cache
def report() -> dict[str, Any]:
    """What the tests found."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("agreement.json").read_text())
    return found


def page() -> None:
    """For ``st.Page``."""
    with error_boundary.page("proof"), st.container(key="proof"):
        st.markdown(f"## {TITLE}")
        st.markdown(_introduction(report()))
        st.markdown("#### Optimizers, against PyTorch and optax")
        st.markdown(_walks(report()))
        st.markdown(_optimizers(report()))
        st.markdown("#### What no library can be asked")
        st.markdown(_facts(report()))
        st.markdown("#### Schedules, against PyTorch and optax")
        st.markdown(_schedules(report()))
        st.markdown("#### Clipping, against PyTorch and optax")
        st.markdown(_clipping(report()))
        st.markdown("#### Closed forms, against simulation")
        st.markdown(_closed_forms(report()))
        st.markdown("#### Everything else")
        st.markdown(REST)


def _introduction(r: Row) -> str:
    walks = sum(row["points"] for row in r["optimizers"])
    return (
        "By asking somebody else. Tests compare what is drawn here with two independent libraries, PyTorch "
        f"{r['torch'].partition('+')[0]} and optax {r['optax']}, and with what can be computed by hand. This page "
        f"is written from what they found, and a test holds it to that: {walks:,} points of "
        f"{sum(row['settings'] for row in r['optimizers']) * len(r['surfaces']):,} walks."
    )


def _walks(r: Row) -> str:
    early, late = r["tolerances"]
    return (
        f"Each method walks {r['checkpoints'][-1]} steps over {len(r['surfaces'])} surfaces, at five learning rates, "
        "with its other hyperparameters at their defaults and each in turn at both ends of its range. Positions after "
        f"{', '.join(map(str, r['checkpoints']))} steps are compared in double precision, and may differ by "
        f"{_power(early)} up to step 50 and by {_power(late)} up to step 200 (relative to their size beyond 1). "
        "Left out is what would prove nothing: every walk of the library is repeated with its position nudged by "
        f"{_power(r['nudge'])} before every step, and where that moves it by more than {_power(r['tolerated'])} the "
        "surface amplifies rounding itself; and what has flown farther than "
        f"{_power(r['far'])}, where squares overflow."
    )


def _optimizers(r: Row) -> str:
    rows = [
        (
            optimizers.get(row["name"]).title,
            row["library"],
            row["settings"],
            f"{row['points']} of {row['points'] + row['left_out']}",
            _size(row["step_50"]),
            _size(row["step_200"]),
        )
        for row in r["optimizers"]
    ]
    return _table(("Method", "Library", "Settings", "Points compared", "Apart to step 50", "to step 200"), rows)


def _facts(r: Row) -> str:
    lines = [f"- **{optimizers.get(row['name']).title}**: {'; '.join(row['facts'])}." for row in r["facts"]]
    return (
        "Some methods, or parts of them, are in neither library in the form that is shown. What mathematics says about "
        "them is tested instead, on their own walks.\n\n" + "\n".join(lines)
    )


def _schedules(r: Row) -> str:
    text = (
        f"PyTorch's scheduler takes {r['schedule_steps']} steps beside ours, and both are asked for the learning rate "
        "and the momentum of each; a noisy loss that falls, stalls and jumps is what reduce-on-plateau looks at. A "
        "warm-up is compared with PyTorch's `SequentialLR`. The cosine has two forms that differ after its minimum: "
        "PyTorch's rises again, optax's is held.\n\n"
    )
    rows = [
        (row["title"], row["library"], row["settings"], row["points"], _size(row["difference"]))
        for row in r["schedules"]
    ]
    return text + _table(("Schedule", "Library", "Settings", "Steps", "Apart"), rows)


def _clipping(r: Row) -> str:
    text = (
        "Gradients of two arrays, from all zero to a billion times too long, and some that hold a NaN or an infinity: "
        "what is no number must be the same on both sides. Adaptive clipping, which PyTorch lacks, is compared with "
        "optax.\n\n"
    )
    rows = [
        (clipping.get(row["name"]).title, row["library"], row["settings"], row["points"], _size(row["difference"]))
        for row in r["clipping"]
    ]
    return text + _table(("Rule", "Library", "Settings", "Gradients", "Apart"), rows)


def _closed_forms(r: Row) -> str:
    text = (
        "What lessons draw over a live run is computed by these functions, and each is held against a simulation: a "
        "stability limit by walks at 0.99 and 1.01 times it, one that shrinks and one that grows; a rate by the "
        "measured one; the variance of the noise ball to five percent; the steps out of a saddle to the step.\n\n"
    )
    rows = [(f"`{row['name']}`", _plain(row["says"])) for row in r["closed_forms"]]
    return text + _table(("Function of `optimizers.theory`", "What it says"), rows)


REST = (
    "Every critical point that a surface lists is checked with automatic differentiation in double precision: the "
    "gradient vanishes there, and the signs of the Hessian's eigenvalues say what kind it is. What a preset claims in "
    "words is a condition on its recording, and a test computes it. The programs printed in the lessons are executed "
    "as they stand, and must walk the walk that is drawn. All of it can be repeated: `make test` runs the tests, "
    "`make parity` installs PyTorch and asks it afresh."
)


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def _size(number: float) -> str:
    return "0" if number == 0 else _power(number)


def _power(number: float) -> str:
    """A number with one digit and a power of ten."""
    return typeset.plain(f"{number:.0e}")


def _plain(text: str) -> str:
    """Text of a docstring with nothing in it that a Markdown table would act on."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("<-", "←").replace("_", "\\_")
