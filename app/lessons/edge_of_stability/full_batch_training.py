"""Full-batch training at the edge of stability: sharpness that rises until the method can bear no more of it."""

import numpy as np

import optimizers
import training_lab as lab
from app import figures
from app.compute import Trial, trained
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.edge_of_stability.settings import EdgeSettings
from app.stage import CurvesPanel, Panel, Run, Standings, Tone
from app.training import scene, style
from app.training.record import frames, timeline
from optimizers import theory
from training_lab import probes

AT = 0.9  # share of the edge from which on a run counts as there
NOTE = (
    "The edge is the curvature above which the method would diverge on a quadratic, and a network is none: what "
    "keeps the run from diverging there is that walking to and fro across the sharpest direction lowers the "
    "sharpness again. The mean is over the last third of the run. Adam divides each coordinate of the gradient by its "
    "size, so its edge is one for the Hessian divided likewise."
)


def hypers(e: EdgeSettings, rate: float) -> dict[str, float]:
    """Of the method, at a learning rate; what else there is to set is the momentum, which Adam calls b1."""
    own = {"momentum": {"momentum": e.beta}, "adam": {"b1": e.beta}}
    return {"learning_rate": rate, **own.get(e.method, {})}


def recipe(e: EdgeSettings, rate: float) -> lab.Recipe:
    """Two tanh layers on 256 digits, all of them in every step."""
    return lab.Recipe(
        data=lab.Data(name="digits", train=256),
        network=lab.MLP(depth=2, width=32, activation="tanh"),
        loss="half_squares",
        optimizer=(e.method, hypers(e, rate)),
        batch_size=None,
        steps=e.steps,
        log_every=e.log_every,
    )


def measured(e: EdgeSettings) -> str:
    """Which sharpness has an edge under the method."""
    return "preconditioned_sharpness" if e.method == "adam" else "sharpness"


def trials(e: EdgeSettings) -> tuple[Trial, ...]:
    seen = (probes.losses, probes.gradients, getattr(probes, measured(e)))
    return tuple(Trial(recipe(e, rate), seen, e.seed) for rate in e.rates)


def edges(e: EdgeSettings) -> list[float]:
    """The largest sharpness at which each run is stable on a quadratic."""
    stability = optimizers.get(e.method).stability
    assert stability is not None
    found = [hypers(e, rate) for rate in e.rates]
    return [float(np.asarray(theory.edge_of_stability(one["learning_rate"], stability(**one)))) for one in found]


def record(e: EdgeSettings) -> dict[str, np.ndarray]:
    """sharpness, edge, share (of the edge), one, loss, gradient_norm [runs, frames]; at [frames]; length [runs]."""
    runs = trained(*trials(e))
    sharpness = frames(runs, measured(e))
    edge = np.broadcast_to(np.array(edges(e), np.float32)[:, None], sharpness.shape).copy()
    return {
        "sharpness": sharpness,
        "edge": edge,
        "share": sharpness / edge,
        "one": np.ones_like(edge),
        "loss": frames(runs, "loss"),
        "gradient_norm": frames(runs, "gradient_norm"),
        **timeline(runs, e.steps),
    }


def runs(e: EdgeSettings) -> tuple[Run, ...]:
    """Named by their rate's share, because the rate itself is dragged."""
    return (style.run("first", "The learning rate", 4), style.run("second", "A share of it", 0))


def panels(e: EdgeSettings) -> tuple[Panel, ...]:
    title = "Preconditioned sharpness" if e.method == "adam" else "Sharpness"
    return (
        CurvesPanel(
            id="sharpness",
            title=f"{title}, and the edge of each run (dotted)",
            figure=figures.curves(log=True, ylabel="largest eigenvalue"),
            curves="sharpness",
            overlay="edge",
            at="at",
            log=True,
            place="main",
        ),
        CurvesPanel(
            id="share",
            title="Sharpness as a share of the edge",
            figure=figures.curves(),
            curves="share",
            overlay="one",
            at="at",
            place="side",
        ),
        scene.loss("Loss of all 256 digits"),
        CurvesPanel(
            id="gradient", title="Gradient norm", figure=figures.curves(log=True), curves="gradient_norm", at="at",
            log=True,
        ),
    )  # fmt: skip


def hovering(share: np.ndarray) -> float:
    """The mean share of the edge over the last third of a run."""
    return float(np.nanmean(share[2 * len(share) // 3 :]))


def rising(loss: np.ndarray) -> float:
    """The share of frames whose loss is above that of the frame before."""
    known = loss[np.isfinite(loss)]
    return float(np.mean(np.diff(known) > 0))


def standings(e: EdgeSettings, arrays: Arrays) -> Standings:
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    found = trained(*trials(e))
    for line, rate, run, share, loss in zip(runs(e), e.rates, found, arrays["share"], arrays["loss"], strict=True):
        gone = run.ended == "diverged"
        there = hovering(share) > AT
        word = "diverged" if gone else "at the edge" if there else "below the edge"
        rows.append((line.label, word, f"{rate:.3g}", f"{hovering(share):.3f}", f"{loss[len(run.steps) - 1]:.3g}"))
        tones.append("bad" if gone else "busy" if there else "good")
    columns = ("Run", "Status", "Rate", "Of the edge", "Loss")
    details = tuple(run.divergence for run in found)
    return Standings(columns=columns, rows=tuple(rows), tones=tuple(tones), details=details)


def comparisons(e: EdgeSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    rows: list[Comparison] = []
    for line, rate, edge, share, loss in zip(runs(e), e.rates, edges(e), arrays["share"], arrays["loss"], strict=True):
        named = f"{line.label}, {rate:.3g}"
        late = hovering(share)
        rows.append(Comparison(f"{named}: sharpness, last third", f"at most about {edge:.5g}", f"{late * edge:.5g}"))
        rows.append(
            Comparison(
                f"{named}: frames whose loss is above the one before",
                "some, at the edge" if late > AT else "few, below the edge",
                f"{rising(loss):.0%}",
            )
        )
    return tuple(rows)


SYMBOLS = {
    "gradient_descent": r"\lambda_{\max}(H) \;\to\; \frac{2}{\eta}",
    "momentum": r"\lambda_{\max}(H) \;\to\; \frac{2\,(1 + \beta)}{\eta}",
    "adam": r"\lambda_{\max}(P^{-1} H) \;\to\; \frac{2\,(1 + \beta_1)}{(1 - \beta_1)\,\eta},"
    r"\qquad P = \operatorname{diag}(\sqrt{\hat v} + \epsilon)",
}
NUMBERS = {
    "gradient_descent": r"\frac{{2}}{{{rate:.4g}}} = {edge:.5g}",
    "momentum": r"\frac{{2 \cdot {twice:.4g}}}{{{rate:.4g}}} = {edge:.5g}",
    "adam": r"\frac{{2 \cdot {twice:.4g}}}{{{left:.4g} \cdot {rate:.4g}}} "
    r"= \frac{{{limit:.4g}}}{{{rate:.4g}}} = {edge:.5g}",
}


def formula(e: EdgeSettings) -> tuple[Formula, ...]:
    rate, edge = e.rates[0], edges(e)[0]
    numbers = NUMBERS[e.method].format(rate=rate, edge=edge, twice=1 + e.beta, left=1 - e.beta, limit=edge * rate)
    note = (
        "On a quadratic a step multiplies the error along an eigenvector by 1 − ηλ, or by what momentum makes of it: "
        "beyond the edge it grows. Gradient flow, with steps as small as one likes, would let the sharpness rise "
        "further; real steps hold it here."
    )
    return (Formula("The edge of stability", SYMBOLS[e.method], numbers, note),)


def caption(e: EdgeSettings, arrays: Arrays) -> str:
    first, second = (hovering(share) for share in arrays["share"])
    return (
        f"Over the last third the sharpness is {first:.2f} and {second:.2f} of the edge; "
        f"the loss rises in {rising(arrays['loss'][0]):.0%} and {rising(arrays['loss'][1]):.0%} of the frames."
    )


def poster(e: EdgeSettings) -> bytes:
    """The two sharpnesses over the steps."""
    found = record(e)
    across = np.linspace(0.04, 0.96, found["share"].shape[1])
    top = float(np.nanmax(found["share"]))
    trails = [np.stack([across, 0.08 + 0.8 * share / top], axis=1) for share in found["share"]]
    ground = np.abs(np.linspace(0, 1, 64)[:, None] - 0.8 / top) * np.ones(64)
    return figures.poster(ground, trails, [line.color for line in runs(e)])
