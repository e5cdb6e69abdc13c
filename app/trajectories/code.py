"""The same runs as a program of PyTorch and of optax, complete enough to be pasted and run.

A surface shows its own source; what JAX and PyTorch call alike is written ``jnp.`` there, so the PyTorch program is
the same text with ``torch.``. Where learning rates follow schedules, the runs carry them. Tests run both programs and
hold their paths against the recording.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from textwrap import indent
from typing import Literal

import optimizers
from app import compute
from app.compute import RunSpec
from app.trajectories.settings import TrajectorySettings

Library = Literal["torch", "optax"]
TITLES: dict[Library, str] = {"torch": "PyTorch", "optax": "optax"}
STATE: dict[Library, str] = {"torch": "optimizer", "optax": "state"}  # where a method keeps what its answer is made of
Runs = Mapping[str, RunSpec]

JAX_PROGRAM = """\
import jax
import jax.numpy as jnp
import optax

{surface}

{makers}
def walk({make}, start, steps{answer}):{prepare}
    def step(carry, t):
        x, state = carry
        gradient = jax.grad({name})(x{params}){noise}{build}
        updates, state = optimizer.update(gradient, state, x{loss})
        x = optax.apply_updates(x, updates)
        return (x, state), {shown}

    x = jnp.array(start)
    _, path = jax.lax.scan(step, (x, {begin}.init(x)), jnp.arange(steps))
    return jnp.vstack([x, path])


paths = {{name: walk({made}, {start}, {steps}{answered}) for name, make in optimizers.items()}}
"""

TORCH_PROGRAM = """\
import torch

{surface}

{makers}
def walk(make, start, steps{answer}):
    x = torch.tensor(start, requires_grad=True)
    {made} = make([x])
    path = [x.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        {backward}{noise}
        optimizer.step(){advance}
        path.append({shown}.detach().clone())
    return torch.stack(path)


paths = {{name: walk(make, {start}, {steps}{answered}) for name, make in optimizers.items()}}
"""

# Added where a chosen method looks at the loss itself.
LOSS = """
    optimizer = optax.with_extra_args_support(optimizer)

    def loss(x):
        return {name}(x{params})
"""

JAX_NOISE = """
        noise = jax.random.normal(jax.random.fold_in(jax.random.key({seed}), t), x.shape)
        gradient = gradient + {noise} * noise"""

TORCH_NOISE = """
        x.grad += {noise} * torch.randn(2)  # drawn by PyTorch: the same law, other numbers than in the picture"""

# Where learning rates follow schedules: a method is built anew for each step, its state stays.
CONSTANT = {"make": "optimizer", "made": "make()", "begin": "optimizer", "build": ""}
SCHEDULED = {
    "make": "make",
    "made": "make",
    "begin": "make(0)",
    "build": "\n        optimizer = make(t)",
}
ADVANCE = """
        reacts = isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
        scheduler.step(*([loss.item()] if reacts else []))"""


def programs(e: TrajectorySettings, runs: Runs | None = None) -> dict[str, Callable[[], str]]:
    """The runs as programs, and the source of the focused optimizer as it runs here.

    ``runs`` are named where they are others than one of each optimizer, or follow schedules.
    """
    record = optimizers.get(e.focused)
    return {
        "PyTorch": lambda: torch_program(e, runs),
        "optax": lambda: jax_program(e, runs),
        f"{record.title} as it runs here": lambda: inspect.getsource(
            import_module(f"optimizers.methods.{record.name}")
        ),
    }


def jax_program(e: TrajectorySettings, runs: Runs | None = None) -> str:
    """The runs with optax; ``paths`` holds an array [steps + 1, 2] per run when it has run."""
    runs = _runs(e) if runs is None else runs
    numbers = _numbers(e) | {"params": "".join(f", {name}={value:.10g}" for name, value in e.params)}
    looks = any(optimizers.get(spec.optimizer).looks_at_loss for spec in runs.values())
    return JAX_PROGRAM.format(
        surface=_surface(e),
        makers=makers(runs, "optax"),
        prepare=LOSS.format(**numbers) if looks else "",
        loss=", value_fn=loss" if looks else "",
        noise=JAX_NOISE.format(noise=e.noise, seed=e.seed) if e.noise else "",
        **_answering(runs, "optax"),
        **numbers,
        **(SCHEDULED if _scheduled(runs) else CONSTANT),
    )


def torch_program(e: TrajectorySettings, runs: Runs | None = None) -> str:
    """The runs with PyTorch; ``paths`` holds a tensor [steps + 1, 2] per run when it has run."""
    runs = _runs(e) if runs is None else runs
    params = "".join(f", {name}=torch.tensor({value:.10g})" for name, value in e.params)
    value = f"{e.landscape.fn.__name__}(x{params})"
    scheduled = _scheduled(runs)
    return TORCH_PROGRAM.format(
        surface=re.sub(r"\bjnp\.", "torch.", _surface(e)),
        makers=makers(runs, "torch"),
        made="optimizer, scheduler" if scheduled else "optimizer",
        backward=f"loss = {value}\n        loss.backward()" if scheduled else f"{value}.backward()",
        advance=ADVANCE if scheduled else "",
        noise=TORCH_NOISE.format(noise=e.noise) if e.noise else "",
        **_answering(runs, "torch"),
        **_numbers(e),
    )


def _runs(e: TrajectorySettings) -> Runs:
    return {name: RunSpec(name, e.hypers(name)) for name in e.optimizers}


def _scheduled(runs: Runs) -> bool:
    return any(spec.schedule for spec in runs.values())


def _surface(e: TrajectorySettings) -> str:
    return (e.landscape.source or inspect.getsource(e.landscape.fn)).rstrip() + "\n"


def _numbers(e: TrajectorySettings) -> dict[str, str]:
    x, y = e.start
    return {"name": e.landscape.fn.__name__, "start": f"[{float(x)!r}, {float(y)!r}]", "steps": str(e.steps)}


def makers(runs: Runs, library: Library) -> str:
    """One function per run that builds it, a dictionary of them, and one of their answers if any has one."""
    bodies = {name: _body(spec, library) for name, spec in runs.items()}
    argument = "params" if library == "torch" else "t" if _scheduled(runs) else ""
    makers = [_maker(name, body, argument) for name, body in bodies.items()]
    there = [name for name, body in bodies.items() if not isinstance(body, _Missing)]
    tables = [_table("optimizers", {name: name for name in there})]
    if answers := _answers(runs, library):
        state = STATE[library]
        functions = {name: f"lambda {state}, x: {expression}" for name, expression in answers.items()}
        tables.append("# These hand out another point than the one they take their gradients at.\n")
        tables[-1] += _table("answers", functions)
    return "\n\n".join(makers) + "\n\n" + "\n".join(tables) + "\n\n"


def _table(name: str, entries: Mapping[str, str]) -> str:
    lines = "".join(f'    "{key}": {value},\n' for key, value in entries.items())
    return f"{name} = {{\n{lines}}}\n"


def _maker(name: str, body: str, argument: str) -> str:
    return body if isinstance(body, _Missing) else f"def {name}({argument}):\n{indent(body, '    ')}\n"


class _Missing(str):
    """A comment that says why there is no program for a run."""


def _body(spec: RunSpec, library: Library) -> str:
    """Statements that build a run's optimizer, or a comment that says why there are none."""
    record, hypers = optimizers.get(spec.optimizer), dict(spec.hypers)
    statements = record.code(library, hypers)
    if statements is None:
        return _Missing(f"# {TITLES[library]} has no {record.title}.\n")
    statements = statements.rstrip() + _clipped(spec, library)
    if spec.schedule is None:
        return f"{statements}\nreturn optimizer"
    schedule = compute.scheduler(spec.schedule[0])
    follows = schedule.torch if library == "torch" else schedule.optax
    if follows is None:
        return _Missing(f"# {TITLES[library]} has no schedule of this kind: {schedule.title}.\n")
    if library in record.steady:
        return _Missing(f"# {record.title} is the same walk in {TITLES[library]} only at a constant learning rate.\n")
    follows = schedule.fill(follows, spec.schedule[1])
    if library == "torch":
        return f"{statements}\n{follows}\nreturn optimizer, scheduler"
    stepped = record.fill(str(record.optax).replace("{learning_rate}", "schedule(t)"), hypers)
    stepped = stepped.rstrip() + _clipped(spec, library)
    return f"learning_rate = {float(hypers['learning_rate'])!r}\n{follows}\n{stepped}\nreturn optimizer"


def _clipped(spec: RunSpec, library: Library) -> str:
    """What has the gradients clipped before the optimizer sees them."""
    if spec.clip is None:
        return ""
    rule = optimizers.clipping.get(spec.clip[0])
    template = rule.torch if library == "torch" else rule.optax
    if template is None:
        raise ValueError(f"{TITLES[library]} has nothing like {rule.title}")
    clip = rule.fill(template, spec.clip[1])
    if library == "torch":
        return f"\n\ndef clip(*_):\n    {clip}\n\noptimizer.register_step_pre_hook(clip)"
    return f"\noptimizer = optax.chain({clip}, optimizer)"


def _answers(runs: Runs, library: Library) -> dict[str, str]:
    found = {name: optimizers.get(spec.optimizer).answer_code(library, spec.hypers) for name, spec in runs.items()}
    return {name: expression for name, expression in found.items() if expression is not None}


def _answering(runs: Runs, library: Library) -> dict[str, str]:
    """What the answers add to a program that has any."""
    state = STATE[library]
    if not _answers(runs, library):
        return {"answer": "", "shown": "x", "answered": ""}
    return {
        "answer": ", answer",
        "shown": f"answer({state}, x)",
        "answered": f", answers.get(name, lambda {state}, x: x)",
    }
