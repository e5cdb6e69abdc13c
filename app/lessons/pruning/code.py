"""What is drawn in the lesson on pruning as programs."""

from collections.abc import Callable

from app.lessons.pruning import pruned_network
from app.lessons.pruning.settings import WAYS, PruningSettings
from app.training import code

TORCH = """\
import torch
from sklearn import datasets
from torch import nn
from torch.nn.utils import prune

torch.manual_seed({seed})
x, y = (torch.tensor(array) for array in datasets.load_digits(return_X_y=True))
order = torch.randperm(len(x))
held, train = order[:359], order[359:]
x, spread = x.float() - x[train].float().mean(0), x[train].float().std(0, correction=0)
x = x / torch.where(spread > 0, spread, 1.0)

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})
kernels = [(model[0], "weight"), (model[2], "weight")]
total, gone = sum(layer.weight.numel() for layer, _ in kernels), 0
cuts = {{{at} + i * {every}: 1 - (1 - (i + 1) / {rounds}) ** 3 for i in range({rounds})}}


def accuracy():
    with torch.no_grad():
        return (model(x[held]).argmax(1) == y[held]).float().mean().item()


step, history = 0, []
while step < {steps}:
    for batch in train[torch.randperm(len(train))].split(64):
        if len(batch) < 64 or step == {steps}:
            break
        if step in cuts:
            aim = round({sparsity:.10g} * cuts[step] * total)
            prune.global_unstructured(kernels, pruning_method=prune.{method}, amount=aim - gone)
            gone = aim
            history.append(accuracy())
            # PyTorch keeps the weight in `weight_orig` and multiplies it by `weight_mask`.
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
        step += 1

left = sum(int((layer.weight != 0).sum()) for layer, _ in kernels)
print(history, accuracy(), left)
"""


def programs(e: PruningSettings) -> dict[str, Callable[[], str]]:
    plan = pruned_network.pruning(e, e.focus, e.kept)
    numbers = {name: e.value(name) for name in ("seed", "learning_rate", "steps")}
    given = numbers | {name: getattr(plan, name) for name in ("at", "every", "rounds", "sparsity")}
    given["method"] = {"magnitude": "L1Unstructured", "random": "RandomUnstructured"}[plan.method]
    shown = pruned_network.trials(e)[list(WAYS).index(e.focus)]
    return {"PyTorch": lambda: TORCH.format(**given), "JAX": lambda: code.lab_program(shown)}
