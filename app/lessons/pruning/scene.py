"""Panels of the lesson on pruning, its results, and what is predicted of them."""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.pruning import pruned_network
from app.lessons.pruning.pruned_network import DIGITS, UNITS, WEIGHTS
from app.lessons.pruning.settings import WAYS, PruningSettings
from app.stage import CurvesPanel, NetworkPanel, Panel, ProfilePanel, Scale, Standings, TilesPanel, Tone
from app.training import treatment_style

SWEEP = {**{way: WAYS[way] for way in list(WAYS)[1:]}, "cut": "Smallest, not retrained"}


def panels(e: PruningSettings) -> tuple[Panel, ...]:
    _, *pruned = pruned_network.runs(e)
    series = (*pruned, *treatment_style.lines({"cut": SWEEP["cut"]}, first=5))
    return (
        NetworkPanel(
            id="network",
            title=f"{WAYS[e.focus]}: some pixels, some hidden units, all digits",
            layers=pruned_network.GRAPH,
            weights="weights",
            edges_on="edges_on",
            nodes_on="nodes_on",
            names=("pixels", "hidden", "digits"),
            units=((), (), tuple(map(str, range(DIGITS)))),
        ),
        ProfilePanel(
            id="sweep",
            title="Accuracy by the weights that are left",
            figure=figures.axes(x=(1, 0.01), y=(0, 1.02), labels=("weights left", ""), log=(True, False)),
            x="share",
            lines="sweep",
            series=series,
            dots=True,
            cursor="kept",
            place="side",
        ),
        TilesPanel(
            id="tiles",
            title="From the pixels to hidden units",
            tiles="tiles",
            scale=Scale(kind="diverging", low=-pruned_network.LARGEST, high=pruned_network.LARGEST),
        ),
        *_curves(),
    )


def _curves() -> tuple[Panel, ...]:
    """What is measured along the training."""
    return (
        CurvesPanel(
            id="accuracy",
            title="Validation accuracy",
            figure=figures.curves(range=(0, 1.02)),
            curves="accuracy",
            at="at",
        ),
        CurvesPanel(
            id="left",
            title="Weights left, and as planned",
            figure=figures.curves(log=True),
            curves="left",
            overlay="planned",
            at="at",
            log=True,
        ),
    )


def right_after(e: PruningSettings, arrays: Arrays) -> np.ndarray:
    """The lowest accuracy [4] from the first cut on."""
    lowest: np.ndarray = arrays["accuracy"][:, np.searchsorted(arrays["at"], pruned_network.first_cut(e)) :].min(axis=1)
    return lowest


def standings(e: PruningSettings, arrays: Arrays) -> Standings:
    dense = float(arrays["accuracy"][0, -1])
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for way, score, low, count in zip(
        WAYS.values(), arrays["accuracy"][:, -1], right_after(e, arrays), arrays["count"], strict=True
    ):
        rows.append((way, f"{count}", f"{low:.1%}", f"{score:.1%}"))
        tones.append("good" if score > dense - 0.02 else "busy" if score > dense - 0.1 else "bad")
    return Standings(columns=("Pruned", "Weights", "Lowest", "End"), rows=tuple(rows), tones=tuple(tones))


def comparisons(e: PruningSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    gone = 1 - e.kept
    left = WEIGHTS - round(gone * WEIGHTS)
    isolated = UNITS * (1 - (1 - gone**DIGITS) * (1 - gone**pruned_network.PIXELS))
    counts, cut_off = arrays["count"].tolist(), arrays["cut_off"].tolist()
    worst = float(np.nanmax(np.abs(arrays["left"] - arrays["planned"])))
    return (
        Comparison(f"Weights left of {WEIGHTS}, the three ways", f"{left}", f"{counts[1]}, {counts[2]}, {counts[3]}"),
        Comparison("Weights left after each round of the plan: largest difference", "0", f"{worst:.2g}"),
        Comparison(f"Any, at once: of {UNITS} hidden units, with no way in or out", f"{isolated:.1f}", f"{cut_off[3]}"),
        Comparison("Smallest, at once: the same", "no closed form", f"{cut_off[1]}"),
    )


NOTE = (
    "A random cut that leaves the share r keeps no weight out of a hidden unit with probability (1 − r)¹⁰, and none "
    "into it with (1 − r)⁶⁴: such a unit is lost, and the expected number of them follows. Weights are ranked in the "
    "whole network, and the number that goes is rounded. A gradual cut takes the share s (1 − (1 − i/n)³) in round i "
    "of n: much while there is much to lose."
)


def poster(e: PruningSettings) -> bytes:
    """Accuracies over the steps."""
    arrays = pruned_network.record(e)
    trails = [np.stack([arrays["at"] / e.steps, 0.9 * row], axis=1) for row in arrays["accuracy"]]
    slope = np.linspace(0, 1, 60)
    return figures.poster(slope[:, None] + 0 * slope[None], trails, [run.color for run in pruned_network.runs(e)])
