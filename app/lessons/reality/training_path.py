"""The way of training on the plane that is closest to it."""

import numpy as np

import optimizers
from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.reality import explanations, loss_slices
from app.lessons.reality import record as measures
from app.lessons.reality.drawing import frames_panel, map_panel, relief_panel, run_line
from app.lessons.reality.loss_slices import Plane, Slice
from app.lessons.reality.record import CEILING, KINDS
from app.lessons.reality.settings import RealitySettings, trial
from app.stage import Panel, Points, Run, Standings, Tone
from app.trajectories.style import style

KIND_COLORS = ("#009E73", "#D55E00", "#8a9299")
TONES: tuple[Tone, ...] = ("good", "busy", "busy")  # of the kinds of points


def trials(e: RealitySettings) -> tuple[Slice, ...]:
    return measures.slices(e)


def record(e: RealitySettings) -> dict[str, np.ndarray]:
    """The way of training on the plane that is closest to it.

    Returns:
        position [1, frames, 2]; heights [1, frames], of the plane under it; loss, off (the share of the distance to the
        end that is not on the plane), random_off (the same for a random plane), largest, smallest [1, frames]; points
        [frames, 2] and kinds [frames], what each point is; at [frames].
    """
    run, way, found = compute.trained(trial(e))[0], loss_slices.path(trial(e)), measures.sliced(e)
    position = way.coordinates.astype(np.float32)
    _, random_off = loss_slices.projected(trial(e), Plane(e.directions, e.plane))
    return {
        "position": position[None],
        "points": position,
        "heights": np.minimum(measures.heights_at(found, position), CEILING)[None],
        "loss": np.asarray(run["loss"], np.float32)[None],
        "off": way.error.astype(np.float32)[None],
        "random_off": random_off.astype(np.float32)[None],
        "largest": np.asarray(run["largest_eigenvalue"], np.float32)[None],
        "smallest": np.asarray(run["smallest_eigenvalue"], np.float32)[None],
        "kinds": measures.kinds(run["loss"], run["gain"], run["largest_eigenvalue"], run["smallest_eigenvalue"]),
        "at": run.steps.astype(np.float32),
        "length": np.full(1, e.last_step + 1, np.int32),
    }


def runs(e: RealitySettings) -> tuple[Run, ...]:
    return (run_line("path", optimizers.get(e.optimizer).title, *style(e.optimizer)),)


def ticks(e: RealitySettings) -> tuple[str, ...]:
    return tuple(f"step {min(e.log_every * place, e.steps)}" for place in range(e.last_step + 1))


def panels(e: RealitySettings) -> tuple[Panel, ...]:
    found = measures.sliced(e)
    kinds = Points(array="points", label="kinds", groups="kinds", names=KINDS, colors=KIND_COLORS, size=10)
    shares = loss_slices.path(trial(e)).explained
    return (
        map_panel(found, title=f"Its plane: {shares.sum():.0%} of the way", paths="position", markers=(kinds,)),
        relief_panel("relief", "The same in relief", found, found.values, "position"),
        frames_panel("loss", "Loss", log=True),
        frames_panel("off", "Share off the plane", overlay="random_off", range=(0, 1.04)),
        frames_panel("largest", "Largest eigenvalue"),
        frames_panel("smallest", "Smallest eigenvalue"),
    )


def standings(e: RealitySettings, arrays: Arrays) -> Standings:
    last = int(arrays["kinds"][-1])
    numbers = [f"{arrays[name][0, -1]:.3g}" for name in ("loss", "largest", "smallest")]
    row = (runs(e)[0].label, *numbers, KINDS[last])
    return Standings(columns=("Run", "Loss", "λ max", "λ min", "The end is"), rows=(row,), tones=(TONES[last],))


def comparisons(e: RealitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    way, found = loss_slices.path(trial(e)), measures.sliced(e)
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


def formula(e: RealitySettings) -> tuple[Formula, ...]:
    return (_principal(e), explanations.filters())


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


def caption(e: RealitySettings, arrays: Arrays) -> str:
    first, last = KINDS[int(arrays["kinds"][0])], KINDS[int(arrays["kinds"][-1])]
    shown = loss_slices.path(trial(e)).explained.sum()
    return (
        f"The start is {first}, the end {last}. The plane shows {shown:.0%} of the squared distances to the "
        "end, so the contours under the last steps are hardly those that were walked on."
    )
