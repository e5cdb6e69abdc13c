"""A landscape as a program: ``values`` of the slice that is drawn, ``cuts`` of rescaled networks."""

from collections.abc import Callable

from app.lessons.reality import loss_slices, record
from app.lessons.reality.settings import RealitySettings, trial
from app.training import code, torch_code

HEAD = """\
import jax
import numpy as np
import training_lab as lab
from training_lab import loss_landscape

recipe = {recipe}
run = lab.train(recipe, jax.random.key({seed}), probes=(lab.probes.losses, lab.probes.parameters))
loss = loss_landscape.objective(run)
"""
RANDOM = """\
center = run.params
directions = loss_landscape.random_plane(jax.random.key({plane}), center, normalized={normalized})
{scaled}xs = ys = np.linspace(-1, 1, {side})
values = loss_landscape.slice(loss, center, directions, (xs, ys))
print(values[{middle}, {middle}], run["loss"][-1])
"""
SCALED = """\
lengths = [sum((leaf**2).sum() for leaf in jax.tree.leaves(tree)) ** 0.5 for tree in (center, *directions)]
factors = [lengths[0] / length for length in lengths[1:]]
directions = tuple(jax.tree.map(lambda d: d * factor, tree) for tree, factor in zip(directions, factors))
"""
PATH = """\
path = loss_landscape.pca(run["params"])
low, high = path.coordinates.min(axis=0), path.coordinates.max(axis=0)
edge = {margin} * (high - low).max()
xs, ys = np.linspace(low - edge, high + edge, {side}).T
values = loss_landscape.slice(loss, path.center, path.directions, (xs, ys))
print(path.explained, path.error)
"""
RESCALED = """\
factor = 8.0
first, hidden = run.params.first, run.params.hidden
rescaled = run.params._replace(
    first=first._replace(kernel=first.kernel * factor, bias=first.bias * factor),
    hidden=hidden._replace(kernel=hidden.kernel.at[0].divide(factor)),
)
steps = np.linspace(-1, 1, {points})
cuts = []
for params in (run.params, rescaled):
    direction = loss_landscape.random_plane(jax.random.key({plane}), params)[:1]
    cuts.append(loss_landscape.slice(loss, params, direction, (steps,)))
print(abs(cuts[1] / cuts[0] - 1).max())
"""
TORCH = """\


def direction():
    \"\"\"Random, each unit's weights as long as the network's own; all else stays where it is.\"\"\"
    drawn = [torch.randn_like(p) if p.dim() > 1 else torch.zeros_like(p) for p in params]
    matrices = [(d, p) for d, p in zip(drawn, params) if p.dim() > 1]
    for d, p in matrices:
        d *= p.norm(dim=1, keepdim=True) / d.norm(dim=1, keepdim=True)
    return drawn


with torch.no_grad():
    center, first, second = [p.clone() for p in params], direction(), direction()
    axis, values = torch.linspace(-1, 1, {side}), torch.zeros({side}, {side})
    for i, b in enumerate(axis):
        for j, a in enumerate(axis):
            for p, c, d, e in zip(params, center, first, second):
                p.copy_(c + a * d + b * e)
            outputs, targets = model(x_train[:512]), y_train[:512]
            values[i, j] = nn.functional.cross_entropy(outputs, targets)
print(values)
"""


def programs(e: RealitySettings) -> dict[str, Callable[[], str]]:
    own = {"JAX": lambda: _lab(e)}
    written = torch_code.program(trial(e).recipe, e.seed)
    if e.show in ("path", "rescaling") or e.directions == "raw" or written is None:
        return own
    return {"PyTorch": lambda: written + TORCH.format(side=51)} | own


def _lab(e: RealitySettings) -> str:
    head = HEAD.format(recipe=code.source(trial(e).recipe), seed=e.seed)
    match e.show:
        case "path":
            return head + PATH.format(margin=loss_slices.MARGIN, side=e.side)
        case "rescaling":
            return head + RESCALED.format(points=loss_slices.CUT, plane=e.plane)
    normalized = e.directions == "filter"
    scaled, side = "" if normalized else SCALED, len(record.sliced(e).xs)
    return head + RANDOM.format(plane=e.plane, normalized=normalized, scaled=scaled, side=side, middle=side // 2)
