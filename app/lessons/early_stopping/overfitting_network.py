"""A network that learns wrong labels by heart: its losses, where to stop, and the weights to go back to."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial, lesson_probes
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.early_stopping.settings import StoppingSettings
from app.stage import ContourPanel, CurvesPanel, Lines, Panel, Run, Standings
from app.training import decision_boundary, treatment_style
from training_lab import probes

LINES = {"train": "Training", "validation": "Validation", "test": "Test"}
EXAMPLES, SAMPLES = 80, 1_000  # trained on, and in all; of the others a third is for validation, the rest for the test
VALIDATIONS = 100
SIDE = 48  # points a side of a boundary
NEVER = 1_000_000  # validations to wait: the run goes on to its end
LOSSES = (0.02, 3.0)  # that are drawn


def trials(e: StoppingSettings) -> tuple[Trial, ...]:
    """The run that goes on to its end, and the one that stops; all else is equal."""
    seen = (probes.losses, lesson_probes.tested, lesson_probes.Boundary(SIDE))
    return tuple(Trial(recipe(e, patience), seen, e.seed) for patience in (NEVER, e.patience))


def recipe(e: StoppingSettings, patience: int) -> lab.Recipe:
    return lab.Recipe(
        data=data(e),
        network=lab.MLP(depth=2, width=32, activation="relu"),
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        batch_size=16,
        early_stopping=lab.EarlyStopping(patience=patience, min_delta=e.min_delta, monitor=e.monitor),
        steps=e.steps,
        log_every=every(e),
    )


def data(e: StoppingSettings) -> lab.Data:
    source = ("moons", {"samples": SAMPLES, "noise": e.noise})
    return lab.Data(name=source, train=EXAMPLES, validation=0.3, test=0.6, label_noise=e.wrong)


def every(e: StoppingSettings) -> int:
    """Steps between two validations."""
    return max(1, e.steps // VALIDATIONS)


def rule(monitored: np.ndarray, patience: int, min_delta: float) -> tuple[int, int | None, np.ndarray]:
    """Early stopping on values that should fall: the place of the best one, where to stop, and how long it has waited.

    Returns:
        best, the place whose weights are kept; the place of the stop, None if there is none; waiting [n], validations
        since the last improvement by more than ``min_delta``.
    """
    best, waiting = 0, np.zeros(len(monitored), int)
    for place in range(1, len(monitored)):
        if monitored[place] < monitored[best] - min_delta:
            best = place
        waiting[place] = place - best
        if waiting[place] >= patience:
            return best, place, waiting[: place + 1]
    return best, None, waiting


def monitored(e: StoppingSettings, run: compute.Trained) -> np.ndarray:
    return np.asarray(run["validation_loss"] if e.monitor == "loss" else -run["validation_accuracy"])


def record(e: StoppingSettings) -> dict[str, np.ndarray]:
    """What the run did that went on to its end, and where the rule would have stopped it.

    Returns:
        walk [3, steps + 1, 2], points of the map; losses and accuracy [3, frames]; marks [2, 2, 2], upright lines at
        the best step and at the stop; waiting and patience [3, frames], of validation alone; boundary [frames, side,
        side] and restored [side, side] in bytes; points [n, 2] and classes [n]; stop [2], the frames of the best
        weights and of the stop; at [frames]; length [3].
    """
    run, _ = compute.trained(*trials(e))
    best, stop, waited = rule(monitored(e, run), e.patience, e.min_delta)
    end = len(run.steps) - 1 if stop is None else stop
    steps = np.arange(e.steps + 1)
    losses = _three(run, "loss")
    lines = np.stack([np.interp(steps, run.steps, row) for row in losses])
    waiting = np.full((3, len(run.steps)), np.nan, np.float32)
    waiting[1, : len(waited)] = waited
    patience = np.full_like(waiting, np.nan)
    patience[1] = e.patience
    # The name of a line stands at its last point: of one above, of the other below.
    upright = [[[run.steps[best], y] for y in LOSSES[::-1]], [[run.steps[end], y] for y in LOSSES]]
    train = compute.splits(run.recipe.data).train
    return {
        "walk": np.stack([np.broadcast_to(steps, lines.shape), lines], axis=-1).astype(np.float32),
        "losses": losses,
        "accuracy": _three(run, "accuracy"),
        "marks": np.array(upright, np.float32),
        "waiting": waiting,
        "patience": patience,
        "boundary": run["boundary"],
        "restored": run["boundary"][best],
        "points": np.asarray(train.x, np.float32),
        "classes": np.asarray(train.y).astype(np.uint8),
        "stop": np.array([best, end], np.int32),
        "at": run.steps.astype(np.float32),
        "length": np.full(3, e.steps + 1, np.int32),
    }


def _three(run: compute.Trained, what: str) -> np.ndarray:
    """[3, frames] of training, validation and test."""
    names = (what, f"validation_{what}", f"test_{what}")
    return np.stack([np.asarray(run[name], np.float32) for name in names])


def runs(e: StoppingSettings) -> tuple[Run, ...]:
    return treatment_style.lines(LINES)


def panels(e: StoppingSettings) -> tuple[Panel, ...]:
    low, high = lesson_probes.plane_of(compute.splits(data(e)).train.x)
    return (
        ContourPanel(
            id="loss",
            title="Loss, and where to stop",
            figure=figures.axes(x=(0, e.steps), y=LOSSES, labels=("step", "loss"), log=(False, True)),
            paths="walk",
            markers=(Lines(array="marks", label="", names=("best", "stop"), width=2.0, dash=(6, 4)),),
        ),
        decision_boundary.boundary_panel("boundary", "At the playhead", low, high, 2, place="side"),
        decision_boundary.boundary_panel("restored", "The weights that are restored", low, high, 2, place="side"),
        CurvesPanel(
            id="accuracy", title="Accuracy", figure=figures.curves(range=(0.5, 1.02)), curves="accuracy", at="at"
        ),
        CurvesPanel(
            id="waiting",
            title="Validations without improvement, and the patience",
            figure=figures.curves(),
            curves="waiting",
            overlay="patience",
            at="at",
        ),
    )


def standings(e: StoppingSettings, arrays: Arrays) -> Standings:
    best, stop = arrays["stop"].tolist()
    stopped = arrays["at"][stop] < e.steps
    rows = tuple(
        (line.label, *(f"{loss[at]:.3f} ({score[at]:.0%})" for at in (best, stop, -1)))
        for line, loss, score in zip(runs(e), arrays["losses"], arrays["accuracy"], strict=True)
    )
    return Standings(
        columns=("Loss (accuracy)", "Best", "Stop" if stopped else "No stop", "End"),
        rows=rows,
        tones=("busy", "good" if stopped else "busy", "good"),
    )


def comparisons(e: StoppingSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """The rule on the curve of the run that went on, and what the lab's own run did that stops."""
    run, stopping = compute.trained(*trials(e))
    best, stop, _ = rule(monitored(e, run), e.patience, e.min_delta)
    test = arrays["losses"][2]
    ended = "goes on to the end" if stop is None else f"step {run.steps[stop]}"
    did = f"step {stopping.steps[-1]}" if stopping.ended == "stopped" else "goes on to the end"
    return (
        Comparison("Where the run stops", ended, did),
        Comparison("Where its weights come from", f"step {run.steps[best]}", f"step {stopping.best_step}"),
        Comparison(
            "Loss on the test set: restored weights, and those of the end",
            "lower, and higher" if stop is not None else "the rule had nothing to do",
            f"{test[best]:.3f}, and {test[-1]:.3f}",
        ),
    )


def formula(e: StoppingSettings) -> tuple[Formula, ...]:
    rule = Formula(
        "Early stopping",
        r"t^* = \arg\min_{t} L_{\text{val}}(\theta_t), \qquad \text{stop once } t - t^* \ge \text{patience},"
        r"\qquad \theta \leftarrow \theta_{t^*}",
        rf"\text{{patience}} = {e.patience} \text{{ validations of }} {every(e)} \text{{ steps}},"
        rf"\qquad \delta = {e.min_delta:.3g}",
        "An improvement counts if it is larger than δ. Without the last step one would keep the weights of the stop, "
        "which have seen all those validations without improvement.",
    )
    return (rule,)


def caption(e: StoppingSettings, arrays: Arrays) -> str:
    at, (best, stop) = arrays["at"], arrays["stop"]
    ended = f"stops at step {at[stop]:.0f}" if at[stop] < e.steps else "never stops"
    return (
        f"{EXAMPLES} points to learn from, {e.wrong:.0%} of them with a wrong label. With a "
        f"patience of {e.patience} training {ended} and goes back to step {at[best]:.0f}."
    )


NOTE = (
    "Predicted: the rule applied to the validation curve of a run that goes on to its end. Measured: another run of "
    "the same seed that really stops. The best validation value is the smallest of many, so it flatters a little: the "
    "test set, which nobody looked at, has the last word."
)
