"""Normalisation by the libraries: ``y`` is the block that is drawn, after all stages; ``losses`` those of a run."""

from collections.abc import Callable

from app.lessons.normalisation_layers import deep_signals, norm_axes, normalised_training
from app.lessons.normalisation_layers.settings import LayerSettings
from app.training.code import programs as of_recipe

NUMBERS = """\
import numpy as np

rng = np.random.default_rng(3)
loud = rng.uniform(0.4, 1.6, size=(1, 6, 1))
mean = rng.normal(scale=1.2, size=(1, 6, 1))
bright = rng.normal(scale=0.6, size=(8, 1, 1))
block = mean + bright + loud * rng.normal(size=(8, 6, 4))
x = block[:{batch}, :, :{positions}]  # examples, channels, positions
"""

TORCH = """
import torch
from torch import nn

x = torch.tensor(x)
norm = {layer}
with torch.no_grad():
    for name, value in {affine}.items():
        getattr(norm, name).fill_(value)
    y = norm(x)
"""

LAYERS = {
    "batch": "nn.BatchNorm1d(6, affine={affine}, dtype=torch.float64)",
    "layer": "nn.LayerNorm(x.shape[1:], elementwise_affine={affine}, dtype=torch.float64)",
    "group": "nn.GroupNorm(3, 6, affine={affine}, dtype=torch.float64)",
    "instance": "nn.InstanceNorm1d(6, affine={affine}, dtype=torch.float64)",
    "rms": "nn.RMSNorm(x.shape[1:], eps=1.1920929e-07, elementwise_affine={affine}, dtype=torch.float64)",
}

JAX = """
import jax.numpy as jnp

x = jnp.asarray(x, jnp.float32)
{mean}
{square}
y = {gamma:.10g} * (x - mean) / jnp.sqrt(square + {eps}){beta}
"""

DEEP_TORCH = """\
import torch
from torch import nn

torch.manual_seed(0)
width, depth = {width}, {depth}
x, top = torch.randn(2, {examples}, width)
norms = {{"none": nn.Identity, "batch": lambda: nn.BatchNorm1d(width), "layer": lambda: nn.LayerNorm(width)}}
growth = {{}}
for kind, norm in norms.items():
    h, activations = x.clone(), []
    for _ in range(depth):
        linear = nn.Linear(width, width, bias=False)
        nn.init.kaiming_normal_(linear.weight)
        h = torch.relu(norm()(linear(h)))
        h.retain_grad()
        activations.append(h)
    h.backward(top)
    back = [h.grad.square().mean().item() for h in reversed(activations)]
    growth[kind] = (back[-3] / back[2]) ** (1 / (depth - 5))
"""

DEEP_JAX = """\
import jax
import jax.numpy as jnp

width, depth, n = {width}, {depth}, {examples}
input_key, top_key, *keys = jax.random.split(jax.random.key(0), depth + 2)
x, top = jax.random.normal(input_key, (n, width)), jax.random.normal(top_key, (n, width))
axes = {{"none": None, "batch": 0, "layer": 1}}


def handed_on(nudges, axis):
    \"\"\"The last layer's activations; the gradient with respect to a nudge is that of the layer.\"\"\"
    h = x
    for key, nudge in zip(keys, nudges):
        z = h @ (jax.random.normal(key, (width, width)) * (2 / width) ** 0.5)
        if axis is not None:
            z = (z - z.mean(axis, keepdims=True)) / jnp.sqrt(z.var(axis, keepdims=True) + 1e-5)
        h = jax.nn.relu(z) + nudge
    return h


growth = {{}}
for kind, axis in axes.items():
    gradients = jax.grad(lambda nudges: jnp.sum(top * handed_on(nudges, axis)))(jnp.zeros((depth, n, width)))
    back = (gradients**2).mean((1, 2))[::-1]
    growth[kind] = float(back[-3] / back[2]) ** (1 / (depth - 5))
"""


def programs(e: LayerSettings) -> dict[str, Callable[[], str]]:
    if e.show == "block":
        return {"PyTorch": lambda: torch_block(e), "JAX": lambda: jax_block(e)}
    if e.show == "deep":
        numbers = {"width": deep_signals.WIDTH, "depth": deep_signals.DEPTH, "examples": e.examples}
        return {"PyTorch": lambda: DEEP_TORCH.format(**numbers), "JAX": lambda: DEEP_JAX.format(**numbers)}
    # The program of the run that the lesson is about: the last one that is compared, at the learning rate chosen.
    chosen = e.model_copy(update={"norms": e.norms[-1:]})
    return of_recipe(normalised_training.trials(chosen)[0])


def torch_block(e: LayerSettings) -> str:
    gamma, beta = norm_axes.scaling(e)
    affine = {"weight": gamma} | ({} if e.kind == "rms" else {"bias": beta})
    layer = LAYERS[e.kind].format(affine=e.affine)
    given = affine if e.affine else {}
    return NUMBERS.format(batch=e.batch, positions=e.positions) + TORCH.format(layer=layer, affine=given)


def jax_block(e: LayerSettings) -> str:
    gamma, beta = norm_axes.scaling(e)
    axes = {"batch": (0, 2), "layer": (1, 2), "rms": (1, 2), "instance": 2, "group": (2, 3)}[e.kind]
    grouped = "x = x.reshape(len(x), 3, 2, -1)\n" if e.kind == "group" else ""
    mean = "mean = 0" if e.kind == "rms" else f"mean = x.mean({axes}, keepdims=True)"
    text = JAX.format(
        mean=grouped + mean,
        square=f"square = ((x - mean) ** 2).mean({axes}, keepdims=True)",
        gamma=gamma,
        beta="" if e.kind == "rms" else f" + {beta:.10g}",
        eps="jnp.finfo(jnp.float32).eps" if e.kind == "rms" else "1e-5",
    )
    back = "y = y.reshape(len(y), 6, -1)\n" if e.kind == "group" else ""
    return NUMBERS.format(batch=e.batch, positions=e.positions) + text + back
