"""The line and the digits as programs; ``distances`` and ``losses`` are what is drawn."""

from collections.abc import Callable

from app.lessons.data_normalisation import digit_scaling, feature_scaling
from app.lessons.data_normalisation.settings import DataNormalisationSettings
from training_lab.probes.view import EXAMPLES

DATA = """\
import numpy as np

rng = np.random.default_rng(1)
feature, noise = rng.normal(size=(2, 40))
feature -= feature.mean()
feature /= feature.std()  # mean 0, standard deviation 1, exactly
noise -= noise.mean()
noise -= feature * (feature @ noise) / 40
y = feature + 0.35 * noise / noise.std()
x = {mean:.10g} + {spread:.10g} * feature

features = {{"raw": x, "treated": {treatment}}}
hypers = {hypers}
"""

TREATMENTS = {"standardize": "(x - x.mean()) / x.std()", "center": "x - x.mean()", "scale": "x / x.std()"}

TORCH = """

import torch


def distances_of(x, hypers):
    A = torch.tensor(np.stack([x, np.ones_like(x)], axis=1))
    target = torch.tensor(y)
    best = torch.linalg.lstsq(A, target[:, None]).solution[:, 0]
    weights = (best + torch.tensor([{w:.10g}, {b:.10g}])).requires_grad_()
    optimizer = torch.optim.{torch}([weights], **hypers)
    path = [weights.detach().clone()]
    for _ in range({steps}):
        optimizer.zero_grad()
        (0.5 * (A @ weights - target).square().mean()).backward()
        optimizer.step()
        path.append(weights.detach().clone())
    distance = (torch.stack(path) - best).norm(dim=1)
    return (distance / distance[0]).numpy()


distances = {{name: distances_of(x, hypers[name]) for name, x in features.items()}}
"""

OPTAX = """

import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_enable_x64", True)


def distances_of(x, hypers):
    A, target = jnp.stack([x, jnp.ones_like(x)], axis=1), jnp.asarray(y)
    best = jnp.linalg.lstsq(A, target)[0]
    optimizer = optax.{optax}({arguments})

    def step(carry, _):
        weights, state = carry
        gradient = jax.grad(lambda w: 0.5 * jnp.mean((A @ w - target) ** 2))(weights)
        updates, state = optimizer.update(gradient, state)
        weights = optax.apply_updates(weights, updates)
        return (weights, state), weights

    start = best + jnp.array([{w:.10g}, {b:.10g}])
    _, path = jax.lax.scan(step, (start, optimizer.init(start)), None, {steps})
    distance = jnp.linalg.norm(jnp.vstack([start, path]) - best, axis=1)
    return np.asarray(distance / distance[0])


distances = {{name: distances_of(x, hypers[name]) for name, x in features.items()}}
"""

LAB = """\
import jax
import training_lab as lab

rates = {rates}
losses = {{}}
for scaling, rate in rates.items():
    recipe = lab.Recipe(
        data=lab.Data(name="digits", scaling=scaling),
        network=lab.MLP(depth=0, initializer="zeros"),
        optimizer=("gradient_descent", {{"learning_rate": rate}}),
        batch_size=None,
        steps={steps},
        log_every={every},
    )
    losses[scaling] = lab.train(recipe, jax.random.key(0))["loss"]
"""

TORCH_DIGITS = """\
import numpy as np
import torch
from sklearn.datasets import load_digits

images, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(images))[round(0.2 * len(images)) :]  # the rest is for validation
x, y = images[order], torch.tensor(labels[order])

centred = x - x.mean(0)
spread, span = x.std(0), np.ptp(x, axis=0)
variances, directions = np.linalg.eigh(centred.T @ centred / len(x))
kept = variances > 1e-6 * variances[-1]
shrink = np.where(kept, 1 / np.sqrt(np.where(kept, variances, 1)), 0)
pixels = {{
    "none": x,
    "min_max": (x - x.min(0)) / np.where(span > 0, span, 1),
    "standardize": centred / np.where(spread > 0, spread, 1),
    "whiten": centred @ (directions * shrink) @ directions.T,
}}


rates = {rates}


def losses_of(x, rate):
    x = torch.tensor(x, dtype=torch.float32)
    model = torch.nn.Linear(64, 10)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range({steps} + 1):
        optimizer.zero_grad()
        outputs = model(x)
        torch.nn.functional.cross_entropy(outputs, y).backward()
        losses.append(torch.nn.functional.cross_entropy(outputs[:{examples}], y[:{examples}]).item())  # as drawn
        optimizer.step()
    return np.array(losses)


losses = {{name: losses_of(x, rates[name]) for name, x in pixels.items()}}
"""

NAMES = {"gradient_descent": ("SGD", "sgd"), "momentum": ("SGD", "sgd"), "adam": ("Adam", "adam")}


def programs(e: DataNormalisationSettings) -> dict[str, Callable[[], str]]:
    if e.show == "digits":
        rates = {scaling: digit_scaling.rate(e, scaling) for scaling in digit_scaling.SCALINGS}
        numbers = {"rates": rates, "steps": e.steps, "every": digit_scaling.log_every(e), "examples": EXAMPLES}
        return {
            "PyTorch": lambda: TORCH_DIGITS.format(**numbers),
            "JAX, by the training lab": lambda: LAB.format(**numbers),
        }
    return {"PyTorch": lambda: torch_program(e), "optax": lambda: optax_program(e)}


def torch_program(e: DataNormalisationSettings) -> str:
    return _data(e, {"learning_rate": "lr", "momentum": "momentum"}) + TORCH.format(
        w=e.w, b=e.b, steps=e.steps, torch=NAMES[e.optimizer][0]
    )


def optax_program(e: DataNormalisationSettings) -> str:
    return _data(e, {"learning_rate": "learning_rate", "momentum": "momentum"}) + OPTAX.format(
        w=e.w, b=e.b, steps=e.steps, optax=NAMES[e.optimizer][1], arguments="**hypers"
    )


def _data(e: DataNormalisationSettings, names: dict[str, str]) -> str:
    each = ({names[name]: float(f"{value:.9g}") for name, value in own.items()} for own in feature_scaling.hypers(e))
    hypers = dict(zip(("raw", "treated"), each, strict=True))
    return DATA.format(mean=e.mean, spread=e.spread, treatment=TREATMENTS[e.treatment], hypers=hypers)
