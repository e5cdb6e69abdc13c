"""A recipe: everything a training run depends on but its random key, as a frozen record of names and numbers."""

from dataclasses import dataclass, field

from training_lab.datasets import Data
from training_lab.networks import MLP, Network
from training_lab.records import Choice, Number, Pick, inputs


@inputs("sparsity", outside=("at", "rounds", "every"))
@dataclass(frozen=True, kw_only=True)
class Pruning:
    """Weights set to zero during training, for good.

    In round i = 1, ..., rounds, at step `at + (i - 1) * every`, the share sparsity * (1 - (1 - i / rounds)^3) of the
    weights is gone: one round is one-shot pruning, many are gradual, with large cuts while there is much to lose.

    M. Zhu, S. Gupta, "To prune, or not to prune", 2017, arXiv:1710.01878.

    Attributes:
        sparsity: share of the weights that is zero in the end.
        method: "magnitude" takes the smallest weights, "random" any.
        scope: "global" ranks the weights of all layers together, "layer" prunes all layers alike.
    """

    sparsity: Number = 0.8
    at: int = 0
    rounds: int = 1
    every: int = 1
    method: str = "magnitude"
    scope: str = "global"


@inputs("patience", "min_delta")
@dataclass(frozen=True, kw_only=True)
class EarlyStopping:
    """Stop once `patience` validations in a row brought no improvement beyond `min_delta`; keep the best weights.

    Validations happen whenever telemetry is logged. `monitor` is "loss" or "accuracy".
    """

    patience: int = 5
    min_delta: Number = 0.0
    monitor: str = "loss"


@inputs(
    "network",
    "loss",
    "optimizer",
    "schedule",
    "clip",
    "penalty",
    "proximal",
    "augment",
    "pruning",
    "early_stopping",
    outside=("data", "epochs", "steps", "log_every"),
)
@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to train, on what, and how. A choice is a name, or a pair of a name and its hyperparameters.

    Equal recipes and keys give equal runs. All floats are inputs of the compiled program: changing one compiles
    nothing, and neither do `steps` and `log_every`.

    Attributes:
        data: which data; see `datasets.Data`. May be a data set's name.
        network: an MLP, CNN or RNN.
        loss, optimizer, schedule, clip: names in their registries; schedules count steps, not epochs.
        penalty: regularizers whose cost joins the loss.
        proximal: a regularizer whose proximal step follows each step of the optimizer.
        augment: augmentations of each batch, in this order.
        batch_size: examples per step; None for all. Each epoch is shuffled anew, and what fills no batch is left out.
        steps: length of the run; None for `epochs` times the steps of an epoch.
        log_every: steps between frames of telemetry; None for about twenty frames.
        bootstrap: train on a sample of the training data drawn with replacement, one for each key: bagging.
    """

    data: Data | Pick = "digits"
    network: Network = field(default_factory=MLP)
    loss: Pick = "cross_entropy"
    optimizer: Pick = ("adam", {"learning_rate": 0.003})
    schedule: Pick = "constant"
    clip: Pick | None = None
    penalty: tuple[Pick, ...] = ()
    proximal: Pick | None = None
    augment: tuple[Pick, ...] = ()
    batch_size: int | None = 64
    epochs: int = 10
    steps: int | None = None
    log_every: int | None = None
    pruning: Pruning | None = None
    early_stopping: EarlyStopping | None = None
    bootstrap: bool = False

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("data", self.data if isinstance(self.data, Data) else Data(name=self.data))
        for name in ("loss", "optimizer", "schedule"):
            put(name, Choice.of(getattr(self, name)))
        for name in ("clip", "proximal"):
            given = getattr(self, name)
            put(name, None if given is None else Choice.of(given))
        for name in ("penalty", "augment"):
            put(name, tuple(map(Choice.of, getattr(self, name))))
