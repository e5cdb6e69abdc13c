"""How far our walks, schedules and clipping rules are from those of the libraries: the numbers of the page /proof.

    python -m tests.optimizers.agreement            writes app/agreement.json
    python -m tests.optimizers.agreement --fresh    asks PyTorch afresh, prints the report and writes nothing

PyTorch's answers are read from torch_trajectories.npz; optax is asked here, over the same sweep of hyperparameters on
the same surfaces, by a plain loop of `update` and `apply_updates` around the code that the site prints.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import optimizers
from optimizers import clipping, theory
from optimizers.records import Optimizer
from optimizers.schedules import Schedule
from tests import compiled
from tests.optimizers import make_torch_trajectories as oracle

FILE = Path(__file__).parents[2] / "app" / "ui" / "agreement.json"
STEPS = int(oracle.CHECKPOINTS[-1])
FAR = 1e15  # from the origin: what has flown beyond overflows when a library squares its gradients
EARLY = 50  # steps; the tolerance up to there is the first of the two
TOLERANCES = (1e-9, 1e-6)
Answers = Mapping[str, np.ndarray]

# Methods that no library has in this form, and what is proved of them instead: a test, and what it says.
FACTS = {
    "newton": {
        "test_newton_solves_a_quadratic_in_one_step": "one step reaches the minimum of a quadratic",
        "test_near_a_minimum_the_right_digits_double": "near a minimum the error is squared in every step",
    },
    "damped_newton": {
        "test_the_loss_never_rises": "the loss never rises",
        "test_near_a_minimum_the_right_digits_double": "near a minimum the error is squared in every step",
        "test_newton_is_lured_by_a_saddle_and_damped_newton_is_not": "a saddle that holds Newton's method lets it go",
    },
    "bfgs": {
        "test_bfgs_learns_what_the_last_step_has_shown": "the estimate is symmetric, positive definite and explains "
        "the last change of the gradient, after every step",
        "test_the_loss_never_rises": "the loss never rises",
        "test_bfgs_converges_faster_than_any_rate": "the error shrinks faster from step to step",
    },
    "averaged_sgd": {
        "test_averaging_cancels_noise": "the mean of the visits varies twenty times less than a visit",
    },
    "nesterov_lookahead": {
        "test_the_two_forms_of_nesterov_are_one_walk_seen_from_two_points": "it is Nesterov's method, seen from where "
        "the velocity starts",
    },
}


@cache
def kept() -> dict[str, np.ndarray]:
    """What PyTorch answered when the data were made."""
    with np.load(oracle.FILE) as file:
        return dict(file)


# Ours


def any_surface(x: jax.Array, which: Any) -> jax.Array:
    """The surface of that index; one function, so that an optimizer compiles once for all of them."""
    return jax.lax.switch(which, [lambda x, fn=fn: fn(x[0], x[1]) for fn in oracle.SURFACES.values()], x)


@cache
def walker(name: str) -> Any:
    """(hypers, start, which) -> positions at the checkpoints, for many at once."""
    optimizer = optimizers.get(name)

    def walk(hypers: Mapping[str, Any], start: Any, which: Any) -> jax.Array:
        trace = optimizers.descend(optimizer, hypers, any_surface, start, steps=STEPS, fn_args={"which": which})
        return trace.position[oracle.CHECKPOINTS]

    return jax.jit(jax.vmap(walk))


def our_positions(name: str, settings: list[dict[str, float]]) -> np.ndarray:
    """Positions [setting, surface, checkpoint, 2] over all settings and surfaces."""
    hypers = stacked(name, settings)

    def on_surface(which: int, start: tuple[float, float]) -> np.ndarray:
        count = len(settings)
        return walker(name)(hypers, np.tile(np.asarray(start), (count, 1)), np.full(count, which))

    return np.stack([on_surface(which, oracle.STARTS[name]) for which, name in enumerate(oracle.SURFACES)], axis=1)


def stacked(name: str, settings: list[dict[str, float]]) -> dict[str, np.ndarray]:
    return {hyper: np.array([values[hyper] for values in settings]) for hyper in optimizers.get(name).hypers}


@partial(jax.jit, static_argnums=0)
def our_overrides(schedule: Schedule, hypers: Mapping[str, Any], losses: Any) -> tuple[jax.Array, jax.Array]:
    """Learning rate and momentum of every step."""
    base = {"learning_rate": jnp.asarray(0.1), "momentum": jnp.asarray(0.9)}

    def step(state: Any, inputs: Any) -> Any:
        t, loss = inputs
        used = base | schedule.apply(state, t, base, **hypers)
        return schedule.update(state, loss, **hypers), (used["learning_rate"], used["momentum"])

    return jax.lax.scan(step, schedule.init(base, **hypers), (jnp.arange(len(losses), dtype=float), losses))[1]


def our_clipped(name: str, settings: list[dict[str, float]], params: Any = None) -> list[list[np.ndarray]]:
    """The two arrays of `gradients`, clipped [setting x scale]."""
    rule = clipping.get(name)
    pairs = list(zip(*oracle.gradients(), strict=True))
    return [rule.apply(list(pair), params, **values) for values in settings for pair in pairs]


# optax


@cache
def optax_answers(name: str) -> dict[str, np.ndarray]:
    """Where optax walks over the same sweep, in the form of PyTorch's answers."""
    optimizer = optimizers.get(name)
    settings = oracle.sweep(optimizer)
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        walk = jax.jit(jax.vmap(partial(optax_walk, optimizer), in_axes=(0, None, None)))
        with compiled.exempt():
            walks = [walk(stacked(name, settings), which, start) for which, start in enumerate(oracle.STARTS.values())]
    positions = np.stack(walks, axis=1)
    return {
        "settings": np.array(json.dumps(settings)),
        "position": positions[:, :, 0],
        "sensitivity": oracle.sensitivity(positions),
    }


def optax_walk(optimizer: Optimizer, hypers: Mapping[str, Any], which: Any, start: Any) -> jax.Array:
    """Positions [copy, checkpoint, 2] of a plain loop around the printed code, the first copy not nudged."""
    scope = {"optax": optax, "jax": jax, "jnp": jnp, **hypers}
    exec(symbolic(optimizer.optax, hypers), scope)
    answer = eval(f"lambda state, x: {symbolic(optimizer.optax_answer or 'x', hypers)}", scope)
    transformation = optax.with_extra_args_support(scope["optimizer"])
    loss = partial(any_surface, which=which)

    def step(carry: Any, nudge: Any) -> Any:
        x, state = carry
        x = x + nudge * jnp.maximum(1, jnp.abs(x))
        value, gradient = jax.value_and_grad(loss)(x)
        updates, state = transformation.update(gradient, state, x, value=value, grad=gradient, value_fn=loss)
        x = optax.apply_updates(x, updates)
        return (x, state), answer(state, x)

    def copy(nudges: Any) -> jax.Array:
        x = jnp.asarray(start, dtype=float)
        return jax.lax.scan(step, (x, transformation.init(x)), nudges)[1][oracle.CHECKPOINTS - 1]

    return jax.vmap(copy, in_axes=1)(jnp.asarray(oracle.nudges()))


def symbolic(template: str | None, hypers: Mapping[str, Any]) -> str:
    """The code with the names of the hyperparameters where the site prints numbers: it compiles once for all."""
    assert template is not None
    return template.format(**{name: name for name in hypers})


def optax_rates(schedule: Schedule, values: Mapping[str, Any]) -> np.ndarray:
    """The learning rates of the printed code over the steps."""
    scope = {"optax": optax, "jnp": jnp, "learning_rate": 0.1}
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        exec(schedule.fill(schedule.optax, values), scope)
        return np.asarray(jax.vmap(scope["schedule"])(jnp.arange(oracle.LOSS_STEPS)))


# The report


def compared(name: str, library: str, answers: Answers) -> dict[str, Any]:
    """One row: how many points were compared, and the largest differences, relative for positions beyond 1."""
    settings = json.loads(str(answers["settings"]))
    ours, theirs = our_positions(name, settings), answers["position"]
    trusted = comparable(answers)
    with np.errstate(invalid="ignore", over="ignore"):
        apart = (np.abs(ours - theirs) / (1 + np.abs(theirs))).max(axis=-1)
    early = oracle.CHECKPOINTS <= EARLY
    return {
        "name": name,
        "library": library,
        "settings": len(settings),
        "points": int(trusted.sum()),
        "left_out": int(trusted.size - trusted.sum()),
        "step_50": largest(apart[:, :, early][trusted[:, :, early]]),
        "step_200": largest(apart[trusted]),
    }


def comparable(answers: Answers) -> np.ndarray:
    """Which points [setting, surface, checkpoint] say anything: rounding is not amplified, squares do not overflow."""
    near = np.nan_to_num(np.abs(answers["position"]), nan=np.inf).max(axis=-1) < FAR
    return (answers["sensitivity"] <= oracle.TOLERATED) & near


def largest(apart: np.ndarray) -> float:
    return float(f"{apart.max():.1e}")


def optimizer_rows(torch: Answers) -> list[dict[str, Any]]:
    rows = []
    for name in optimizers.names():
        if optimizers.get(name).torch is not None:
            prefix = f"optimizer/{name}/"
            rows.append(compared(name, "PyTorch", {key.removeprefix(prefix): torch[key] for key in torch}))
        if optimizers.get(name).optax is not None:
            rows.append(compared(name, "optax", optax_answers(name)))
    return rows


def schedule_rows(torch: Answers) -> list[dict[str, Any]]:
    rows = []
    for schedule in oracle.known():
        if schedule.torch is not None:
            rows.append(schedule_row(schedule, torch))
        if schedule.optax is not None:
            rows.append(optax_schedule_row(schedule))
    return rows


def schedule_row(schedule: Schedule, torch: Answers) -> dict[str, Any]:
    """Learning rates and momenta of PyTorch and ours."""
    settings = json.loads(str(torch[f"schedule/{schedule.name}/settings"]))
    theirs = np.stack([torch[f"schedule/{schedule.name}/{field}"] for field in ("learning_rate", "momentum")], axis=1)
    ours = np.stack([our_overrides(schedule, schedule.resolve(values), oracle.losses()) for values in settings])
    return schedule_difference(schedule, "PyTorch", settings, ours, theirs)


def optax_schedule_row(schedule: Schedule) -> dict[str, Any]:
    """Learning rates of optax and ours."""
    settings = [values for values in oracle.schedule_settings(schedule) if optax_means_the_same(values)]
    theirs = np.stack([optax_rates(schedule, values) for values in settings])[:, None]
    ours = np.stack([our_overrides(schedule, schedule.resolve(values), oracle.losses()) for values in settings])
    return schedule_difference(schedule, "optax", settings, ours[:, :1], theirs)


def optax_means_the_same(values: Mapping[str, Any]) -> bool:
    """optax takes a factor of zero for no decay, and keeps its milestones in a dictionary: each of them once."""
    milestones = values.get("milestones", ())
    return values.get("gamma") != 0 and len(set(milestones)) == len(milestones)


def schedule_difference(
    schedule: Schedule, library: str, settings: list[Any], ours: np.ndarray, theirs: np.ndarray
) -> dict[str, Any]:
    """One row; ours and theirs are [setting, quantity, step], NaN where theirs has ended."""
    there = np.isfinite(theirs)
    return {
        "name": schedule.name,
        "title": schedule.title,
        "library": library,
        "settings": len(settings),
        "points": int(there[:, 0].sum()),
        "difference": largest(np.abs(ours - theirs)[there]),
    }


def clipping_rows(torch: Answers) -> list[dict[str, Any]]:
    return [clipping_row(name, torch) for name in clipping.names()]


def clipping_row(name: str, torch: Answers) -> dict[str, Any]:
    if clipping.get(name).torch is not None:
        settings = json.loads(str(torch[f"clipping/{name}/settings"]))
        pairs = list(zip(*(torch[f"clipping/{name}/clipped_{index}"] for index in range(2)), strict=True))
        ours, library = our_clipped(name, settings), "PyTorch"
    else:
        settings = [{"clipping": share, "eps": 1e-3} for share in (1e-4, 0.01, 1.0)]
        params = [np.array([1.0, -0.1, 2.0]), np.ones((2, 4))]
        pairs = [
            optax_clipped(list(pair), params, **values)
            for values in settings
            for pair in zip(*oracle.gradients(), strict=True)
        ]
        ours, library = our_clipped(name, settings, params), "optax"
    apart = [
        np.abs(np.asarray(mine) - their) / (1 + np.abs(their))
        for pair, theirs in zip(ours, pairs, strict=True)
        for mine, their in zip(pair, theirs, strict=True)
        if np.isfinite(their).all()
    ]
    assert all(same_numbers(mine, theirs) for mine, theirs in zip(ours, pairs, strict=True)), name
    return {
        "name": name,
        "library": library,
        "settings": len(settings),
        "points": len(pairs),
        "difference": largest(np.array([array.max() for array in apart])),
    }


def optax_clipped(gradients: list[np.ndarray], params: list[np.ndarray], **hypers: float) -> list[np.ndarray]:
    reference = optax.adaptive_grad_clip(hypers["clipping"], eps=hypers["eps"])
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        return [np.asarray(clipped) for clipped in reference.update(gradients, reference.init(params), params)[0]]


def same_numbers(ours: list[Any], theirs: Any) -> bool:
    """Whether what is no number is the same on both sides."""
    return all(np.array_equal(np.isfinite(a), np.isfinite(b)) for a, b in zip(ours, theirs, strict=True))


def closed_forms() -> list[dict[str, str]]:
    """Each function of `theory`, and the first paragraph of what it says about itself."""
    return [
        {"name": name, "says": " ".join((getattr(theory, name).__doc__ or "").split("\n\n")[0].split())}
        for name in theory.__all__
    ]


def report(torch: Answers | None = None) -> dict[str, Any]:
    """Everything that the page shows, compared in float64."""
    torch = kept() if torch is None else torch
    with jax.enable_x64(True):
        return {
            "torch": str(torch["torch_version"]),
            "optax": optax.__version__,
            "surfaces": list(oracle.SURFACES),
            "checkpoints": oracle.CHECKPOINTS.tolist(),
            "nudge": oracle.NUDGE,
            "tolerated": oracle.TOLERATED,
            "far": FAR,
            "tolerances": list(TOLERANCES),
            "schedule_steps": oracle.LOSS_STEPS,
            "optimizers": optimizer_rows(torch),
            "facts": [{"name": name, "facts": list(facts.values())} for name, facts in FACTS.items()],
            "schedules": schedule_rows(torch),
            "clipping": clipping_rows(torch),
            "closed_forms": closed_forms(),
        }


def main(arguments: list[str]) -> None:
    if arguments == ["--fresh"]:
        print(json.dumps(report(dict(oracle.answers())), indent=1))
        return
    FILE.write_text(json.dumps(report(), indent=1, ensure_ascii=False) + "\n")
    print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
