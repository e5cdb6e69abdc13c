"""Few digits, some labels wrong, with and without dropout: the gap, how alike units become, and who can be spared."""

from typing import Any

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trained, Trial, lesson_probes
from app.contract.lesson import Arrays, Comparison
from app.lessons.dropout import dropout_network
from app.lessons.dropout.settings import DropoutSettings
from app.stage import CurvesPanel, Panel, ProfilePanel, Raster, RasterPanel, Run, Scale, Standings, Tone, quantize
from app.training.record import frames, timeline
from app.training.results import percent
from training_lab import probes

DATA = lab.Data(name="digits", train=400, label_noise=0.2)
WIDTH, FRAMES = 64, 30
SHARES = np.linspace(0, 0.9, 10)  # of units that are removed
TRIES = 12  # random choices of units for each share


def recipe(e: DropoutSettings, rate: float) -> lab.Recipe:
    dropped: dict[str, Any] = {e.kind: rate}
    return lab.Recipe(
        data=DATA,
        network=lab.MLP(depth=1, width=WIDTH, **dropped),
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        batch_size=50,
        steps=e.steps,
        log_every=log_every(e),
    )


def log_every(e: DropoutSettings) -> int:
    """Steps between two frames."""
    return max(1, e.steps // FRAMES)


def trials(e: DropoutSettings) -> tuple[Trial, ...]:
    return tuple(Trial(recipe(e, rate), (probes.losses, lesson_probes.correlation), e.seed) for rate in (e.rate, 0.0))


def record(e: DropoutSettings) -> Arrays:
    """The two runs: with masks, and without.

    Returns:
        loss, validation_loss, accuracy, gap, alike [2, frames], alike the mean size of the correlation of two units;
        with_correlation, without_correlation [frames, width, width] in bytes; removed [2, shares], validation accuracy
        without some units, at shares [shares]; at [frames], length [2].
    """
    found = compute.trained(*trials(e))
    loss, held = frames(found, "loss"), frames(found, "validation_loss")
    return {
        "loss": loss,
        "validation_loss": held,
        "accuracy": frames(found, "validation_accuracy"),
        "gap": held - loss,
        "alike": frames(found, lambda run: alike(run["correlation"])),
        "with_correlation": quantize(found[0]["correlation"], -1, 1),
        "without_correlation": quantize(found[1]["correlation"], -1, 1),
        "removed": np.stack([without_units(run) for run in found]).astype(np.float32),
        "shares": SHARES.astype(np.float32),
        **timeline(found, e.steps),
    }


def alike(correlation: Any) -> np.ndarray:
    """Mean size of the correlation of two different units that both change, [frames]."""
    matrix = np.abs(np.asarray(correlation, np.float64))
    alive = np.diagonal(matrix, axis1=1, axis2=2) > 0.5
    pairs = alive[:, :, None] & alive[:, None] & ~np.eye(matrix.shape[1], dtype=bool)
    found: np.ndarray = np.where(pairs, matrix, 0).sum(axis=(1, 2)) / np.maximum(pairs.sum(axis=(1, 2)), 1)
    return found


def without_units(run: Trained) -> np.ndarray:
    """Validation accuracy of the trained network without a random share of its hidden units, [shares]; those that are
    left are scaled up, as inverted dropout does.
    """
    first, last = run.params.first, run.params.last
    held = compute.splits(run.recipe.data).validation
    x, y = np.asarray(held.x).reshape(len(held.x), -1), np.asarray(held.y)
    units = np.maximum(x @ np.asarray(first.kernel) + np.asarray(first.bias), 0)
    rng = np.random.default_rng(0)
    scores = []
    for share in SHARES:
        left = WIDTH - round(share * WIDTH)
        chosen = [rng.permutation(WIDTH)[:left] for _ in range(TRIES)]
        answers = (units[:, some] @ np.asarray(last.kernel)[some] * (WIDTH / left) for some in chosen)
        scores.append(np.mean([np.mean(np.argmax(a + np.asarray(last.bias), axis=1) == y) for a in answers]))
    return np.array(scores)


def runs(e: DropoutSettings) -> tuple[Run, ...]:
    return dropout_network.runs(e)


def panels(e: DropoutSettings) -> tuple[Panel, ...]:
    first, second = runs(e)
    return (
        _matrix("with_correlation", f"Correlation of units: {first.label}", legend=True),
        _matrix("without_correlation", second.label, legend=False),
        CurvesPanel(
            id="validation_loss", title="Validation loss (dotted: training)",
            figure=figures.curves(log=True), curves="validation_loss", overlay="loss", at="at", log=True, floor=1e-4,
        ),
        CurvesPanel(
            id="alike", title="Mean |correlation| of two units", figure=figures.curves(), curves="alike", at="at",
        ),
        ProfilePanel(
            id="removed", title="Accuracy after removing units",
            figure=figures.axes(y=(0, 1), labels=("share removed", "")), x="shares", lines="removed", dots=True,
        ),
    )  # fmt: skip


def _matrix(cells: str, title: str, legend: bool) -> RasterPanel:
    edges = (0.5, WIDTH + 0.5)
    return RasterPanel(
        id=cells,
        title=title,
        figure=figures.axes(x=edges, y=edges[::-1], labels=("unit", "unit"), equal=True),
        raster=Raster(
            cells=cells,
            x=(1, WIDTH),
            y=(1, WIDTH),
            scale=Scale(kind="diverging", low=-1, high=1, legend=legend),
            label="correlation",
            at="at",
        ),
    )


def standings(e: DropoutSettings, arrays: Arrays) -> Standings:
    rows = tuple(
        (run.label, percent(accuracy[-1]), f"{held[-1]:.3f}", f"{gap[-1]:.3f}", f"{alike[-1]:.3f}")
        for run, accuracy, held, gap, alike in zip(
            runs(e), *(arrays[name] for name in ("accuracy", "validation_loss", "gap", "alike")), strict=True
        )
    )
    best = arrays["accuracy"][:, -1].max()
    tones: tuple[Tone, ...] = tuple("good" if last == best else "busy" for last in arrays["accuracy"][:, -1])
    return Standings(columns=("Network", "Validation", "Loss", "Gap", "|corr.|"), rows=rows, tones=tones)


def comparisons(e: DropoutSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    examples = len(compute.splits(DATA).validation.x)
    chance = np.sqrt(2 / (np.pi * examples))
    rows = [
        Comparison(f"{run.label}: mean |correlation| of units", f"{chance:.3f} by chance alone", f"{alike[-1]:.3f}")
        for run, alike in zip(runs(e), arrays["alike"], strict=True)
    ]
    half = len(SHARES) // 2
    whole, left = arrays["removed"][:, 0], arrays["removed"][:, half]
    rows += [
        Comparison(f"{run.label}: accuracy without half of its units", f"{a:.0%} with all of them", f"{b:.0%}")
        for run, a, b in zip(runs(e), whole, left, strict=True)
    ]
    return tuple(rows)


def caption(e: DropoutSettings, arrays: Arrays) -> str:
    gaps = arrays["gap"][:, -1]
    return (
        f"400 digits, a fifth of the labels wrong, {WIDTH} hidden units: in the end validation and training loss are "
        f"{gaps[0]:.2f} apart with {dropout_network.KINDS[e.kind]}, {gaps[1]:.2f} without."
    )


NOTE = (
    "Units that know nothing of each other would still have a correlation of about √(2/(πn)) in size, over n examples. "
    "Measured at test time over the 359 digits that were held back. Co-adaptation is more than correlation: a unit "
    "that leans on its partners is worth little without them. So units are removed at random too, the rest scaled up."
)
