"""What calculus says about a surface: values on a grid, derivatives, curvature, and its critical points.

Every question takes ``fn`` as a static argument and the parameters as traced ones, so a slider never compiles anything.
"""

from landscapes.analysis.calculus import Eigen, Grid, eigen, gradient, grid, hessian
from landscapes.analysis.critical_points import Classification, classify, find_critical_points

__all__ = [
    "Classification",
    "Eigen",
    "Grid",
    "classify",
    "eigen",
    "find_critical_points",
    "gradient",
    "grid",
    "hessian",
]
