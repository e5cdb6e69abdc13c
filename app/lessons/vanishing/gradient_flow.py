"""Gradients that vanish or explode, with and without cures: the two runs, what is said of them, and their theory."""

from typing import Any

import numpy as np

from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.vanishing import bptt, jacobians
from app.stage import Run, Standings
from app.training import style
from app.training.results import last, table
from training_lab import activations, theory

NOTE = (
    "Through depth, the mean square of the gradient is predicted by the mean-field theory of wide networks from that "
    "of the last layer (dotted; nothing is claimed for skip connections and normalisation, but for ReLU after batch "
    "normalisation there is a limit for wide layers and large batches). Through time the dotted line is the norm of "
    "the recurrent matrix's power times the activation's steepest slope to that power: linear units begin exactly on "
    "it, and with an orthogonal matrix no simple cell begins above it. All is measured before the first step."
)


def trials(e: Any) -> tuple[compute.Trial, ...]:
    """The plain network, and the one with the cures if any is chosen; the seed is the same."""
    make = bptt.trial if e.view == "time" else jacobians.trial
    return (make(e, ()), make(e, e.chosen)) if e.chosen else (make(e, ()),)


def record(e: Any) -> dict[str, np.ndarray]:
    """What ``lags`` or ``jacobians`` return."""
    runs = compute.trained(*trials(e))
    return bptt.arrays(e, runs) if e.view == "time" else jacobians.arrays(e, runs, focused(e))


def runs(e: Any) -> tuple[Run, ...]:
    """Their lines."""
    plain = style.run("plain", f"Plain: {activations.get(e.activation).title}", 4)
    cured = style.run("cured", "With " + ", ".join(map(_short, e.chosen)), 0)
    return (plain, cured) if e.chosen else (plain,)


def _short(cure: str) -> str:
    words = {"init": "good weights", "residual": "skips", "norm": "batch norm", "relu": "ReLU", "gates": "LSTM"}
    return words.get(cure, cure)


def focused(e: Any) -> int:
    """The place of the run that is looked at more closely."""
    return 0 if e.focus == "plain" or not e.chosen else 1


def standings(e: Any, arrays: Arrays) -> Standings:
    found = compute.trained(*trials(e))
    more = {"Accuracy": last(found, "accuracy"), "Gradient left": [f"{share:.2g}" for share in left(e, arrays)]}
    return table("Network", [line.label for line in runs(e)], found, more)


def survives(e: Any, arrays: Arrays, run: int) -> float:
    """The gradient's length at the first layer, or first step of time, over that at the last; before training."""
    if e.view == "time":
        return float(arrays["felt"][run, 0, -1] / arrays["felt"][run, 0, 0])
    return float(np.sqrt(arrays["gradient"][run, 0, 0] / arrays["gradient"][run, 0, -1]))


def left(e: Any, arrays: Arrays) -> list[float]:
    """What survives in each run."""
    return [survives(e, arrays, run) for run in range(len(runs(e)))]


def caption(e: Any, arrays: Arrays) -> str:
    steps = f"{bptt.TIME - 1} steps of time" if e.view == "time" else f"{e.depth - 1} layers"
    shares = [f"{share:.2g} ({line.label})" for share, line in zip(left(e, arrays), runs(e), strict=True)]
    return f"Of the gradient's length, this much is left after {steps}: {', '.join(shares)}."


def comparisons(e: Any, arrays: Arrays) -> tuple[Comparison, ...]:
    of = _through_time if e.view == "time" else _through_depth
    return tuple(row for place, line in enumerate(runs(e)) for row in of(e, arrays, place, line.label))


def _through_depth(e: Any, arrays: Arrays, run: int, label: str) -> tuple[Comparison, ...]:
    expected, seen = arrays["predicted_gradient"][run], arrays["gradient"][run, 0]
    factor = float((seen[0] / seen[-1]) ** (1 / (e.depth - 1)))
    quantity = f"{label}: factor of the mean square gradient, a layer"
    if not np.isnan(expected[0]):
        return (Comparison(quantity, f"{(expected[0] / expected[-1]) ** (1 / (e.depth - 1)):.3g}", f"{factor:.3g}"),)
    network = jacobians.network(e, e.chosen)
    if network.norm == "batch" and network.activation.name == "relu" and not network.residual:
        return (Comparison(quantity, f"{theory.BATCH_NORM_RELU_GROWTH:.3g} (wide, large batch)", f"{factor:.3g}"),)
    return ()


def _through_time(e: Any, arrays: Arrays, run: int, label: str) -> tuple[Comparison, ...]:
    bound, seen = arrays["bound"][run], arrays["reach"][run, 0]
    if np.isnan(bound[0]):
        return ()
    relation = "" if compute.trained(*trials(e))[run].recipe.network.activation.name == "linear" else "at most "
    return tuple(
        Comparison(f"{label}: |dh_T / dh_(T − {lag})|", f"{relation}{bound[lag - 1]:.3g}", f"{seen[lag - 1]:.3g}")
        for lag in (1, 10, bptt.TIME - 1)
    )


def formula(e: Any) -> tuple[Formula, ...]:
    slope = activations.get(e.activation).steepest
    if e.view == "time":
        symbols = (
            r"\frac{\partial h_T}{\partial h_t} = \prod_{k=t+1}^{T} \operatorname{diag}(\varphi'(a_k))\, W, \qquad"
            r"\left\| \frac{\partial h_T}{\partial h_t} \right\| \le (\max \varphi')^{T-t}\, \| W^{T-t} \|"
        )
        numbers = rf"\max \varphi' = {slope:.3g}, \qquad \rho = {e.radius:.3g}, \qquad \rho^{{49}} = {e.radius**49:.2g}"
        note = (
            "An orthogonal W times ρ has ‖Wᵏ‖ = ρᵏ. A non-normal one can have small eigenvalues and a large norm: with "
            "blocks (ρ s; 0 ρ) the power has k ρᵏ⁻¹ s off its diagonal, which first grows and then dies."
        )
        return (Formula("A product over time", symbols, numbers, note),)
    symbols = (
        r"\frac{\partial L}{\partial h_l} = \frac{\partial L}{\partial h_L} \prod_{k=l+1}^{L}"
        r"\operatorname{diag}(\varphi'(a_k))\, W_k, \qquad \mathbb E\, |\delta_l|^2 = n \operatorname{Var}(w)\,"
        r"\mathbb E[\varphi'(a)^2]\; \mathbb E\, |\delta_{l+1}|^2"
    )
    numbers = rf"\max \varphi' = {slope:.3g}, \qquad n \operatorname{{Var}}(w) = g^2 = {e.gain**2:.3g}"
    note = (
        "The sigmoid's slope is never above a quarter, so with g = 1 each layer keeps at most a sixteenth of the "
        "squared gradient. A skip connection adds the identity to each factor, and such a product does not die."
    )
    return (Formula("A product over layers", symbols, numbers, note),)


def poster(e: Any) -> bytes:
    """The gradient against depth, over the map of gradients."""
    found = compute.trained(*trials(e))
    shown = jacobians.arrays(e, found, focused(e))
    curves = np.log10(shown["gradient"][:, 0] + 1e-30)
    low, high = curves.min(), curves.max() + 1e-6
    across = np.linspace(0.04, 0.96, e.depth)
    trails = [np.stack([across, 0.08 + 0.84 * (line - low) / (high - low)], axis=1) for line in curves]
    return figures.poster(shown["map"], trails, [line.color for line in runs(e)])
