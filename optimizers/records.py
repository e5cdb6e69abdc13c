"""What a method knows about itself: its rule, its hyperparameters, its theory, its citation.

A record is all that the rest of the site needs: controls, formula panel, code panel and tests are derived
from its fields, so no name of an optimizer is ever compared with a string anywhere else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import jax
import numpy as np
import optax
from jaxtyping import Array, Float

Scalar: TypeAlias = int | float | Float[Array, ""]


@dataclass(frozen=True)
class Hyper:
    """One hyperparameter: its default and the closed interval [low, high] in which it makes sense.

    `log` asks for a logarithmic control, `integer` for whole numbers; `symbol` is LaTeX, `label` is words. A tuple as
    the default stands for a hyperparameter that is a list of numbers.
    """

    default: Any
    low: int | float
    high: int | float
    log: bool = False
    symbol: str = ""
    label: str = ""
    integer: bool = False

    def __post_init__(self) -> None:
        if not self._contains(_as_number("default", self.default)):
            raise ValueError(f"the default {self.default} lies outside {self.interval}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range must be positive, not {self.interval}")

    @property
    def interval(self) -> str:
        return f"[{self.low:g}, {self.high:g}]"

    def check(self, name: str, value: Any) -> Any:
        """Return `value`, scalars as Python floats; raise ValueError where it is no number within the interval.

        Values that JAX is tracing are unknown until the program runs and pass unchecked. A Python float always
        has the same abstract type, so that 1, 1.0 and np.float32(1) share one compiled program.
        """
        if isinstance(value, jax.core.Tracer):
            return value
        # np.float64 is a float too, but JAX gives it a type of its own.
        value = value if type(value) is float else _as_number(name, value)
        if not self._contains(value):
            kind = "a whole number" if self.integer else "a number"
            raise ValueError(f"{name} = {value} is not {kind} in {self.interval}")
        return value

    def _contains(self, value: Any) -> bool:
        if isinstance(value, float):
            return self.low <= value <= self.high and not (self.integer and value % 1)
        return all(map(self._contains, value.ravel().tolist()))


def _as_number(name: str, value: Any) -> Any:
    """A Python float, or for anything with a shape an array of floats."""
    try:
        return np.asarray(value, dtype=float) if np.ndim(value) else float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r} is not a number") from None


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """What optimizers, schedules and clipping rules have in common.

    Compared and hashed by identity, since records are static arguments of compiled functions.

    Attributes:
        name: the key in the registry.
        title: what a lecture calls it.
        hypers: the hyperparameters by name.
        rule: LaTeX with a placeholder such as `<learning_rate>` for each hyperparameter; see `formula`.
        summary: one sentence.
        reference: citation.
        year: of the citation.
    """

    name: str
    title: str
    hypers: Mapping[str, Hyper]
    rule: str
    summary: str
    reference: str
    year: int

    def __post_init__(self) -> None:
        self.formula()

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Of all hyperparameters, as numbers."""
        return {name: _as_number(name, hyper.default) for name, hyper in self.hypers.items()}

    def resolve(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All hyperparameters: the given ones, checked, and defaults for the missing; ValueError on unknown names."""
        if not given.keys() <= self.hypers.keys():
            unknown, known = sorted(given.keys() - self.hypers.keys()), ", ".join(self.hypers) or "none"
            raise ValueError(f"{self.name} has no hyperparameter {', '.join(unknown)}; it has: {known}")
        return self.defaults | {name: self.hypers[name].check(name, value) for name, value in given.items()}

    def formula(self, values: Mapping[str, Any] | None = None) -> str:
        """The rule in LaTeX, with the hyperparameters' symbols, or with numbers where `values` has them."""
        values = values or {}

        def fill(placeholder: re.Match[str]) -> str:
            name = placeholder[1]
            return _latex_number(values[name]) if name in values else self.hypers[name].symbol

        return re.sub(r"<(\w+)>", fill, self.rule)

    def fill(self, template: str, values: Mapping[str, Any] | None = None) -> str:
        """A template of code with numbers for its `{learning_rate}`-like fields; missing values are the defaults."""
        numbers = {name: _python_number(self.hypers[name], value) for name, value in self.resolve(values or {}).items()}
        return template.format(**numbers)


def _latex_number(value: Any) -> str:
    """A number in LaTeX, in braces so that it can carry an exponent: 0.9 -> {0.9}, 1e-8 -> {10^{-8}}; in lists too."""
    if np.ndim(value):
        return rf"\{{{', '.join(map(_latex_number, value))}\}}"
    mantissa, _, exponent = f"{float(value):.6g}".partition("e")
    if not exponent:
        return f"{{{mantissa}}}"
    power = f"10^{{{int(exponent)}}}"
    return f"{{{power}}}" if mantissa == "1" else rf"{{{mantissa} \cdot {power}}}"


def _python_number(hyper: Hyper, value: Any) -> str:
    if np.ndim(value):
        return f"[{', '.join(_python_number(hyper, each) for each in value)}]"
    return repr(int(value)) if hyper.integer else repr(float(value))


@dataclass(frozen=True, eq=False, kw_only=True)
class Optimizer(Record):
    """A method that turns gradients into steps.

    Attributes:
        make: hyperparameters as keyword arguments -> an optax transformation. Called with traced arrays, so it never
            looks at a value with a Python `if`; works on any pytree of parameters.
        internals: (state after an update, that step's hyperparameters) -> arrays shaped like the parameters, or
            scalars that hold for all of them. "effective_rate" is always there: the factor that multiplies the
            direction (the gradient, the velocity, or the first moment) in this step.
        stability: hyperparameters as keyword arguments (all may be given) -> upper limit of effective_rate x curvature
            on a quadratic. For rate_unit "inverse_curvature" the effective rate is the learning rate.
        rate: (curvature, **hyperparameters) -> factor by which one step shrinks the error along an eigenvector with
            this curvature, asymptotically (a spectral radius).
        answer: (state, params) -> the point that the method hands out, for one that takes its gradients elsewhere: an
            average of the params, or the place that a look ahead started from. None: the params themselves.
        looks_at_loss: whether `update` asks for `value` and `value_fn`, as a method does that needs second derivatives
            or searches along a line.
        parent: name of the method whose rule this one changes; `summary` says how.
        second_parent: name of another one whose idea it takes over.
        rate_unit: what a learning rate is. "inverse_curvature": stable below a limit / curvature; "length": a step is
            about one learning rate long; "none": a plain number, usually 1.
        torch, optax: statements that assign `optimizer`, with `{learning_rate}`-like fields for every hyperparameter
            (see `code`). They may use `torch` and `params`, or `optax`, `jax` and `jnp`.
        steady: of "torch" and "optax" those whose statements are the same walk only while the rate is constant.
        torch_answer, optax_answer: `answer` as an expression in `optimizer` or `state`, and in `x`, the one parameter.
    """

    make: Callable[..., optax.GradientTransformationExtraArgs]
    internals: Callable[[Any, Mapping[str, Any]], dict[str, Any]]
    stability: Callable[..., Any] | None = None
    rate: Callable[..., Any] | None = None
    answer: Callable[[Any, Any], Any] | None = None
    looks_at_loss: bool = False
    parent: str | None = None
    second_parent: str | None = None
    rate_unit: Literal["inverse_curvature", "length", "none"] = "none"
    torch: str | None = None
    optax: str | None = None
    steady: tuple[str, ...] = ()
    torch_answer: str | None = None
    optax_answer: str | None = None

    def code(self, library: Literal["torch", "optax"], values: Mapping[str, Any] | None = None) -> str | None:
        """The same setting as a few lines of PyTorch or optax; None where that library lacks the method."""
        template = self.torch if library == "torch" else self.optax
        return None if template is None else self.fill(template, values)

    def answer_code(self, library: Literal["torch", "optax"], values: Mapping[str, Any] | None = None) -> str | None:
        """The expression of what the method hands out in that library, where it is not `x`."""
        template = self.torch_answer if library == "torch" else self.optax_answer
        return None if template is None else self.fill(template, values)
