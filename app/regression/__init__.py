"""A regression with two weights, walked over with the gradient of all samples, of one, and of some.

``settings`` is the typed experiment, ``record`` computes it, ``ball`` says what is predicted of its noise, ``scene``
draws it, ``standings`` and ``theory`` put it in words and numbers, ``code`` writes it down for PyTorch and optax.
"""

from app.regression.settings import RUNS, RegressionSettings

__all__ = ["RUNS", "RegressionSettings"]
