"""A small picture of a lesson for the home page: banded terrain with the trails on it, as WebP."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageColor, ImageDraw

SIZE = (560, 350)
SUPERSAMPLED = 2  # drawn larger and scaled down: Pillow's lines have no smooth edges of their own
BANDS = 14
LOW, HIGH = np.array([0x8F, 0xA9, 0xBC]), np.array([0xF1, 0xEC, 0xE0])


def poster(heights: np.ndarray, trails: Sequence[np.ndarray], colors: Sequence[str]) -> bytes:
    """Draw heights [n, n] in bands, row 0 at the bottom, and over it trails [points, 2] in units of the square [0, 1].

    Returns the WebP's bytes; points that are not finite end a trail.
    """
    width, height = (side * SUPERSAMPLED for side in SIZE)
    top = Image.fromarray(heights[::-1].astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC)
    picture = Image.fromarray(_banded(np.asarray(top)))
    draw = ImageDraw.Draw(picture)
    for trail, color in zip(trails, colors, strict=True):
        points = [(x * width, (1 - y) * height) for x, y in trail[np.isfinite(trail).all(axis=1)]]
        _trail(draw, points, color)
    out = BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(out, "WEBP", quality=85, method=6)  # a fifth of a PNG
    return out.getvalue()


def _banded(heights: np.ndarray) -> np.ndarray:
    """Colours [rows, columns, 3] in equal bands of height, each band's edge a little darker: the isolines."""
    span = np.ptp(heights) or 1.0
    level = (heights - heights.min()) / span * BANDS
    shade = (np.floor(level) / BANDS)[..., None]
    color = LOW * (1 - shade) + HIGH * shade
    slope = np.hypot(*np.gradient(level))
    edge = np.abs(level - np.round(level)) < 1.2 * slope  # a line of even width, however flat the ground
    found: np.ndarray = np.where(edge[..., None], color * 0.82, color).astype(np.uint8)
    return found


def _trail(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], color: str) -> None:
    if len(points) < 2:
        return
    draw.line(points, fill="#14202b", width=11, joint="curve")
    draw.line(points, fill=color, width=7, joint="curve")
    x, y = points[-1]
    draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=ImageColor.getrgb(color), outline="#14202b", width=4)
