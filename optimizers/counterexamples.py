"""Problems on which a method fails that is usually right, as settings to run.

trace = counterexamples.get("adam_misled").walk(optimizers.get("amsgrad"))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from optimizers.descend import Trace, descend
from optimizers.projection import projected
from optimizers.records import Optimizer, Scalar
from optimizers.schedules import INVERSE_SQRT, Schedule


@dataclass(frozen=True, eq=False, kw_only=True)
class Counterexample:
    """A problem in one dimension with the setting in which a method fails on it.

    Attributes:
        name: the key in the registry.
        fails: name of the optimizer that never arrives.
        settings: hyperparameters by name of the optimizer: of the one that fails, and of those that arrive.
        fn: the loss of x [1].
        minimum: where the loss, or the mean of all rounds' losses, is lowest.
        start, steps: of the walk.
        schedule: of the learning rate.
        rounds: steps -> arguments of fn for each step, for a loss that changes.
        box: interval that the walk is brought back to after each step.
        story: one or two sentences.
        reference: citation.
    """

    name: str
    title: str
    fails: str
    settings: Mapping[str, Mapping[str, float]]
    fn: Callable[..., Any]
    minimum: float
    start: float
    steps: int
    story: str
    reference: str
    schedule: tuple[Schedule, Mapping[str, Any]] | None = None
    rounds: Callable[[int], dict[str, np.ndarray]] = field(default=lambda steps: {})
    box: tuple[float, float] | None = None

    def walk(self, optimizer: Optimizer, steps: int | None = None) -> Trace:
        """The walk of an optimizer over this problem, in float64 where JAX has it on.

        One without a setting here takes what it knows of the setting of the one that fails.
        """
        steps = self.steps if steps is None else steps
        given = self.settings.get(optimizer.name, self.settings[self.fails])
        return descend(
            projected(optimizer, *self.box) if self.box else optimizer,
            {name: value for name, value in given.items() if name in optimizer.hypers},
            self.fn,
            np.array([self.start]),
            steps=steps,
            step_args=self.rounds(steps),
            schedule=self.schedule,
        )


def kinked_bowl(x: Float[Array, "1"]) -> Float[Array, ""]:
    """Convex and smooth; the slope is 25x below 1, x + 24 up to 2, and 25x - 24 beyond."""
    steep, flat, far = 12.5 * x**2, 0.5 * x**2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36
    return jnp.sum(jnp.where(x < 1, steep, jnp.where(x < 2, flat, far)))


HEAVY_BALL_CYCLES = Counterexample(
    name="heavy_ball_cycles",
    title="A heavy ball that cycles for ever",
    fails="momentum",
    settings={
        "momentum": {"learning_rate": 1 / 9, "momentum": 4 / 9},
        "gradient_descent": {"learning_rate": 1 / 13},
        "nesterov": {"learning_rate": 1 / 25, "momentum": 2 / 3},
    },
    fn=kinked_bowl,
    minimum=0.0,
    start=3.3,
    steps=300,
    story="Convex, smooth, curvatures from 1 to 25. The learning rate and momentum that are best on such quadratics "
    "send the heavy ball round three points for ever. Gradient descent and Nesterov arrive.",
    reference="L. Lessard, B. Recht, A. Packard (2016), SIAM Journal on Optimization 26(1), 57-95, section 4.6",
)


def line(x: Float[Array, "1"], slope: Scalar) -> Float[Array, ""]:
    """The loss of one round."""
    return jnp.sum(slope * x)


def rare_steep_rounds(steps: int) -> dict[str, np.ndarray]:
    """Slope 1010 in the first of every 101 rounds and -10 in the others: 10 / 101 on the mean, so -1 is best."""
    return {"slope": np.where(np.arange(1, steps + 1) % 101 == 1, 1010.0, -10.0)}


ADAM_MISLED = Counterexample(
    name="adam_misled",
    title="Adam walks to the wrong end",
    fails="adam",
    settings={name: {"learning_rate": 0.5, "b1": 0.9, "b2": 0.99} for name in ("adam", "amsgrad")},
    fn=line,
    minimum=-1.0,
    start=0.0,
    steps=20_000,
    schedule=(INVERSE_SQRT, {"timescale": 1.0}),
    rounds=rare_steep_rounds,
    box=(-1.0, 1.0),
    story="One gradient in 101 says which way to go, and is a hundred times as large as the others that mislead. Adam "
    "divides it by its own size and has forgotten it soon; AMSGrad remembers.",
    reference="S. Reddi, S. Kale, S. Kumar (2018), ICLR, arXiv:1904.09237, section 3",
)

_ALL = {example.name: example for example in (HEAVY_BALL_CYCLES, ADAM_MISLED)}


def names() -> tuple[str, ...]:
    return tuple(_ALL)


def get(name: str) -> Counterexample:
    if name not in _ALL:
        raise KeyError(f"no counterexample is called {name!r}; known: {', '.join(_ALL)}")
    return _ALL[name]
