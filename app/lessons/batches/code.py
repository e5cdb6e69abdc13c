"""The four runs as programs of PyTorch and of optax, with the same data and the same batches as in the picture."""

import inspect
from collections.abc import Callable

import optimizers
from app.compute import minibatch_regression
from app.compute.minibatch_regression import SAMPLES
from app.lessons.batches.settings import RegressionSettings

HEAD = """\
import numpy as np
{imports}

N, steps, rate = {samples}, {steps}, {rate!r}
data = np.random.default_rng(0)
{data}
{order}


def batch(t, size):
    if size == N:
        return np.arange(N)
{chosen}


"""
LINE = """\
x = 1.0 + data.normal(size=N)
targets = x + 0.5 + {scatter!r} * data.normal(size=N)
features = np.column_stack([x, np.ones(N)])
"""
CLOUDS = """\
label = np.arange(N) % 2
centres = np.column_stack([np.cos(np.pi * label), np.sin(np.pi * label)]) * 2
features = centres + {scatter!r} * data.normal(size=(N, 2))
targets = 1.0 - 2.0 * label
"""
ORDERS = {
    "with": "order = np.random.default_rng({seed}).integers(N, size=({length}, N))",
    "without": "order = np.random.default_rng({seed}).permuted(np.tile(np.arange(N), ({length}, 1)), axis=1)",
}
DRAWN = "    return order[t, :size]"
EPOCH = """\
    per_epoch = -(-N // size)  # as a DataLoader with shuffle=True has it: the last batch may be smaller
    first = t % per_epoch * size
    return order[t // per_epoch, first : first + size]"""

TORCH = """\
features, targets = (torch.tensor(array, dtype=torch.float32) for array in (features, targets))


def loss(w, chosen):
    return {torch_loss}


def walk(size, timescale=float("inf")):
    w = torch.tensor({start}, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: (1 + t / timescale) ** -0.5)
    path = [w.detach().clone()]
    for t in range(steps):
        optimizer.zero_grad()
        loss(w, batch(t, size)).backward()
        optimizer.step()
        scheduler.step()
        path.append(w.detach().clone())
    return torch.stack(path)
"""
OPTAX = """\
features, targets = jnp.float32(features), jnp.float32(targets)


def loss(w, features, targets):
    return {jax_loss}


def walk(size, timescale=float("inf")):
    optimizer = optax.sgd(lambda t: rate / jnp.sqrt(1 + t / timescale))

    @jax.jit
    def step(w, state, chosen):
        gradient = jax.grad(loss)(w, features[chosen], targets[chosen])
        updates, state = optimizer.update(gradient, state)
        return optax.apply_updates(w, updates), state

    w = jnp.array({start})
    path, state = [w], optimizer.init(w)
    for t in range(steps):
        w, state = step(w, state, batch(t, size))
        path.append(w)
    return jnp.stack(path)
"""
RUNS = """

# One optimizer for all four: what is stochastic is the gradient that it is given.
paths = {{
    "whole": walk(N),
    "single": walk(1),
    "mini": walk({batch}),
    "decayed": walk({batch}, timescale={timescale!r}),
}}
"""
TORCH_LOSS = {
    "linear": "0.5 * ((features[chosen] @ w - targets[chosen]) ** 2).mean()",
    "logistic": "torch.nn.functional.soft_margin_loss(features[chosen] @ w, targets[chosen])",
}
JAX_LOSS = {
    "linear": "0.5 * jnp.mean((features @ w - targets) ** 2)",
    "logistic": "jnp.mean(jax.nn.softplus(-targets * (features @ w)))",
}


def programs(e: RegressionSettings) -> dict[str, Callable[[], str]]:
    return {
        "PyTorch": lambda: torch_program(e),
        "optax": lambda: jax_program(e),
        "The noise ball as it is predicted here": lambda: inspect.getsource(optimizers.mini_batches),
    }


def torch_program(e: RegressionSettings) -> str:
    """The runs with PyTorch; ``paths`` holds a tensor [steps + 1, 2] for each when it has run."""
    return _program(e, "import torch", TORCH)


def jax_program(e: RegressionSettings) -> str:
    """The runs with optax; ``paths`` holds an array [steps + 1, 2] for each when it has run."""
    return _program(e, "import jax\nimport jax.numpy as jnp\nimport optax", OPTAX)


def _program(e: RegressionSettings, imports: str, walk: str) -> str:
    data = (LINE if e.task == "linear" else CLOUDS).format(scatter=e.scatter)
    order = ORDERS["with" if e.sampling == "with" else "without"]
    return (HEAD + walk + RUNS).format(
        imports=imports,
        samples=SAMPLES,
        steps=e.steps,
        rate=e.rate,
        data=data,
        order=order.format(seed=e.seed, length=minibatch_regression.length(e.steps)),
        chosen=EPOCH if e.sampling == "epochs" else DRAWN,
        torch_loss=TORCH_LOSS[e.task],
        jax_loss=JAX_LOSS[e.task],
        start=f"[{e.x!r}, {e.y!r}]",
        batch=e.batch,
        timescale=e.timescale,
    )
