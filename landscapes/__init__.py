"""Where optimizers walk: functions f(x, y) with their provenance and their critical points.

``get`` finds a surface by name, ``parse`` makes one from a reader's formula, and ``analysis`` asks either what calculus
has to say about it: values on a grid, gradients, Hessians, critical points and their kinds.
Everything is a pure function of arrays and runs in the dtype of its input; nothing here knows of optimizers or pages.
"""

from landscapes import analysis
from landscapes.formula import ExpressionError, parse
from landscapes.forward import forward
from landscapes.registry import get, names
from landscapes.surface import CriticalPoint, Param, Surface

__all__ = [
    "CriticalPoint",
    "ExpressionError",
    "Param",
    "Surface",
    "analysis",
    "forward",
    "get",
    "names",
    "parse",
]
