"""Skeletons of a lesson, an optimizer and a surface: in a copy of the tree they pass its tests as they stand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.__main__ import FILES, ROOT, next_place, write

COPIED = ("app", "landscapes", "optimizers", "training_lab", "tests", "pyproject.toml")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with a skeleton of each kind, and the lesson's picture."""
    copy = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(source, copy / name, ignore=ignored) if source.is_dir() else shutil.copy(source, copy / name)
    for kind in FILES:
        write(kind, f"my_{kind}", copy)
    run(copy, "-m", "app.lessons.draw_posters", "my_lesson")
    return copy


def run(tree: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=tree, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


def test_the_lesson_passes_all_tests_of_lessons(tree: Path) -> None:
    said = run(
        tree,
        "-m",
        "pytest",
        "-q",
        "tests/app/lessons/test_lessons.py",
        "tests/app/lessons/my_lesson",
        "-k",
        "my_lesson",
    )
    assert "failed" not in said
    assert int(said.rpartition(" passed")[0].split()[-1]) >= 40


def test_the_optimizer_and_the_surface_pass_theirs(tree: Path) -> None:
    places: tuple[str, ...]
    places = ("tests/landscapes/surfaces", "tests/landscapes/test_surfaces.py", "tests/landscapes/test_registry.py")
    said = run(tree, "-m", "pytest", "-q", *places, "-k", "my_surface")
    assert "failed" not in said
    said = run(
        tree,
        "-m",
        "pytest",
        "-q",
        "tests/optimizers/methods",
        "tests/optimizers/test_registry.py",
        "-k",
        "my_optimizer",
    )
    assert "failed" not in said


@pytest.mark.parametrize("name", ["", "9lives", "Two", "a b", "../up", "class", "a__b", "é"])
def test_a_name_that_is_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"NAME: .* is no name"):
        write("lesson", name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_that_exists_is_overwritten() -> None:
    with pytest.raises(ValueError, match=r"NAME: app/lessons/race/.* is there already"):
        write("lesson", "race", ROOT)


def test_a_new_lesson_comes_behind_the_others_of_its_part() -> None:
    from app.lessons import registry

    orders = [lesson.order for lesson in registry.by_part()["Terrain"]]
    assert next_place(ROOT) == {"part": "Terrain", "order": str(max(orders) + 1)}
