"""With and without the trick as programs; ``scores`` [2, seeds] are the test accuracies of both at the end."""

from collections.abc import Callable

from app.compute import Trial
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.trials import SMALL, arms, trials
from app.lessons.recap.tricks import FRAMES, PROBLEMS, SEEDS
from app.training import code

LAB = """\
import jax
import numpy as np
import training_lab as lab

keys = jax.vmap(jax.random.key)(np.array({seeds}))


def accuracies(recipe, early_stopping):
    dataset = lab.datasets.load(recipe.data.name.name, **recipe.data.name.values)
    test = lab.datasets.prepare(recipe.data, dataset).test
    run = lab.train(recipe, keys, probes=(lab.probes.losses, lab.probes.outputs(test.x)))
    right = (np.argmax(run["outputs"], -1) == np.asarray(test.y)).mean(-1)  # [frames, seeds]
    return right[np.argmin(run["validation_loss"], 0), range(len(keys))] if early_stopping else right[-1]


first = {first}
second = {second}
scores = [accuracies(first, {stops[0]}), accuracies(second, {stops[1]})]
difference = scores[0] - scores[1]
print(difference.mean(), 2.365 * difference.std(ddof=1) / len(keys) ** 0.5)
"""

TORCH = """\
import torch
from sklearn import datasets
from torch import nn

{data}
x, classes = x.float(), int(y.max()) + 1
order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
held, test, train = order.tensor_split([round({validation} * len(x)), round({both} * len(x))])
train = train[:{examples}]
shuffled = (y[train] + torch.randint(1, classes, (len(train),))) % classes
labels = torch.where(torch.rand(len(train)) < {wrong:.10g}, shuffled, y[train])


def augmented(x, amount):
    {augment}


def network(he, norm, dropout):
    sizes, layers = [x[0].numel(), *[{width}] * {depth}], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.BatchNorm1d(b) if norm else nn.Identity(), nn.ReLU(), nn.Dropout(dropout)]
    model = nn.Sequential(*layers, nn.Linear(sizes[-1], classes))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight) if he else nn.init.normal_(layer.weight, std={small})
            nn.init.zeros_(layer.bias)
    return model


def accuracy(seed, scale, amount, he, adam, eta_min, strength, norm, dropout, max_norm, stop):
    torch.manual_seed(seed)
    spread = x[train].std(0, correction=0)
    shift = x[train].mean(0) if scale else torch.zeros_like(spread)
    spread = torch.where(spread > 0, spread, 1.0) if scale else torch.ones_like(spread)
    model = network(he, norm, dropout)
    params = list(model.parameters())
    optimizer = torch.optim.Adam(params, {rate:.10g}) if adam else torch.optim.SGD(params, {plain:.10g})
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, {steps}, eta_min)
    seen, best = [], []
    for step in range({steps} + 1):
        if step % {every} == 0:
            model.eval()
            with torch.no_grad():
                said = model((x[test] - shift) / spread).argmax(1)
                loss = nn.functional.cross_entropy(model((x[held] - shift) / spread), y[held]).item()
            seen.append((said == y[test]).float().mean().item())
            best.append(loss)
            model.train()
        if step % (len(train) // {batch}) == 0:
            batches = torch.randperm(len(train)).split({batch})
        batch = batches[step % (len(train) // {batch})]
        optimizer.zero_grad()
        {inputs}
        penalty = strength / 2 * sum(p.square().sum() for p in params if p.ndim == 2)
        (nn.functional.cross_entropy(model(inputs), labels[batch]) + penalty).backward()
        nn.utils.clip_grad_norm_(params, max_norm)
        optimizer.step()
        scheduler.step()
    return seen[min(range(len(best)), key=best.__getitem__)] if stop else seen[-1]


first = {first}
second = {second}
scores = torch.tensor([[accuracy(seed, **arm) for seed in range({seeds})] for arm in (first, second)])
difference = scores[0] - scores[1]
print(difference.mean().item(), 2.365 * difference.std().item() / {seeds} ** 0.5)
"""
LOADED = "x, y = (torch.tensor(array) for array in datasets.load_{name}(return_X_y=True))"
MOONS = "x, y = (torch.tensor(array) for array in datasets.make_moons(1000, noise=0.25, random_state=0))"
SHIFT = """\
moves = torch.eye(2, 3).repeat(len(x), 1, 1)
    moves[:, :, 2] = (2 * torch.rand(len(x), 2) - 1) * amount / 4  # four pixels are one unit
    grid = nn.functional.affine_grid(moves, (len(x), 1, 8, 8), align_corners=False)
    return nn.functional.grid_sample(x.reshape(-1, 1, 8, 8), grid, align_corners=False).flatten(1)"""
NOISE = "return x + amount * torch.randn_like(x)"


def programs(e: RecapSettings) -> dict[str, Callable[[], str]]:
    return {"PyTorch": lambda: _torch(e), "JAX": lambda: _lab(e)}


def _lab(e: RecapSettings) -> str:
    first, second = trials(e)[:2]
    given = {"first": code.source(first.recipe), "second": code.source(second.recipe)}
    return LAB.format(seeds=first.seed, stops=["stop" in tricks for tricks in arms(e)[:2]], **given)


def _torch(e: RecapSettings) -> str:
    problem = PROBLEMS[e.problem]
    shifts = problem.augmentation == "shift"
    first, second = (_arm(e, *pair) for pair in zip(trials(e)[:2], arms(e), strict=False))
    return TORCH.format(
        data=MOONS if e.problem == "moons" else LOADED.format(name=problem.data),
        validation=problem.validation,
        both=problem.validation + problem.test,
        examples=problem.train,
        wrong=e.wrong,
        augment=SHIFT if shifts else NOISE,
        # An image is moved as it is, noise is added to what the network sees.
        inputs="inputs = (augmented(x[train[batch]], amount) - shift) / spread"
        if shifts
        else "inputs = augmented((x[train[batch]] - shift) / spread, amount)",
        depth=problem.depth,
        width=problem.width,
        small=SMALL,
        rate=e.learning_rate,
        plain=10 * e.learning_rate,
        steps=e.steps,
        every=e.steps // FRAMES,
        batch=trials(e)[0].recipe.batch_size,
        seeds=SEEDS,
        first=first,
        second=second,
    )


def _arm(e: RecapSettings, trial: Trial, tricks: frozenset[str]) -> str:
    """The numbers of one arm, as keyword arguments."""
    recipe = trial.recipe
    assert recipe.clip is not None
    ((_, amount),) = recipe.augment[0].hypers
    given = {
        "scale": "scale" in tricks,
        "amount": amount,
        "he": "init" in tricks,
        "adam": "adam" in tricks,
        "eta_min": recipe.schedule.values["eta_min"],
        "strength": recipe.penalty[0].values["strength"],
        "norm": "norm" in tricks,
        "dropout": recipe.network.dropout,
        "max_norm": recipe.clip.values["max_norm"],
        "stop": "stop" in tricks,
    }
    return f"dict({', '.join(f'{name}={value!r}' for name, value in given.items())})"
