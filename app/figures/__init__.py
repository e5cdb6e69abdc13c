"""Builders of the static part of a figure: one kind per file, arrays in float32, colours left to the browser."""

from app.figures.axes import axes, matrix, rows
from app.figures.bars import bars
from app.figures.contour import contour
from app.figures.curves import curves
from app.figures.poster import poster
from app.figures.relief import relief
from app.figures.tree import tree

__all__ = ["axes", "bars", "contour", "curves", "matrix", "poster", "relief", "rows", "tree"]
