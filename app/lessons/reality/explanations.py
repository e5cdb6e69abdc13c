"""What is said of a landscape: rules, numbers, predictions, and a small picture."""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.reality import loss_slices, record, scene
from app.lessons.reality.record import CEILING, CHANCE, KINDS
from app.lessons.reality.settings import RealitySettings, trial
from app.stage import Standings, Tone

NOTE = (
    f"All losses are those of the first {loss_slices.EXAMPLES} training digits, without dropping or averaging over "
    "anything random; batch normalisation keeps the statistics of the end. A slice shows two of thousands of "
    "directions: what is low here may have a way down elsewhere, and a path that leaves the plane walks over heights "
    "that are not drawn. That is why a path need not agree with the contours under it: its panel says which share of "
    "a point's distance to the end lies off the plane (dotted: off a random plane, nearly all of it). Training never "
    "comes to rest: even at its end the best step along the gradient would gain a tenth of the loss. A point is a "
    "slope where it would gain a quarter; else it is like a saddle if the most negative eigenvalue that thirty "
    "Lanczos steps find is beyond a hundredth of the largest one, and like a minimum if not."
)

TONES: tuple[Tone, ...] = ("good", "busy", "busy")  # of the kinds of points


def caption(e: RealitySettings, arrays: Arrays) -> str:
    match e.show:
        case "planes":
            low, high = arrays["below"].min(), arrays["below"].max()
            return f"Nine pairs of random directions: the network beats guessing on {low:.0%} to {high:.0%} of a plane."
        case "path":
            first, last = KINDS[int(arrays["kinds"][0])], KINDS[int(arrays["kinds"][-1])]
            shown = loss_slices.path(trial(e)).explained.sum()
            return (
                f"The start is {first}, the end {last}. The plane shows {shown:.0%} of the squared distances to the "
                "end, so the contours under the last steps are hardly those that were walked on."
            )
        case "rescaling":
            times = 1 + change(arrays["raw"])
            return f"The same function: along the raw direction its loss is up to {times:.0f} times as high."
    found = record.sliced(e)
    _, accuracy, weights = found.trained
    return (
        f"{weights:,.0f} weights, {accuracy:.0%} of held-back digits read. On "
        f"{record.beaten(e):.0%} of this plane the network beats guessing, a loss of ln 10."
    )


def change(lines: np.ndarray) -> float:
    """The largest change of a loss by rescaling, as a share of the loss."""
    return float(np.max(np.abs(lines[1] / lines[0] - 1)))


def standings(e: RealitySettings, arrays: Arrays) -> Standings:
    labels = [run.label for run in scene.runs(e)]
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = ["busy"] * len(labels)
    match e.show:
        case "planes":
            columns: tuple[str, ...] = ("Plane", "Beats guessing", "Loss at x = 1")
            rows = [
                (label, f"{below:.0%}", f"{cut[-1]:.3g}")
                for label, below, cut in zip(labels, arrays["below"], arrays["cuts"], strict=True)
            ]
        case "path":
            columns = ("Run", "Loss", "λ max", "λ min", "The end is")
            last = int(arrays["kinds"][-1])
            numbers = [f"{arrays[name][0, -1]:.3g}" for name in ("loss", "largest", "smallest")]
            rows, tones = [(labels[0], *numbers, KINDS[last])], [TONES[last]]
        case "rescaling":
            columns = ("Weights", "Raw, at x = 1", "Filter, at x = 1")
            ends = zip(labels, arrays["raw"][:, -1, -1], arrays["filter"][:, -1, -1], strict=True)
            rows = [(label, f"{raw:.4g}", f"{filtered:.4g}") for label, raw, filtered in ends]
        case _:
            columns = ("Landscape", "Centre", "At x = 0.1", "At x = 1", "Bends down")
            found = record.sliced(e)
            bends = [record.bent(found.values), record.bent(record.bowl(found))]
            rows = [
                (label, f"{cut[len(cut) // 2]:.3g}", f"{_at(cut, 0.1):.3g}", f"{cut[-1]:.3g}", f"{bend:.0%}")
                for label, cut, bend in zip(labels, arrays["cuts"], bends, strict=True)
            ]
    return Standings(columns=columns, rows=tuple(rows), tones=tuple(tones))


def _at(cut: np.ndarray, x: float) -> float:
    """A cut from -1 to 1 at a step."""
    return float(cut[round((x + 1) / 2 * (len(cut) - 1))])


def comparisons(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    rows: tuple[Comparison, ...] = {
        "slice": _of_slice, "planes": _of_planes, "path": _of_path, "rescaling": _of_rescaling,
    }[e.show](e, arrays)  # fmt: skip
    return rows


def _of_slice(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    found, (real, ideal) = record.sliced(e), arrays["cuts"]
    steps = tuple(
        Comparison(f"Loss {x:g} along the first direction, by the bowl", f"{_at(ideal, x):.3g}", f"{_at(real, x):.3g}")
        for x in (0.02, 0.1, 0.5, 1.0)
    )
    trained = Comparison("Centre of the slice: the trained loss", f"{found.trained[0]:.5g}", f"{found.centre:.5g}")
    return (trained, *steps, Comparison("Share of the plane that bends down", "0%", f"{record.bent(found.values):.0%}"))


def _of_planes(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    cuts = arrays["cuts"]
    centre, spread = cuts[:, cuts.shape[1] // 2], np.ptp(arrays["below"])
    return (
        Comparison("All planes have one centre: spread of its loss", "0", f"{np.ptp(centre):.1g}"),
        Comparison("Spread of the share that beats guessing", "small", f"{spread:.0%}"),
    )


def _of_path(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    way, found = loss_slices.path(trial(e)), record.sliced(e)
    shown = np.sum(np.square(way.coordinates), axis=1)
    whole = shown[:-1] / (1 - np.square(way.error[:-1]))
    weights = float(found.trained[2])
    middle = len(way.error) // 2
    return (
        Comparison(
            "Squared distances to the end that the plane shows",
            f"{way.explained.sum():.2%} (singular values)",
            f"{shown.sum() / whole.sum():.2%} (projections)",
        ),
        Comparison("Farthest that a point of the way is off the plane", "–", f"{way.error.max():.0%} of its distance"),
        Comparison(
            "The same half-way, for a random plane", f"{(1 - 2 / weights) ** 0.5:.2%}",
            f"{arrays['random_off'][0, middle]:.2%}",
        ),
        Comparison("Centre of the slice: the trained loss", f"{found.trained[0]:.5g}", f"{found.centre:.5g}"),
    )  # fmt: skip


def _of_rescaling(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    centre = arrays["raw"][1, :, loss_slices.CUT // 2]
    return (
        Comparison("Largest change of the loss at the centre, any factor", "0", f"{np.ptp(centre) / centre[0]:.1g}"),
        Comparison("Along the filter-normalised direction", "0", f"{change(arrays['filter']):.1g}"),
        Comparison("Along the raw direction", "not 0", f"{change(arrays['raw']):.2g}"),
    )


def formula(e: RealitySettings) -> tuple[Formula, ...]:
    if e.show == "rescaling":
        symbols = (
            r"\tfrac1\alpha W_2 \max(0,\, \alpha W_1 x + \alpha b_1) = W_2 \max(0,\, W_1 x + b_1), \qquad \alpha > 0"
        )
        note = "Whoever compares how sharp two networks are must not be fooled by a change of units: this is one."
        return (Formula("Other weights, the same network", symbols, "", note), _filters())
    if e.show == "path":
        return (_principal(e), _filters())
    found = record.sliced(e)
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
    return (Formula("A slice, and the bowl of its centre", symbols, numbers, note), _filters())


def _filters() -> Formula:
    symbols = r"\delta_{i} \leftarrow \frac{\delta_{i}}{\|\delta_{i}\|}\, \|\theta^*_{i}\|"
    note = (
        "For each unit i the direction's weights are made as long as the network's own; biases stay where they are. "
        "A step of 1 then means as much in every layer, and rescaling a network changes nothing."
    )
    return Formula("Filter normalisation", symbols, "", note)


def _principal(e: RealitySettings) -> Formula:
    shares = loss_slices.path(trial(e)).explained
    symbols = (
        r"\Theta = \big(\theta_0 - \theta_T, \ldots, \theta_{T-1} - \theta_T\big)^\top = U \Sigma V^\top, "
        r"\qquad \delta = v_1, \; \eta = v_2"
    )
    numbers = (
        rf"\frac{{\sigma_1^2}}{{\sum \sigma^2}} = {shares[0]:.3g}, "
        rf"\qquad \frac{{\sigma_2^2}}{{\sum \sigma^2}} = {shares[1]:.3g}"
    )
    note = "The plane through the end that the whole way is closest to. In a random plane next to nothing of it shows."
    return Formula("The plane of a path", symbols, numbers, note)


def poster(e: RealitySettings) -> bytes:
    """The slice of the first picture, with the cut through its centre."""
    found = record.sliced(e)
    line = (found.cuts[0].clip(0, CEILING) / CEILING * 0.8 + 0.1).clip(0, 1)
    across = np.linspace(0.04, 0.96, len(line))
    trail = np.stack([across, line], axis=1)
    return figures.poster(np.log(found.values.clip(1e-3, CHANCE * 2)), [trail], [scene.runs(e)[0].color])
