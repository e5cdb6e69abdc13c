"""What 200 addresses show, so that links go on to show it; ``python -m tests.app.lessons.addresses`` writes it.

An address is kept as its lesson and query; of what it shows, the panels, and of each array its shape and some of its
values. Arrays whose values depend on how XLA compiles are kept with their shape alone: all is computed twice, with and
without optimization, and what differs is left out.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.contract.lesson import Lesson
from app.lessons import payloads, registry
from app.settings.model import Settings

FILE = Path(__file__).with_name("addresses.json")
COUNT = 200
PLAIN = "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=0"
PLACES = 5  # values kept of an array, from its first to its last
DIGITS = 4


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Every preset, and as many of them with another value of one setting as it takes."""
    presets = [(record, dict(preset.settings)) for record in registry.lessons().values() for preset in record.presets]
    yield from ((record.name, query) for record, query in presets)
    dice = random.Random(0)
    for _ in range(COUNT - len(presets)):
        record, query = dice.choice([each for each in presets if not each[0].work(each[0].Experiment.parse(each[1]))])
        numbers = sorted(record.Experiment.parse(query).values().items())
        name, value = dice.choice(numbers)
        yield record.name, record.Experiment.parse_lenient(query | {name: f"{0.9 * value:.6g}"})[0].query()


def shown(record: Lesson[Any], experiment: Settings) -> dict[str, Any]:
    """The panels of a setting, and of each array the shape and some values."""
    arrays = payloads.recording(record, experiment).arrays
    panels = [panel.id for panel in record.scene(experiment.scene_settings()).panels]
    return {"panels": panels, "arrays": {name: summary(array) for name, array in sorted(arrays.items())}}


def summary(array: np.ndarray) -> dict[str, Any]:
    flat = array.ravel()
    places = np.linspace(0, len(flat) - 1, PLACES).round().astype(int) if len(flat) else []
    return {"shape": list(array.shape), "values": [_number(flat[place]) for place in places]}


def _number(value: Any) -> float | None:
    return float(f"{float(value):.{DIGITS}g}") if np.isfinite(value) else None


def everything() -> list[dict[str, Any]]:
    found = []
    for name, query in addresses():
        record = registry.get(name)
        found.append({"lesson": name, "query": query} | shown(record, record.Experiment.parse(query)))
    return found


def agreeing(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What both show, with the values of arrays that are the same in both."""
    for first, second in zip(one, other, strict=True):
        for name, array in first["arrays"].items():
            if not same(array["values"], second["arrays"][name]["values"]):
                del array["values"]
    return one


def same(values: list[float | None], others: list[float | None]) -> bool:
    """Whether values agree as far as they are kept."""
    numbers = [np.array([np.nan if value is None else value for value in each]) for each in (values, others)]
    return np.allclose(*numbers, rtol=2e-3, atol=1e-6, equal_nan=True)


def recorded(record: Lesson[Any], query: dict[str, str]) -> dict[str, Any] | None:
    """What an address showed when the file was written; None for one that it does not hold."""
    return _by_address().get((record.name, tuple(sorted(query.items()))))


@cache
def _by_address() -> dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Any]]:
    return {(each["lesson"], tuple(sorted(each["query"].items()))): each for each in json.loads(FILE.read_text())}


def others() -> list[tuple[str, dict[str, str]]]:
    """The addresses in the file that are no preset."""
    presets = {
        (record.name, tuple(sorted(p.settings.items())))
        for record in registry.lessons().values()
        for p in record.presets
    }
    return [(name, dict(query)) for name, query in _by_address() if (name, query) not in presets]


def differences(record: Lesson[Any], experiment: Settings, before: dict[str, Any]) -> list[str]:
    """What an address shows otherwise than it did."""
    now = shown(record, experiment)
    found = [] if now["panels"] == before["panels"] else [f"panels {now['panels']}, not {before['panels']}"]
    for name, array in before["arrays"].items():
        if name not in now["arrays"]:
            found.append(f"no array {name}")
        elif now["arrays"][name]["shape"] != array["shape"]:
            found.append(f"{name} {now['arrays'][name]['shape']}, not {array['shape']}")
        elif "values" in array and not same(now["arrays"][name]["values"], array["values"]):
            found.append(f"{name}: {now['arrays'][name]['values']}, not {array['values']}")
    return found


def main() -> None:
    both = []
    for flags in (PLAIN, ""):
        command = [
            sys.executable,
            "-c",
            "import json; from tests.app.lessons import addresses as a; print(json.dumps(a.everything()))",
        ]
        done = subprocess.run(command, env=os.environ | {"XLA_FLAGS": flags}, stdout=subprocess.PIPE, check=True)
        both.append(json.loads(done.stdout))
    lines = [json.dumps(each, separators=(",", ":")) for each in agreeing(*both)]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
