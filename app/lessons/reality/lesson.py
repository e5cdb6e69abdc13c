"""Loss in expectation and in reality: the bowl that one imagines, and the landscape of a real network."""

from app.contract.lesson import Lesson, Preset
from app.lessons.reality import code, explanations, one_slice, prepared, record
from app.lessons.reality.settings import PLANES, RealitySettings
from app.lessons.reality.views import VIEWS
from app.stage import Scene


def draw(e: RealitySettings) -> Scene:
    planes = e.show == "planes"
    return Scene(
        lesson="reality",
        steps=e.last_step,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        focus=str(e.plane) if planes and e.plane < PLANES else None,
        selectable="plane" if planes else None,
        unit="place",
        ticks=VIEWS[e].ticks(e),
        seconds=6,
        arrays=VIEWS.scene_arrays(e),
    )


PRESETS: tuple[Preset[RealitySettings], ...] = (
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
        lambda e, a: record.beaten(e) < 0.15,
    ),
    Preset(
        "Eight layers with skips",
        {"depth": "8", "skips": "true"},
        "Each layer now adds to what it is given. The valley is three times as wide, and its floor is far lower: skips "
        "change the landscape, not only the gradient.",
        lambda e, a: record.beaten(e) > 0.2 and bool(a["cuts"][0, 50] < 0.02),
    ),
    Preset(
        "Eight layers, batch norm",
        {"depth": "8", "norm": "batch"},
        "Normalised layers do not care how long their weights are, and the plane is wide again without skips. Look at "
        "the cuts, though: there are steps and bends that no bowl has.",
        lambda e, a: record.beaten(e) > 0.25 and record.bent(record.sliced(e).values) > 0.02,
    ),
    Preset(
        "Wide",
        {"width": "64"},
        "Twice as many units in two layers. A random direction hardly matters any more: the network beats "
        "guessing nearly everywhere. And with eight units? Guess, then change the width.",
        lambda e, a: record.beaten(e) > 0.95,
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
        lambda e, a: explanations.change(a["filter"]) < 1e-4 and explanations.change(a["raw"]) > 1,
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
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=explanations.NOTE,
    code=code.programs,
    caption=VIEWS.caption,
    poster=one_slice.poster,
    drafts=lambda e: e.show != "planes",
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
