"""Ask torch.optim where it goes, and keep the answers in torch_trajectories.npz, so that tests need no torch.

    python -m tests.optimizers.make_torch_trajectories

Every optimizer, schedule and clipping rule of the registries that has a `torch` template is run by torch itself, in
float64, over a sweep of its hyperparameters. Each walk is made three times, twice nudged at random by 1e-12 at the
start and again before every later step, since a map may forget its start and amplify rounding all the same. From where
on that moves the result by more than 1e-8, agreement proves nothing: such points are recorded with their sensitivity,
and tests leave them out. Both numbers are relative for positions beyond 1.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import optimizers
from optimizers.records import Optimizer, Record
from optimizers.schedules import Schedule, with_warmup

FILE = Path(__file__).with_name("torch_trajectories.npz")
CHECKPOINTS = np.array([1, 2, 3, 5, 10, 20, 50, 100, 200])
NUDGE = 1e-12
COPIES = 3  # of each walk, the first of them not nudged
TOLERATED = 1e-8

# Plain polynomials, so that torch and JAX run the very same lines.
SURFACES: dict[str, Callable[[Any, Any], Any]] = {
    "quadratic": lambda x, y: 0.5 * (x * x + 20 * y * y) + 0.3 * x * y,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y * y * y) ** 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    "himmelblau": lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
}
STARTS = {"quadratic": (2.0, 1.0), "beale": (1.0, 1.5), "rosenbrock": (-1.2, 1.0), "himmelblau": (-0.5, -1.0)}

LEARNING_RATES = {
    "inverse_curvature": (1e-5, 1e-4, 5e-4, 2e-3, 1e-2),
    "length": (1e-4, 1e-3, 1e-2, 0.1, 1.0),
    "none": (0.01, 0.1, 0.5, 1.0, 10.0),
}
SCHEDULE_SETTINGS: dict[str, list[dict[str, Any]]] = {
    "step": [{"step_size": 7, "gamma": 0.5}, {"step_size": 1, "gamma": 0.9}, {"step_size": 30}],
    "multistep": [{"milestones": [3]}, {"milestones": [150, 20, 20], "gamma": 0.5}, {"milestones": [0, 1, 2, 60]}],
    "exponential": [{"gamma": 0.9}, {"gamma": 1.0}, {"gamma": 0.0}],
    "linear": [
        {"total_iters": 50},
        {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 7},
        {"start_factor": 0.5, "end_factor": 0.25, "total_iters": 1},
    ],
    "polynomial": [{"total_iters": 50}, {"total_iters": 120, "power": 0.5}, {"total_iters": 1, "power": 1.0}],
    "inverse_sqrt": [{"timescale": 10.0}, {"timescale": 1000.0}],
    "cosine": [{"T_max": 50}, {"T_max": 7, "eta_min": 0.01}, {"T_max": 1}, {"T_max": 200, "eta_min": 0.2}],
    "cosine_held": [{"T_max": 7, "eta_min": 0.01}, {"T_max": 1, "eta_min": 0.05}],
    "cosine_warm_restarts": [
        {"T_0": 10, "T_mult": 1},
        {"T_0": 7, "T_mult": 3, "eta_min": 0.01},
        {"T_0": 1, "T_mult": 2},
        {"T_0": 1, "T_mult": 1},
    ],
    "one_cycle": [
        {"total_steps": 200, "pct_start": 0.25},
        {"total_steps": 90, "pct_start": 0.0},
        {"total_steps": 40, "pct_start": 0.9, "base_momentum": 0.5, "max_momentum": 0.99},
        {"total_steps": 121, "pct_start": 0.4, "div_factor": 3.0, "final_div_factor": 10.0},
    ],
    "reduce_on_plateau": [
        {"patience": 3, "factor": 0.5},
        {"patience": 0, "factor": 0.9, "cooldown": 4},
        {"patience": 2, "factor": 0.3, "min_lr": 0.002},
        {"patience": 1, "factor": 0.5, "threshold": 0.05, "cooldown": 1},
        {"patience": 1, "factor": 0.1, "eps": 1e-4},
    ],
}
WARMUPS = [{"warmup_steps": 10, "warmup_factor": 0.1}, {"warmup_steps": 1, "warmup_factor": 0.5}]
LOSS_STEPS = 200


def sweep(optimizer: Optimizer) -> list[dict[str, float]]:
    """For several learning rates: the defaults, and each other hyperparameter at both ends of its range."""
    settings = []
    for learning_rate in LEARNING_RATES[optimizer.rate_unit]:
        base = optimizer.defaults | {"learning_rate": learning_rate}
        ends = [
            base | {name: end}
            for name, hyper in optimizer.hypers.items()
            if name != "learning_rate"
            for end in (hyper.low, hyper.high)
        ]
        settings += [base, *ends]
    return settings


def execute(statements: str, **scope: Any) -> dict[str, Any]:
    """The names that a code template assigns."""
    import torch

    scope |= {"torch": torch}
    exec(statements, scope)
    return scope


@contextmanager
def double_precision() -> Iterator[None]:
    """NAdam keeps the product of its momenta in the default type, whatever the type of the parameters is."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def nudges() -> np.ndarray:
    """What is added before each step [step, copy, 2], nothing to the first copy."""
    drawn = np.random.default_rng(0).normal(scale=NUDGE, size=(CHECKPOINTS[-1], COPIES, 2))
    drawn[:, 0] = 0
    return drawn


def walk(makers: list[str], answers: list[str]) -> np.ndarray:
    """Positions [maker, surface, nudge, checkpoint, 2] of the optimizers that the statements make.

    What is recorded is what they hand out: the expressions in `optimizer` and `x`.

    An optimizer takes all its walks at once, as the elements of one parameter: every rule here is elementwise. The
    walks of all optimizers share one graph. Both make torch fast enough to be asked afresh in a test.
    """
    import torch

    starts = torch.tensor([[STARTS[name]] * COPIES for name in SURFACES], dtype=torch.float64)
    params = [starts.clone().requires_grad_() for _ in makers]
    steppers = [execute(maker, params=[param])["optimizer"] for maker, param in zip(makers, params, strict=True)]
    path = []
    for nudge in torch.tensor(nudges()):
        for param in params:
            param.data += nudge * param.data.abs().clamp(min=1)
        x, y = torch.stack(params).unbind(-1)
        loss = torch.stack([fn(x[:, i], y[:, i]).sum() for i, fn in enumerate(SURFACES.values())]).sum()
        for param, gradient in zip(params, torch.autograd.grad(loss, params), strict=True):
            param.grad = gradient
        for stepper in steppers:
            stepper.step()
        shown = [
            eval(answer, {"optimizer": stepper, "x": param})
            for answer, stepper, param in zip(answers, steppers, params, strict=True)
        ]
        path.append(torch.stack(shown).detach().numpy())
    return np.stack([path[step - 1] for step in CHECKPOINTS], axis=3)


def sensitivity(positions: np.ndarray) -> np.ndarray:
    """How far the nudges moved a point up to a checkpoint [maker, surface, checkpoint]; inf for what is no number."""
    with np.errstate(invalid="ignore", over="ignore"):
        plain, nudged = positions[:, :, :1], positions[:, :, 1:]
        moved = np.abs(nudged - plain) / np.maximum(1, np.abs(plain))
    return np.maximum.accumulate(np.nan_to_num(moved, nan=np.inf).max(axis=(2, 4)), axis=-1)


def accepted(optimizer: Optimizer) -> list[dict[str, float]]:
    """The settings that torch does not refuse, as it does Nesterov's method without momentum."""
    import torch

    def works(values: dict[str, float]) -> bool:
        try:
            execute(optimizer.code("torch", values), params=[torch.zeros(2, requires_grad=True)])
        except ValueError:
            return False
        return True

    return list(filter(works, sweep(optimizer)))


def optimizer_answers(optimizer: Optimizer) -> dict[str, np.ndarray]:
    settings = accepted(optimizer)
    with double_precision():
        positions = walk(
            [optimizer.code("torch", values) for values in settings],
            [optimizer.answer_code("torch", values) or "x" for values in settings],
        )
    return {
        "settings": np.array(json.dumps(settings)),
        "position": positions[:, :, 0],
        "sensitivity": sensitivity(positions),
    }


def losses() -> np.ndarray:
    """A loss that falls, stalls, and is noisy throughout: something for a schedule to react to."""
    rng = np.random.default_rng(0)
    times = np.arange(LOSS_STEPS)
    return 0.2 + np.exp(-times / 15) + 0.8 * (times > 90) * np.exp(-(times - 90) / 20) + 0.02 * rng.random(LOSS_STEPS)


def known() -> list[Schedule]:
    """The schedules of the registry, alone and after a warm-up."""
    alone = [optimizers.schedules.get(name) for name in optimizers.schedules.names()]
    return [*alone, *map(with_warmup, alone)]


def schedules() -> list[Schedule]:
    """Those that PyTorch has."""
    return [schedule for schedule in known() if schedule.torch is not None]


def schedule_settings(schedule: Schedule) -> list[dict[str, Any]]:
    """The defaults and the settings above, each after every warm-up if it begins with one."""
    defaults = {name: hyper.default for name, hyper in schedule.hypers.items()}
    settings = [{}, *SCHEDULE_SETTINGS.get(schedule.name.removeprefix("warmup+"), [])]
    warmups = WARMUPS if schedule.name.startswith("warmup+") else [{}]
    return [defaults | values | warmup for values in settings for warmup in warmups]


def schedule_answers(schedule: Schedule) -> dict[str, np.ndarray]:
    """The learning rate and momentum used in every step, NaN where PyTorch's schedule has ended."""
    import torch

    settings = schedule_settings(schedule)
    used = np.full((2, len(settings), LOSS_STEPS), np.nan)
    for row, values in enumerate(settings):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
        scheduler = execute(schedule.fill(schedule.torch, values), optimizer=optimizer)["scheduler"]
        reacts = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
        for step, loss in enumerate(losses()[: values.get("total_steps", LOSS_STEPS)]):
            used[:, row, step] = [optimizer.param_groups[0][name] for name in ("lr", "momentum")]
            optimizer.step()
            scheduler.step(*([loss] if reacts else []))
    return {"settings": np.array(json.dumps(settings)), "learning_rate": used[0], "momentum": used[1]}


def gradients() -> list[np.ndarray]:
    """Two parameters' gradients, and their multiples from tiny to huge [scale, ...]; the last ones are no numbers."""
    rng = np.random.default_rng(1)
    scales = np.array([0.0, 1e-9, 0.1, 1.0, 50.0, 1e9, 1.0, 1.0, 1.0])
    vector, matrix = scales[:, None] * rng.normal(size=3), scales[:, None, None] * rng.normal(size=(2, 4))
    vector[-3:, 1] = np.nan, np.inf, -np.inf
    return [vector, matrix]


def clipping_answers(clipping: Record) -> dict[str, np.ndarray]:
    import torch

    settings = [{name: factor * value for name, value in clipping.defaults.items()} for factor in (0.01, 1.0, 100.0)]
    clipped: list[list[np.ndarray]] = [[], []]
    for values in settings:
        for pair in zip(*gradients(), strict=True):
            params = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in pair]
            for param, gradient in zip(params, pair, strict=True):
                param.grad = torch.tensor(gradient)
            execute(clipping.fill(clipping.torch, values), params=params)
            for kept, param in zip(clipped, params, strict=True):
                kept.append(param.grad.numpy())
    return {"settings": np.array(json.dumps(settings))} | {f"clipped_{i}": np.array(c) for i, c in enumerate(clipped)}


def answers() -> Iterator[tuple[str, np.ndarray]]:
    import torch

    torch.set_num_threads(1)
    yield "torch_version", np.array(torch.__version__)
    kinds: list[tuple[str, Iterable[Any], Callable[[Any], dict[str, np.ndarray]]]] = [
        ("optimizer", map(optimizers.get, optimizers.names()), optimizer_answers),
        ("schedule", schedules(), schedule_answers),
        ("clipping", map(optimizers.clipping.get, optimizers.clipping.names()), clipping_answers),
    ]
    for kind, records, ask in kinds:
        for record in records:
            if record.torch is not None:
                yield from ((f"{kind}/{record.name}/{field}", array) for field, array in ask(record).items())


def main() -> None:
    data = dict(answers())
    np.savez_compressed(FILE, **data)
    print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} kB, torch {data['torch_version']}")
    for key in (key for key in data if key.endswith("/sensitivity")):
        left_out = np.sum(data[key] > TOLERATED)
        print(f"{key.split('/')[1]}: {left_out} of {data[key].size} points left out")


if __name__ == "__main__":
    main()
