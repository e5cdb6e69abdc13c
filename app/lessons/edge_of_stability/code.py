"""The edge of stability as programs: ``sharpness`` along a training, or ``path`` of two weights."""

from collections.abc import Callable

import optimizers
from app.lessons.edge_of_stability import catapult_runs, full_batch_training
from app.lessons.edge_of_stability.settings import EdgeSettings
from app.training import code

LAB = """\
import jax
import training_lab as lab

recipe = {recipe}
probes = (lab.probes.losses, lab.probes.{probe})
run = lab.train(recipe, jax.random.key({seed}), probes=probes)
sharpness = run["{probe}"]
print(sharpness * {rate!r} / {limit:.4g})  # 1 is the edge
"""

TORCH = """\
import torch
from sklearn import datasets
from torch import nn

torch.manual_seed({seed})
x, y = (torch.tensor(array) for array in datasets.load_digits(return_X_y=True))
order = torch.randperm(len(x))[:256]
x, y = x[order].float(), nn.functional.one_hot(y[order], 10).float()
spread = x.std(0, correction=0)
x = (x - x.mean(0)) / torch.where(spread > 0, spread, 1.0)

model = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 10))
params = list(model.parameters())
{optimizer}
top = [torch.randn_like(p) for p in params]


def loss_of_all():
    return 0.5 * (model(x) - y).square().sum(1).mean()


def rates():
    \"\"\"By what the method multiplies a gradient, in units of its learning rate.\"\"\"
    {rates}


def largest_eigenvalue(rounds=10):
    \"\"\"Power iteration on D H D, D² being the rates, from the vector of the time before.\"\"\"
    slopes = torch.autograd.grad(loss_of_all(), params, create_graph=True)
    scale = [r.sqrt() for r in rates()]
    for _ in range(rounds):
        norm = sum((v * v).sum() for v in top).sqrt()
        top[:] = [v / norm for v in top]
        image = torch.autograd.grad(slopes, params, [s * v for s, v in zip(scale, top)], retain_graph=True)
        image = [s * h for s, h in zip(scale, image)]
        value = sum((v * h).sum() for v, h in zip(top, image)).item()
        top[:] = image
    return value


sharpness = []
for step in range({steps}):
    optimizer.zero_grad()
    loss_of_all().backward()
    optimizer.step()
    if step % {every} == 0:
        sharpness.append(largest_eigenvalue())
print([value * {rate!r} / {limit:.4g} for value in sharpness])  # 1 is the edge
"""
PLAIN = "return [torch.ones_like(p) for p in params]"
ADAM = """\
states = [optimizer.state[p] for p in params]
    return [1 / ((s["exp_avg_sq"] / (1 - 0.999 ** s["step"])).sqrt() + 1e-8) for s in states]"""

TWO_JAX = """\
import jax
import jax.numpy as jnp
import optax

w = jnp.array([{u:.10g}, {v:.10g}])
optimizer = optax.sgd({rate:.10g})
state, path = optimizer.init(w), [w]
for _ in range({steps}):
    slope = jax.grad(lambda w: (w[0] * w[1]) ** 2 / 2)(w)
    update, state = optimizer.update(slope, state)
    w = optax.apply_updates(w, update)
    path.append(w)
print(w, (w**2).sum(), 2 / {rate:.10g})
"""
TWO_TORCH = """\
import torch

w = torch.tensor([{u:.10g}, {v:.10g}], requires_grad=True)
optimizer = torch.optim.SGD([w], lr={rate:.10g})
path = [w.detach().clone()]
for _ in range({steps}):
    optimizer.zero_grad()
    ((w[0] * w[1]) ** 2 / 2).backward()
    optimizer.step()
    path.append(w.detach().clone())
print(w, (w**2).sum(), 2 / {rate:.10g})
"""


def programs(e: EdgeSettings) -> dict[str, Callable[[], str]]:
    if e.show == "catapult":
        numbers = {"u": e.u, "v": e.v, "rate": e.rate, "steps": catapult_runs.STEPS}
        return {"PyTorch": lambda: TWO_TORCH.format(**numbers), "optax": lambda: TWO_JAX.format(**numbers)}
    return {"PyTorch": lambda: _torch(e), "JAX": lambda: _lab(e)}


def _lab(e: EdgeSettings) -> str:
    rate = e.rates[0]
    limit, recipe = full_batch_training.edges(e)[0] * rate, code.source(full_batch_training.recipe(e, rate))
    return LAB.format(recipe=recipe, probe=full_batch_training.measured(e), seed=e.seed, rate=rate, limit=limit)


def _torch(e: EdgeSettings) -> str:
    rate = e.rates[0]
    written = optimizers.get(e.method).code("torch", full_batch_training.hypers(e, rate))
    assert written is not None
    return TORCH.format(
        seed=e.seed,
        optimizer=written.rstrip(),
        rates=ADAM if e.method == "adam" else PLAIN,
        steps=e.steps,
        every=e.log_every,
        rate=rate,
        limit=full_batch_training.edges(e)[0] * rate,
    )
