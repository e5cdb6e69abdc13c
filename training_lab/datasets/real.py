"""Real data that scikit-learn carries inside its package: nothing is fetched from a network."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from training_lab.datasets.dataset import Dataset, Source

UCI = "UCI Machine Learning Repository"


@lru_cache(maxsize=8)
def _load(loader: str) -> Any:
    # Imported here, since scikit-learn takes a second that a page without real data should not wait for.
    from sklearn import datasets

    return getattr(datasets, loader)()


def _of(loader: str, source: str, shape: tuple[int, ...] = ()) -> Callable[..., Dataset]:
    def make(rng: np.random.Generator) -> Dataset:
        bunch = _load(loader)
        classes = len(bunch.target_names) if "target_names" in bunch else 0
        return Dataset(
            x=bunch.data.astype(float).reshape(len(bunch.data), *(shape or bunch.data.shape[1:])),
            y=bunch.target.astype(int) if classes else bunch.target.astype(float)[:, None],
            name=loader.removeprefix("load_"),
            source=source,
            classes=classes,
            feature_names=tuple(map(str, bunch.feature_names)),
            class_names=tuple(map(str, bunch.target_names)) if classes else (),
        )

    return make


_DIGITS = f"E. Alpaydin, C. Kaynak (1998), Optical recognition of handwritten digits, {UCI}"
_IRIS = "R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7"
_WINE = f"M. Forina et al. (1991), Wine recognition data, {UCI}"
_CANCER = f"W. N. Street, W. H. Wolberg, O. L. Mangasarian (1993), Breast cancer Wisconsin (diagnostic), {UCI}"
_DIABETES = "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004), Least angle regression, Annals of Statistics 32"

DIGITS = Source(
    name="digits",
    title="Digits",
    hypers={},
    make=_of("load_digits", _DIGITS, shape=(8, 8, 1)),
    kind="real",
    rule=r"x \in [0, 16]^{8 \times 8}, \quad y \in \{0, \dots, 9\}",
    summary="1797 handwritten digits of 8 x 8 pixels. Three pixels are blank in all of them.",
    reference=_DIGITS,
    year=1998,
)
IRIS = Source(
    name="iris",
    title="Iris",
    hypers={},
    make=_of("load_iris", _IRIS),
    kind="real",
    rule=r"x \in \mathbb R^4, \quad y \in \{0, 1, 2\}",
    summary="150 flowers, four lengths in centimetres, three species.",
    reference=_IRIS,
    year=1936,
)
WINE = Source(
    name="wine",
    title="Wine",
    hypers={},
    make=_of("load_wine", _WINE),
    kind="real",
    rule=r"x \in \mathbb R^{13}, \quad y \in \{0, 1, 2\}",
    summary="178 wines, 13 chemical measures on scales from 0.1 to 1000: as ill-conditioned as nature makes it.",
    reference=_WINE,
    year=1991,
)
BREAST_CANCER = Source(
    name="breast_cancer",
    title="Breast cancer",
    hypers={},
    make=_of("load_breast_cancer", _CANCER),
    kind="real",
    rule=r"x \in \mathbb R^{30}, \quad y \in \{0, 1\}",
    summary="569 tumours, 30 measures of cell nuclei, malignant or benign.",
    reference=_CANCER,
    year=1993,
)
DIABETES = Source(
    name="diabetes",
    title="Diabetes",
    hypers={},
    make=_of("load_diabetes", _DIABETES),
    kind="real",
    rule=r"x \in \mathbb R^{10}, \quad y \in [25, 346]",
    summary="442 patients, ten measures, and how far the disease had come a year later: a regression.",
    reference=_DIABETES,
    year=2004,
)
SOURCES = (DIGITS, IRIS, WINE, BREAST_CANCER, DIABETES)
