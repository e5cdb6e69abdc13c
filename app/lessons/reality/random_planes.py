"""Nine random planes through one and the same network."""

import numpy as np

from app import jobs
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.reality import drawing, one_slice
from app.lessons.reality import record as measures
from app.lessons.reality.drawing import cut_panel, run_line
from app.lessons.reality.loss_slices import Slice, Sliced
from app.lessons.reality.record import CEILING
from app.lessons.reality.settings import PLANES, RealitySettings
from app.stage import Panel, Run, Scale, Standings, TilesPanel, quantize
from app.stage.theme import run_style


def trials(e: RealitySettings) -> tuple[Slice, ...]:
    return measures.slices(e)


def record(e: RealitySettings) -> dict[str, np.ndarray]:
    """tiles [planes, side, side] uint8, first row on top; cuts [planes, n] at along [n]."""
    found: list[Sliced] = [jobs.result(task) for task in trials(e)]
    return {
        "tiles": np.stack([quantize(one.values[::-1], 0, CEILING) for one in found]),
        "cuts": np.stack([one.cuts[0] for one in found]),
        "along": found[0].along[0],
        "below": np.array([measures.below_chance(one.values) for one in found], np.float32),
        "length": np.full(PLANES, e.last_step + 1, np.int32),
    }


def runs(e: RealitySettings) -> tuple[Run, ...]:
    return tuple(run_line(str(seed), f"Plane {seed}", *run_style(seed)) for seed in range(PLANES))


def ticks(e: RealitySettings) -> tuple[str, ...]:
    return drawing.steps_along(e)


def panels(e: RealitySettings) -> tuple[Panel, ...]:
    tiles = TilesPanel(
        id="tiles",
        title="The same network on nine random planes",
        tiles="tiles",
        scale=Scale(low=0, high=CEILING, legend=True),
        captions=tuple(f"plane {seed}" for seed in range(PLANES)),
        columns=3,
        smooth=True,
        pick="plane",
        place="main",
    )
    return (tiles, cut_panel("cuts", "Cuts along their first directions", "cuts", follow=True, place="side"))


def standings(e: RealitySettings, arrays: Arrays) -> Standings:
    rows = tuple(
        (line.label, f"{below:.0%}", f"{cut[-1]:.3g}")
        for line, below, cut in zip(runs(e), arrays["below"], arrays["cuts"], strict=True)
    )
    return Standings(columns=("Plane", "Beats guessing", "Loss at x = 1"), rows=rows, tones=tuple("busy" for _ in rows))


def comparisons(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    cuts = arrays["cuts"]
    centre, spread = cuts[:, cuts.shape[1] // 2], np.ptp(arrays["below"])
    return (
        Comparison("All planes have one centre: spread of its loss", "0", f"{np.ptp(centre):.1g}"),
        Comparison("Spread of the share that beats guessing", "small", f"{spread:.0%}"),
    )


def formula(e: RealitySettings) -> tuple[Formula, ...]:
    return one_slice.formula(e)


def caption(e: RealitySettings, arrays: Arrays) -> str:
    low, high = arrays["below"].min(), arrays["below"].max()
    return f"Nine pairs of random directions: the network beats guessing on {low:.0%} to {high:.0%} of a plane."
