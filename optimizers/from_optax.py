"""Any optimizer of optax walks through the same door as ours.

YOGI = from_optax("yogi", optax.yogi, {"learning_rate": Hyper(0.01, 1e-5, 10, log=True, symbol=r"\\eta")})
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers.rates import measured_rate
from optimizers.records import Hyper, Optimizer


class OptaxState(NamedTuple):
    inner: Any
    effective_rate: optax.Updates


def from_optax(
    name: str,
    factory: Callable[..., optax.GradientTransformation],
    hypers: Mapping[str, Hyper],
    *,
    title: str | None = None,
    rule: str = "",
    summary: str = "",
    reference: str = "optax",
    year: int = 2020,
    along: str | None = None,
    internals: Callable[[Any, Mapping[str, Any]], dict[str, Any]] | None = None,
    answer: Callable[[Any, optax.Params], optax.Params] | None = None,
    **fields: Any,
) -> Optimizer:
    """A record for `factory(**hypers)`; further `fields` are those of `Optimizer`.

    What the state holds in the shape of the parameters is shown under the names of its fields (mu, nu, trace, ...).
    The effective rate is measured: -update / direction per dimension, 0 where the direction is 0. The direction is the
    gradient, or the field of the state that `along` names: the first moment of a method that averages. `internals` and
    `answer` take the state that optax knows.
    """
    return Optimizer(
        name=name,
        title=title or name.replace("_", " ").capitalize(),
        make=_maker(factory, along),
        hypers=hypers,
        rule=rule,
        internals=_internals if internals is None else lambda state, hypers: internals(state.inner, hypers),
        summary=summary,
        reference=reference,
        year=year,
        answer=None if answer is None else lambda state, params: answer(state.inner, params),
        **fields,
    )


def _maker(factory: Callable[..., optax.GradientTransformation], along: str | None) -> Callable[..., Any]:
    def make(**hypers: Any) -> optax.GradientTransformationExtraArgs:
        inner = optax.with_extra_args_support(factory(**hypers))

        def init(params: optax.Params) -> OptaxState:
            return OptaxState(inner.init(params), optax.tree.zeros_like(params))

        def update(
            gradients: optax.Updates, state: OptaxState, params: optax.Params | None = None, **extra: Any
        ) -> tuple[optax.Updates, OptaxState]:
            # optax mixes dtypes and ranks as NumPy does, which a caller may have forbidden for code of its own.
            with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
                updates, after = inner.update(gradients, state.inner, params, **extra)
            updates, after = _cast_like(updates, gradients), _cast_like(after, state.inner)
            direction = gradients if along is None else _like(optax.tree.get(after, along), gradients)
            return updates, OptaxState(after, measured_rate(updates, direction))

        return optax.GradientTransformationExtraArgs(init, update)

    return make


def _like(tree: Any, like: Any) -> Any:
    return jax.tree.map(lambda a, b: a.reshape(b.shape), tree, like)


def _cast_like(tree: Any, like: Any) -> Any:
    return jax.tree.map(lambda a, b: jnp.asarray(a, jnp.result_type(b)), tree, like)


def _internals(state: OptaxState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays of the parameters' shape, by field name; a name that occurs again gets a number."""
    shown = {"effective_rate": state.effective_rate}
    for path, leaf in jax.tree_util.tree_leaves_with_path(state.inner):
        if (jnp.shape(leaf), leaf.dtype) == (state.effective_rate.shape, state.effective_rate.dtype):
            shown[_unused(_field_name(path), shown)] = leaf
    return shown


def _field_name(path: tuple[Any, ...]) -> str:
    names = [key.name for key in path if isinstance(key, jax.tree_util.GetAttrKey)]
    return names[-1] if names else "state"


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    candidates = (name if number == 1 else f"{name}_{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)
