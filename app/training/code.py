"""A recipe as a program: of the training lab, which draws the numbers that are shown, and of PyTorch."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

import training_lab as lab
from app.compute import Trial
from app.training import torch_code

LAB_PROGRAM = """\
import jax
import training_lab as lab

recipe = {recipe}
run = lab.train(recipe, {key})
print(run["loss"])
"""


def lab_program(trial: Trial) -> str:
    """The same run with the training lab alone; ``run["loss"]`` is what is drawn."""
    seed = trial.seed
    key = "jax.random.key({})" if isinstance(seed, int) else "jax.vmap(jax.random.key)(jax.numpy.array({}))"
    return LAB_PROGRAM.format(recipe=source(trial.recipe), key=key.format(seed))


def programs(trial: Trial) -> dict[str, Callable[[], str]]:
    """The programs of one run, for the tabs of a lesson; PyTorch's where it can be said in short."""
    written = torch_code.program(trial.recipe, trial.seed) if isinstance(trial.seed, int) else None
    torch = {"PyTorch": lambda: str(written)} if written else {}
    return torch | {"JAX": lambda: lab_program(trial)}


# Any, because fields of the lab's records are of whatever type there is.
def source(value: Any, indent: int = 0) -> str:
    """A record of the lab as an expression, without what is as the defaults have it."""
    match value:
        case lab.Choice():
            return f"({value.name!r}, {value.values!r})" if value.hypers else repr(value.name)
        case tuple():
            return f"({', '.join(map(source, value))}{',' if len(value) == 1 else ''})"
        case np.generic():
            return repr(value.item())
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return repr(value)
    pad = " " * (indent + 4)
    given = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    usual = type(value)()
    lines = [f"{pad}{k}={source(v, indent + 4)},\n" for k, v in given.items() if v != getattr(usual, k)]
    return f"lab.{type(value).__name__}(\n{''.join(lines)}{' ' * indent})" if lines else f"lab.{type(value).__name__}()"
