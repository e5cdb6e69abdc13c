"""The problem that misleads Adam, drawn: where each run is after every cycle, and what happens within a cycle."""

from collections.abc import Callable
from textwrap import indent

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.adaptive import online_counterexample
from app.lessons.adaptive.settings import AdaptiveSettings
from app.stage import CurvesPanel, Panel, ProfilePanel, Run, Standings, Tone
from app.trajectories import scene

FRAMES = 41  # of the panels that show a cycle
NOTE = (
    "The slope is 1010 in the first of every 101 rounds and −10 in the others, so the mean of all is 10/101, and −1 is "
    "best on [−1, 1]. One gradient in 101 says so. Adam divides it by its own size, and a second moment with a short "
    "memory has forgotten it some rounds later: the others, small and wrong, then get a large rate. AMSGrad keeps the "
    "largest second moment and with it a small rate. The learning rate falls as one over the root of the round."
)
CYCLE = online_counterexample.CYCLE
UNIT = "cycle"  # of the timeline


def record(e: AdaptiveSettings) -> dict[str, np.ndarray]:
    """Run every optimizer over ``e.steps`` cycles.

    Returns:
        place [runs, steps + 1], at the end of each cycle; within [runs, FRAMES, CYCLE + 1], the places through some
        cycles, and rates [runs, FRAMES, CYCLE], the effective learning rates; length [runs].
    """
    found = online_counterexample.run([compute.RunSpec(name, e.hypers(name)) for name in e.optimizers], e.steps)
    shown = np.linspace(0, e.steps - 1, min(FRAMES, e.steps)).astype(int)
    starts = CYCLE * shown[:, None]
    return {
        "place": found.position[:, ::CYCLE],
        "within": found.position[:, starts + np.arange(CYCLE + 1)],
        "rates": found.effective_rate[:, starts + np.arange(CYCLE)],
        "length": np.full(len(e.optimizers), e.steps + 1, np.int32),
    }


def runs(e: AdaptiveSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: AdaptiveSettings) -> tuple[Panel, ...]:
    """Place over the cycles; place and rate within one."""
    return (
        CurvesPanel(
            id="place",
            title="Where it is after each cycle: −1 is best",
            figure=figures.curves(xlabel="cycle of 101 rounds", range=(-1.05, 1.05)),
            curves="place",
            place="main",
        ),
        ProfilePanel(
            id="within",
            title="Within one cycle",
            figure=figures.axes(x=(0, CYCLE), y=(-1.05, 1.05), labels=("round", "place")),
            lines="within",
            x="places",
            place="side",
        ),
        ProfilePanel(
            id="rates",
            title="Effective learning rate within it",
            figure=figures.axes(x=(0, CYCLE), labels=("round", ""), log=(False, True)),
            lines="rates",
            x="rounds",
            place="side",
            floor=1e-12,
        ),
    )


def scene_arrays() -> dict[str, np.ndarray]:
    """places [CYCLE + 1] and rounds [CYCLE] of a cycle."""
    return {"places": np.arange(CYCLE + 1, dtype=np.float32), "rounds": np.arange(1, CYCLE + 1, dtype=np.float32)}


def standings(e: AdaptiveSettings, arrays: Arrays) -> Standings:
    """Which way each run went."""
    ends = arrays["within"][:, -1].mean(axis=-1)
    tones: tuple[Tone, ...] = tuple("good" if end < -0.5 else "bad" if end > 0.5 else "busy" for end in ends)
    words = {"good": "right end", "bad": "wrong end", "busy": "between"}
    rows = zip(e.optimizers, ends, tones, strict=True)
    return Standings(
        columns=("Optimizer", "Went to the", "Mean place in the last cycle"),
        rows=tuple((optimizers.get(name).title, words[tone], f"{end:.3f}") for name, end, tone in rows),
        tones=tones,
    )


def comparisons(e: AdaptiveSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Where the mean of all losses is lowest, and where the runs went."""
    ends = arrays["within"][:, -1].mean(axis=-1)
    return tuple(
        Comparison(f"{optimizers.get(name).title}: best place, and where it went", "-1", f"{end:.3f}")
        for name, end in zip(e.optimizers, ends, strict=True)
    )


def formula(e: AdaptiveSettings) -> tuple[Formula, ...]:
    """The rule of the focused method, and the changing loss."""
    rule = r"f_t(x) = \begin{cases} 1010\, x & t \bmod 101 = 1 \\ -10\, x & \text{otherwise} \end{cases}"
    loss = Formula(
        online_counterexample.MISLED.title, rule + r"\qquad x \in [-1, 1], \quad \eta_t = \eta / \sqrt t", "", NOTE
    )
    return (Formula.of(optimizers.get(e.focused), e.hypers(e.focused)), loss)


def caption(e: AdaptiveSettings, arrays: Arrays) -> str:
    return ""


TORCH = """\
import torch

{makers}

def walk(make, rounds):
    x = torch.zeros(1, requires_grad=True)
    optimizer = make([x])
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: (1 + t) ** -0.5)
    path = [0.0]
    for t in range(1, rounds + 1):
        optimizer.zero_grad()
        slope = 1010.0 if t % 101 == 1 else -10.0
        (slope * x).sum().backward()
        optimizer.step()
        scheduler.step()
        with torch.no_grad():
            x.clamp_(-1, 1)
        path.append(x.item())
    return path


paths = {{name: walk(make, {rounds}) for name, make in optimizers.items()}}
"""


def programs(e: AdaptiveSettings) -> dict[str, Callable[[], str]]:
    """The runs with PyTorch; ``paths`` holds the place before and after every round when it has run."""
    return {"PyTorch": lambda: _program(e)}


def _program(e: AdaptiveSettings) -> str:
    codes = {name: optimizers.get(name).code("torch", e.hypers(name)) for name in e.optimizers}
    there = {name: code for name, code in codes.items() if code is not None}
    makers = [f"def {name}(params):\n{indent(code, '    ')}\n    return optimizer\n" for name, code in there.items()]
    table = "".join(f'    "{name}": {name},\n' for name in there)
    return TORCH.format(makers="\n\n".join([*makers, f"optimizers = {{\n{table}}}\n"]), rounds=CYCLE * e.steps)
