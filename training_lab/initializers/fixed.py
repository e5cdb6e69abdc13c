"""Distributions that do not know how wide a layer is."""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Scalar
from training_lab.initializers.rules import PYTORCH, Initializer, Shape, normally, uniformly

LECUN = "Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), Efficient BackProp, Neural Networks: Tricks of the Trade"
STD = Hyper(1.0, 0.0, 100.0, symbol=r"\sigma", label="Standard deviation")


def of_std(shape: Shape, *, std: Scalar) -> Scalar:
    return std**2


def of_bound(shape: Shape, *, bound: Scalar) -> Scalar:
    return bound**2 / 3


def draw_truncated(key: Array, shape: Shape, dtype: Any, *, std: Scalar) -> Float[Array, "..."]:
    """A normal distribution without what lies beyond two standard deviations."""
    return jnp.asarray(std, dtype) * jax.random.truncated_normal(key, -2, 2, shape, dtype)


# The variance that is left of a standard normal cut at two standard deviations: 1 - 4 φ(2) / (2 Φ(2) - 1).
TRUNCATED = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2))


ZEROS = Initializer(
    name="zeros",
    title="All zeros",
    hypers={},
    draw=lambda key, shape, dtype: jnp.zeros(shape, dtype),
    variance=lambda shape: 0.0,
    rule=r"W = 0",
    summary="Every hidden unit is the same and stays the same: no gradient tells them apart.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.zeros_(w)",
)
CONSTANT = Initializer(
    name="constant",
    title="Constant",
    hypers={"value": Hyper(0.1, -100.0, 100.0, symbol="c", label="Value")},
    draw=lambda key, shape, dtype, *, value: jnp.full(shape, value, dtype),
    variance=lambda shape, *, value: 0.0,
    rule=r"W = <value>",
    summary="The units of a layer stay copies of one another.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.constant_(w, {value})",
)
NORMAL = Initializer(
    name="normal",
    title="Normal",
    hypers={"std": STD},
    draw=normally(of_std),
    variance=of_std,
    rule=r"W \sim \mathcal N(0, <std>^2)",
    summary="A fixed spread, whatever the width: right for one width only.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.normal_(w, std={std})",
)
UNIFORM = Initializer(
    name="uniform",
    title="Uniform",
    hypers={"bound": Hyper(1.0, 0.0, 100.0, symbol="a", label="Bound")},
    draw=uniformly(of_bound),
    variance=of_bound,
    rule=r"W \sim \mathcal U(-<bound>, <bound>)",
    summary="A fixed interval, whatever the width.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.uniform_(w, -{bound}, {bound})",
)
TRUNCATED_NORMAL = Initializer(
    name="truncated_normal",
    title="Truncated normal",
    hypers={"std": STD},
    draw=draw_truncated,
    variance=lambda shape, *, std: TRUNCATED * std**2,
    rule=r"W \sim \mathcal N(0, <std>^2) \text{ given } |W| \le 2 \cdot <std>",
    summary="A normal distribution without its tails.",
    reference=PYTORCH,
    year=2019,
    torch="torch.nn.init.trunc_normal_(w, std={std}, a=-2 * {std}, b=2 * {std})",
)
INITIALIZERS = (ZEROS, CONSTANT, NORMAL, UNIFORM, TRUNCATED_NORMAL)
