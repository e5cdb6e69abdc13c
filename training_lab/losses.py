"""Losses: how wrong an answer is.

    losses.get("cross_entropy")(logits, labels, smoothing=0.1)      # the mean over the batch, as in torch

Outputs are [n] or [n, k]. Targets have the same shape, or are labels: integers [n] that stand for the rows of an
identity matrix. So a regression's loss can be tried on a classification, and soft targets (mixup) need nothing special.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

Outputs = Float[Array, "n ..."]
Targets = Float[Array | np.ndarray, "n ..."] | Int[Array | np.ndarray, " n"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Loss(Record):
    """A loss of outputs and targets.

    Attributes:
        fn: (outputs, targets of the same shape, **hyperparameters) -> the loss of each example [n].
        task: what it is for; one for regression takes classes too, as numbers 0 and 1.
        torch: an expression for its mean, of `outputs` and `targets` (labels, where `task` is classification).
    """

    fn: Callable[..., Array]
    task: Literal["regression", "classification"]
    torch: str | None = None

    def __call__(self, outputs: Outputs, targets: Targets, **hypers: Any) -> Float[Array, ""]:
        return jnp.mean(self.each(outputs, targets, **hypers))

    def each(self, outputs: Outputs, targets: Targets, **hypers: Any) -> Float[Array, " n"]:
        """The loss of each example."""
        return self.fn(outputs, as_numbers(targets, outputs.shape[-1], outputs.dtype), **self.resolve(hypers))


def as_numbers(targets: Targets, classes: int, dtype: Any) -> Float[Array, "n ..."]:
    """Labels as rows of zeros with a one; numbers as they are."""
    targets = jnp.asarray(targets)
    if jnp.issubdtype(targets.dtype, jnp.integer):
        return jax.nn.one_hot(targets, classes, dtype=dtype)
    return targets.astype(dtype)


def _per_example(elements: Float[Array, "n ..."]) -> Float[Array, " n"]:
    return jnp.mean(elements.reshape(len(elements), -1), axis=1)


def mse(outputs: Array, targets: Array) -> Array:
    return _per_example(jnp.square(outputs - targets))


def half_squares(outputs: Array, targets: Array) -> Array:
    """Half the squared distance: a sum over the outputs, where mse is a mean."""
    return jnp.sum(jnp.square(outputs - targets).reshape(len(outputs), -1), axis=1) / 2


def mae(outputs: Array, targets: Array) -> Array:
    return _per_example(jnp.abs(outputs - targets))


def huber(outputs: Array, targets: Array, *, delta: Scalar) -> Array:
    distance = jnp.abs(outputs - targets)
    near = jnp.minimum(distance, delta)
    return _per_example(near * (distance - near / 2))


def cross_entropy(logits: Array, targets: Array, *, smoothing: Scalar) -> Array:
    smooth = (1 - smoothing) * targets + smoothing / logits.shape[-1]
    return -jnp.sum(smooth * jax.nn.log_softmax(logits), axis=-1)


def binary_cross_entropy(logits: Array, targets: Array) -> Array:
    return _per_example(jax.nn.softplus(logits) - logits * targets)


def sigmoid_mse(logits: Array, targets: Array) -> Array:
    return mse(jax.nn.sigmoid(logits), targets)


def hinge(outputs: Array, targets: Array, *, margin: Scalar) -> Array:
    """Mean over classes j of max(0, margin - y + x_j), where y is the right class's output, which counts as no j."""
    right = jnp.sum(targets * outputs, axis=-1, keepdims=True)
    return jnp.mean((1 - targets) * jax.nn.relu(margin - right + outputs), axis=-1)


def focal(logits: Array, targets: Array, *, gamma: Scalar) -> Array:
    log_p = jax.nn.log_softmax(logits)
    # Above zero, so that the power has a gradient where an answer is certain.
    doubt = jnp.maximum(-jnp.expm1(log_p), jnp.finfo(logits.dtype).tiny)
    return -jnp.sum(targets * doubt**gamma * log_p, axis=-1)


MSE = Loss(
    name="mse",
    title="Mean squared error",
    hypers={},
    fn=mse,
    task="regression",
    rule=r"L = \frac1k \sum_j (y_j - t_j)^2",
    summary="Right for noise that is normal; one outlier can outweigh everything else.",
    reference="C. F. Gauss (1809), Theoria motus corporum coelestium",
    year=1809,
    torch="torch.nn.functional.mse_loss(outputs, targets)",
)
HALF_SQUARES = Loss(
    name="half_squares",
    title="Half the squared distance",
    hypers={},
    fn=half_squares,
    task="regression",
    rule=r"L = \frac12 \sum_j (y_j - t_j)^2",
    summary="Squared error as theory likes it: its Hessian with respect to the outputs is the identity.",
    reference="J. Cohen, S. Kaur, Y. Li, J. Z. Kolter, A. Talwalkar (2021), ICLR, arXiv:2103.00065",
    year=2021,
    torch="0.5 * (outputs - targets).square().flatten(1).sum(1).mean()",
)
MAE = Loss(
    name="mae",
    title="Mean absolute error",
    hypers={},
    fn=mae,
    task="regression",
    rule=r"L = \frac1k \sum_j |y_j - t_j|",
    summary="Pulls equally hard from everywhere, so it ends at the median and outliers do not matter.",
    reference="P.-S. Laplace (1774), Mémoire sur la probabilité des causes par les événements",
    year=1774,
    torch="torch.nn.functional.l1_loss(outputs, targets)",
)
HUBER = Loss(
    name="huber",
    title="Huber",
    hypers={"delta": Hyper(1.0, 1e-3, 1e3, log=True, symbol=r"\delta", label="Where the parabola ends")},
    fn=huber,
    task="regression",
    rule=r"L = \begin{cases} \frac12 r^2 & |r| \le <delta> \\ <delta> (|r| - \frac12 <delta>) & \text{otherwise} "
    r"\end{cases}, \quad r = y - t",
    summary="A parabola near zero and a line further out: smooth at the bottom, calm about outliers.",
    reference="P. J. Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35",
    year=1964,
    torch="torch.nn.functional.huber_loss(outputs, targets, delta={delta})",
)
CROSS_ENTROPY = Loss(
    name="cross_entropy",
    title="Cross-entropy",
    hypers={"smoothing": Hyper(0.0, 0.0, 1.0, symbol=r"\varepsilon", label="Label smoothing")},
    fn=cross_entropy,
    task="classification",
    rule=r"L = -\sum_j \left((1 - <smoothing>)\, t_j + <smoothing> / k\right) \log \operatorname{softmax}(y)_j",
    summary="The likelihood of the labels. Its gradient is the probability minus the label, however wrong that is.",
    reference="I. J. Good (1952), Rational decisions; smoothing: C. Szegedy et al. (2016), CVPR, arXiv:1512.00567",
    year=1952,
    torch="torch.nn.functional.cross_entropy(outputs, targets, label_smoothing={smoothing})",
)
BINARY_CROSS_ENTROPY = Loss(
    name="binary_cross_entropy",
    title="Binary cross-entropy",
    hypers={},
    fn=binary_cross_entropy,
    task="classification",
    rule=r"L = -\frac1k \sum_j t_j \log \sigma(y_j) + (1 - t_j) \log (1 - \sigma(y_j))",
    summary="Every output answers its own question with yes or no.",
    reference="D. R. Cox (1958), The regression analysis of binary sequences, JRSS B 20",
    year=1958,
    torch="torch.nn.functional.binary_cross_entropy_with_logits("
    "outputs, torch.nn.functional.one_hot(targets, outputs.shape[1]).to(outputs))",
)
SIGMOID_MSE = Loss(
    name="sigmoid_mse",
    title="Squared error after a sigmoid",
    hypers={},
    fn=sigmoid_mse,
    task="classification",
    rule=r"L = \frac1k \sum_j (\sigma(y_j) - t_j)^2",
    summary="The plateau: where the sigmoid is surely wrong, its slope, and with it the gradient, vanishes.",
    reference="D. Rumelhart, G. Hinton, R. Williams (1986), Nature 323, 533-536",
    year=1986,
    torch="torch.nn.functional.mse_loss("
    "torch.sigmoid(outputs), torch.nn.functional.one_hot(targets, outputs.shape[1]).to(outputs))",
)
HINGE = Loss(
    name="hinge",
    title="Hinge",
    hypers={"margin": Hyper(1.0, 0.0, 100.0, symbol="m", label="Margin")},
    fn=hinge,
    task="classification",
    rule=r"L = \frac1k \sum_{j \ne c} \max(0,\, <margin> - y_c + y_j)",
    summary="Content once the right class leads by a margin, and then silent.",
    reference="K. Crammer, Y. Singer (2001), JMLR 2, 265-292",
    year=2001,
    torch="torch.nn.functional.multi_margin_loss(outputs, targets, margin={margin})",
)
FOCAL = Loss(
    name="focal",
    title="Focal",
    hypers={"gamma": Hyper(2.0, 0.0, 10.0, symbol=r"\gamma", label="Focus")},
    fn=focal,
    task="classification",
    rule=r"L = -(1 - p_c)^{<gamma>} \log p_c, \quad p = \operatorname{softmax}(y)",
    summary="Cross-entropy that looks away from what is already answered well.",
    reference="T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár (2017), ICCV, arXiv:1708.02002",
    year=2017,
    torch="(lambda p: (-(1 - p) ** {gamma} * p.log()).mean())(outputs.softmax(1).gather(1, targets[:, None]))",
)

_REGISTRY: Registry[Loss] = Registry(
    "loss",
    [MSE, HALF_SQUARES, MAE, HUBER, CROSS_ENTROPY, BINARY_CROSS_ENTROPY, SIGMOID_MSE, HINGE, FOCAL],
)
names = _REGISTRY.names
get = _REGISTRY.get
