"""Write the skeleton of a lesson, an optimizer or a surface; nothing that exists is overwritten."""

import argparse
import keyword
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

# Where each template of a kind goes.
FILES: Mapping[str, Mapping[str, str]] = {
    "lesson": {
        "__init__.py": "app/lessons/{name}/__init__.py",
        "settings.py": "app/lessons/{name}/settings.py",
        "record.py": "app/lessons/{name}/record.py",
        "code.py": "app/lessons/{name}/code.py",
        "lesson.py": "app/lessons/{name}/lesson.py",
        "test.py": "tests/app/lessons/{name}/test_{name}.py",
    },
    "optimizer": {
        "optimizer.py": "optimizers/methods/{name}.py",
        "test.py": "tests/optimizers/methods/test_{name}.py",
    },
    "surface": {
        "surface.py": "landscapes/surfaces/{name}.py",
        "test.py": "tests/landscapes/surfaces/test_{name}.py",
    },
}
NEXT = {
    "lesson": "Next: python -m app.lessons.draw_posters draws its picture for the front page, as make new-lesson does; "
    "python -m pytest tests/app/lessons -k {name} tests it.",
    "optimizer": "Next: python -m tests.optimizers.make_torch_trajectories and python -m tests.optimizers.agreement "
    "(make parity installs torch) write what PyTorch does and the page of proof anew.",
    "surface": "Next: list every critical point in the drawn square; the tests check gradient and Hessian at each.",
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m scaffold", description=__doc__)
    parser.add_argument("kind", choices=FILES)
    parser.add_argument("name", help="as in the address: lower case, words joined by underscores")
    parser.add_argument("--into", type=Path, default=ROOT, help="the root of the checkout")
    given = parser.parse_args(arguments)
    try:
        written = write(given.kind, given.name, given.into)
    except ValueError as problem:
        parser.error(str(problem))
    print("\n".join(f"wrote {path}" for path in written), NEXT[given.kind].format(name=given.name), sep="\n")


def write(kind: str, name: str, root: Path) -> list[str]:
    """Write the files of a skeleton and return their paths; ValueError says what is wrong with the name."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ValueError(f"NAME: {name!r} is no name: lower case letters and digits, words joined by underscores")
    paths = {template: target.format(name=name) for template, target in FILES[kind].items()}
    there = [path for path in paths.values() if (root / path).exists()]
    if there:
        raise ValueError(f"NAME: {', '.join(there)} is there already")
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "camel": name.title().replace("_", "")}
    place = next_place(root) if kind == "lesson" else {}
    for template, path in paths.items():
        text = (TEMPLATES / kind / f"{template}.txt").read_text()
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.format(**words, **place, year=date.today().year))
    return list(paths.values())


def next_place(root: Path) -> dict[str, str]:
    """The part of the lecture for a new lesson, and the first place in it that no lesson has."""
    records = [path.read_text() for path in (root / "app" / "lessons").glob("*/lesson.py")]
    orders = [int(re.search(r"order=(\d+)", text)[1]) for text in records if 'part="Terrain"' in text]  # type: ignore[index]
    return {"part": "Terrain", "order": str(max(orders, default=0) + 1)}


if __name__ == "__main__":
    main(sys.argv[1:])
