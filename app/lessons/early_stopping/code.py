"""What is drawn in the lesson on early stopping as programs: ``paths`` of the bowl, ``best_step`` of the network."""

from collections.abc import Callable

from app.lessons.early_stopping import overfitting_network
from app.lessons.early_stopping.settings import LAST, StoppingSettings
from app.training import code

NUMPY = """\
import numpy as np

angle = np.deg2rad({angle:.10g})
axes = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
H = axes @ np.diag([1, 1 / {condition:.10g}]) @ axes.T
best, rate = np.array([{u:.10g}, {v:.10g}]), {rate:.10g}

w = np.zeros(2)
paths = {{"descent": [w], "ridge": [w]}}
for k in range(1, {last} + 1):
    w = w - rate * H @ (w - best)
    paths["descent"].append(w)
    paths["ridge"].append(np.linalg.solve(H + np.eye(2) / (k * rate), H @ best))
"""

TORCH_BOWL = """\
import math

import torch

angle = torch.tensor(math.radians({angle:.10g}), dtype=torch.float64)
axes = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
H = axes @ torch.diag(torch.tensor([1, 1 / {condition:.10g}], dtype=torch.float64)) @ axes.T
best, rate = torch.tensor([{u:.10g}, {v:.10g}], dtype=torch.float64), {rate:.10g}

w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=rate)
paths = {{"descent": [w.detach().numpy().copy()], "ridge": [w.detach().numpy().copy()]}}
for k in range(1, {last} + 1):
    optimizer.zero_grad()
    ((w - best) @ H @ (w - best) / 2).backward()
    optimizer.step()
    paths["descent"].append(w.detach().numpy().copy())
    paths["ridge"].append(torch.linalg.solve(H + torch.eye(2) / (k * rate), H @ best).numpy())
"""

TORCH = """\
import copy
import math

import torch
from sklearn import datasets
from torch import nn

torch.manual_seed({seed})
x, y = (torch.tensor(array) for array in datasets.make_moons({samples}, noise={noise:.10g}))
x = x.float()
validation, test, train = torch.randperm(len(x)).split([300, 600, 100])
train = train[:{examples}]
mean, spread = x[train].mean(0), x[train].std(0, correction=0)
x = (x - mean) / spread
wrong = train[torch.rand(len(train)) < {wrong:.10g}]
y[wrong] = 1 - y[wrong]

model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})


def validate():
    with torch.no_grad():
        outputs = model(x[validation])
        {monitored}


best, best_step, waited, step = math.inf, 0, 0, 0
while step < {steps} and waited < {patience}:
    for batch in torch.randperm(len(train)).split(16):
        if step % {every} == 0:
            value = validate()
            if value < best - {min_delta:.10g}:
                best, best_step, waited, kept = value, step, 0, copy.deepcopy(model.state_dict())
            else:
                waited += 1
        if step == {steps} or waited >= {patience}:
            break
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[train[batch]]), y[train[batch]]).backward()
        optimizer.step()
        step += 1

model.load_state_dict(kept)
accuracy = (model(x[test]).argmax(1) == y[test]).float().mean().item()
print(best_step, step, accuracy)
"""
MONITORED = {
    "loss": "return nn.functional.cross_entropy(outputs, y[validation]).item()",
    "accuracy": "return -(outputs.argmax(1) == y[validation]).float().mean().item()",
}


def programs(e: StoppingSettings) -> dict[str, Callable[[], str]]:
    if e.show == "bowl":
        numbers = {name: e.value(name) for name in ("angle", "condition", "u", "v", "rate")} | {"last": LAST}
        return {"PyTorch": lambda: TORCH_BOWL.format(**numbers), "NumPy": lambda: NUMPY.format(**numbers)}
    names = ("seed", "noise", "wrong", "learning_rate", "steps", "patience", "min_delta")
    given = {name: e.value(name) for name in names} | {
        "samples": overfitting_network.SAMPLES,
        "examples": overfitting_network.EXAMPLES,
        "every": overfitting_network.every(e),
        "monitored": MONITORED[e.monitor],
    }
    return {"PyTorch": lambda: TORCH.format(**given), "JAX": lambda: code.lab_program(overfitting_network.trials(e)[1])}
