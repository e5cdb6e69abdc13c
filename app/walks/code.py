"""The same walk as a program of PyTorch and of optax, complete enough to be pasted and run.

A surface shows its own source; what JAX and PyTorch call alike is written ``jnp.`` there, so the PyTorch program is
the same text with ``torch.``. Tests run both programs and hold their paths against the recording.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from textwrap import indent
from typing import Literal

import optimizers
from app.walks.settings import WalkSettings

Library = Literal["torch", "optax"]
TITLES: dict[Library, str] = {"torch": "PyTorch", "optax": "optax"}
STATE: dict[Library, str] = {"torch": "optimizer", "optax": "state"}  # where a method keeps what its answer is made of

JAX_PROGRAM = """\
import jax
import jax.numpy as jnp
import optax

{surface}

{makers}
def walk(optimizer, start, steps{answer}):{prepare}
    def step(carry, t):
        x, state = carry
        gradient = jax.grad({name})(x{params}){noise}
        updates, state = optimizer.update(gradient, state, x{loss})
        x = optax.apply_updates(x, updates)
        return (x, state), {shown}

    x = jnp.array(start)
    _, path = jax.lax.scan(step, (x, optimizer.init(x)), jnp.arange(steps))
    return jnp.vstack([x, path])


paths = {{name: walk(make(), {start}, {steps}{answered}) for name, make in optimizers.items()}}
"""

TORCH_PROGRAM = """\
import torch

{surface}

{makers}
def walk(make, start, steps{answer}):
    x = torch.tensor(start, requires_grad=True)
    optimizer = make([x])
    path = [x.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        {name}(x{params}).backward(){noise}
        optimizer.step()
        path.append({shown}.detach().clone())
    return torch.stack(path)


paths = {{name: walk(make, {start}, {steps}{answered}) for name, make in optimizers.items()}}
"""

# Added where a chosen method looks at the loss itself.
LOSS = """
    optimizer = optax.with_extra_args_support(optimizer)

    def loss(x):
        return {name}(x{params})
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
        f"{record.title} as it runs here": lambda: inspect.getsource(
            import_module(f"optimizers.methods.{record.name}")
        ),
    }


def jax_program(e: WalkSettings) -> str:
    """The walk with optax; ``paths`` holds an array [steps + 1, 2] per optimizer when it has run."""
    numbers = _numbers(e) | {"params": "".join(f", {name}={value:.10g}" for name, value in e.params)}
    looks = any(optimizers.get(name).looks_at_loss for name in e.optimizers)
    return JAX_PROGRAM.format(
        surface=_surface(e),
        makers=_makers(e, "optax", ""),
        prepare=LOSS.format(**numbers) if looks else "",
        loss=", value_fn=loss" if looks else "",
        noise=JAX_NOISE.format(noise=e.noise, seed=e.seed) if e.noise else "",
        **_answering(e, "optax"),
        **numbers,
    )


def torch_program(e: WalkSettings) -> str:
    """The walk with PyTorch; ``paths`` holds a tensor [steps + 1, 2] per optimizer when it has run."""
    return TORCH_PROGRAM.format(
        surface=re.sub(r"\bjnp\.", "torch.", _surface(e)),
        makers=_makers(e, "torch", "params"),
        params="".join(f", {name}=torch.tensor({value:.10g})" for name, value in e.params),
        noise=TORCH_NOISE.format(noise=e.noise) if e.noise else "",
        **_answering(e, "torch"),
        **_numbers(e),
    )


def _surface(e: WalkSettings) -> str:
    return (e.landscape.source or inspect.getsource(e.landscape.fn)).rstrip() + "\n"


def _numbers(e: WalkSettings) -> dict[str, str]:
    x, y = e.start
    return {"name": e.landscape.fn.__name__, "start": f"[{float(x)!r}, {float(y)!r}]", "steps": str(e.steps)}


def _makers(e: WalkSettings, library: Library, argument: str) -> str:
    """One function per optimizer that builds it, a dictionary of them, and one of their answers if any has one."""
    makers = [_maker(e, name, library, argument) for name in e.optimizers]
    there = [name for name in e.optimizers if optimizers.get(name).code(library) is not None]
    tables = [_table("optimizers", {name: name for name in there})]
    if answers := _answers(e, library):
        state = STATE[library]
        functions = {name: f"lambda {state}, x: {expression}" for name, expression in answers.items()}
        tables.append("# These hand out another point than the one they take their gradients at.\n")
        tables[-1] += _table("answers", functions)
    return "\n\n".join(makers) + "\n\n" + "\n".join(tables) + "\n\n"


def _table(name: str, entries: Mapping[str, str]) -> str:
    lines = "".join(f'    "{key}": {value},\n' for key, value in entries.items())
    return f"{name} = {{\n{lines}}}\n"


def _maker(e: WalkSettings, name: str, library: Library, argument: str) -> str:
    record = optimizers.get(name)
    body = record.code(library, e.hypers(name))
    if body is None:
        return f"# {TITLES[library]} has no {record.title}.\n"
    return f"def {name}({argument}):\n{indent(body.rstrip(), '    ')}\n    return optimizer\n"


def _answers(e: WalkSettings, library: Library) -> dict[str, str]:
    found = {name: optimizers.get(name).answer_code(library, e.hypers(name)) for name in e.optimizers}
    return {name: expression for name, expression in found.items() if expression is not None}


def _answering(e: WalkSettings, library: Library) -> dict[str, str]:
    """What the answers add to a program that has any."""
    state = STATE[library]
    if not _answers(e, library):
        return {"answer": "", "shown": "x", "answered": ""}
    return {
        "answer": ", answer",
        "shown": f"answer({state}, x)",
        "answered": f", answers.get(name, lambda {state}, x: x)",
    }
