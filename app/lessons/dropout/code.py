"""What is drawn in the lesson on dropout as programs: ``ratios``, and ``run["loss"]`` or ``validation_loss``."""

from collections.abc import Callable

from app.lessons.dropout import coadaptation, dropout_network
from app.lessons.dropout.settings import DropoutSettings
from app.training.code import lab_program

DIGITS = """\
import numpy as np
from sklearn.datasets import load_digits

images, labels = load_digits(return_X_y=True)
images = images / 16
weights = images[labels == 0].mean(0)
weights /= weights @ weights  # a unit that looks for a zero
full, p = images @ weights, {rate:.10g}
"""

UNIT_TORCH = """
import torch
from torch import nn

x = torch.tensor(images)
thin = nn.functional.dropout(x, p).numpy() @ weights  # PyTorch's is inverted: ÷ (1 - p) in training
plain = thin * (1 - p)
ratios = {{
    "inverted": thin.mean() / full.mean(),
    "plain": plain.mean() / ((1 - p) * full).mean(),
    "slides": plain.mean() / (p * full).mean(),
}}
"""

UNIT_JAX = """
import jax

mask = np.asarray(jax.random.bernoulli(jax.random.key(0), 1 - p, images.shape))
plain = (images * mask) @ weights
ratios = {{
    "inverted": (plain / (1 - p)).mean() / full.mean(),
    "plain": plain.mean() / ((1 - p) * full).mean(),
    "slides": plain.mean() / (p * full).mean(),
}}
"""

CURVE = """\
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(60, 1))
y = np.sin(2 * np.pi * x) + 0.2 * rng.normal(size=(60, 1))
order = np.random.default_rng(0).permutation(60)
held, train = order[:12], order[12:]
y = (y - y[train].mean()) / y[train].std()
outputs, loss_of = 1, nn.functional.mse_loss
"""

FEW_DIGITS = """\
x, y = load_digits(return_X_y=True)
rng = np.random.default_rng(0)
order = rng.permutation(len(x))
held, train = order[:359], order[359:759]
wrong = rng.random(len(train)) < {noise}
y[train] = np.where(wrong, (y[train] + rng.integers(1, 10, size=len(train))) % 10, y[train])
outputs, loss_of = 10, nn.functional.cross_entropy
"""

TORCH = """\
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

{data}
spread = x[train].std(0)
x = torch.tensor((x - x[train].mean(0)) / np.where(spread > 0, spread, 1), dtype=torch.float32)
y = torch.tensor(y) if y.ndim == 1 else torch.tensor(y, dtype=torch.float32)
torch.manual_seed({seed})


def drop(x, training):
    \"\"\"Each number is dropped with probability {rate:.10g}.\"\"\"
    return {drop}


class Layer(nn.Linear):
    def forward(self, x):
        return {forward}


layers = [Layer(x.shape[1], {width}), *(Layer({width}, {width}) for _ in range({depth} - 1))]
model = nn.Sequential(*layers, nn.Linear({width}, outputs))
optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})
step = 0
while step < {steps}:
    for batch in torch.tensor(train)[torch.randperm(len(train))].split({batch}):
        if len(batch) < {batch} or step == {steps}:
            break
        optimizer.zero_grad()
        loss_of(model(x[batch]), y[batch]).backward()
        optimizer.step()
        step += 1

model.eval()
validation_loss = loss_of(model(x[held]), y[held]).item()
model.train()  # dropping goes on: Monte-Carlo dropout
with torch.no_grad():
    spread = torch.stack([model(x[held]) for _ in range(200)]).std(0)
print(validation_loss, spread.mean())
"""

DROPS = {
    "inverted": "nn.functional.dropout(x, {rate:.10g}, training)",
    "plain": "x * (torch.rand_like(x) >= {rate:.10g}) if training else x * (1 - {rate:.10g})",
}
FORWARDS = {
    "dropout": "drop(torch.relu(super().forward(x)), self.training)",
    "drop_connect": "torch.relu(nn.functional.linear(x, drop(self.weight, self.training), self.bias))",
}


def programs(e: DropoutSettings) -> dict[str, Callable[[], str]]:
    if e.show == "unit":
        return {
            "PyTorch": lambda: (DIGITS + UNIT_TORCH).format(rate=e.rate),
            "JAX": lambda: (DIGITS + UNIT_JAX).format(rate=e.rate),
        }
    view = dropout_network if e.show == "network" else coadaptation
    return {
        "PyTorch": lambda: torch_program(e),
        "JAX, by the training lab": lambda: lab_program(view.trials(e)[0]),
    }


def torch_program(e: DropoutSettings) -> str:
    """The same network, data and laws; random numbers are PyTorch's own."""
    few = e.show == "digits"
    recipe = (coadaptation if few else dropout_network).recipe(e, e.rate)
    return TORCH.format(
        data=FEW_DIGITS.format(noise=recipe.data.label_noise) if few else CURVE,
        drop=DROPS["inverted" if few else e.scaling].format(rate=e.rate),
        forward=FORWARDS[e.kind],
        width=recipe.network.width,
        depth=recipe.network.depth,
        batch=recipe.batch_size,
        **{name: e.value(name) for name in ("rate", "learning_rate", "steps", "seed")},
    )
