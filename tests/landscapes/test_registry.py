"""Discovery: every file is found, and nothing that is wrong with one goes unnoticed."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import landscapes
from landscapes.registry import discover
from landscapes.surface import TERRAINS

MakePackage = Callable[..., ModuleType]


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePackage]:
    """Makes an importable package out of sources, and forgets it afterwards."""

    def make(**modules: str) -> ModuleType:
        folder = tmp_path / "sandbox_surfaces"
        folder.mkdir()
        (folder / "__init__.py").touch()
        for name, source in modules.items():
            (folder / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(str(tmp_path))
        return importlib.import_module(folder.name)

    yield make
    for name in [name for name in sys.modules if name.startswith("sandbox_surfaces")]:
        del sys.modules[name]


def test_every_module_is_registered_under_its_own_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(landscapes.registry.surfaces.__path__)}
    assert modules == set(landscapes.names())
    for name in landscapes.names():
        assert landscapes.get(name).name == name


def test_every_terrain_is_covered_and_names_follow_their_order() -> None:
    terrains = [landscapes.get(name).terrain for name in landscapes.names()]
    assert set(terrains) == set(TERRAINS)
    assert all(terrains.count(terrain) >= 3 for terrain in TERRAINS)
    assert terrains == sorted(terrains, key=TERRAINS.index)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(KeyError) as error:
        landscapes.get("nope")
    assert "nope" in str(error.value)
    assert all(name in str(error.value) for name in landscapes.names())


def test_duplicate_name_is_refused(make_package: MakePackage) -> None:
    source = "from landscapes.surfaces.bowl import SURFACE"
    with pytest.raises(ValueError, match="'bowl'"):
        discover(make_package(first=source, second=source))


def test_module_without_a_surface_is_refused(make_package: MakePackage) -> None:
    with pytest.raises(AttributeError, match="SURFACE"):
        discover(make_package(empty=""))


def test_import_errors_surface(make_package: MakePackage) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        discover(make_package(broken="import no_such_module"))


def test_surfaces_compare_by_identity() -> None:
    bowl = landscapes.get("bowl")
    assert bowl is landscapes.get("bowl")
    assert len({landscapes.get(name) for name in landscapes.names()}) == len(landscapes.names())
