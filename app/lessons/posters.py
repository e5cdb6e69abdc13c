"""The lessons' pictures on the home page, drawn before anybody asks (``app.lessons.draw_posters``).

So the first visitor of a new server sees them at once: some show networks that take seconds to train and compile.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent
FAR = 48  # levels of 255 by which a channel of a pixel is plainly another
ALIKE = 0.02  # share of such pixels up to which two pictures show the same: training rounds otherwise on other machines


def kept(name: str) -> bytes | None:
    """The picture of a lesson, WebP; None if it has not been drawn yet."""
    file = FOLDER / name / "poster.webp"
    return file.read_bytes() if file.exists() else None


def keep(name: str, picture: bytes) -> None:
    (FOLDER / name / "poster.webp").write_bytes(picture)


def apart(one: bytes, other: bytes) -> float:
    """Share of the pixels that are plainly another in one picture than in the other; 1 for pictures of other sizes."""
    first, second = (np.asarray(Image.open(BytesIO(each)).convert("RGB"), np.int16) for each in (one, other))
    return float((np.abs(first - second).max(axis=2) > FAR).mean()) if first.shape == second.shape else 1.0
