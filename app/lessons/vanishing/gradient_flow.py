"""A plain network and the same with cures: their lines, the table, and what both ways of the gradient share."""

from collections.abc import Callable, Sequence

from app import compute, figures
from app.lessons.vanishing.settings import FlowSettings
from app.stage import CurvesPanel, Run, Standings
from app.training import style
from app.training.results import last, table
from training_lab import activations

NOTE = (
    "Through depth, the mean square of the gradient is predicted by the mean-field theory of wide networks from that "
    "of the last layer (dotted; nothing is claimed for skip connections and normalisation, but for ReLU after batch "
    "normalisation there is a limit for wide layers and large batches). Through time the dotted line is the norm of "
    "the recurrent matrix's power times the activation's steepest slope to that power: linear units begin exactly on "
    "it, and with an orthogonal matrix no simple cell begins above it. All is measured before the first step."
)


def pair(e: FlowSettings, trial: Callable[[FlowSettings, tuple[str, ...]], compute.Trial]) -> tuple[compute.Trial, ...]:
    """The plain network, and the one with the cures if any is chosen; the seed is the same."""
    return (trial(e, ()), trial(e, e.chosen)) if e.chosen else (trial(e, ()),)


def runs(e: FlowSettings) -> tuple[Run, ...]:
    """Their lines."""
    plain = style.run("plain", f"Plain: {activations.get(e.activation).title}", 4)
    cured = style.run("cured", "With " + ", ".join(map(_short, e.chosen)), 0)
    return (plain, cured) if e.chosen else (plain,)


def _short(cure: str) -> str:
    words = {"init": "good weights", "residual": "skips", "norm": "batch norm", "relu": "ReLU", "gates": "LSTM"}
    return words.get(cure, cure)


def focused(e: FlowSettings) -> int:
    """The place of the run that is looked at more closely."""
    return 0 if e.focus == "plain" or not e.chosen else 1


def standings(e: FlowSettings, trials: Sequence[compute.Trial], left: Sequence[float]) -> Standings:
    """The table of both networks; ``left`` is the share of the gradient's length that survives in each."""
    found = compute.trained(*trials)
    more = {"Accuracy": last(found, "accuracy"), "Gradient left": [f"{share:.2g}" for share in left]}
    return table("Network", [line.label for line in runs(e)], found, more)


def caption(e: FlowSettings, way: str, left: Sequence[float]) -> str:
    """What is left after a way, "9 layers" for example."""
    shares = [f"{share:.2g} ({line.label})" for share, line in zip(left, runs(e), strict=True)]
    return f"Of the gradient's length, this much is left after {way}: {', '.join(shares)}."


def norm_panel() -> CurvesPanel:
    return CurvesPanel(
        id="norm",
        title="Length of the whole gradient",
        figure=figures.curves(log=True),
        curves="gradient_norm",
        at="at",
        log=True,
    )
