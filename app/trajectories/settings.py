"""The experiment of a walk: which optimizers, on which surface, from where, with which numbers.

Numbers of an optimizer or a surface carry its name, ``adam.b1`` or ``bowl.condition``. A number that is not given
follows the default; for learning rates the default depends on the surface, because a rate that crawls on one diverges
on the next: for methods whose step is rate x gradient it is the surface's own rate, for methods that normalise the
gradient the rate is a length, and the default is a hundredth of the drawn square.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

import landscapes
import optimizers
from app import compute
from app.settings.errors import refuse
from app.settings.fields import Number, numbers_of, with_numbers
from app.settings.model import Settings
from app.settings.validators import COMMAS, one_of, some_of

MOST_RUNS = 9
MOST_STEPS = 2_000
HIGHEST_NOISE = 10.0
RATE = optimizers.Hyper(0.01, 1e-5, 10.0, log=True, symbol=r"\eta", label="Learning rate")


def _numbers() -> dict[str, Number]:
    """Those of every optimizer, and of every surface, on whose shape the scene depends."""
    surfaces = {
        f"{surface}.{name}": Number.of(param, name, scene=True)
        for surface in landscapes.names()
        for name, param in landscapes.get(surface).params.items()
    }
    return numbers_of(optimizers, optimizers.names()) | surfaces


# The methods of the lecture, in its order.
THE_SLIDES = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
SOME = some_of("optimizer", optimizers.names(), MOST_RUNS)


def _surface(given: str) -> str:
    """Check the name of a surface, or a formula."""
    try:
        compute.landscape(given)
    except landscapes.ExpressionError as error:
        raise refuse(f"cannot read this formula: {error}") from None
    except KeyError:
        known = ", ".join(landscapes.names())
        raise refuse(f"there is no surface named {given[:40]!r}; a formula begins with =; known: {known}") from None
    return given


SURFACE = AfterValidator(_surface)


@with_numbers(_numbers())
class WalkSettings(Settings):
    usual: ClassVar[Mapping[str, float]] = {}  # numbers that a lesson starts from instead of the registries' defaults

    surface: Annotated[str, SURFACE] = "beale"  # or a formula after an equals sign
    focus: Annotated[str | None, one_of("optimizer", optimizers.names())] = None
    optimizers: Annotated[tuple[str, ...], COMMAS, SOME] = THE_SLIDES
    shared: bool = False  # one learning rate for all
    learning_rate: float | None = Field(default=None, ge=RATE.low, le=RATE.high)
    steps: int = Field(default=300, ge=1, le=MOST_STEPS)
    x: float | None = None
    y: float | None = None
    noise: float = Field(default=0.0, ge=0.0, le=HIGHEST_NOISE)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    edge: float = Field(default=1.0, ge=0.05, le=4.0)  # of the drawn square, in edges of the surface's own
    ceiling: float = Field(default=1.0, ge=0.02, le=1.0)  # share of the drawn heights that is not cut off
    height: Literal["log", "linear"] = "log"

    @property
    def last_step(self) -> int:
        return self.steps

    @model_validator(mode="after")
    def _start_lies_on_the_map(self) -> Self:
        return self.on_the_map("x", "y")

    def on_the_map(self, *names: str) -> Self:
        """Refuse a point, given by the names of its two settings, outside the map."""
        for name, (low, high) in zip(names, self.landscape.domain, strict=True):
            given = self.value(name)
            if given is not None and not low <= given <= high:
                raise refuse(f"{given:g} lies outside the map of {self.surface}: {low:g} to {high:g}", name)
        return self

    @property
    def landscape(self) -> landscapes.Surface:
        return compute.landscape(self.surface)

    @property
    def view(self) -> compute.View:
        return compute.View(self.edge, self.ceiling, self.height == "log")

    @property
    def start(self) -> tuple[float, float]:
        """Where the walk begins; the surface's own start where none is given."""
        x, y = self.landscape.start
        return (x if self.x is None else self.x, y if self.y is None else self.y)

    @property
    def params(self) -> tuple[tuple[str, float], ...]:
        """All parameters of the surface with their values."""
        given = {name: self.value(f"{self.surface}.{name}") for name in self.landscape.params}
        return tuple((name, _or(given[name], self.param_default(name))) for name in self.landscape.params)

    def param_default(self, name: str) -> float:
        """The default of a parameter of the surface, in this lesson."""
        return self.usual.get(f"{self.surface}.{name}", self.landscape.params[name].default)

    @property
    def focused(self) -> str:
        """The optimizer whose numbers are shown; the last one unless another one of the race was chosen."""
        return self.focus if self.focus in self.optimizers else self.optimizers[-1]

    def hypers(self, optimizer: str) -> dict[str, float]:
        """All hyperparameters of one optimizer in this experiment."""
        given = {name: self.value(f"{optimizer}.{name}") for name in optimizers.get(optimizer).hypers}
        if self.shared:
            given["learning_rate"] = self.common_rate
        return {name: _or(given[name], self.default(optimizer, name)) for name in given}

    @property
    def common_rate(self) -> float:
        """The learning rate of all when one is shared."""
        return _or(self.learning_rate, self.usual_rate)

    @property
    def usual_rate(self) -> float:
        """The learning rate of plain gradient descent on this surface, in this lesson."""
        return self.usual.get(f"{self.surface}.learning_rate", self.landscape.rate)

    def default(self, optimizer: str, hyper: str) -> float:
        """The default of a hyperparameter, on this surface."""
        record = optimizers.get(optimizer)
        if (usual := self.usual.get(f"{optimizer}.{hyper}")) is not None:
            return usual
        if hyper != "learning_rate":
            return record.hypers[hyper].default
        edge = max(high - low for low, high in self.landscape.domain)
        match record.rate_unit:
            case "inverse_curvature":
                return self.usual_rate
            case "length":
                return 0.01 * edge
        return record.hypers[hyper].default


def _or(given: float | None, default: float) -> float:
    return default if given is None else given
