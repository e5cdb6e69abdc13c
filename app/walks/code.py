"""The same walk as a program of PyTorch and of optax, complete enough to be pasted and run.

A surface shows its own source; what JAX and PyTorch call alike is written ``jnp.`` there, so the PyTorch program is
the same text with ``torch.``. Tests run both programs and hold their paths against the recording.
"""

import inspect
import re
import sys
from collections.abc import Callable
from textwrap import indent
from typing import Literal

import optimizers
from app.walks.settings import WalkSettings

JAX_PROGRAM = """\
import jax
import jax.numpy as jnp
import optax

{surface}

{makers}
def walk(optimizer, start, steps):
    def step(carry, t):
        x, state = carry
        gradient = jax.grad({name})(x{params}){noise}
        updates, state = optimizer.update(gradient, state, x)
        x = optax.apply_updates(x, updates)
        return (x, state), x

    x = jnp.array(start)
    _, path = jax.lax.scan(step, (x, optimizer.init(x)), jnp.arange(steps))
    return jnp.vstack([x, path])


paths = {{name: walk(make(), {start}, {steps}) for name, make in optimizers.items()}}
"""

TORCH_PROGRAM = """\
import torch

{surface}

{makers}
def walk(make, start, steps):
    x = torch.tensor(start, requires_grad=True)
    optimizer = make([x])
    path = [x.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        {name}(x{params}).backward(){noise}
        optimizer.step()
        path.append(x.detach().clone())
    return torch.stack(path)


paths = {{name: walk(make, {start}, {steps}) for name, make in optimizers.items()}}
"""

JAX_NOISE = """
        noise = jax.random.normal(jax.random.fold_in(jax.random.key({seed}), t), x.shape)
        gradient = gradient + {noise} * noise"""

TORCH_NOISE = """
        x.grad += {noise} * torch.randn(2)  # drawn by PyTorch: the same law, other numbers than in the picture"""


def programs(e: WalkSettings) -> dict[str, Callable[[], str]]:
    """The experiment as programs, and the source of the focused optimizer as it runs here."""
    record = optimizers.get(e.focused)
    return {
        "PyTorch": lambda: torch_program(e),
        "optax": lambda: jax_program(e),
        f"{record.title} as it runs here": lambda: inspect.getsource(sys.modules[record.make.__module__]),
    }


def jax_program(e: WalkSettings) -> str:
    """The walk with optax; ``paths`` holds an array [steps + 1, 2] per optimizer when it has run."""
    return JAX_PROGRAM.format(
        surface=_surface(e),
        makers=_makers(e, "optax", ""),
        params="".join(f", {name}={value:.10g}" for name, value in e.params),
        noise=JAX_NOISE.format(noise=e.noise, seed=e.seed) if e.noise else "",
        **_numbers(e),
    )


def torch_program(e: WalkSettings) -> str:
    """The walk with PyTorch; ``paths`` holds a tensor [steps + 1, 2] per optimizer when it has run."""
    return TORCH_PROGRAM.format(
        surface=re.sub(r"\bjnp\.", "torch.", _surface(e)),
        makers=_makers(e, "torch", "params"),
        params="".join(f", {name}=torch.tensor({value:.10g})" for name, value in e.params),
        noise=TORCH_NOISE.format(noise=e.noise) if e.noise else "",
        **_numbers(e),
    )


def _surface(e: WalkSettings) -> str:
    return (e.landscape.source or inspect.getsource(e.landscape.fn)).rstrip() + "\n"


def _numbers(e: WalkSettings) -> dict[str, str]:
    x, y = e.start
    return {"name": e.landscape.fn.__name__, "start": f"[{float(x)!r}, {float(y)!r}]", "steps": str(e.steps)}


def _makers(e: WalkSettings, library: Literal["torch", "optax"], argument: str) -> str:
    """One function per optimizer that builds it, and a dictionary of them."""
    makers = [_maker(e, name, library, argument) for name in e.optimizers]
    table = "".join(f'    "{name}": {name},\n' for name in e.optimizers)
    return "\n\n".join(makers) + f"\n\noptimizers = {{\n{table}}}\n\n"


def _maker(e: WalkSettings, name: str, library: Literal["torch", "optax"], argument: str) -> str:
    body = optimizers.get(name).code(library, e.hypers(name))
    if body is None:
        body = f'raise NotImplementedError("{library} has no {optimizers.get(name).title}")'
    return f"def {name}({argument}):\n{indent(body.rstrip(), '    ')}\n    return optimizer\n"
