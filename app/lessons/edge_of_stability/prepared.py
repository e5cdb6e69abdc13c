"""Runs computed before anybody asks: ``python -m app.lessons.edge_of_stability.prepared`` writes them.

They hold what is drawn and no weights; the lesson hands them to the queue, as if they had been computed there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app import jobs
from app.compute import Trained, Trial
from app.lessons import registry
from app.lessons.edge_of_stability import full_batch_training
from app.lessons.edge_of_stability.settings import EdgeSettings

FILE = Path(__file__).with_name("prepared.npz")


def trials(experiments: Sequence[EdgeSettings]) -> tuple[Trial, ...]:
    """All runs of some experiments, each of them once."""
    return tuple(dict.fromkeys(trial for e in experiments for trial in full_batch_training.trials(e)))


def keep(experiments: Sequence[EdgeSettings]) -> None:
    if not FILE.exists():  # as when it is about to be written
        return
    with np.load(FILE) as arrays:
        for place, trial in enumerate(trials(experiments)):
            prefix = f"{place}."
            telemetry = {name.removeprefix(prefix): arrays[name] for name in arrays if name.startswith(prefix)}
            steps = telemetry.pop("steps")
            jobs.keep(trial, _kept(trial, steps, telemetry))


def _kept(trial: Trial, steps: np.ndarray, telemetry: dict[str, np.ndarray]) -> Trained:
    return Trained(
        recipe=trial.recipe,
        steps=steps,
        telemetry=telemetry,
        params=None,
        statistics=None,
        masks=None,
        best_step=int(steps[-1]),
        ended="finished",
        divergence="",
    )


def write(experiments: Sequence[EdgeSettings]) -> None:
    """Train them all; none of them may diverge."""
    arrays: dict[str, Any] = {}  # as arguments by name beside savez's own, which are no arrays
    for place, trial in enumerate(trials(experiments)):
        run = trial_run(trial)
        assert run.ended == "finished"
        shown = {"steps": run.steps, **run.telemetry}
        arrays |= {f"{place}.{name}": np.asarray(array) for name, array in shown.items()}
    np.savez_compressed(FILE, **arrays)


def trial_run(trial: Trial) -> Trained:
    """The run, trained here and now, whatever is kept."""
    chunks = trial.run()
    while True:
        try:
            next(chunks)
        except StopIteration as end:
            found: Trained = end.value
            return found


if __name__ == "__main__":
    record = registry.get("edge_of_stability")
    presets = [record.Experiment.parse(preset.settings) for preset in record.presets]
    write([e for e in presets if record.work(e)])
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")
