"""``python -m tests.benchmarks [engine] [lab] [site] [stage] [load]``: measure and print a table; no assertions."""

import sys
from collections.abc import Callable, Iterable
from itertools import chain

from tests.benchmarks import engine, lab, load, site, stage
from tests.benchmarks.report import Row, table

PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "engine": engine.run,
    "lab": lab.run,
    "site": site.run,
    "stage": stage.run,
    "load": load.run,
}


def main(chosen: list[str]) -> None:
    unknown = set(chosen) - PARTS.keys()
    if unknown:
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    print(table(chain.from_iterable(PARTS[name]() for name in chosen or PARTS)))


if __name__ == "__main__":
    main(sys.argv[1:])
