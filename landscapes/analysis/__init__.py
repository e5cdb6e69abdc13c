"""What calculus says about a surface: values on a grid, derivatives, curvature, and its critical points.

Every question takes ``fn`` as a static argument and the parameters as traced ones, so a slider never compiles anything.
"""

from landscapes.analysis.calculus import COMPILED_SOON, Eigen, Grid, Taylor, eigen, gradient, grid, hessian
from landscapes.analysis.critical_points import Classification, classify, derivatives, find_critical_points, settle
from landscapes.analysis.maps import DIVERGED, WALKING, Basins, Stability, basin_map, stability_map

__all__ = [
    "COMPILED_SOON",
    "DIVERGED",
    "WALKING",
    "Basins",
    "Classification",
    "Eigen",
    "Grid",
    "Stability",
    "Taylor",
    "basin_map",
    "classify",
    "derivatives",
    "eigen",
    "find_critical_points",
    "gradient",
    "grid",
    "hessian",
    "settle",
    "stability_map",
]
