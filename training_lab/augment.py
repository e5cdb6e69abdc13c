"""Augmentation: a different version of each example at every step.

Those that move pixels act on the images as they are, before scaling, so that a blank border is blank; the others act on
what the network sees. Moved images are read off the old ones by bilinear interpolation, and what comes from outside is
zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

X = Float[Array, "n ..."]
Images = Float[Array, "n height width channels"]
Y = Float[Array, "n k"]
Pair = tuple[X, Y]


@dataclass(frozen=True, eq=False, kw_only=True)
class Augmentation(Record):
    """A random change of a batch.

    Attributes:
        apply: (key, x, y as numbers, **hyperparameters) -> x, y.
        images: whether it needs images [n, height, width, channels], and comes before scaling.
    """

    apply: Callable[..., Pair]
    images: bool

    def __call__(self, key: Array, x: X, y: Y, **hypers: Any) -> Pair:
        return self.apply(key, x, y, **self.resolve(hypers))


def noise(key: Array, x: X, y: Y, *, std: Scalar) -> Pair:
    return x + jnp.asarray(std, x.dtype) * jax.random.normal(key, x.shape, x.dtype), y


def mixup(key: Array, x: X, y: Y, *, alpha: Scalar) -> Pair:
    """Each example and its label mixed with another's; one share per batch, from Beta(alpha, alpha)."""
    share_key, order_key = jax.random.split(key)
    share = jax.random.beta(share_key, alpha, alpha, dtype=x.dtype)
    order = jax.random.permutation(order_key, len(x))
    return share * x + (1 - share) * x[order], share * y + (1 - share) * y[order]


def shift(key: Array, x: Images, y: Y, *, pixels: Scalar) -> Pair:
    moves = _uniform(key, (len(x), 2), x.dtype) * pixels
    return _warp(x, jnp.tile(jnp.eye(2, dtype=x.dtype)[None], (len(x), 1, 1)), moves), y


def rotate(key: Array, x: Images, y: Y, *, degrees: Scalar) -> Pair:
    angle = _uniform(key, (len(x),), x.dtype) * jnp.deg2rad(jnp.asarray(degrees, x.dtype))
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    turn = jnp.stack([jnp.stack([cos, -sin], axis=-1), jnp.stack([sin, cos], axis=-1)], axis=-2)
    return _warp(x, turn, jnp.zeros((len(x), 2), x.dtype)), y


def crop(key: Array, x: Images, y: Y, *, smallest: Scalar) -> Pair:
    """A window of random place and size, at least `smallest` of each side, enlarged to the whole."""
    size_key, place_key = jax.random.split(key)
    size = 1 - (1 - smallest) * jax.random.uniform(size_key, (len(x),), x.dtype)
    room = jnp.asarray([x.shape[1] - 1, x.shape[2] - 1], x.dtype) / 2
    moves = _uniform(place_key, (len(x), 2), x.dtype) * (1 - size)[:, None] * room[None]
    return _warp(x, size[:, None, None] * jnp.eye(2, dtype=x.dtype)[None], moves), y


def flip(key: Array, x: Images, y: Y, *, probability: Scalar) -> Pair:
    """Left and right exchanged; harmless for cats, not for digits."""
    turned = jax.random.bernoulli(key, jnp.asarray(probability), (len(x),))
    return jnp.where(turned[:, None, None, None], x[:, :, ::-1], x), y


def cutout(key: Array, x: Images, y: Y, *, size: Scalar) -> Pair:
    """A square of `size` pixels blanked, its centre anywhere in the image."""
    n, height, width, _ = x.shape
    centre = jax.random.uniform(key, (n, 2), x.dtype) * jnp.asarray([height, width], x.dtype)[None]
    rows, columns = jnp.arange(height, dtype=x.dtype) + 0.5, jnp.arange(width, dtype=x.dtype) + 0.5
    inside_rows = jnp.abs(rows[None] - centre[:, :1]) < size / 2
    inside_columns = jnp.abs(columns[None] - centre[:, 1:]) < size / 2
    inside = inside_rows[:, :, None] & inside_columns[:, None, :]
    return jnp.where(inside[..., None], 0, x), y


def _uniform(key: Array, shape: tuple[int, ...], dtype: Any) -> Array:
    return jax.random.uniform(key, shape, dtype, -1, 1)


def _warp(x: Images, matrix: Float[Array, "n 2 2"], move: Float[Array, "n 2"]) -> Images:
    """Every pixel p, counted from the centre, read from matrix @ p + move in the old image."""
    _, height, width, _ = x.shape
    centre = jnp.asarray([height - 1, width - 1], x.dtype) / 2
    axes = jnp.arange(height, dtype=x.dtype), jnp.arange(width, dtype=x.dtype)
    pixels = jnp.stack(jnp.meshgrid(*axes, indexing="ij"), axis=-1) - centre[None, None]
    places = jnp.einsum("nij,hwj->nhwi", matrix, pixels) + (move + centre[None])[:, None, None]
    # A hat function of the distance to each row and each column: bilinear interpolation as two small products.
    rows = jax.nn.relu(1 - jnp.abs(places[..., :1] - axes[0][None, None, None]))
    columns = jax.nn.relu(1 - jnp.abs(places[..., 1:] - axes[1][None, None, None]))
    return jnp.einsum("nhwi,nhwj,nijc->nhwc", rows, columns, x)


ZHANG = "H. Zhang, M. Cisse, Y. Dauphin, D. Lopez-Paz (2018), mixup: beyond empirical risk minimization, ICLR"
SIMARD = "P. Simard, D. Steinkraus, J. Platt (2003), Best practices for convolutional neural networks, ICDAR"
KRIZHEVSKY = "A. Krizhevsky, I. Sutskever, G. Hinton (2012), NeurIPS"

NOISE = Augmentation(
    name="noise",
    title="Noise",
    hypers={"std": Hyper(0.1, 0.0, 10.0, symbol=r"\sigma", label="Standard deviation")},
    apply=noise,
    images=False,
    rule=r"x + \mathcal N(0, <std>^2 I)",
    summary="For a linear model the same as ridge regression.",
    reference="C. M. Bishop (1995), Training with noise is equivalent to Tikhonov regularization, Neural Computation 7",
    year=1995,
)
SHIFT = Augmentation(
    name="shift",
    title="Shift",
    hypers={"pixels": Hyper(1.0, 0.0, 4.0, symbol="s", label="Pixels at most")},
    apply=shift,
    images=True,
    rule=r"x(p + \delta), \quad \delta \sim \mathcal U(-<pixels>, <pixels>)^2",
    summary="The same digit a little further up, down, left or right.",
    reference=SIMARD,
    year=2003,
)
ROTATE = Augmentation(
    name="rotate",
    title="Rotate",
    hypers={"degrees": Hyper(10.0, 0.0, 180.0, symbol=r"\alpha", label="Degrees at most")},
    apply=rotate,
    images=True,
    rule=r"x(R_\varphi p), \quad \varphi \sim \mathcal U(-<degrees>°, <degrees>°)",
    summary="The same digit, tilted. Far enough, a six becomes a nine.",
    reference=SIMARD,
    year=2003,
)
CROP = Augmentation(
    name="crop",
    title="Crop",
    hypers={"smallest": Hyper(0.8, 0.1, 1.0, symbol="s", label="Smallest share of a side")},
    apply=crop,
    images=True,
    rule=r"x(s p + \delta), \quad s \sim \mathcal U(<smallest>, 1)",
    summary="A part of the image, enlarged.",
    reference=KRIZHEVSKY,
    year=2012,
)
FLIP = Augmentation(
    name="flip",
    title="Flip",
    hypers={"probability": Hyper(0.5, 0.0, 1.0, symbol="p", label="Probability")},
    apply=flip,
    images=True,
    rule=r"x(p_1, -p_2) \text{ with probability } <probability>",
    summary="The mirror image: an augmentation that digits do not bear.",
    reference=KRIZHEVSKY,
    year=2012,
)
MIXUP = Augmentation(
    name="mixup",
    title="Mixup",
    hypers={"alpha": Hyper(0.2, 0.01, 10.0, log=True, symbol=r"\alpha", label="Strength")},
    apply=mixup,
    images=False,
    rule=r"\lambda x_i + (1 - \lambda) x_j \text{, labels alike}, \quad \lambda \sim \mathrm{Beta}(<alpha>, <alpha>)",
    summary="Two examples at once, and two labels: the network learns to be unsure in between.",
    reference=ZHANG,
    year=2018,
)
CUTOUT = Augmentation(
    name="cutout",
    title="Cutout",
    hypers={"size": Hyper(3.0, 0.0, 8.0, symbol="s", label="Side of the square")},
    apply=cutout,
    images=True,
    rule=r"x \text{ with a square of } <size> \times <size> \text{ pixels blanked}",
    summary="Part of the image is hidden: no single stroke may decide.",
    reference="T. DeVries, G. Taylor (2017), Improved regularization of CNNs with cutout, arXiv:1708.04552",
    year=2017,
)

_REGISTRY: Registry[Augmentation] = Registry("augmentation", [NOISE, SHIFT, ROTATE, CROP, FLIP, MIXUP, CUTOUT])
names = _REGISTRY.names
get = _REGISTRY.get
