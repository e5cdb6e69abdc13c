"""What is drawn in the lesson on ensembles as programs; PyTorch's ends with the parts of the error."""

from collections.abc import Callable

from app.lessons.ensembles import member_pool
from app.lessons.ensembles.settings import CYCLE, FRAMES, EnsembleSettings
from app.training import code

HEAD = """\
import torch
from sklearn import datasets
from torch import nn

torch.manual_seed({seed})
{data}
order = torch.randperm(len(x))
held, train = order[: len(x) // 2], order[len(x) // 2 :][:{examples}]
x = (x - x[train].mean(0)) / x[train].std(0, correction=0)
wrong = train[torch.rand(len(train)) < {wrong:.10g}]
labels = y.clone()
labels[wrong] = 1 - y[wrong]


def network():
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))


def answer(model):
    with torch.no_grad():
        return model(x[held]).softmax(1)[:, 1]


"""
MEMBERS = """\
answers = []
for member in range({members}):
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})
    rows = {rows}
    step = 0
    while step < {steps}:
        for batch in rows[torch.randperm(len(rows))].split(16)[: {steps} - step]:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), labels[batch]).backward()
            optimizer.step()
            step += 1
    answers.append(answer(model))
"""
SNAPSHOTS = """\
answers = []
model = network()
optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0={cycle}, T_mult=1)
step = 0
while step < {steps}:
    for batch in train[torch.randperm(len(train))].split(16)[: {steps} - step]:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[batch]), labels[batch]).backward()
        optimizer.step()
        scheduler.step()
        step += 1
        if step % {cycle} == 0:
            answers.append(answer(model))
answers = answers[:{members}]
"""
TAIL = """\

answers, targets = torch.stack(answers), y[held].float()
mean = answers.mean(0)
ensemble = (mean - targets).square().mean().item()
members = (answers - targets).square().mean().item()
diversity = (answers - mean).square().mean().item()
mistakes = ((mean > 0.5) != (targets > 0.5)).float().mean().item()
print(ensemble, members - diversity, mistakes)
"""
DATA = {
    "moons": """\
x, y = (torch.tensor(array) for array in datasets.make_moons({samples}, noise={noise:.10g}))
x = x.float()""",
    "spirals": """\
y = torch.arange({samples}) % 2
radius = (0.01 + 0.99 * torch.rand({samples})).sqrt()
angle = 2 * torch.pi * (radius + y / 2)
x = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1) + {noise:.10g} * torch.randn({samples}, 2)""",
}


def programs(e: EnsembleSettings) -> dict[str, Callable[[], str]]:
    numbers = {name: e.value(name) for name in ("seed", "noise", "wrong", "learning_rate", "members")}
    every = e.steps // FRAMES
    given = numbers | {
        "samples": member_pool.SAMPLES,
        "examples": member_pool.EXAMPLES,
        "steps": FRAMES * every,
        "cycle": CYCLE * every,
        "rows": "train[torch.randint(len(train), (len(train),))]" if e.way == "bagging" else "train",
    }
    body = SNAPSHOTS if e.way == "snapshots" else MEMBERS
    data = DATA[e.data].format(**given)
    return {
        "PyTorch": lambda: (HEAD + body + TAIL).format(data=data, **given),
        "JAX": lambda: code.lab_program(member_pool.trial(e)),
    }
