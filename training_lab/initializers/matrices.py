"""Matrices chosen as a whole: what counts is not the single weight."""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers import small_matrices
from optimizers.records import Hyper, Scalar
from training_lab.initializers.rules import Initializer, Shape

GAIN = Hyper(1.0, 0.0, 100.0, symbol="g", label="Gain")
SAXE = "A. Saxe, J. McClelland, S. Ganguli (2014), Exact solutions to the nonlinear dynamics, ICLR, arXiv:1312.6120"


def draw_orthogonal(key: Array, shape: Shape, dtype: Any, *, gain: Scalar) -> Float[Array, "..."]:
    """gain x a matrix (inputs, out) with orthonormal columns, or rows where it is wide; uniform among all of them."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    tall = jax.random.normal(key, (max(rows, columns), min(rows, columns)), dtype)
    q = small_matrices.orthonormal(tall)
    return jnp.asarray(gain, dtype) * (q if rows >= columns else q.T).reshape(shape)


def draw_non_normal(key: Array, shape: Shape, dtype: Any, *, radius: Scalar, shear: Scalar) -> Float[Array, "n n"]:
    """Blocks [[radius, shear], [0, radius]] in a random orthonormal basis: small eigenvalues, large norm."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"a non-normal matrix is square; {shape} is not")
    off_diagonal = jnp.where(jnp.arange(shape[0] - 1) % 2 == 0, jnp.asarray(shear, dtype), 0)
    blocks = jnp.asarray(radius, dtype) * jnp.eye(shape[0], dtype=dtype) + jnp.diag(off_diagonal, 1)
    basis = draw_orthogonal(key, shape, dtype, gain=1.0)
    return basis @ blocks @ basis.T


ORTHOGONAL = Initializer(
    name="orthogonal",
    title="Orthogonal",
    hypers={"gain": GAIN},
    draw=draw_orthogonal,
    variance=lambda shape, *, gain: gain**2 / max(math.prod(shape[:-1]), shape[-1]),
    rule=r"W = <gain>\, Q, \quad Q^\top Q = I",
    summary="Turns signals and never stretches them: exact where units are linear.",
    reference=SAXE,
    year=2014,
    torch="torch.nn.init.orthogonal_(w, gain={gain})",
)
NON_NORMAL = Initializer(
    name="non_normal",
    title="Non-normal",
    hypers={
        "radius": Hyper(0.5, 0.0, 10.0, symbol=r"\rho", label="Spectral radius"),
        "shear": Hyper(10.0, 0.0, 100.0, symbol="s", label="Shear"),
    },
    draw=draw_non_normal,
    variance=lambda shape, *, radius, shear: (shape[0] * radius**2 + shape[0] // 2 * shear**2) / math.prod(shape),
    rule=r"W = Q \begin{pmatrix} <radius> & <shear> \\ 0 & <radius> \end{pmatrix} Q^\top \text{, block by block}",
    summary="Eigenvalues that promise decay and a norm that promises an explosion: for recurrent weights, both come.",
    reference="R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks, ICML",
    year=2013,
    torch="w.copy_(w.new_tensor([[{radius}, {shear}], [0, {radius}]]))",
)
INITIALIZERS = (ORTHOGONAL, NON_NORMAL)
