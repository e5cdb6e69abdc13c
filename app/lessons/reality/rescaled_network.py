"""Other weights, the same network: what a direction shows of it, normalised and raw."""

import numpy as np

from app import figures, jobs
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.reality import explanations, loss_slices
from app.lessons.reality.drawing import cut_panel, run_line
from app.lessons.reality.loss_slices import Rescaled, Rescaling
from app.lessons.reality.settings import RealitySettings, trial
from app.stage import BarsPanel, Panel, Run, Standings
from app.stage.theme import run_style


def trials(e: RealitySettings) -> tuple[Rescaling, ...]:
    return (Rescaling(trial(e), e.plane),)


def record(e: RealitySettings) -> dict[str, np.ndarray]:
    """Cuts of the trained network and of the rescaled one, for each factor.

    Returns:
        filter, raw [2, frames, n], at along [n]; norms [2, frames, layers], of the layers' weights.
    """
    found: Rescaled = jobs.result(trials(e)[0])
    middle = len(loss_slices.FACTORS) // 2

    def beside(rows: np.ndarray) -> np.ndarray:
        return np.stack([np.broadcast_to(rows[middle], rows.shape), rows])

    return {
        "along": found.along,
        "filter": beside(found.filter),
        "raw": beside(found.raw),
        "norms": beside(found.norms),
        "length": np.full(2, e.last_step + 1, np.int32),
    }


def runs(e: RealitySettings) -> tuple[Run, ...]:
    return (run_line("trained", "As trained", *run_style(0)), run_line("rescaled", "Rescaled", *run_style(4)))


def ticks(e: RealitySettings) -> tuple[str, ...]:
    return tuple(f"factor {factor:.3g}" for factor in loss_slices.FACTORS)


def panels(e: RealitySettings) -> tuple[Panel, ...]:
    layers = tuple(f"layer {layer + 1}" for layer in range(e.depth + 1))
    norms = BarsPanel(
        id="norms",
        title="Length of each layer's weights",
        figure=figures.bars(categories=layers, log=True),
        bars="norms",
        categories=layers,
        place="side",
    )
    filtered = cut_panel("filter", "Filter-normalised direction: one curve", "filter", log=True, place="main")
    return (filtered, cut_panel("raw", "Raw direction: two curves", "raw", log=True, place="side"), norms)


def standings(e: RealitySettings, arrays: Arrays) -> Standings:
    ends = zip(runs(e), arrays["raw"][:, -1, -1], arrays["filter"][:, -1, -1], strict=True)
    rows = tuple((line.label, f"{raw:.4g}", f"{filtered:.4g}") for line, raw, filtered in ends)
    return Standings(columns=("Weights", "Raw, at x = 1", "Filter, at x = 1"), rows=rows, tones=("busy", "busy"))


def comparisons(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    centre = arrays["raw"][1, :, loss_slices.CUT // 2]
    return (
        Comparison("Largest change of the loss at the centre, any factor", "0", f"{np.ptp(centre) / centre[0]:.1g}"),
        Comparison("Along the filter-normalised direction", "0", f"{explanations.change(arrays['filter']):.1g}"),
        Comparison("Along the raw direction", "not 0", f"{explanations.change(arrays['raw']):.2g}"),
    )


def formula(e: RealitySettings) -> tuple[Formula, ...]:
    symbols = r"\tfrac1\alpha W_2 \max(0,\, \alpha W_1 x + \alpha b_1) = W_2 \max(0,\, W_1 x + b_1), \qquad \alpha > 0"
    note = "Whoever compares how sharp two networks are must not be fooled by a change of units: this is one."
    return (Formula("Other weights, the same network", symbols, "", note), explanations.filters())


def caption(e: RealitySettings, arrays: Arrays) -> str:
    times = 1 + explanations.change(arrays["raw"])
    return f"The same function: along the raw direction its loss is up to {times:.0f} times as high."
