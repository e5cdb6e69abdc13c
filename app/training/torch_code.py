"""A recipe as a program of PyTorch alone: the same data, layers, laws of initial weights, loss, optimizer and loop.

Random numbers are PyTorch's own: the run obeys the same laws and is not the same run.
"""

import optimizers
import training_lab as lab
from training_lab import activations, initializers, losses

PROGRAM = """\
import torch
from sklearn import datasets
from torch import nn

torch.manual_seed({seed})
{data}
order = torch.randperm(len(x))
held = round({validation} * len(x))
mean, spread = x[order[held:]].mean(0), x[order[held:]].std(0, correction=0)
x = (x - mean) / torch.where(spread > 0, spread, 1.0)
x_train, y_train = x[order[held:]], y[order[held:]]
x_held, y_held = x[order[:held]], y[order[:held]]


def activation(x):
    return {activation}


{network}

params = list(model.parameters())
{optimizer}

batch_size = {batch}
history = []
while len(history) < {steps}:
    for batch in torch.randperm(len(x_train)).split(batch_size):
        if len(batch) < batch_size or len(history) == {steps}:
            break
        outputs, targets = model(x_train[batch]), y_train[batch]
        optimizer.zero_grad()
        loss = {loss}
        loss.backward(){clip}
        optimizer.step()
        history.append(loss.item())

model.eval()
accuracy = (model(x_held).argmax(1) == y_held).float().mean().item()
print(history[-1], accuracy)
"""

MLP = """\
class Layer(nn.Module):
    def __init__(self, inputs, skip):
        super().__init__()
        self.linear, self.norm, self.skip = nn.Linear(inputs, {width}), {norm}, skip

    def forward(self, x):
        y = activation(self.norm(self.linear(x)))
        return {dropout}


model = nn.Sequential(
    nn.Flatten(), Layer(x[0].numel(), False), *(Layer({width}, {residual}) for _ in range({depth} - 1))
)
for layer in model[1:]:
    w = layer.linear.weight
    with torch.no_grad():
        {initializer}
        {bias}
model.append(nn.Linear({width}, int(y.max()) + 1))
w, layer = model[-1].weight, model[-1]
with torch.no_grad():
    {initializer}
    {last_bias}
"""

CNN = """\
class Convolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(inputs, outputs, {kernel}, padding="same"), {norm}

    def forward(self, x):
        return nn.functional.{pool}_pool2d(activation(self.norm(self.convolution(x))), 2)


channels = (1, *{filters})
x = x.reshape(-1, 1, 8, 8)
x_train, x_held = x[order[held:]], x[order[:held]]
layers = [Convolution(a, b) for a, b in zip(channels, channels[1:])]
features = channels[-1] * (8 // 2 ** len(layers)) ** 2
model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(features, 10))  # PyTorch's own initial weights
"""

DIGITS = """\
x, y = (torch.tensor(array) for array in datasets.load_digits(return_X_y=True))
x = x.float()
"""
PLANE = """\
x, y = (torch.tensor(array) for array in datasets.make_{name}({samples}, noise={noise}))
x = x.float()
"""
NORMS = {None: "nn.Identity()", "batch": "nn.BatchNorm1d({n})", "layer": "nn.LayerNorm({n})", "rms": "nn.RMSNorm({n})"}


def program(recipe: lab.Recipe, seed: int) -> str | None:
    """The program; None for a recipe that this short form cannot say."""
    network, data, written = recipe.network, _data(recipe), _optimizer(recipe)
    loss, clip = losses.get(recipe.loss.name), recipe.clip
    shape = _mlp(network) if isinstance(network, lab.MLP) else _cnn(network)
    more = (recipe.penalty, recipe.augment, recipe.proximal, recipe.pruning, recipe.data.label_noise)
    if any(more) or None in (data, written, shape, loss.torch) or (clip and clip.name != "norm"):
        return None
    act = activations.get(network.activation.name)
    return PROGRAM.format(
        seed=seed,
        data=data,
        validation=recipe.data.validation,
        activation=act.fill(act.torch, network.activation.values),
        network=shape,
        optimizer=written,
        steps=recipe.steps,
        batch=recipe.batch_size or "len(x_train)",
        loss=loss.fill(loss.torch or "", recipe.loss.values),
        clip=f"\n        nn.utils.clip_grad_norm_(params, {clip.values['max_norm']!r})" if clip else "",
    )


def _optimizer(recipe: lab.Recipe) -> str | None:
    if recipe.schedule.name != "constant":
        return None
    code = optimizers.get(recipe.optimizer.name).code("torch", recipe.optimizer.values)
    return code and code.rstrip()


def _data(recipe: lab.Recipe) -> str | None:
    name, values = recipe.data.name.name, recipe.data.name.values
    if name in ("moons", "circles"):
        numbers = lab.datasets.get(name).resolve(values)
        return PLANE.format(name=name, samples=int(numbers["samples"]), noise=numbers["noise"])
    return DIGITS if name == "digits" else None


def _mlp(network: lab.MLP) -> str | None:
    record = initializers.get(network.initializer.name)
    bias = "torch.nn.init.uniform_({layer}.bias, -(w.shape[1] ** -0.5), w.shape[1] ** -0.5)"
    bias = bias if record.biased else "torch.nn.init.zeros_({layer}.bias)"
    added = "x + y if self.skip else y"
    if network.norm == "group" or network.drop_connect is not None:
        return None
    return MLP.format(
        width=network.width,
        depth=network.depth,
        residual=network.residual,
        norm=NORMS[network.norm].format(n=network.width),
        dropout=f"nn.functional.dropout({added}, {network.dropout}, self.training)" if network.dropout else added,
        initializer=record.fill(record.torch, network.initializer.values),
        bias=bias.format(layer="layer.linear"),
        last_bias=bias.format(layer="layer"),
    )


def _cnn(network: lab.CNN | lab.RNN) -> str | None:
    if not isinstance(network, lab.CNN) or network.dropout or network.norm not in (None, "batch"):
        return None
    if network.initializer.name != "torch_default":
        return None
    norm = "nn.BatchNorm2d(outputs)" if network.norm else "nn.Identity()"
    pool = {"max": "max", "average": "avg"}[network.pool]
    return CNN.format(kernel=network.kernel, filters=network.filters, norm=norm, pool=pool)
