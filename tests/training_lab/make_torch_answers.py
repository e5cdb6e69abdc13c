"""Ask torch what its layers, losses, initial weights and small networks do, and keep the answers in torch_answers.npz.

    python tests/training_lab/make_torch_answers.py

Everything is float64. A case is a function of arrays in torch's layout; what is kept is its value and the gradient of a
weighted sum of it with respect to each of its arguments. Arguments and weights are drawn anew from fixed seeds.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from training_lab import activations, initializers, losses

FILE = Path(__file__).with_name("torch_answers.npz")
STEPS = 20  # of each network's training
LABELS = np.array([0, 2, 1, 2, 0, 1])


class Case(NamedTuple):
    """Shapes of the arguments by name, and what torch makes of them: (torch, arguments by name) -> tensor."""

    shapes: dict[str, tuple[int, ...]]
    fn: Callable[[Any, dict[str, Any]], Any]


def drawn(case: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The same arguments for the same case, whoever asks."""
    rng = np.random.default_rng(list(case.encode()))
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def weights_of_sum(shape: tuple[int, ...]) -> np.ndarray:
    """By which the numbers of a result are added up, so that every one of them has a gradient of its own."""
    return np.random.default_rng(7).normal(size=shape)


# Layers


def _norm(name: str, *args: Any) -> Callable[[Any, dict[str, Any]], Any]:
    def fn(torch: Any, a: dict[str, Any]) -> Any:
        return getattr(torch.nn.functional, name)(a["x"], *args, weight=a["scale"], bias=a["offset"])

    return fn


def _batch_norm(train: bool) -> Callable[[Any, dict[str, Any]], Any]:
    """Two batches, then the running statistics after them, all in one vector."""

    def fn(torch: Any, a: dict[str, Any]) -> Any:
        mean, var = a["mean"].detach().clone(), a["var"].detach().square().clone()
        outputs = [
            torch.nn.functional.batch_norm(x, mean, var, a["scale"], a["offset"], train, 0.1, 1e-5)
            for x in (a["x"], a["z"])
        ]
        return torch.cat([*(y.flatten() for y in outputs), mean, var])

    return fn


def _recurrent(kind: str) -> Callable[[Any, dict[str, Any]], Any]:
    def fn(torch: Any, a: dict[str, Any]) -> Any:
        module = getattr(torch.nn, kind)(3, 4, batch_first=True).double()
        flat = {"weight_ih_l0": a["w"], "weight_hh_l0": a["u"], "bias_ih_l0": a["b"], "bias_hh_l0": a["c"]}
        return torch.func.functional_call(module, flat, (a["x"],))[0]

    return fn


def _cell_shapes(gates: int) -> dict[str, tuple[int, ...]]:
    wide = 4 * gates
    return {"x": (2, 5, 3), "w": (wide, 3), "u": (wide, 4), "b": (wide,), "c": (wide,)}


def _conv(torch: Any, a: dict[str, Any]) -> Any:
    return torch.nn.functional.conv2d(a["x"], a["w"], a["b"], padding="same")


FLAT = {"x": (6, 4), "scale": (4,), "offset": (4,)}
IMAGES = {"x": (3, 4, 5, 2), "scale": (4,), "offset": (4,)}
RUNNING = {"mean": (4,), "var": (4,)}

LAYERS: dict[str, Case] = {
    "dense": Case(
        {"x": (6, 3), "w": (4, 3), "b": (4,)}, lambda torch, a: torch.nn.functional.linear(a["x"], a["w"], a["b"])
    ),
    "conv2d": Case({"x": (2, 3, 6, 5), "w": (4, 3, 3, 3), "b": (4,)}, _conv),
    "conv2d_even": Case(
        {"x": (2, 3, 6, 5), "w": (4, 3, 2, 4), "b": (4,)},
        lambda torch, a: torch.nn.functional.conv2d(torch.nn.functional.pad(a["x"], (1, 2, 0, 1)), a["w"], a["b"]),
    ),
    "max_pool": Case({"x": (2, 3, 6, 5)}, lambda torch, a: torch.nn.functional.max_pool2d(a["x"], 2)),
    "avg_pool": Case({"x": (2, 3, 6, 7)}, lambda torch, a: torch.nn.functional.avg_pool2d(a["x"], 3)),
    "batch_norm_train": Case(FLAT | RUNNING | {"z": (6, 4)}, _batch_norm(True)),
    "batch_norm_eval": Case(FLAT | RUNNING | {"z": (6, 4)}, _batch_norm(False)),
    "batch_norm_images": Case(IMAGES | RUNNING | {"z": (3, 4, 5, 2)}, _batch_norm(True)),
    "layer_norm": Case(FLAT, _norm("layer_norm", (4,))),
    "layer_norm_images": Case(IMAGES | {"scale": (4, 5, 2), "offset": (4, 5, 2)}, _norm("layer_norm", (4, 5, 2))),
    "group_norm": Case(FLAT, _norm("group_norm", 2)),
    "group_norm_images": Case(IMAGES, _norm("group_norm", 2)),
    "instance_norm": Case(
        IMAGES, lambda torch, a: torch.nn.functional.instance_norm(a["x"], None, None, a["scale"], a["offset"])
    ),
    "rms_norm": Case(
        {"x": (6, 4), "scale": (4,)}, lambda torch, a: torch.nn.functional.rms_norm(a["x"], (4,), a["scale"])
    ),
    "simple": Case(_cell_shapes(1), _recurrent("RNN")),
    "gru": Case(_cell_shapes(3), _recurrent("GRU")),
    "lstm": Case(_cell_shapes(4), _recurrent("LSTM")),
}


def _activation(name: str) -> Case:
    code = activations.get(name).fill(activations.get(name).torch, activations.get(name).defaults)
    return Case({"x": (50,)}, lambda torch, a: eval(code, {"torch": torch, "x": a["x"]}))


def _loss(name: str, values: dict[str, float]) -> Case:
    record = losses.get(name)
    code = record.fill(record.torch, values)
    shapes = {"outputs": (6, 3)} | ({"targets": (6, 3)} if record.task == "regression" else {})

    def fn(torch: Any, a: dict[str, Any]) -> Any:
        targets = a.get("targets", torch.tensor(LABELS))
        return eval(code, {"torch": torch, "outputs": a["outputs"], "targets": targets})

    return Case(shapes, fn)


LOSS_SETTINGS: dict[str, list[dict[str, float]]] = {
    "huber": [{"delta": 0.3}],
    "cross_entropy": [{"smoothing": 0.2}],
    "hinge": [{"margin": 0.4}],
    "focal": [{"gamma": 0.0}, {"gamma": 0.5}],
}


def loss_settings() -> dict[str, tuple[str, dict[str, float]]]:
    return {
        f"{name} {json.dumps(values)}": (name, values)
        for name in losses.names()
        for values in [{}, *LOSS_SETTINGS.get(name, [])]
    }


def cases() -> dict[str, Case]:
    return (
        {f"layer/{name}": case for name, case in LAYERS.items()}
        | {f"activation/{name}": _activation(name) for name in activations.names()}
        | {f"loss/{name}": _loss(*setting) for name, setting in loss_settings().items()}
    )


def answer(name: str, case: Case) -> dict[str, np.ndarray]:
    import torch

    tensors = {key: torch.tensor(array, requires_grad=True) for key, array in drawn(name, case.shapes).items()}
    value = case.fn(torch, tensors)
    (value * torch.tensor(weights_of_sum(tuple(value.shape)))).sum().backward()
    gradients = {key: tensor.grad for key, tensor in tensors.items() if tensor.grad is not None}
    return {"value": value.detach().numpy()} | {f"d_{key}": grad.numpy() for key, grad in gradients.items()}


# Initial weights: (out, in) of torch, by the name of ours


INIT_SHAPES = {"dense": (400, 250), "wide": (120, 900), "conv": (160, 80, 3, 3)}
SQUARE = ("non_normal",)  # no distribution of single weights


def moments(weights: np.ndarray) -> np.ndarray:
    """Mean, variance and largest size."""
    return np.array([weights.mean(), weights.var(), np.abs(weights).max()])


def initial_weights(name: str, values: dict[str, float]) -> dict[str, np.ndarray]:
    import torch

    torch.manual_seed(0)
    record = initializers.get(name)
    code = record.fill(record.torch, values)
    answers = {}
    for kind, shape in INIT_SHAPES.items():
        w = torch.empty(shape, dtype=torch.float64)
        exec(code, {"torch": torch, "w": w})
        answers[kind] = moments(w.numpy())
    return answers


def initializer_settings() -> dict[str, tuple[str, dict[str, float]]]:
    names = [name for name in initializers.names() if name not in SQUARE]
    other = {"gain": 0.5, "std": 0.3, "bound": 0.7, "value": -0.2}
    settings = {}
    for name in names:
        hypers = initializers.get(name).hypers
        settings[name] = (name, {})
        if hypers:
            settings[f"{name} other"] = (name, {hyper: other[hyper] for hyper in hypers})
    return settings


def gains() -> np.ndarray:
    import torch

    known = ["linear", "sigmoid", "tanh", "relu", "leaky_relu"]
    return np.array([torch.nn.init.calculate_gain(name) for name in known])


# Whole networks, trained for some steps on all of the data at once


def mlp(torch: Any, p: dict[str, Any], state: dict[str, Any], x: Any, train: bool) -> Any:
    """Two hidden layers with batch normalisation, a skip connection around the second."""
    functional = torch.nn.functional

    def layer(x: Any, i: int) -> Any:
        z = functional.linear(x, p[f"w{i}"], p[f"b{i}"])
        mean, var = state[f"mean{i}"], state[f"var{i}"]
        return functional.batch_norm(z, mean, var, p[f"scale{i}"], p[f"offset{i}"], train).tanh()

    h = layer(x, 0)
    h = h + layer(h, 1)
    return functional.linear(h, p["w2"], p["b2"])


def cnn(torch: Any, p: dict[str, Any], state: dict[str, Any], x: Any, train: bool) -> Any:
    functional = torch.nn.functional
    for i in range(2):
        x = functional.max_pool2d(functional.conv2d(x, p[f"w{i}"], p[f"b{i}"], padding="same").relu(), 2)
    # Ours flattens with channels last.
    return functional.linear(x.permute(0, 2, 3, 1).flatten(1), p["w2"], p["b2"])


def rnn(torch: Any, p: dict[str, Any], state: dict[str, Any], x: Any, train: bool) -> Any:
    module = torch.nn.GRU(2, 4, batch_first=True).double()
    flat = {"weight_ih_l0": p["w"], "weight_hh_l0": p["u"], "bias_ih_l0": p["b"], "bias_hh_l0": p["c"]}
    hidden = torch.func.functional_call(module, flat, (x,))[0]
    return torch.nn.functional.linear(hidden[:, -1], p["w2"], p["b2"])


NETWORKS: dict[str, tuple[Callable[..., Any], dict[str, tuple[int, ...]]]] = {
    "mlp": (
        mlp,
        {"x": (6, 3), "w0": (5, 3), "b0": (5,), "w1": (5, 5), "b1": (5,), "w2": (3, 5), "b2": (3,)}
        | {"scale0": (5,), "offset0": (5,), "scale1": (5,), "offset1": (5,)},
    ),
    "cnn": (
        cnn,
        {"x": (6, 1, 8, 8), "w0": (2, 1, 3, 3), "b0": (2,), "w1": (3, 2, 3, 3), "b1": (3,), "w2": (3, 12), "b2": (3,)},
    ),
    "rnn": (rnn, {"x": (6, 7, 2), "w": (12, 2), "u": (12, 4), "b": (12,), "c": (12,), "w2": (3, 4), "b2": (3,)}),
}


def trained(name: str) -> dict[str, np.ndarray]:
    """Adam with clipping and an L2 penalty; outputs at test time, losses on the way, and all weights at the end."""
    import torch

    network, shapes = NETWORKS[name]
    arrays = drawn(name, shapes)
    x, labels = torch.tensor(arrays.pop("x")), torch.tensor(LABELS)
    params = {key: torch.tensor(array, requires_grad=True) for key, array in arrays.items()}
    zeros, ones = torch.zeros(5, dtype=torch.float64), torch.ones(5, dtype=torch.float64)
    state = {f"{key}{i}": value.clone() for i in range(2) for key, value in (("mean", zeros), ("var", ones))}
    optimizer = torch.optim.Adam(params.values(), lr=0.05)
    seen = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(torch, params, state, x, True), labels)
        seen.append(loss.item())
        penalty = sum(w.square().sum() for key, w in params.items() if key[0] in "wu")
        (loss + 0.01 / 2 * penalty).backward()
        torch.nn.utils.clip_grad_norm_(params.values(), 0.5)
        optimizer.step()
    answers = {"loss": np.array(seen), "outputs": network(torch, params, state, x, False).detach().numpy()}
    return answers | {f"end_{key}": tensor.detach().numpy() for key, tensor in params.items()}


def answers() -> Iterator[tuple[str, np.ndarray]]:
    import torch

    torch.set_num_threads(1)
    yield "torch_version", np.array(torch.__version__)
    yield "gains", gains()
    for name, case in cases().items():
        yield from ((f"{name}/{key}", array) for key, array in answer(name, case).items())
    for name, setting in initializer_settings().items():
        yield from ((f"init/{name}/{key}", array) for key, array in initial_weights(*setting).items())
    for name in NETWORKS:
        yield from ((f"network/{name}/{key}", array) for key, array in trained(name).items())


def main() -> None:
    data = dict(answers())
    np.savez_compressed(FILE, **data)
    print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} kB, {len(data)} arrays, torch {data['torch_version']}")


if __name__ == "__main__":
    main()
