"""Loss in expectation and in reality: the bowl that one imagines, and the landscape of a real network."""

from typing import Any

import optimizers
from app.controls import Choice, Control, Fold, Switch, Whole
from app.lesson import Lesson, Preset
from app.reality import code, prepared, record, scene, words
from app.reality.settings import BATCHES, DEPTHS, MOST_STEPS, RATES, WIDTHS, RealitySettings, work
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
        Whole(name="plane", label="Seed of the plane", low=0, high=99, share=2),
        Whole(name="steps", label="Steps", low=10, high=MOST_STEPS, step=50, resets=("playhead",), share=2),
        Fold(label="More", controls=more, share=2),
    )


def _below(e: Any) -> float:
    return record.below_chance(record.sliced(e).values)


PRESETS = (
    Preset(
        "A real network",
        {},
        "How far does the bowl hold? From close by, reality (dashed) follows the bowl of its centre (blue). After a "
        "step as long as the weights themselves it is eight times as high. Guess where they part, then play.",
        lambda e, a: (
            abs(a["cuts"][1, 55] / a["cuts"][0, 55] - 1) < 0.1 and bool(a["cuts"][0, -1] > 5 * a["cuts"][1, -1])
        ),
    ),
    Preset(
        "Eight layers",
        {"depth": "8"},
        "The same digits and the same training in a deeper network: of the plane on which two layers beat guessing, a "
        "seventh is left. Its walls are so steep that most of the picture is cut off.",
        lambda e, a: _below(e) < 0.15,
    ),
    Preset(
        "Eight layers with skips",
        {"depth": "8", "skips": "true"},
        "Each layer now adds to what it is given. The valley is three times as wide, and its floor is far lower: skips "
        "change the landscape, not only the gradient.",
        lambda e, a: _below(e) > 0.2 and bool(a["cuts"][0, 50] < 0.02),
    ),
    Preset(
        "Eight layers, batch norm",
        {"depth": "8", "norm": "batch"},
        "Normalised layers do not care how long their weights are, and the plane is wide again without skips. Look at "
        "the cuts, though: there are steps and bends that no bowl has.",
        lambda e, a: _below(e) > 0.25 and record.bent(record.sliced(e).values) > 0.02,
    ),
    Preset(
        "Wide",
        {"width": "64"},
        "Twice as many units in two layers. A random direction hardly matters any more: the network beats "
        "guessing nearly everywhere. And with eight units? Guess, then change the width.",
        lambda e, a: _below(e) > 0.95,
    ),
    Preset(
        "The way of training",
        {"show": "path"},
        "Three hundred steps on the plane that shows most of them: nearly all of the distance, and yet the last points "
        "lie mostly off it. Watch the eigenvalues: the start is like a saddle, then comes a slope.",
        lambda e, a: a["kinds"][0] == record.SADDLE and bool(a["off"][0, -2] > 0.5 and a["random_off"].max() > 0.99),
    ),
    Preset(
        "Nine random planes",
        {"show": "planes"},
        "Nine pairs of random directions through one and the same network. No two pictures are equal, and all tell "
        "the same: that is what makes a random slice worth looking at. Click one to keep it.",
        lambda e, a: bool(a["below"].min() > 0.4 and a["below"].max() < 0.95),
    ),
    Preset(
        "Rescaled",
        {"show": "rescaling"},
        "The weights into the first ReLUs times a factor, those out of them divided by it: the same function. Along a "
        "raw direction it seems to get sharper; what will a filter-normalised one show? Guess, then play.",
        lambda e, a: words.change(a["filter"]) < 1e-4 and words.change(a["raw"]) > 1,
    ),
)

prepared.keep()
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
