"""Back through time: how the last hidden state of a recurrent network depends on those before it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import training_lab as lab
from app import figures
from app.compute import Trained, Trial
from app.lessons.vanishing.jacobians import norm_panel
from app.stage import BarsPanel, CurvesPanel, ProfilePanel
from app.training import record
from training_lab import activations, probes

WIDTH, TIME = 16, 50
BARS = 12  # factors of the product that are drawn as bars
SIGHTS = (probes.losses, probes.gradients, probes.lags)
RECALL = lab.Data(name=("recall", {"length": TIME, "samples": 300}))


def network(e: Any, cures: tuple[str, ...]) -> lab.RNN:
    """The recurrent network of an experiment with some cures."""
    recurrent = ("orthogonal", {"gain": e.radius})
    if e.matrix == "non_normal":
        recurrent = ("non_normal", {"radius": e.radius, "shear": e.shear})
    if "init" in cures:
        recurrent = ("orthogonal", {"gain": 1.0})
    gates = "gates" in cures
    activation = "relu" if "relu" in cures and not gates else "tanh" if gates else e.activation
    return lab.RNN(cell="lstm" if gates else "simple", width=WIDTH, activation=activation, recurrent=recurrent)


def trial(e: Any, cures: tuple[str, ...]) -> Trial:
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


def arrays(e: Any, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """Of recurrent networks with and without cures.

    Returns:
        reach [runs, frames, lags], the largest singular value of dh_T / dh_(T - lag); bound [runs, lags]; product
        [runs, frames, bars], its first; felt [runs, frames, lags], the length of dL / dh_(T - lag); gradient_norm,
        loss, accuracy [runs, frames]; lag [lags], at [frames], length [runs].
    """
    reach = record.frames(runs, lambda run: run["lag_singular_values"][:, ::-1, 0])
    return {
        "reach": reach,
        "bound": np.stack([bound(run.recipe.network) for run in runs]).astype(np.float32),
        "product": reach[..., :BARS],
        "felt": record.frames(runs, lambda run: run["hidden_gradient_norm"][:, ::-1]),
        "gradient_norm": record.frames(runs, "gradient_norm"),
        "loss": record.frames(runs, "loss"),
        "accuracy": record.frames(runs, "accuracy"),
        "lag": np.arange(1, TIME, dtype=np.float32),
        "back": np.arange(TIME, dtype=np.float32),
        **record.timeline(runs, e.steps),
    }


def bound(network: Any) -> np.ndarray:
    """The largest singular value of W^lag times the steepest slope^lag: what is reached at the start by linear units,
    and by no others surpassed; NaN for cells with gates, [lags].
    """
    lags = np.arange(1, TIME)
    if network.cell != "simple":
        return np.full(len(lags), np.nan)
    steepest = activations.get(network.activation.name).steepest ** lags
    numbers = network.recurrent.values
    if "shear" not in numbers:
        return steepest * np.power(numbers["gain"], lags)
    radius, shear = numbers["radius"], numbers["shear"]
    powers = [np.linalg.matrix_power(np.array([[radius, shear], [0, radius]]), int(lag)) for lag in lags]
    return steepest * np.linalg.norm(powers, ord=2, axis=(1, 2))


def panels(e: Any) -> tuple[Any, ...]:
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
    return (reach, product, felt, accuracy, norm_panel())
