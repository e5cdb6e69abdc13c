"""How optimizers walk: one file per method, pure functions over arrays, and `descend`, which records a walk.

    import optimizers
    trace = optimizers.descend(optimizers.get("adam"), {"learning_rate": 0.1}, fn, x0, steps=300)

A method is an optax transformation built from its hyperparameters (`Optimizer.make`), so everything here also works
outside: in a training loop, chained with other transformations, on any pytree of parameters.
"""

from optimizers import clipping, counterexamples, mini_batches, schedules, theory
from optimizers.descend import Trace, descend, disturbances
from optimizers.from_optax import from_optax
from optimizers.projection import projected
from optimizers.records import Hyper, Optimizer
from optimizers.registry import Registry, discover, teaching_order

_REGISTRY: Registry[Optimizer] = Registry("optimizer", teaching_order(discover("optimizers.methods")))
names = _REGISTRY.names
get = _REGISTRY.get

__all__ = [
    "Hyper",
    "Optimizer",
    "Trace",
    "clipping",
    "counterexamples",
    "descend",
    "disturbances",
    "from_optax",
    "get",
    "mini_batches",
    "names",
    "projected",
    "schedules",
    "theory",
]
