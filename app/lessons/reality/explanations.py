"""What is said in several views of a landscape: the note, numbers of cuts, and the rule of filters."""

import numpy as np

from app.contract.lesson import Formula
from app.lessons.reality import loss_slices

NOTE = (
    f"All losses are those of the first {loss_slices.EXAMPLES} training digits, without dropping or averaging over "
    "anything random; batch normalisation keeps the statistics of the end. A slice shows two of thousands of "
    "directions: what is low here may have a way down elsewhere, and a path that leaves the plane walks over heights "
    "that are not drawn. That is why a path need not agree with the contours under it: its panel says which share of "
    "a point's distance to the end lies off the plane (dotted: off a random plane, nearly all of it). Training never "
    "comes to rest: even at its end the best step along the gradient would gain a tenth of the loss. A point is a "
    "slope where it would gain a quarter; else it is like a saddle if the most negative eigenvalue that thirty "
    "Lanczos steps find is beyond a hundredth of the largest one, and like a minimum if not."
)


def change(lines: np.ndarray) -> float:
    """The largest change of a loss by rescaling, as a share of the loss."""
    return float(np.max(np.abs(lines[1] / lines[0] - 1)))


def at(cut: np.ndarray, x: float) -> float:
    """A cut from -1 to 1 at a step."""
    return float(cut[round((x + 1) / 2 * (len(cut) - 1))])


def filters() -> Formula:
    symbols = r"\delta_{i} \leftarrow \frac{\delta_{i}}{\|\delta_{i}\|}\, \|\theta^*_{i}\|"
    note = (
        "For each unit i the direction's weights are made as long as the network's own; biases stay where they are. "
        "A step of 1 then means as much in every layer, and rescaling a network changes nothing."
    )
    return Formula("Filter normalisation", symbols, "", note)
