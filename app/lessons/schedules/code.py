"""Both runs as programs of PyTorch and of optax."""

import inspect
from collections.abc import Callable
from textwrap import dedent

import optimizers
from app import compute
from app.compute.minibatch_regression import SAMPLES, length
from app.lessons.schedules.settings import ScheduleSettings
from app.trajectories import code

BREAST_CANCER = """\
import numpy as np
import torch
from sklearn.datasets import load_breast_cancer

# Radius and texture of {samples} tumours; 1 is malignant, -1 benign.
data, target = load_breast_cancer(return_X_y=True)
rows = np.random.default_rng(0).permutation(len(data))[:{samples}]
chosen = data[rows][:, :2]
features = torch.tensor((chosen - chosen.mean(axis=0)) / chosen.std(axis=0), dtype=torch.float32)
targets = torch.tensor(1.0 - 2.0 * target[rows], dtype=torch.float32)
order = np.random.default_rng({seed}).permuted(np.tile(np.arange({samples}), ({length}, 1)), axis=1)


{makers}
def walk(make, start, steps):
    w = torch.tensor(start, requires_grad=True)
    optimizer, scheduler = make([w])
    path = [w.detach().clone()]
    for batch in order[:steps, :{batch}]:
        optimizer.zero_grad()
        loss = torch.nn.functional.softplus(-targets[batch] * (features[batch] @ w)).mean()
        loss.backward()
        optimizer.step(){advance}
        path.append(w.detach().clone())
    return torch.stack(path)


paths = {{name: walk(make, {start}, {steps}) for name, make in optimizers.items()}}
"""


def on_surface(e: ScheduleSettings) -> dict[str, Callable[[], str]]:
    """Both runs as programs, and the source of the schedule that is looked at."""
    return {
        "PyTorch": lambda: code.torch_program(e, e.specs),
        "optax": lambda: code.jax_program(e, e.specs),
        **_own(e),
    }


def on_breast_cancer(e: ScheduleSettings) -> dict[str, Callable[[], str]]:
    """The same on the patients, with PyTorch."""
    return {"PyTorch": lambda: _breast_cancer(e), **_own(e)}


def _own(e: ScheduleSettings) -> dict[str, Callable[[], str]]:
    schedule = optimizers.schedules.get(e.schedule(e.place).removeprefix(compute.WARMUP))
    return {f"{schedule.title} as it runs here": lambda: _source(schedule)}


def _source(schedule: optimizers.schedules.Schedule) -> str:
    """The functions that a schedule is made of; of one with a closed form, that one."""
    closed = inspect.getclosurevars(schedule.apply).nonlocals.get("rate")
    parts = (closed,) if closed else (schedule.init, schedule.apply, schedule.update)
    sources = [dedent(inspect.getsource(part)) for part in parts if part.__name__ != "<lambda>"]
    return "\n\n".join(sources) or f"# {schedule.summary}"


def _breast_cancer(e: ScheduleSettings) -> str:
    x, y = e.start
    return BREAST_CANCER.format(
        samples=SAMPLES,
        seed=e.seed,
        length=length(e.steps),
        makers=code.makers(e.specs, "torch"),
        batch=e.batch,
        start=f"[{float(x)!r}, {float(y)!r}]",
        steps=e.steps,
        advance=code.ADVANCE,
    )
