"""Recipes with and without a trick. What is off is a number that does nothing, so that few programs serve them all."""

import training_lab as lab
from app.compute import Trial, lesson_probes
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.tricks import FRAMES, PROBLEMS, SEEDS, TRICKS
from training_lab import probes

SIGHTS = (probes.losses, lesson_probes.tested)
NEVER = 1_000.0  # a norm that gradients here hardly have
SMALL = 0.01  # standard deviation of the weights without an initialisation that knows the fan-in


def arms(e: RecapSettings) -> tuple[frozenset[str], ...]:
    """The tricks of each run: with the one that is tested and without it; or the recipe, and it with one flipped."""
    on = frozenset(e.tricks)
    return (on | {e.trick}, on - {e.trick}) if e.show == "one" else (on, *(on ^ {name} for name in TRICKS))


def trials(e: RecapSettings) -> tuple[Trial, ...]:
    """The runs of the arms. Early stopping is no run of its own: it reads the curves of one that goes on."""
    seeds = tuple(SEEDS * e.seed + member for member in range(SEEDS))
    return tuple(Trial(recipe(e, tricks), SIGHTS, seeds) for tricks in arms(e))


def recipe(e: RecapSettings, tricks: frozenset[str]) -> lab.Recipe:
    """The recipe with these tricks on. Without Adam and batch normalisation a program of another shape is compiled."""
    problem, rate = PROBLEMS[e.problem], e.learning_rate * (1 if "adam" in tricks else 10)
    amount = e.amount if problem.augmentation == "shift" else 0.3 * e.amount
    hyper = "pixels" if problem.augmentation == "shift" else "std"
    return lab.Recipe(
        data=data(e, "scale" in tricks),
        network=lab.MLP(
            depth=problem.depth,
            width=problem.width,
            initializer="kaiming_normal" if "init" in tricks else ("normal", {"std": SMALL}),
            norm="batch" if "norm" in tricks else None,
            dropout=e.dropout if "dropout" in tricks else 0.0,
        ),
        optimizer=("adam" if "adam" in tricks else "gradient_descent", {"learning_rate": rate}),
        schedule=("cosine", {"T_max": float(e.steps), "eta_min": 0.0 if "schedule" in tricks else rate}),
        clip=("norm", {"max_norm": e.max_norm if "clip" in tricks else NEVER}),
        penalty=(("l2", {"strength": e.strength if "penalty" in tricks else 0.0}),),
        augment=((problem.augmentation, {hyper: amount if "augment" in tricks else 0.0}),),
        batch_size=20,
        steps=e.steps,
        log_every=e.steps // FRAMES,
    )


def data(e: RecapSettings, scaled: bool) -> lab.Data:
    """The same examples whatever is on; only their scale differs."""
    problem = PROBLEMS[e.problem]
    return lab.Data(
        name=("moons", {"samples": 1_000, "noise": 0.25}) if problem.data == "moons" else problem.data,
        train=problem.train,
        validation=problem.validation,
        test=problem.test,
        scaling="standardize" if scaled else "none",
        label_noise=e.wrong,
    )
