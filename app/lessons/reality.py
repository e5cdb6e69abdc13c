"""Loss in expectation and in reality: the bowl that one imagines, and the landscape of a real network."""

from typing import Any

import numpy as np

import optimizers
from app.controls import Choice, Control, Fold, Switch, Whole
from app.lesson import Arrays, Lesson, Preset
from app.reality import code, record, scene, words
from app.reality.settings import BATCHES, DEPTHS, RATES, WIDTHS, RealitySettings, work
from app.stage import Scene

SHOWN = {
    "slice": "a slice, and the bowl one imagines",
    "path": "the way of training on its own plane",
    "planes": "nine random planes",
    "rescaling": "rescaled weights, the same network",
}


def draw(e: Any) -> Scene:
    planes = e.show == "planes"
    return Scene(
        lesson="reality",
        steps=e.places,
        runs=scene.runs(e),
        panels=scene.panels(e),
        focus=str(e.plane) if planes and e.plane < 9 else None,
        selectable="plane" if planes else None,
        unit="place",
        ticks=scene.ticks(e),
        seconds=6,
        arrays=scene.arrays(e),
    )


def controls(e: Any) -> tuple[Control, ...]:
    plain = e.show == "rescaling"
    switches = (
        Switch(name="skips", label="Skip connections", share=3),
        Choice(name="norm", label="Normalisation", options={"none": "none", "batch": "batch"}, share=3),
    )
    raw = {"filter": "filter-normalised", "raw": "raw"}
    more = (
        Choice(name="directions", label="Directions", options=raw),
        Choice(name="batch", label="Batch", options={n: str(n) for n in BATCHES}),
        Whole(name="seed", label="Seed of the network", low=0, high=9_999),
    )
    return (
        Choice(name="show", label="Show", options=SHOWN, resets=("playhead",)),
        Choice(name="depth", label="Hidden layers", options={n: str(n) for n in DEPTHS}, share=2),
        Choice(name="width", label="Units in each", options={n: str(n) for n in WIDTHS}, share=2),
        Choice(
            name="optimizer", label="Optimizer", options={name: optimizers.get(name).title for name in RATES}, share=2
        ),
        *(() if plain else switches),
        Whole(name="plane", label="Seed of the plane", low=0, high=99, share=4),
        Fold(label="More", controls=more, share=2),
    )


def _below(e: Any) -> float:
    return record.below_chance(record.sliced(e).values)


PRESETS = (
    Preset("A real network", {}, "x", lambda e, a: True),
)

LESSON = Lesson(
    name="reality",
    title="Loss in expectation and in reality",
    part="Terrain",
    order=0,
    question="One imagines a bowl: what does the loss of a real network look like?",
    Experiment=RealitySettings,
    record=record.record,
    work=work,
    scene=draw,
    scenery=("*",),
    values=lambda e: {"plane": e.plane},
    standings=words.standings,
    controls=controls,
    presets=PRESETS,
    formula=words.formula,
    theory=words.comparisons,
    theory_note=words.NOTE,
    code=code.programs,
    caption=words.caption,
    poster=words.poster,
    drafts=True,
    references=(
        "H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein (2018), Visualizing the loss landscape of neural nets, "
        "NeurIPS, arXiv:1712.09913",
        "L. Dinh, R. Pascanu, S. Bengio, Y. Bengio (2017), Sharp minima can generalize for deep nets, ICML, "
        "arXiv:1703.04933",
        "B. Ghorbani, S. Krishnan, Y. Xiao (2019), An investigation into neural net optimization via Hessian "
        "eigenvalue density, ICML, arXiv:1901.10159",
        "E. Lorch (2016), Visualizing deep network training trajectories with PCA, ICML workshop",
    ),
)
