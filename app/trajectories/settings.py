"""Settings of runs on a surface: which optimizers, on which surface, from where, with which numbers.

Numbers of an optimizer or a surface carry its name, ``adam.b1`` or ``bowl.condition``. A number that is not given
follows the default; for learning rates the default depends on the surface, because a rate that crawls on one diverges
on the next: for methods whose step is rate x gradient it is the surface's own rate, for methods that normalise the
gradient the rate is a length, and the default is a hundredth of the drawn square.
"""

from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar, Self

from pydantic import AfterValidator, model_validator

import landscapes
import optimizers
from app import compute
from app.settings.controls import Choice, Control, Fold
from app.settings.errors import setting_error
from app.settings.fields import (
    Declared,
    Number,
    When,
    Widget,
    choice,
    field,
    handle,
    random_seed,
    run_length,
    several,
    slide,
    slider,
    switch,
    titles,
    with_numbers,
)
from app.settings.model import Settings
from app.settings.validators import COMMAS, one_of, some_of
from app.trajectories.style import THE_SLIDES, style

MOST_RUNS = 9
MOST_STEPS = 2_000
HIGHEST_RATE = 10.0
LAST_SEED = 2**31 - 1

# A start and a learning rate mean nothing on another surface; the optimizers' other numbers stay.
MOVED = ("x", "y", "playhead", "learning_rate", "*.learning_rate")
HEIGHTS = {"log": "logarithmic", "linear": "linear"}


def _of_method(optimizer: str, hyper: str) -> When:
    return lambda e: e.has_slider(optimizer, hyper)


def _of_surface(surface: str) -> When:
    return lambda e: e.on_surface and e.surface == surface


def _numbers() -> dict[str, Number]:
    """Those of every optimizer, and of every surface, on whose shape the scene depends."""
    methods = {
        f"{name}.{hyper}": Number.of(
            of, hyper, default=None, group=record.title, color=style(name)[0], on=_of_method(name, hyper)
        )
        for name, record in ((name, optimizers.get(name)) for name in optimizers.names())
        for hyper, of in record.hypers.items()
    }
    surfaces = {
        f"{name}.{param}": Number.of(of, param, default=None, group=record.title, scene=True, on=_of_surface(name))
        for name, record in ((name, landscapes.get(name)) for name in landscapes.names())
        for param, of in record.params.items()
    }
    return methods | surfaces


def _surface(given: str) -> str:
    """Check the name of a surface, or a formula."""
    try:
        compute.landscape(given)
    except landscapes.ExpressionError as error:
        raise setting_error(f"cannot read this formula: {error}") from None
    except KeyError:
        known = ", ".join(landscapes.names())
        raise setting_error(
            f"there is no surface named {given[:40]!r}; a formula begins with =; known: {known}"
        ) from None
    return given


def surface_choice(default: str, *, resets: tuple[str, ...] = MOVED, share: int = 4) -> Any:
    """A field for any surface of the registry, or a formula after an equals sign."""
    options = {name: f"{landscapes.get(name).title} – {landscapes.get(name).terrain}" for name in landscapes.names()}
    label = "Surface, or type a formula"
    control = Choice(name="", label=label, options=options, resets=resets, share=share, typed="=")
    return field(Widget(label=label, control=control, scene=True), default, AfterValidator(_surface))


def methods(default: tuple[str, ...]) -> Any:
    """A field for some optimizers of the registry."""
    label = f"Optimizers (up to {MOST_RUNS})"
    return several(default, titles(optimizers), label=label, kind="optimizer", most=MOST_RUNS)


def shared_rate(group: str, **more: Any) -> Any:
    """A field for the learning rate of all optimizers; not given, it is the one that is usual on the surface."""
    given: dict[str, Any] = {"log": True, "symbol": "η", "group": group} | more
    return slider(None, 1e-5, HIGHEST_RATE, label="Learning rate", **given)


def gradient_noise(default: float = 0.0, **more: Any) -> Any:
    """A field for the standard deviation of what is added to each component of a gradient."""
    given: dict[str, Any] = {"symbol": "σ", "group": "Noise", "rank": 1, "on": lambda e: e.on_surface} | more
    return slider(default, 0, 10, label="Gradient noise", **given)


def one_method(default: str, names: tuple[str, ...] = optimizers.names(), *, resets: tuple[str, ...]) -> Any:
    """A field for one optimizer, where a lesson compares something else; a tuple all the same."""
    control = Choice(name="", label="Optimizer", options=titles(optimizers, names), resets=resets, share=4)
    rule = some_of("optimizer", names, 1)
    return field(Widget(label="Optimizer", control=control, scene=True), (default,), COMMAS, rule)


@with_numbers(_numbers())
class TrajectorySettings(Settings):
    """Runs of some optimizers from one start; the drawn square is ``edge`` times the surface's own."""

    usual: ClassVar[Mapping[str, float]] = {}  # numbers that a lesson starts from instead of the registries' defaults

    surface: str = surface_choice("beale")
    focus: str | None = field(
        Declared(label="Optimizer whose numbers are shown", scene=True), None, one_of("optimizer", optimizers.names())
    )
    optimizers: tuple[str, ...] = methods(THE_SLIDES)
    shared: bool = switch(False, label="One learning rate for all", share=4, scene=True)
    learning_rate: float | None = shared_rate("All optimizers", on=lambda e: e.shared)
    steps: int = run_length(300, MOST_STEPS)
    # The surface bounds them, or what stands in its place: see ``on_the_map``.
    x: float | None = handle(None, -inf, inf, label="Start, x")
    y: float | None = handle(None, -inf, inf, label="Start, y")
    noise: float = gradient_noise()
    seed: int = random_seed(LAST_SEED, on=lambda e: e.noise > 0)
    height: str = choice("log", HEIGHTS, label="Heights", share=6)
    ceiling: float = slide(
        1.0, 0.02, 1.0, step=0.02, label="Cut the terrain off at this share of its height", scene=True
    )
    edge: float = slide(1.0, 0.05, 4.0, step=0.05, label="Edge of the square, in edges of the usual one", scene=True)

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
                raise setting_error(f"{given:g} lies outside the map of {self.surface}: {low:g} to {high:g}", name)
        return self

    def controls(self) -> tuple[Control, ...]:
        """Surface, length, optimizers, and how the terrain is drawn."""
        return (*self.widgets("surface", "steps", "optimizers"), self.drawing())

    def drawing(self) -> Fold:
        """How the terrain is drawn, behind a button."""
        return Fold(label="View", controls=self.widgets("height", "ceiling", "edge"))

    def has_slider(self, optimizer: str, hyper: str) -> bool:
        """Whether a hyperparameter stands on a slider: those of the focused optimizer that are its own."""
        return optimizer == self.focused and not (self.shared and hyper == "learning_rate")

    def fallback(self, name: str) -> float:
        owner, _, number = name.partition(".")
        if not number:
            return ({"learning_rate": self.usual_rate} | dict(zip("xy", self.start, strict=True)))[name]
        if owner in optimizers.names():
            return self.default(owner, number)
        return self.usual.get(name, landscapes.get(owner).params[number].default)

    def values(self) -> dict[str, float]:
        """What the sliders and handles stand at; of the numbers with an owner, those of one optimizer and surface."""
        method = {f"{self.focused}.{name}": value for name, value in self.hypers(self.focused).items()}
        surface = {f"{self.surface}.{name}": value for name, value in self.params}
        alone = (name for name, each in self.declared().items() if isinstance(each, Number) and "." not in name)
        return method | surface | {name: self.number(name) for name in alone}

    @property
    def on_surface(self) -> bool:
        """Whether the optimizers run on a surface, and not on another problem of the lesson."""
        return True

    @property
    def landscape(self) -> landscapes.Surface:
        return compute.landscape(self.surface)

    @property
    def view(self) -> compute.View:
        return compute.View(self.edge, self.ceiling, self.height == "log")

    @property
    def start(self) -> tuple[float, float]:
        """Where the runs begin; the surface's own start where none is given."""
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
        """The optimizer whose numbers are shown; the last one unless another one was chosen."""
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
            return float(record.hypers[hyper].default)
        edge = max(high - low for low, high in self.landscape.domain)
        match record.rate_unit:
            case "inverse_curvature":
                return self.usual_rate
            case "length":
                return 0.01 * edge
        return float(record.hypers[hyper].default)


def _or(given: float | None, default: float) -> float:
    return default if given is None else given
