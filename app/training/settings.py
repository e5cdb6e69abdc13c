"""Settings of a lesson that trains: what most of them ask for, and numbers of the lab's records by dotted names."""

from typing import Any, Protocol

import training_lab as lab
from app.settings.fields import Number, random_seed, run_length, slider
from app.settings.model import Settings

Registry = Any  # a module with names() and get(name): optimizers, initializers, losses, ...
MOST_STEPS = 2_000
FRAMES = 40  # of telemetry, beside the one before the first step


def rate_slider(
    default: float | None, group: str = "Optimizer", *, low: float = 1e-4, high: float = 10.0, **more: Any
) -> Any:
    """The learning rate, in the range that makes sense in a lesson; a field like all that ``fields`` makes."""
    return slider(default, low, high, label="Learning rate", symbol="η", log=True, group=group, **more)


class Descent(Protocol):
    """Settings of a run of gradient descent with one learning rate, whatever lesson they are of."""

    @property
    def learning_rate(self) -> float: ...
    @property
    def steps(self) -> int: ...
    @property
    def log_every(self) -> int: ...
    @property
    def seed(self) -> int: ...


class TrainingSettings(Settings):
    """``steps`` counts updates; ``seed`` is that of the weights, of the batches and of whatever else is random."""

    steps: int = run_length(160, MOST_STEPS)
    seed: int = random_seed()

    @property
    def last_step(self) -> int:
        """The end of the timeline."""
        return self.steps

    @property
    def log_every(self) -> int:
        """Steps between two frames."""
        return max(1, self.steps // FRAMES)

    def fallback(self, name: str) -> float:
        """A record's own default for a dotted number that is not given."""
        declared = self.declared().get(name)
        own = declared.default if isinstance(declared, Number) else None
        return super().fallback(name) if own is None else own

    def picked(self, registry: Registry, name: str, /, **defaults: float) -> lab.Choice:
        """A record of the lab with the numbers of this experiment: those given, else ``defaults``, else its own."""
        return lab.Choice(name, tuple(sorted(self.numbers(registry, name, **defaults).items())))

    def numbers(self, registry: Registry, name: str, /, **defaults: float) -> dict[str, float]:
        """All hyperparameters of a record in this experiment."""
        own: dict[str, float] = registry.get(name).defaults | defaults
        given = {hyper: self.value(f"{name}.{hyper}") for hyper in own if hasattr(self, f"{name}__{hyper}")}
        hypers = registry.get(name).hypers
        return own | {
            hyper: round(value) if hypers[hyper].integer else value
            for hyper, value in given.items()
            if value is not None
        }
