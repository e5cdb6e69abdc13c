"""Imports point one way: read off the syntax trees, so that an import inside a function counts too."""

import ast
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


def test_no_file_of_app_hides_a_package() -> None:
    """``streamlit run`` puts app/ itself on sys.path, in front of everything."""
    installed = OURS | {"jax", "numpy", "optax", "plotly", "pydantic", "streamlit", "starlette", "safetensors"}
    assert not installed & {path.stem for path in (ROOT / "app").iterdir()}
