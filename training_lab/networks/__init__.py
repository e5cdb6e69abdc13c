"""Networks as records: what is fixed is compiled in, what is a number is traced.

    params, state = networks.MLP(depth=2, width=32).init(key, input_shape=(2,), outputs=3)
    forward = networks.MLP(depth=2, width=32).apply(params, state, x)

`params` and `state` (running statistics) are NamedTuples of `Block`s, so params.first.kernel is a kernel.
"""

from training_lab.networks.blocks import NORMS, Affine, Block, Forward, Taps, per_tap
from training_lab.networks.cnn import CNN, CNNParams, CNNState
from training_lab.networks.mlp import MLP, MLPParams, MLPState
from training_lab.networks.rnn import RNN, Recurrence, RNNParams

Network = MLP | CNN | RNN

__all__ = [
    "CNN",
    "MLP",
    "NORMS",
    "RNN",
    "Affine",
    "Block",
    "CNNParams",
    "CNNState",
    "Forward",
    "MLPParams",
    "MLPState",
    "Network",
    "RNNParams",
    "Recurrence",
    "Taps",
    "per_tap",
]
