"""Imports point one way: read off the syntax trees, so that an import inside a function counts too."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"landscapes", "optimizers", "training_lab", "app"}
MAY_IMPORT = {
    "landscapes": set(),
    "optimizers": set(),
    "training_lab": {"optimizers"},
    "app": {"landscapes", "optimizers", "training_lab"},
}
# A library, and where alone it may be imported.
KEPT_IN = {
    "streamlit": ("app/",),
    "starlette": ("app/",),
    "plotly": ("app/figures/", "app/stage/"),
}


# The rooms of app/ from the ground up: each may use those below it. Circles are none, type-checking imports included.
FLOORS = (
    "environment",
    "operations",
    "jobs",
    "compute",
    "figures",
    "stage",
    "settings",
    "contract",
    "training",
    "trajectories",
    "lessons",
    "state",
    "ui",
    "web",
    "server",
    "main",
    "deploy",
)


def sources() -> list[Path]:
    return sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Top-level names of the packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they point"
            yield (node.module or "").partition(".")[0]


def test_there_are_sources() -> None:
    assert len(sources()) > 30


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    place = str(path.relative_to(ROOT))
    names = set(imported(path))
    assert names & OURS <= MAY_IMPORT[room] | {room}
    for library, rooms in KEPT_IN.items():
        assert library not in names or place.startswith(rooms), f"{place} imports {library}"
    assert not names & {"torch", "pytest", "hypothesis"}


def rooms(path: Path) -> Iterator[str]:
    """The rooms of app/ that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("app."))
        elif isinstance(node, ast.ImportFrom) and node.module == "app":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("app."):
            yield node.module.split(".")[1]


def app_sources() -> list[Path]:
    return [path for path in sources() if path.is_relative_to(ROOT / "app") and path.parent != ROOT / "app"]


@pytest.mark.parametrize("path", app_sources(), ids=lambda path: str(path.relative_to(ROOT / "app")))
def test_no_room_uses_one_above_it(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT / "app").parts[0])
    assert set(rooms(path)) <= set(FLOORS[: floor + 1])


def test_every_room_has_a_floor() -> None:
    found = {path.stem for path in (ROOT / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == set(FLOORS)


def test_no_lesson_uses_another_one() -> None:
    """What two lessons need has a room of its own."""
    for path in app_sources():
        room, *inside = path.relative_to(ROOT / "app").parts
        if room != "lessons" or len(inside) < 2:
            continue
        modules = [
            node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
        ]
        used = {module.split(".")[2] for module in modules if module.startswith("app.lessons.")}
        assert used <= {inside[0]}, f"{path} uses {used - {inside[0]}}"


def test_no_file_of_app_hides_a_package() -> None:
    """``streamlit run`` puts app/ itself on sys.path, in front of everything."""
    installed = OURS | {"jax", "numpy", "optax", "plotly", "pydantic", "streamlit", "starlette", "safetensors"}
    found = {path.stem for path in (ROOT / "app").iterdir()} - {"__init__"}
    assert not (installed | sys.stdlib_module_names) & found
    assert "pages" not in found, "Streamlit makes pages of the files in a folder of this name"
