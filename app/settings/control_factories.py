"""The native widgets that lessons share: which view, how long, which seed, which record of a registry."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.settings.controls import Choice, Whole


def show(views: Mapping[str, str], share: int = 6) -> Choice:
    """Which of a lesson's views stands on the stage."""
    return Choice(name="show", label="Show", options=views, resets=("playhead",), share=share)


def steps(most: int, *, low: int = 1, step: int = 50, label: str = "Steps", share: int = 2) -> Whole:
    """How long a run is."""
    return Whole(name="steps", label=label, low=low, high=most, step=step, resets=("playhead",), share=share)


def seed(most: int = 9_999, *, share: int = 2) -> Whole:
    """Of the weights, of the batches and of whatever else is random."""
    return Whole(name="seed", label="Seed", low=0, high=most, share=share)


def sizes(name: str, label: str, among: Iterable[int], share: int = 2) -> Choice:
    """One of a few whole numbers: each is a shape, and each shape is compiled by itself."""
    return Choice(name=name, label=label, options={size: str(size) for size in among}, share=share)


def titles(registry: Any, names: Iterable[str] | None = None) -> dict[str, str]:
    """What records of a registry are called, by their names; of all unless some are named."""
    return {name: registry.get(name).title for name in names or registry.names()}


def choice(
    name: str, label: str, registry: Any, names: Iterable[str] | None = None, *, first: Mapping[str, str] = {}
) -> Choice:
    """A box with the records of a registry."""
    return Choice(name=name, label=label, options={**first, **titles(registry, names)}, share=2)
