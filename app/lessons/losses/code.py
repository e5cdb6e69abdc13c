"""What is drawn in the lesson on losses as programs: ``paths`` of a logit, ``weights`` of a line, ``accuracy``."""

from collections.abc import Callable

from app.lessons.losses import label_noise, logit_descent, outliers
from app.lessons.losses.settings import LINE_STEPS, LossSettings
from app.training import code

TORCH_LOGIT = """\
import torch
from torch.nn import functional as F

no = torch.zeros(1, dtype=torch.long)


def pair(z):
    \"\"\"Two outputs whose softmax is the sigmoid of z.\"\"\"
    return torch.stack([torch.zeros_like(z), z])[None]


def focal(z):
    return torch.sigmoid(z) ** {gamma:.10g} * F.softplus(z)


losses = {{
    "cross_entropy": lambda z: F.cross_entropy(pair(z), no),
    "smoothed": lambda z: F.cross_entropy(pair(z), no, label_smoothing={smoothing:.10g}),
    "focal": focal,
    "hinge": lambda z: 2 * F.multi_margin_loss(pair(z), no, margin={margin:.10g}),
    "sigmoid_mse": lambda z: torch.sigmoid(z) ** 2 / 2,
    "mse": lambda z: (z + 1) ** 2 / 2,
}}
paths = {{}}
for name, loss in losses.items():
    z = torch.tensor({logit:.10g}, dtype=torch.float32, requires_grad=True)
    optimizer = torch.optim.SGD([z], lr={learning_rate:.10g})
    paths[name] = [z.item()]
    for _ in range({steps}):
        optimizer.zero_grad()
        loss(z).backward()
        optimizer.step()
        paths[name].append(z.item())
"""

JAX_LOGIT = """\
import jax
import jax.numpy as jnp
import optax

no = jnp.zeros(1, int)


def pair(z):
    \"\"\"Two outputs whose softmax is the sigmoid of z.\"\"\"
    return jnp.stack([jnp.zeros_like(z), z])[None]


def smoothed(z):
    targets = optax.smooth_labels(jax.nn.one_hot(no, 2), {smoothing:.10g})
    return optax.softmax_cross_entropy(pair(z), targets)[0]


losses = {{
    "cross_entropy": lambda z: optax.softmax_cross_entropy_with_integer_labels(pair(z), no)[0],
    "smoothed": smoothed,
    "focal": lambda z: jax.nn.sigmoid(z) ** {gamma:.10g} * jax.nn.softplus(z),
    "hinge": lambda z: jax.nn.relu({margin:.10g} + z),
    "sigmoid_mse": lambda z: jax.nn.sigmoid(z) ** 2 / 2,
    "mse": lambda z: optax.l2_loss(z, -1.0),
}}
optimizer = optax.sgd({learning_rate:.10g})
paths = {{}}
for name, loss in losses.items():

    def step(carry, _):
        z, state = carry
        updates, state = optimizer.update(jax.grad(loss)(z), state)
        return (optax.apply_updates(z, updates), state), z

    z = jnp.asarray({logit:.10g}, float)
    paths[name] = jax.lax.scan(step, (z, optimizer.init(z)), length={steps} + 1)[1]
"""

TORCH_LINE = """\
import numpy as np
import torch
from torch.nn import functional as F

rng = np.random.default_rng({seed})
x = rng.normal(size={samples})
y = x + 0.5 + {noise:.10g} * rng.normal(size={samples})
wrong = rng.random({samples}) < {outliers:.10g}
y = np.where(wrong, y + 8 + 2 * rng.random({samples}), y)
x, y = (torch.tensor(array, dtype=torch.float32)[:, None] for array in (x, y))

losses = {{
    "mse": F.mse_loss,
    "mae": F.l1_loss,
    "huber": lambda outputs, targets: F.huber_loss(outputs, targets, delta={delta:.10g}),
}}
weights = {{}}
for name, loss in losses.items():
    model = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={steps})
    for _ in range({steps}):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
        scheduler.step()
    weights[name] = model.weight.item(), model.bias.item()
"""

TORCH_LABELS = """\
import torch
from sklearn import datasets
from torch import nn
from torch.nn import functional as F

torch.manual_seed({seed})
x, y = (torch.tensor(array) for array in datasets.load_digits(return_X_y=True))
order = torch.randperm(len(x))
held, train = order[:359], order[359:759]
x, spread = x.float() - x[train].float().mean(0), x[train].float().std(0, correction=0)
x = x / torch.where(spread > 0, spread, 1.0)
labels = y[train].clone()
wrong = torch.rand(len(train)) < {wrong:.10g}
labels[wrong] = (labels[wrong] + torch.randint(1, 10, (int(wrong.sum()),))) % 10


def focal(outputs, targets):
    p = outputs.softmax(1).gather(1, targets[:, None])
    return (-((1 - p) ** {gamma:.10g}) * p.log()).mean()


losses = {{
    "cross_entropy": F.cross_entropy,
    "smoothed": lambda outputs, targets: F.cross_entropy(outputs, targets, label_smoothing={smoothing:.10g}),
    "focal": focal,
    "hinge": lambda outputs, targets: F.multi_margin_loss(outputs, targets, margin={margin:.10g}),
    "sigmoid_mse": lambda outputs, targets: F.mse_loss(outputs.sigmoid(), F.one_hot(targets, 10).float()),
}}
accuracy = {{}}
for name, loss in losses.items():
    torch.manual_seed({seed})
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    step = 0
    while step < {steps}:
        for batch in torch.randperm(len(train)).split(40)[: {steps} - step]:
            optimizer.zero_grad()
            loss(model(x[train[batch]]), labels[batch]).backward()
            optimizer.step()
            step += 1
    accuracy[name] = (model(x[held]).argmax(1) == y[held]).float().mean().item()
print(accuracy)
"""


def programs(e: LossSettings) -> dict[str, Callable[[], str]]:
    names = ("logit", "learning_rate", "smoothing", "gamma", "margin", "outliers", "noise", "delta", "wrong", "seed")
    numbers = {name: e.value(name) for name in names} | {"steps": e.steps}
    if e.show == "logit":
        given = numbers | {"steps": logit_descent.STEPS}
        return {"PyTorch": lambda: TORCH_LOGIT.format(**given), "JAX and optax": lambda: JAX_LOGIT.format(**given)}
    if e.show == "outliers":
        given = numbers | {"steps": LINE_STEPS, "samples": outliers.SAMPLES}
        trial = outliers.trials(e)[2]
        return {"PyTorch": lambda: TORCH_LINE.format(**given), "JAX (Huber)": lambda: code.lab_program(trial)}
    first = label_noise.trials(e)[0]
    return {"PyTorch": lambda: TORCH_LABELS.format(**numbers), "JAX (cross-entropy)": lambda: code.lab_program(first)}
