"""Back through time: how the last hidden state of a recurrent network depends on those before it."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.vanishing import gradient_flow
from app.lessons.vanishing.settings import FlowSettings
from app.stage import BarsPanel, CurvesPanel, Panel, ProfilePanel, Run, Standings
from app.training.record import frames, timeline
from training_lab import activations, probes

WIDTH, TIME = 16, 50
BARS = 12  # factors of the product that are drawn as bars
SIGHTS = (probes.losses, probes.gradients, probes.lags)
RECALL = lab.Data(name=("recall", {"length": TIME, "samples": 300}))


def network(e: FlowSettings, cures: tuple[str, ...]) -> lab.RNN:
    """The recurrent network of an experiment with some cures."""
    recurrent = ("orthogonal", {"gain": e.radius})
    if e.matrix == "non_normal":
        recurrent = ("non_normal", {"radius": e.radius, "shear": e.shear})
    if "init" in cures:
        recurrent = ("orthogonal", {"gain": 1.0})
    gates = "gates" in cures
    activation = "relu" if "relu" in cures and not gates else "tanh" if gates else e.activation
    return lab.RNN(cell="lstm" if gates else "simple", width=WIDTH, activation=activation, recurrent=recurrent)


def trial(e: FlowSettings, cures: tuple[str, ...]) -> Trial:
    """Recalling the first of fifty inputs, trained by Adam."""
    recipe = lab.Recipe(
        data=RECALL,
        network=network(e, cures),
        optimizer=("adam", {"learning_rate": e.learning_rate / 10}),
        clip=("norm", {"max_norm": e.max_norm}) if "clip" in cures else None,
        batch_size=32,
        steps=e.steps,
        log_every=e.log_every,
    )
    return Trial(recipe, SIGHTS, e.seed)


def trials(e: FlowSettings) -> tuple[Trial, ...]:
    return gradient_flow.pair(e, trial)


def runs(e: FlowSettings) -> tuple[Run, ...]:
    return gradient_flow.runs(e)


def record(e: FlowSettings) -> dict[str, np.ndarray]:
    """Of recurrent networks with and without cures.

    Returns:
        reach [runs, frames, lags], the largest singular value of dh_T / dh_(T - lag); bound [runs, lags]; product
        [runs, frames, bars], its first; felt [runs, frames, lags], the length of dL / dh_(T - lag); gradient_norm,
        loss, accuracy [runs, frames]; lag [lags], at [frames], length [runs].
    """
    found = compute.trained(*trials(e))
    reach = frames(found, lambda run: run["lag_singular_values"][:, ::-1, 0])
    return {
        "reach": reach,
        "bound": np.stack([bound(network(e, cures)) for cures in ((), e.chosen)[: len(found)]]).astype(np.float32),
        "product": reach[..., :BARS],
        "felt": frames(found, lambda run: run["hidden_gradient_norm"][:, ::-1]),
        "gradient_norm": frames(found, "gradient_norm"),
        "loss": frames(found, "loss"),
        "accuracy": frames(found, "accuracy"),
        "lag": np.arange(1, TIME, dtype=np.float32),
        "back": np.arange(TIME, dtype=np.float32),
        **timeline(found, e.steps),
    }


def bound(network: lab.RNN) -> np.ndarray:
    """The largest singular value of W^lag times the steepest slope^lag: what is reached at the start by linear units,
    and by no others surpassed; NaN for cells with gates, [lags].
    """
    lags = np.arange(1, TIME)
    if network.cell != "simple":
        return np.full(len(lags), np.nan)
    steepest = activations.get(network.activation.name).steepest ** lags
    numbers = network.recurrent.values
    if "shear" not in numbers:
        return np.asarray(steepest * np.power(numbers["gain"], lags))
    radius, shear = numbers["radius"], numbers["shear"]
    powers = [np.linalg.matrix_power(np.array([[radius, shear], [0, radius]]), int(lag)) for lag in lags]
    largest: np.ndarray = steepest * np.linalg.norm(powers, ord=2, axis=(1, 2))
    return largest


def panels(e: FlowSettings) -> tuple[Panel, ...]:
    factors = tuple(str(count) for count in range(1, BARS + 1))
    reach = ProfilePanel(
        id="reach",
        title="How the last state depends on the one so many steps before",
        figure=figures.axes(labels=("lag", "largest singular value"), log=(False, True)),
        x="lag",
        lines="reach",
        overlay="bound",
        place="main",
    )
    product = BarsPanel(
        id="product",
        title="The product of Jacobians, factor by factor",
        figure=figures.bars(categories=factors, labels=("factors", ""), log=True),
        bars="product",
        categories=factors,
        place="side",
    )
    felt = ProfilePanel(
        id="felt",
        title="Gradient that arrives at a state",
        figure=figures.axes(labels=("lag", ""), log=(False, True)),
        x="back",
        lines="felt",
        place="side",
    )
    accuracy = CurvesPanel(
        id="accuracy",
        title="Accuracy: which sign came first?",
        figure=figures.curves(range=(0.3, 1.05)),
        curves="accuracy",
        at="at",
    )
    return (reach, product, felt, accuracy, gradient_flow.norm_panel())


def left(e: FlowSettings, arrays: Arrays) -> list[float]:
    """The gradient's length at the first step of time over that at the last, of each run, before training."""
    return [float(felt[0, -1] / felt[0, 0]) for felt in arrays["felt"]]


def standings(e: FlowSettings, arrays: Arrays) -> Standings:
    return gradient_flow.standings(e, trials(e), left(e, arrays))


def caption(e: FlowSettings, arrays: Arrays) -> str:
    return gradient_flow.caption(e, f"{TIME - 1} steps of time", left(e, arrays))


def comparisons(e: FlowSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return tuple(row for place, line in enumerate(runs(e)) for row in _rows(e, arrays, place, line.label))


def _rows(e: FlowSettings, arrays: Arrays, run: int, label: str) -> tuple[Comparison, ...]:
    bound, seen = arrays["bound"][run], arrays["reach"][run, 0]
    if np.isnan(bound[0]):
        return ()
    relation = "" if compute.trained(*trials(e))[run].recipe.network.activation.name == "linear" else "at most "
    return tuple(
        Comparison(f"{label}: |dh_T / dh_(T − {lag})|", f"{relation}{bound[lag - 1]:.3g}", f"{seen[lag - 1]:.3g}")
        for lag in (1, 10, TIME - 1)
    )


def formula(e: FlowSettings) -> tuple[Formula, ...]:
    slope = activations.get(e.activation).steepest
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
