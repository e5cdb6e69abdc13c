"""What is drawn in the lesson on augmentation as programs: ``run["loss"]`` or ``accuracy``, and ``weights``."""

from collections.abc import Callable

from app.lessons.augmentation import augmented_training, noise_as_ridge
from app.lessons.augmentation.settings import METHODS, AugmentationSettings
from app.training.code import lab_program
from training_lab import augment

RIDGE = """\
import numpy as np
from sklearn.datasets import load_diabetes

x, y = load_diabetes(return_X_y=True)
train = np.random.default_rng(0).permutation(len(x))[round(0.2 * len(x)) :]
x, y = (x[train] - x[train].mean(0)) / x[train].std(0), (y[train] - y[train].mean()) / y[train].std()
copies, std = {copies}, {std:.10g}
ridge = np.linalg.solve(x.T @ x + len(x) * std**2 * np.eye(10), x.T @ y)
"""

RIDGE_TORCH = """
import torch

torch.manual_seed(0)
x, y = torch.tensor(x), torch.tensor(y)
noisy = torch.cat([x + std * torch.randn_like(x) for _ in range(copies)])
weights = torch.linalg.lstsq(noisy, y.repeat(copies)[:, None]).solution[:, 0].numpy()
print(np.linalg.norm(weights - ridge) / np.linalg.norm(ridge))
"""

RIDGE_JAX = """
import jax
import jax.numpy as jnp

noise = jax.random.normal(jax.random.key(0), (copies, *x.shape))
noisy = (jnp.asarray(x, jnp.float32) + std * noise).reshape(-1, 10)
weights = np.asarray(jnp.linalg.lstsq(noisy, jnp.tile(jnp.asarray(y, jnp.float32), copies))[0])
print(np.linalg.norm(weights - ridge) / np.linalg.norm(ridge))
"""

TORCH = """\
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed({seed})
pixels, labels = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(pixels))
held, train = order[:359], order[359:559]
mean, spread = pixels[train].mean(0), pixels[train].std(0)
mean, spread = (torch.tensor(each, dtype=torch.float32) for each in (mean, np.where(spread > 0, spread, 1)))
pixels, labels = torch.tensor(pixels, dtype=torch.float32), torch.tensor(labels)


def uniform(*shape):
    return 2 * torch.rand(shape) - 1


def warped(images, matrix, move):
    \"\"\"Every pixel p, counted from the centre, read from matrix @ p + move (in pixels) in the old image.\"\"\"
    theta = torch.cat([matrix, 2 / 7 * move[:, :, None]], dim=2)
    grid = nn.functional.affine_grid(theta, images.shape, align_corners=True)
    return nn.functional.grid_sample(images, grid, align_corners=True)


def augmented(x, y):
    n, eye = len(x), torch.eye(2).repeat(len(x), 1, 1)
    images = x.reshape(n, 1, 8, 8)
{images}
    x = (images.reshape(n, 64) - mean) / spread
{scaled}
    return x, y


model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr={learning_rate:.10g})
for _ in range({steps}):
    x, y = augmented(pixels[train], nn.functional.one_hot(labels[train]).float())
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()

accuracy = (model((pixels[held] - mean) / spread).argmax(1) == labels[held]).float().mean().item()
print(accuracy)
"""

# By the name of an augmentation: what it does in PyTorch, and whether to the images or to what is scaled.
LINES = {
    "shift": "images = warped(images, eye, {pixels:.10g} * uniform(n, 2))",
    "rotate": """angle = torch.deg2rad({degrees:.10g} * uniform(n))
    turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], dim=1)
    images = warped(images, turn.reshape(n, 2, 2), torch.zeros(n, 2))""",
    "crop": """size = 1 - (1 - {smallest:.10g}) * torch.rand(n)
    images = warped(images, size[:, None, None] * eye, 3.5 * (1 - size)[:, None] * uniform(n, 2))""",
    "flip": "images = torch.where(torch.rand(n, 1, 1, 1) < {probability:.10g}, images.flip(3), images)",
    "cutout": """centre, places = 8 * torch.rand(n, 2), torch.arange(8) + 0.5
    rows, columns = ((places[None] - centre[:, i : i + 1]).abs() < {size:.10g} / 2 for i in range(2))
    images = torch.where((rows[:, :, None] & columns[:, None, :])[:, None], 0.0, images)""",
    "noise": "x = x + {std:.10g} * torch.randn_like(x)",
    "mixup": """share, other = torch.distributions.Beta({alpha:.10g}, {alpha:.10g}).sample(), torch.randperm(n)
    x, y = share * x + (1 - share) * x[other], share * y + (1 - share) * y[other]""",
}


def programs(e: AugmentationSettings) -> dict[str, Callable[[], str]]:
    if e.show == "ridge":
        numbers = {"copies": noise_as_ridge.COPIES, "std": e.std}
        return {
            "PyTorch": lambda: (RIDGE + RIDGE_TORCH).format(**numbers),
            "JAX": lambda: (RIDGE + RIDGE_JAX).format(**numbers),
        }
    return {
        "PyTorch": lambda: torch_program(e),
        "JAX, by the training lab": lambda: lab_program(augmented_training.trials(e)[0]),
    }


def torch_program(e: AugmentationSettings) -> str:
    """The same digits, network and laws; random numbers are PyTorch's own."""
    lines: dict[bool, list[str]] = {True: [], False: []}
    for name in (name for name in METHODS if name in e.methods):
        lines[augment.get(name).images].append("    " + LINES[name].format(**e.numbers(augment, name)))
    return TORCH.format(
        images="\n".join(lines[True]),
        scaled="\n".join(lines[False]),
        **{name: e.value(name) for name in ("seed", "steps", "learning_rate")},
    )
