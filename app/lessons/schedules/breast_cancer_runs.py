"""Both schedules on a small real problem, where the mini-batches make the noise; no expected loss is known."""

from collections.abc import Callable

import numpy as np

from app import figures
from app.compute.minibatch_regression import SAMPLES
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.schedules import breast_cancer, code, explanations, results, scene
from app.lessons.schedules.record import followed
from app.lessons.schedules.settings import ScheduleSettings
from app.stage import ContourPanel, Handle, Mark, Panel, Run, Standings

FAR = 100.0  # weights as large as this count as diverged


def record(e: ScheduleSettings) -> dict[str, np.ndarray]:
    """Run both schedules.

    Returns:
        what ``followed`` returns, and: position [runs, steps + 1, 2] in weights; loss above the minimum
        [runs, steps + 1]; learning_rate [runs, steps]; length [runs], of what has not diverged.
    """
    found = breast_cancer.descents(list(e.specs.values()), e.start, e.batch, e.seed, e.steps)
    inside = np.logical_and.accumulate((np.abs(found.position) < FAR).all(-1), axis=1)
    arrays = {
        "position": np.where(inside[..., None], found.position, np.float32(np.nan)),
        "loss": np.where(inside, found.excess, np.float32(np.nan)),
        "learning_rate": found.learning_rate,
        "length": inside.sum(axis=1).astype(np.int32),
    }
    return followed(e, arrays, found.seen)


def runs(e: ScheduleSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: ScheduleSettings) -> tuple[Panel, ...]:
    return scene.panels(e, _map(), "Loss above the minimum")


def _map() -> ContourPanel:
    xs, ys, excess = breast_cancer.excess()
    patients = breast_cancer.data()
    x, y = patients.minimum.tolist()
    return ContourPanel(
        id="map",
        title=f"Loss of {SAMPLES} tumours",
        figure=figures.contour(xs, ys, excess, log=True, labels=("weight of the radius", "weight of the texture")),
        paths="position",
        handle=Handle(x="x", y="y"),
        marks=(Mark(x=x, y=y, kind="minimum", label=f"minimum, {patients.least:.4g}"),),
    )


def standings(e: ScheduleSettings, arrays: Arrays) -> Standings:
    return results.standings(e, arrays, [f"a weight passed {FAR:.0f}"] * len(arrays["length"]))


def comparisons(e: ScheduleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return ()


def formula(e: ScheduleSettings) -> tuple[Formula, ...]:
    return explanations.formula(e)


def caption(e: ScheduleSettings, arrays: Arrays) -> str:
    return explanations.caption(e, arrays)


def programs(e: ScheduleSettings) -> dict[str, Callable[[], str]]:
    return code.on_breast_cancer(e)
