"""With and without the trick as programs; ``scores`` are the test accuracies of the eight seeds of both."""

from collections.abc import Callable
from typing import Any

from app.recap.trials import trials
from app.training import code

LAB = """\
import jax
import jax.numpy as jnp
import training_lab as lab

keys = jax.vmap(jax.random.key)(jnp.array({seeds}))


def accuracies(recipe):
    splits = lab.datasets.prepare(recipe.data, lab.datasets.load(recipe.data.name.name, **recipe.data.name.values))
    probes = (lab.probes.losses, lab.probes.outputs(splits.test.x))
    run = lab.train(recipe, keys, probes=probes)
    return (run["outputs"].argmax(-1) == splits.test.y).mean(-1), run["validation_loss"]  # [frames, seeds]


first = {first}
second = {second}
scores = [accuracies(recipe)[0][-1] for recipe in (first, second)]
difference = scores[0] - scores[1]
print(difference.mean(), 2.365 * difference.std(ddof=1) / len(difference) ** 0.5)
"""


def programs(e: Any) -> dict[str, Callable[[], str]]:
    first, second = trials(e)[:2]
    given = {"seeds": first.seed, "first": code.source(first.recipe), "second": code.source(second.recipe)}
    return {"JAX": lambda: LAB.format(**given)}
