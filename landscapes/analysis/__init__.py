"""What calculus says about a surface: values on a grid, derivatives, curvature, and its critical points.

Every question takes ``fn`` as a static argument and the parameters as traced ones, so a slider never compiles anything.
"""

from landscapes.analysis.calculus import Eigen, Grid, Taylor, eigen, gradient, grid, hessian
from landscapes.analysis.critical_points import Classification, classify, derivatives, find_critical_points

__all__ = [
    "Classification",
    "Eigen",
    "Grid",
    "Taylor",
    "classify",
    "derivatives",
    "eigen",
    "find_critical_points",
    "gradient",
    "grid",
    "hessian",
]
