"""The one place where a recipe is checked: what comes out can be built, and what cannot is a RecipeError."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from optimizers import clipping, schedules
from optimizers import get as get_optimizer
from optimizers import names as optimizer_names
from training_lab import activations, augment, datasets, initializers, losses, prune, regularizers
from training_lab.datasets import SCALINGS, Data, Dataset
from training_lab.layers import CELLS
from training_lab.networks import CNN, MLP, NORMS, RNN
from training_lab.networks.cnn import POOLS
from training_lab.recipe import EarlyStopping, Pruning, Recipe
from training_lab.records import RecipeError

LONGEST = 10_000_000  # steps
FRAMES = 20  # about so many, unless a recipe says how often; each is a look at hundreds of examples


class _Optimizers:
    get, names = staticmethod(get_optimizer), staticmethod(optimizer_names)


def load(data: Data, dataset: Dataset | None = None) -> tuple[Data, Dataset]:
    """The checked record and the data set it names, unless one is given."""
    _whole("data.seed", data.seed, 0, 2**32 - 1)
    name = data.name if dataset is not None else data.name.resolved("data.name", datasets)
    if dataset is None:
        dataset = datasets.load(name.name, data.seed, **name.values)
    _one_of("data.scaling", data.scaling, SCALINGS)
    for field in ("validation", "test"):
        _number(f"data.{field}", getattr(data, field), 0, 1, below=True)
    _number("data.label_noise", data.label_noise, 0, 1 if dataset.classes else 1e3)
    if data.validation + data.test >= 1:
        raise RecipeError("data.validation", f"= {data.validation} and test = {data.test} leave nothing to train on")
    if data.train is not None:
        _whole("data.train", data.train, 1, len(dataset.x))
    return replace(data, name=name), dataset


def validated(recipe: Recipe, dataset: Dataset, n: int) -> Recipe:
    """The recipe with all choices resolved and all lengths filled in, for n training examples of a data set."""
    batch = n if recipe.batch_size is None else _whole("batch_size", recipe.batch_size, 1)
    if batch > n:
        raise RecipeError("batch_size", f"= {batch} is larger than the {n} training examples")
    steps = recipe.epochs * (n // batch) if recipe.steps is None else recipe.steps
    _whole("epochs" if recipe.steps is None else "steps", steps, 1, LONGEST)
    log_every = max(1, steps // FRAMES) if recipe.log_every is None else recipe.log_every
    checked = replace(
        recipe,
        network=_network(recipe.network, dataset.x.shape[1:]),
        loss=_loss(recipe, dataset),
        optimizer=recipe.optimizer.resolved("optimizer", _Optimizers),
        schedule=recipe.schedule.resolved("schedule", schedules),
        clip=recipe.clip and recipe.clip.resolved("clip", clipping),
        penalty=tuple(_regularizer("penalty", choice, "cost") for choice in recipe.penalty),
        proximal=recipe.proximal and _regularizer("proximal", recipe.proximal, "step"),
        augment=tuple(_augmentation(choice, dataset) for choice in recipe.augment),
        pruning=recipe.pruning and _pruning(recipe.pruning),
        early_stopping=recipe.early_stopping and _early_stopping(recipe.early_stopping, recipe.data, dataset),
        steps=steps,
        log_every=_whole("log_every", log_every, 1),
    )
    _schedule_fits(checked)
    return checked


def _loss(recipe: Recipe, dataset: Dataset) -> Any:
    choice = recipe.loss.resolved("loss", losses)
    if losses.get(choice.name).task == "classification" and not dataset.classes:
        raise RecipeError("loss", f"= {choice.name} is for classes; {dataset.name} is a regression")
    return choice


def _regularizer(field: str, choice: Any, form: str) -> Any:
    choice = choice.resolved(field, regularizers)
    if getattr(regularizers.get(choice.name), form) is None:
        possible = ", ".join(name for name in regularizers.names() if getattr(regularizers.get(name), form))
        raise RecipeError(field, f"= {choice.name} has no such form; possible: {possible}")
    return choice


def _augmentation(choice: Any, dataset: Dataset) -> Any:
    choice = choice.resolved("augment", augment)
    if augment.get(choice.name).images and dataset.x.ndim != 4:
        raise RecipeError("augment", f"= {choice.name} needs images; {dataset.name} has inputs {dataset.x.shape[1:]}")
    return choice


def _pruning(pruning: Pruning) -> Pruning:
    _number("pruning.sparsity", pruning.sparsity, 0, 1)
    _one_of("pruning.method", pruning.method, prune.METHODS)
    _one_of("pruning.scope", pruning.scope, prune.SCOPES)
    _whole("pruning.at", pruning.at, 0)
    _whole("pruning.rounds", pruning.rounds, 1)
    _whole("pruning.every", pruning.every, 1)
    return replace(pruning, sparsity=float(pruning.sparsity))


def _early_stopping(stopping: EarlyStopping, data: Data, dataset: Dataset) -> EarlyStopping:
    _whole("early_stopping.patience", stopping.patience, 1)
    _number("early_stopping.min_delta", stopping.min_delta, 0, math.inf)
    _one_of("early_stopping.monitor", stopping.monitor, ("loss", "accuracy"))
    if stopping.monitor == "accuracy" and not dataset.classes:
        raise RecipeError("early_stopping.monitor", f"= accuracy needs classes; {dataset.name} is a regression")
    if round(data.validation * len(dataset.x)) == 0:
        raise RecipeError("early_stopping", f"needs validation data; data.validation = {data.validation}")
    return replace(stopping, min_delta=float(stopping.min_delta))


def _schedule_fits(recipe: Recipe) -> None:
    if recipe.schedule.name != "constant" and "learning_rate" not in recipe.optimizer.values:
        raise RecipeError("schedule", f"= {recipe.schedule.name}: {recipe.optimizer.name} has no learning rate to set")


# Networks


def _network(network: Any, input_shape: tuple[int, ...]) -> Any:
    if type(network) not in _CHECKS:
        raise RecipeError("network", f"= {network!r} is none of {', '.join(kind.__name__ for kind in _CHECKS)}")
    resolved = {"activation": network.activation.resolved("network.activation", activations)}
    for field in ("initializer", "recurrent"):
        if hasattr(network, field):
            resolved[field] = getattr(network, field).resolved(f"network.{field}", initializers)
    for field in ("dropout", "drop_connect"):
        if getattr(network, field, None) is not None:
            resolved[field] = _number(f"network.{field}", getattr(network, field), 0, 1, below=True)
    _CHECKS[type(network)](network, input_shape)
    return replace(network, **resolved)


def _mlp(network: MLP, input_shape: tuple[int, ...]) -> None:
    _whole("network.depth", network.depth, 0)
    _whole("network.width", network.width, 1)
    if network.norm == "instance":
        raise RecipeError("network.norm", "= instance needs images: an MLP has nothing to average over")
    _norm(network.norm, network.groups, [network.width])
    features = math.prod(input_shape)
    shapes = [(features, network.width), (network.width, network.width)]
    _square(network.initializer, "network.initializer", shapes)


def _cnn(network: CNN, input_shape: tuple[int, ...]) -> None:
    if len(input_shape) != 3:
        raise RecipeError("network", f"= CNN needs images; the inputs are {input_shape}")
    if not network.filters:
        raise RecipeError("network.filters", "is empty")
    for filters in network.filters:
        _whole("network.filters", filters, 1)
    _whole("network.kernel", network.kernel, 1)
    _one_of("network.pool", network.pool, POOLS)
    _norm(network.norm, network.groups, network.filters)
    for layer, shape in enumerate(network.shapes(input_shape), start=1):
        if min(shape) < 1:
            raise RecipeError("network.filters", f"has {len(network.filters)} layers: pooling leaves no pixel")
        if layer <= len(network.filters) and network.kernel > min(shape[:2]):
            image = f"{shape[0]} x {shape[1]} image of layer {layer}"
            raise RecipeError("network.kernel", f"= {network.kernel} is larger than the {image}")
    _square(network.initializer, "network.initializer", [(1, 2)])


def _rnn(network: RNN, input_shape: tuple[int, ...]) -> None:
    if len(input_shape) != 2:
        raise RecipeError("network", f"= RNN needs sequences; the inputs are {input_shape}")
    _one_of("network.cell", network.cell, CELLS)
    _whole("network.width", network.width, 1)
    _square(network.initializer, "network.initializer", [(input_shape[1], network.width)])


def _square(choice: Any, field: str, shapes: list[tuple[int, int]]) -> None:
    if choice.name == "non_normal" and any(rows != columns for rows, columns in shapes):
        raise RecipeError(field, "= non_normal is for square matrices: the recurrent weights of an RNN")


def _norm(norm: str | None, groups: int, channels: Any) -> None:
    if norm is not None:
        _one_of("network.norm", norm, NORMS)
    _whole("network.groups", groups, 1)
    if norm == "group" and any(count % groups for count in channels):
        counts = " and ".join(map(str, channels))
        raise RecipeError("network.groups", f"= {groups} does not divide {counts} channels")


_CHECKS: dict[type, Callable[[Any, tuple[int, ...]], None]] = {MLP: _mlp, CNN: _cnn, RNN: _rnn}


# Values


def _whole(field: str, value: Any, low: int, high: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
        raise RecipeError(field, f"= {value!r} is not a whole number of at least {low}")
    if high is not None and value > high:
        raise RecipeError(field, f"= {value} is more than {high}")
    return int(value)


def _number(field: str, value: Any, low: float | int, high: float | int, *, below: bool = False) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise RecipeError(field, f"= {value!r} is not a number") from None
    if not low <= number <= high or (below and number == high):
        raise RecipeError(field, f"= {value} is not in [{low:g}, {high:g}{')' if below else ']'}")
    return number


def _one_of(field: str, value: Any, known: Mapping[str, Any] | tuple[str, ...]) -> None:
    if value not in tuple(known):
        raise RecipeError(field, f"= {value!r} is none of {', '.join(known)}")
