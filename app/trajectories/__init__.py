"""Optimizers on a surface: what every lesson in which they run has in common.

``settings`` are the typed settings, ``record`` computes the runs, ``standings`` says in words how they ended, ``scene``
draws them, ``theory`` holds the closed forms against them, ``code`` writes them down for PyTorch and optax.
"""

from app.trajectories.settings import TrajectorySettings

__all__ = ["TrajectorySettings"]
