"""The programs that a lesson prints, run as a student runs them."""

from typing import Any

import jax

from tests import compiled


def executed(program: str) -> dict[str, Any]:
    """What a program leaves behind, by name, in a JAX where Python's floats promote and ranks broadcast."""
    namespace: dict[str, Any] = {}
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"), compiled.exempt():
        exec(compile(program, "<program>", "exec"), namespace)
    return namespace
