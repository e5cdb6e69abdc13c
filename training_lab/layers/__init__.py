"""Layers as pure functions: arrays in, arrays out, the parameters among the arguments.

Channels come last: [n, features], [n, height, width, channels], [n, time, features]. `rate` is the probability of
dropping, everywhere. Where torch and the textbooks differ, these do as torch does.
"""

from training_lab.layers.convolution import avg_pool, conv2d, max_pool
from training_lab.layers.dense import dense
from training_lab.layers.dropout import apply_mask, drop_connect, dropout, dropout_mask
from training_lab.layers.normalization import (
    BatchNormState,
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)
from training_lab.layers.recurrent import CELLS, Cell

__all__ = [
    "CELLS",
    "BatchNormState",
    "Cell",
    "apply_mask",
    "avg_pool",
    "batch_norm",
    "conv2d",
    "dense",
    "drop_connect",
    "dropout",
    "dropout_mask",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "max_pool",
    "rms_norm",
]
