"""Discovery of surfaces: every module of ``landscapes.surfaces`` holds one, under the name ``SURFACE``.

Adding a file adds a surface. A module that fails to import, holds no surface or repeats a name stops everything:
a landscape that silently vanishes from the site would be harder to notice than an error.
"""

import importlib
import pkgutil
from types import ModuleType

from landscapes import surfaces
from landscapes.surface import TERRAINS, Surface


def discover(package: ModuleType) -> dict[str, Surface]:
    """All surfaces of a package by name, ordered by terrain (kindest first), then by name.

    Raises AttributeError for a module without ``SURFACE`` and ValueError for a name that is taken.
    """
    found: dict[str, Surface] = {}
    for module in pkgutil.iter_modules(package.__path__):
        surface = importlib.import_module(f"{package.__name__}.{module.name}").SURFACE
        if surface.name in found:
            raise ValueError(f"two modules of {package.__name__} hold a surface named {surface.name!r}")
        found[surface.name] = surface
    return dict(sorted(found.items(), key=lambda item: (TERRAINS.index(item[1].terrain), item[0])))


_SURFACES = discover(surfaces)


def names() -> tuple[str, ...]:
    """The names of all surfaces, ordered by terrain."""
    return tuple(_SURFACES)


def get(name: str) -> Surface:
    """The surface of that name. Raises KeyError, listing the known names, if there is none."""
    if name not in _SURFACES:
        raise KeyError(f"unknown surface {name!r}; known: {', '.join(_SURFACES)}")
    return _SURFACES[name]
