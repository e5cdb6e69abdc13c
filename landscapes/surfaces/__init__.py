"""One surface per module, found by :mod:`landscapes.registry`.

Each module holds a plain function of one array ``x`` with shape [2] and of keyword parameters, and its record.
The function's source is shown to readers as JAX code and, with ``jnp`` replaced by ``torch``, as PyTorch code.
So it stands alone: no decorator, no annotation, no helper, and only ``jnp`` functions that torch has by the same name,
applied to arrays (``torch.cos`` refuses a Python number).
"""
