"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

from app.compute.maps import Basins, basins
from app.compute.pages import VIEWING, payload, poster, recording, scene
from app.compute.terrain import Drawn, Numbers, Terrain, View, critical_point, curvatures, drawn, landscape, terrain
from app.compute.walks import Walks, contraction, walks

__all__ = [
    "VIEWING",
    "Basins",
    "Drawn",
    "Numbers",
    "Terrain",
    "View",
    "Walks",
    "basins",
    "contraction",
    "critical_point",
    "curvatures",
    "drawn",
    "landscape",
    "payload",
    "poster",
    "recording",
    "scene",
    "terrain",
    "walks",
]
