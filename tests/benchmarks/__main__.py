"""``python -m tests.benchmarks [engine] [methods] [maps] ...``: measure the parts named, or all, and print a table.

Nothing is asserted.
"""

import sys
from collections.abc import Callable, Iterable
from itertools import chain

from tests.benchmarks import engine, failover, lab, lessons, load, maps, methods, site, stage, trainings
from tests.benchmarks.report import Row, table

PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "engine": engine.run,
    "methods": methods.run,
    "maps": maps.run,
    "lab": lab.run,
    "site": site.run,
    "stage": stage.run,
    "lessons": lessons.run,
    "load": load.run,
    "failover": failover.run,
    "trainings": trainings.run,
}


def main(chosen: list[str]) -> None:
    unknown = set(chosen) - PARTS.keys()
    if unknown:
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    print(table(chain.from_iterable(PARTS[name]() for name in chosen or PARTS)))


if __name__ == "__main__":
    main(sys.argv[1:])
