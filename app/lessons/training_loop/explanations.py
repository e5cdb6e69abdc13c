"""The training loop told: lines, standings, caption, formulas and theory."""

import math

import jax
import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.stage import Run, Standings
from app.training import style, training_loop
from app.training.loop_settings import NONE, TWINS, LoopSettings
from app.training.results import last, percent, table
from training_lab import losses

NOTE = (
    "Before training a network of small weights guesses, and the cross-entropy of guessing among k classes is ln k. "
    "The number of parameters follows from the layers; a step sees one batch, and an epoch has as many steps as there "
    "are whole batches in the training data."
)


def runs(e: LoopSettings) -> tuple[Run, ...]:
    """The lines of the run and of its twin."""
    lines = (style.run("own", "This network", 0), style.run("twin", f"Twin: {TWINS[e.twin]}", 1))
    return lines[: 1 if e.twin == NONE else 2]


def standings(e: LoopSettings, arrays: Arrays) -> Standings:
    found = compute.trained(*training_loop.trials(e))
    more = {"Accuracy": last(found, "accuracy"), "Validation": last(found, "validation_accuracy")}
    return table("Network", [line.label for line in runs(e)], found, more)


def caption(e: LoopSettings, arrays: Arrays) -> str:
    run, examples = compute.trained(training_loop.trials(e)[0])[0], _examples(e)
    batch = e.batch or examples
    score = percent(run["validation_accuracy"][-1])
    return f"{run.steps[-1]} steps of {batch} out of {examples} examples; {score} of those held back are right."


def _examples(e: LoopSettings) -> int:
    return len(compute.splits(training_loop.data(e)).train.x)


def parameters(e: LoopSettings) -> int:
    """How many numbers the network learns, from its shape (without those of a normalisation)."""
    dataset = compute.dataset(training_loop.data(e))
    if e.network == "rnn":
        return 16 * (1 + 16 + 2) + (16 + 1) * dataset.outputs
    if e.network == "cnn":
        return (9 * 1 + 1) * 8 + (9 * 8 + 1) * 8 + (2 * 2 * 8 + 1) * dataset.outputs
    inputs = int(dataset.x.shape[1])
    return (inputs + 1) * e.width + (e.depth - 1) * (e.width + 1) * e.width + (e.width + 1) * dataset.outputs


def comparisons(e: LoopSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    run = compute.trained(training_loop.trials(e)[0])[0]
    counted = sum(leaf.size for leaf in jax.tree.leaves(run.params)) if e.norm == NONE else None
    classes, batches = compute.dataset(training_loop.data(e)).classes, _examples(e) // (e.batch or _examples(e))
    rows = [Comparison("Parameters", str(parameters(e)), str(counted or "and those of the normalisation"))]
    if e.loss == "cross_entropy":
        guess = f"about ln {classes} = {math.log(classes):.3f}"
        rows.append(Comparison("Loss before the first step", guess, f"{run['loss'][0]:.3f}"))
    epochs = run.steps[-1] / batches
    rows.append(Comparison("Epochs", f"{run.steps[-1]} steps / {batches} a pass", f"{epochs:.3g}"))
    return tuple(rows)


def formula(e: LoopSettings) -> tuple[Formula, ...]:
    method, loss = optimizers.get(e.optimizer), losses.get(e.loss)
    numbers = dict(training_loop.recipe(e).optimizer.values)
    return (
        Formula(f"Update: {method.title}", method.formula(), method.formula(numbers), method.summary),
        Formula(f"Loss: {loss.title}", loss.formula(), "", loss.summary),
    )


def poster(e: LoopSettings) -> bytes:
    """The boundary at the end."""
    run = compute.trained(training_loop.trials(e)[0])[0]
    return figures.poster(np.asarray(run["boundary"][-1], np.float32), [], [])
