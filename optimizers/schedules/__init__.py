"""Schedules: hyperparameters that change from step to step.

A schedule sees the step and, for those that react, the loss; it answers with the hyperparameters to use in this step.
The rules and names are those of torch.optim.lr_scheduler, stepped once after every step of the optimizer. A warm-up
goes in front of any of them: `with_warmup(get("cosine"))`.
"""

from optimizers.registry import Registry
from optimizers.schedules.cosines import COSINE, COSINE_HELD, COSINE_WARM_RESTARTS, ONE_CYCLE
from optimizers.schedules.decays import CONSTANT, EXPONENTIAL, INVERSE_SQRT, LINEAR, MULTISTEP, POLYNOMIAL, STEP
from optimizers.schedules.plateau import REDUCE_ON_PLATEAU
from optimizers.schedules.record import Schedule
from optimizers.schedules.warmup import with_warmup

_REGISTRY: Registry[Schedule] = Registry(
    "schedule",
    [
        CONSTANT,
        STEP,
        MULTISTEP,
        EXPONENTIAL,
        LINEAR,
        POLYNOMIAL,
        INVERSE_SQRT,
        COSINE,
        COSINE_HELD,
        COSINE_WARM_RESTARTS,
        ONE_CYCLE,
        REDUCE_ON_PLATEAU,
    ],
)
names = _REGISTRY.names
get = _REGISTRY.get

__all__ = ["CONSTANT", "Schedule", "get", "names", "with_warmup"]
