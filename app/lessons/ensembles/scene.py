"""The ensemble drawn and told: panels, standings, what is predicted."""

from typing import Any

import numpy as np

from app import compute, figures
from app.compute import lesson_probes
from app.contract.lesson import Arrays, Comparison
from app.lessons.ensembles import member_pool
from app.lessons.ensembles.settings import POOL, EnsembleSettings
from app.stage import CurvesPanel, Panel, ProfilePanel, Raster, RasterPanel, Run, Scale, Standings, TilesPanel
from app.training import decision_boundary, treatment_style

SHARE = Scale(kind="diverging", low=0, high=1, centre=0.5)
SPREAD = Scale(kind="sequential", low=0, high=0.5, legend=True)


def runs() -> tuple[Run, ...]:
    return treatment_style.lines({"ensemble": "Ensemble", "members": "Mean member", "diversity": "Diversity"})


def panels(e: EnsembleSettings) -> tuple[Panel, ...]:
    low, high = lesson_probes.plane_of(compute.splits(member_pool.data(e)).train.x)
    x, y = ((float(a), float(b)) for a, b in zip(low, high, strict=True))
    return (
        decision_boundary.boundary_panel(
            "average", "What the ensemble says: the mean of its members", low, high, 2, place="main"
        ),
        TilesPanel(
            id="members",
            title="The members, over the same plane",
            tiles="tiles",
            scale=SHARE,
            words="inside",
            vocabulary=("left out", "in", "not yet"),
            columns=5,
        ),
        RasterPanel(
            id="disagreement",
            title="How much the members disagree",
            figure=figures.axes(x=x, y=y, labels=("x₁", "x₂")),
            raster=Raster(cells="disagreement", x=x, y=y, scale=SPREAD, label="spread of p =", smooth=True),
            place="side",
        ),
        *_strips(e),
    )


def _strips(e: EnsembleSettings) -> tuple[Panel, ...]:
    """What is measured of ensembles of all sizes, in panels below the pictures."""
    common: dict[str, Any] = {"at": "at", "figure": figures.curves(ylabel="")}  # by arguments' names
    strips: tuple[Panel, ...] = (
        CurvesPanel(
            id="errors",
            title="Squared error",
            curves="errors",
            overlay="difference",
            **common,
        ),
        ProfilePanel(
            id="sizes",
            title="Squared error by size",
            figure=figures.axes(x=(1, POOL), labels=("members", "")),
            x="counts",
            lines="sizes",
            overlay="by_chance",
            dots=True,
        ),
        CurvesPanel(id="mistakes", title="Wrong answers", curves="mistakes", **common),
    )
    rate = CurvesPanel(id="rate", title="Learning rate", curves="rate", **common)
    return (*strips, rate) if e.way == "snapshots" else strips


def scene_arrays() -> Arrays:
    return {"counts": np.arange(1, POOL + 1, dtype=np.float32)}


def standings(e: EnsembleSettings, arrays: Arrays) -> Standings:
    rows = tuple(
        (run.label, f"{error[-1]:.4f}", "–" if np.isnan(wrong[-1]) else f"{wrong[-1]:.1%}")
        for run, error, wrong in zip(runs(), arrays["errors"], arrays["mistakes"], strict=True)
    )
    return Standings(columns=("Who", "Squared error", "Wrong"), rows=rows, tones=("good", "busy", "busy"))


def comparisons(e: EnsembleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    run = compute.trained(member_pool.trial(e))[0]
    pool = member_pool.pool(run, e.way == "snapshots")
    targets = np.asarray(compute.splits(run.recipe.data).validation.y, np.float64)
    ensemble, members, diversity = arrays["errors"][:, -1]
    measured = member_pool.over_all_subsets(pool.answers[-1], targets, e.members)
    rows = [
        Comparison(
            "Error of the ensemble: mean member − diversity",
            f"{members:.5f} − {diversity:.5f} = {members - diversity:.5f}",
            f"{ensemble:.5f}",
        ),
        Comparison(
            f"Mean error of all ensembles of {e.members} out of {POOL}",
            f"{arrays['by_chance'][0, -1, e.members - 1]:.5f}",
            f"{measured:.5f}",
        ),
    ]
    if e.way == "bagging":
        n = member_pool.EXAMPLES
        rows.append(
            Comparison(
                "Share of the examples that a member has at all",
                f"1 − (1 − 1/{n})^{n} = {1 - (1 - 1 / n) ** n:.3f}",
                f"{np.mean(run['drawn'][0]):.3f} on average",
            )
        )
    return tuple(rows)


NOTE = (
    "The first line is an identity: for every example the squared error of a mean is the mean squared error minus the "
    "variance, so an ensemble is never worse than its mean member, and better by as much as its members disagree. The "
    "second follows from sampling without replacement: of N members with the joint error E and diversity D, k have "
    "E + D (N − k) / (k (N − 1)) on average; it is the dotted line, and measured on every ensemble of that size. The "
    "ten train at once, in one vmap: on two cores in three to four times the time of one, since there is ten times as "
    "much to multiply."
)


def poster(e: EnsembleSettings) -> bytes:
    """What the ensemble says in the end."""
    return figures.poster(member_pool.record(e)["average"][-1].astype(np.float32), [], [])
