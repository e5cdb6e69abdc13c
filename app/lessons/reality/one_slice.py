"""A slice through a trained network, and the bowl that one imagines there."""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.reality import drawing
from app.lessons.reality import record as measures
from app.lessons.reality.drawing import cut_panel, map_panel, relief_panel, run_line
from app.lessons.reality.explanations import at, filters
from app.lessons.reality.loss_slices import Slice
from app.lessons.reality.record import CEILING
from app.lessons.reality.settings import RealitySettings
from app.stage import Panel, Points, Run, Standings
from app.stage.theme import run_style


def trials(e: RealitySettings) -> tuple[Slice, ...]:
    return measures.slices(e)


def record(e: RealitySettings) -> dict[str, np.ndarray]:
    """A walk along the first direction, straight through the trained network, and over the bowl instead.

    Returns:
        cuts, crossing [2, n], the loss and the bowl along the first and the second direction, at along [n]; real, ideal
        [2, n, 2], the walk on the slice and on the bowl, NaN for the other run; heights [2, n]; length [2].
    """
    found = measures.sliced(e)
    line = found.along[0]
    zero = np.zeros_like(line)
    first, second = np.stack([line, zero], axis=1), np.stack([zero, line], axis=1)
    nowhere = np.full_like(first, np.nan)
    cuts = np.stack([found.cuts[0], found.bowl(first)]).astype(np.float32)
    return {
        "along": line,
        "cuts": cuts,
        "crossing": np.stack([found.cuts[1], found.bowl(second)]).astype(np.float32),
        "real": np.stack([first, nowhere]),
        "ideal": np.stack([nowhere, first]),
        "heights": np.minimum(cuts, CEILING),
        "length": np.full(2, e.last_step + 1, np.int32),
    }


def runs(e: RealitySettings) -> tuple[Run, ...]:
    return (run_line("reality", "Reality", *run_style(4)), run_line("bowl", "Expectation", *run_style(0)))


def ticks(e: RealitySettings) -> tuple[str, ...]:
    return drawing.steps_along(e)


def panels(e: RealitySettings) -> tuple[Panel, ...]:
    found = measures.sliced(e)
    side = "filter-normalised" if e.directions == "filter" else "raw"
    return (
        map_panel(
            found,
            title=f"The loss around a trained network, {side}",
            paths="real",
            markers=(Points(array="point", label="trained weights", colors=("#E69F00",), size=10),),
        ),
        relief_panel("relief", "Reality", found, found.values, "real"),
        relief_panel("bowl", "Expectation: the bowl of its centre", found, measures.bowl(found), "ideal"),
        cut_panel("cuts", "A cut along the first direction", "cuts", follow=True),
        cut_panel("crossing", "A cut along the second direction", "crossing"),
    )


def scene_arrays(e: RealitySettings) -> Arrays:
    return {"point": np.zeros((1, 2), np.float32)}


def standings(e: RealitySettings, arrays: Arrays) -> Standings:
    found = measures.sliced(e)
    bends = [measures.bent(found.values), measures.bent(measures.bowl(found))]
    rows = tuple(
        (line.label, f"{cut[len(cut) // 2]:.3g}", f"{at(cut, 0.1):.3g}", f"{cut[-1]:.3g}", f"{bend:.0%}")
        for line, cut, bend in zip(runs(e), arrays["cuts"], bends, strict=True)
    )
    columns = ("Landscape", "Centre", "At x = 0.1", "At x = 1", "Bends down")
    return Standings(columns=columns, rows=rows, tones=("busy", "busy"))


def comparisons(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    found, (real, ideal) = measures.sliced(e), arrays["cuts"]
    steps = tuple(
        Comparison(
            f"Loss {x:g} along the first direction, by the bowl",
            f"{at(ideal, x):.3g}",
            f"{at(real, x):.3g}",
        )
        for x in (0.02, 0.1, 0.5, 1.0)
    )
    trained = Comparison("Centre of the slice: the trained loss", f"{found.trained[0]:.5g}", f"{found.centre:.5g}")
    return (
        trained,
        *steps,
        Comparison("Share of the plane that bends down", "0%", f"{measures.bent(found.values):.0%}"),
    )


def formula(e: RealitySettings) -> tuple[Formula, ...]:
    found = measures.sliced(e)
    symbols = (
        r"f(x, y) = L(\theta^* + x\,\delta + y\,\eta) \approx L(\theta^*) + g^\top z + \tfrac12 z^\top H z, "
        r"\qquad z = (x, y)"
    )
    (a, b), (_, c) = found.curvature
    numbers = (
        rf"f(x, y) \approx {found.centre:.3g} {found.slope[0]:+.3g}\,x {found.slope[1]:+.3g}\,y"
        rf" {a / 2:+.3g}\,x^2 {b:+.3g}\,xy {c / 2:+.3g}\,y^2"
    )
    note = "The expectation is this quadratic: what one sees of any smooth valley from close enough."
    return (Formula("A slice, and the bowl of its centre", symbols, numbers, note), filters())


def caption(e: RealitySettings, arrays: Arrays) -> str:
    found = measures.sliced(e)
    _, accuracy, weights = found.trained
    return (
        f"{weights:,.0f} weights, {accuracy:.0%} of held-back digits read. On "
        f"{measures.beaten(e):.0%} of this plane the network beats guessing, a loss of ln 10."
    )


def poster(e: RealitySettings) -> bytes:
    """The slice of the first picture, with the cut through its centre."""
    found = measures.sliced(e)
    line = (found.cuts[0].clip(0, CEILING) / CEILING * 0.8 + 0.1).clip(0, 1)
    across = np.linspace(0.04, 0.96, len(line))
    trail = np.stack([across, line], axis=1)
    return figures.poster(np.log(found.values.clip(1e-3, measures.CHANCE * 2)), [trail], [runs(e)[0].color])
