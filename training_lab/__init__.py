"""Small real networks, trained in a scan, with everything observable.

    import jax
    import training_lab as lab

    recipe = lab.Recipe(data="digits", network=lab.MLP(depth=1, width=64), optimizer=("adam", {"learning_rate": 3e-3}))
    run = lab.train(recipe, jax.random.key(0))
    run["validation_accuracy"][-1]                       # 0.97
    run = lab.train(recipe, jax.random.split(jax.random.key(0), 10))       # ten seeds at once, as one vmap

Everything is a pure function of arrays, numbers are inputs of compiled programs, and torch's semantics hold.
"""

from training_lab import (
    activations,
    augment,
    datasets,
    ensembles,
    hessian,
    initializers,
    kernels,
    layers,
    loss_landscape,
    losses,
    networks,
    probes,
    prune,
    regularizers,
    theory,
)
from training_lab.datasets import Data, Dataset
from training_lab.networks import CNN, MLP, RNN
from training_lab.recipe import EarlyStopping, Pruning, Recipe
from training_lab.records import Choice, RecipeError
from training_lab.training.divergence import Divergence
from training_lab.training.progress import Training, advance, start
from training_lab.training.run import Run, finish, train

__all__ = [
    "CNN",
    "MLP",
    "RNN",
    "Choice",
    "Data",
    "Dataset",
    "Divergence",
    "EarlyStopping",
    "Pruning",
    "Recipe",
    "RecipeError",
    "Run",
    "Training",
    "activations",
    "advance",
    "augment",
    "datasets",
    "ensembles",
    "finish",
    "hessian",
    "initializers",
    "kernels",
    "layers",
    "loss_landscape",
    "losses",
    "networks",
    "probes",
    "prune",
    "regularizers",
    "start",
    "theory",
    "train",
]
