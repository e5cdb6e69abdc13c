"""What is drawn in the lesson on sparsity as programs: ``solutions``, ``coefficients`` and ``zeros``."""

from collections.abc import Callable

from app.lessons.sparsity import sparse_training
from app.lessons.sparsity.settings import SparsitySettings

TWO = """\
import numpy as np

H, best = np.array([[1, {rho:.10g}], [{rho:.10g}, 1]]), np.array([{u:.10g}, {v:.10g}])


def proximal_descent(penalty, steps=2_000):
    \"\"\"ISTA: a gradient step on the loss, then the soft threshold.\"\"\"
    w, rate = best.copy(), 1 / np.linalg.eigvalsh(H)[-1]
    for _ in range(steps):
        w = w - rate * H @ (w - best)
        w = np.sign(w) * np.maximum(np.abs(w) - rate * penalty, 0)
    return w


solutions = {{penalty: proximal_descent(penalty) for penalty in np.linspace(0, {most:.10g}, 11)}}
"""

SKLEARN = """\
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, Ridge

x, y = load_diabetes(return_X_y=True)
order = np.random.default_rng({split}).permutation(len(x))
train = order[round(0.2 * len(x)) :]  # the rest is for validation
x, y = x[train], y[train]
x, y = (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()

largest = np.abs(x.T @ y).max() / len(x)
penalties = np.geomspace(1.2 * largest, 1e-3 * largest, 101)
coefficients = {{
    "lasso": [Lasso(alpha=p, fit_intercept=False, tol=1e-10, max_iter=100_000).fit(x, y).coef_ for p in penalties],
    "ridge": [Ridge(alpha=p * len(x), fit_intercept=False).fit(x, y).coef_ for p in penalties],
}}
"""

LAB = """\
import jax
import training_lab as lab

ways = {{
    "none": {{}},
    "l2": {{"penalty": (("l2", {{"strength": {strength:.10g}}}),)}},
    "subgradient": {{"penalty": (("l1", {{"strength": {strength:.10g}}}),)}},
    "proximal": {{"proximal": ("l1", {{"strength": {strength:.10g}}})}},
}}
zeros = {{}}
for way, extra in ways.items():
    recipe = lab.Recipe(
        data="digits",
        network=lab.MLP(depth=1, width=32),
        optimizer=("gradient_descent", {{"learning_rate": {learning_rate:.10g}}}),
        batch_size=64,
        steps={steps},
        log_every={every},
        **extra,
    )
    run = lab.train(recipe, jax.random.key({seed}), probes=(lab.probes.losses, lab.probes.weights))
    zeros[way] = run["zero_fraction"][:, 0]
"""

TORCH = """\
import torch


def proximal_step(optimizer, penalty):
    \"\"\"After optimizer.step(): weights towards zero by the learning rate times the penalty, no farther.\"\"\"
    with torch.no_grad():
        for group in optimizer.param_groups:
            for w in group["params"]:
                if w.ndim > 1:  # biases are left alone
                    w.copy_(torch.nn.functional.softshrink(w, group["lr"] * penalty))


model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
optimizer = torch.optim.SGD(model.parameters(), lr={learning_rate:.10g})
x, y = torch.randn(64, 64), torch.randint(10, (64,))
for _ in range({steps}):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
    proximal_step(optimizer, {strength:.10g})
zeros = (model[0].weight == 0).float().mean().item()
"""


def programs(e: SparsitySettings) -> dict[str, Callable[[], str]]:
    match e.show:
        case "ball":
            return {"NumPy": lambda: TWO.format(rho=e.correlation, u=e.u, v=e.v, most=abs(e.u) + abs(e.v))}
        case "diabetes":
            return {"scikit-learn": lambda: SKLEARN.format(split=e.split)}
    numbers = {name: e.value(name) for name in ("strength", "learning_rate", "seed", "steps")}
    return {
        "PyTorch": lambda: TORCH.format(**numbers),
        "JAX, by the training lab": lambda: LAB.format(**numbers, every=sparse_training.log_every(e)),
    }
