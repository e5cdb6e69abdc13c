"""Initial weights: where training starts, and whether a signal survives its way through the layers.

An initializer is a record that is called with the signature of jax.nn.initializers, plus its hyperparameters:

    initializers.get("kaiming_normal")(key, shape, dtype, gain=1.0)

Shapes are those of kernels, (fan_in, fan_out) or (height, width, in, out). The rules are those of torch.nn.init.
"""

from optimizers.registry import Registry
from training_lab.initializers import fixed, matrices, scaled
from training_lab.initializers.rules import Initializer, fans

_REGISTRY: Registry[Initializer] = Registry(
    "initializer", [*fixed.INITIALIZERS, *scaled.INITIALIZERS, *matrices.INITIALIZERS]
)
names = _REGISTRY.names
get = _REGISTRY.get

__all__ = ["Initializer", "fans", "get", "names"]
