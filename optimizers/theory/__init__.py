"""Closed forms to draw over a live run. Functions broadcast over array arguments.

`quadratics`: stability limits, rates, best settings. `noise`: the noise ball. `steps`: under a constant gradient.
`terrain`: saddles, products of weights, early stopping.
"""

from optimizers.theory.noise import noise_ball_variance
from optimizers.theory.quadratics import (
    averaged_momentum_limit,
    averaged_momentum_rate,
    critical_momentum,
    edge_of_stability,
    gradient_descent_best_rate,
    gradient_descent_limit,
    gradient_descent_optimum,
    gradient_descent_rate,
    heavy_ball_best_rate,
    heavy_ball_limit,
    heavy_ball_optimum,
    heavy_ball_rate,
    mean_condition_number,
    nesterov_best_rate,
    nesterov_limit,
    nesterov_optimum,
    nesterov_rate,
    nesterov_textbook,
    nesterov_textbook_rate,
    steps_to_shrink,
)
from optimizers.theory.steps import (
    adagrad_step,
    adam_step,
    decoupled_decay,
    momentum_step,
    nesterov_step,
    radam_step,
    rmsprop_step,
    uncorrected_adam_step,
)
from optimizers.theory.terrain import (
    catapult_limits,
    deep_linear_half_time,
    early_stopping_penalty,
    early_stopping_shrinkage,
    saddle_escape_steps,
)

__all__ = [
    "adagrad_step",
    "adam_step",
    "averaged_momentum_limit",
    "averaged_momentum_rate",
    "catapult_limits",
    "critical_momentum",
    "decoupled_decay",
    "deep_linear_half_time",
    "early_stopping_penalty",
    "early_stopping_shrinkage",
    "edge_of_stability",
    "gradient_descent_best_rate",
    "gradient_descent_limit",
    "gradient_descent_optimum",
    "gradient_descent_rate",
    "heavy_ball_best_rate",
    "heavy_ball_limit",
    "heavy_ball_optimum",
    "heavy_ball_rate",
    "mean_condition_number",
    "momentum_step",
    "nesterov_best_rate",
    "nesterov_limit",
    "nesterov_optimum",
    "nesterov_rate",
    "nesterov_step",
    "nesterov_textbook",
    "nesterov_textbook_rate",
    "noise_ball_variance",
    "radam_step",
    "rmsprop_step",
    "saddle_escape_steps",
    "steps_to_shrink",
    "uncorrected_adam_step",
]
