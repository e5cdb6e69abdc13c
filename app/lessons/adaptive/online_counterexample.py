"""Runs on a loss that changes from round to round: the problem on which Adam goes the wrong way."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

import optimizers
from app.compute.trajectories import LENGTHS, RunSpec

MISLED = optimizers.counterexamples.get("adam_misled")
CYCLE = 101  # rounds after which the losses of that problem repeat


class Rounds(NamedTuple):
    """What happened in every round; float32."""

    position: np.ndarray  # [runs, CYCLE cycles + 1]
    effective_rate: np.ndarray  # [runs, CYCLE cycles]


def paper(optimizer: str) -> Mapping[str, float]:
    """The numbers of the paper, for whichever of them an optimizer has."""
    return MISLED.settings.get(optimizer, MISLED.settings[MISLED.fails])


def run(specs: Sequence[RunSpec], cycles: int) -> Rounds:
    """Optimizers over some cycles of the problem, each projected into its interval after every round."""
    rounds = CYCLE * next(length for length in LENGTHS if length >= cycles)
    traces = [_trajectory(spec, rounds) for spec in specs]
    end = CYCLE * cycles
    return Rounds(
        position=np.stack([np.asarray(trace.position)[: end + 1, 0] for trace in traces]),
        effective_rate=np.stack([np.asarray(trace.internals["effective_rate"])[:end, 0] for trace in traces]),
    )


def _trajectory(spec: RunSpec, rounds: int) -> optimizers.Trace:
    assert MISLED.box is not None
    return optimizers.descend(
        optimizers.projected(optimizers.get(spec.optimizer), *MISLED.box),
        spec.hypers,
        MISLED.fn,
        np.array([MISLED.start], np.float32),
        steps=rounds,
        step_args=MISLED.rounds(rounds),
        schedule=MISLED.schedule,
    )
