"""Walks over a surface: what every lesson in which optimizers walk has in common.

``settings`` is the typed experiment, ``record`` computes it, ``standings`` says in words how it ended, ``scene`` draws
it, ``theory`` holds the closed forms against it, ``code`` writes it down for PyTorch and optax.
"""

from app.trajectories.settings import TrajectorySettings

__all__ = ["TrajectorySettings"]
