"""Looks at every program that XLA compiles here, or reads from the folder of compiled programs, for what may hang.

On the CPU some calls hand work to XLA's pool of threads and wait for it inside that pool. As many of them at once as it
has threads, and they wait for ever (LAPACK, jaxlib 0.10). So calls out of XLA are forbidden but for those known here.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jax._src import compiler

# Calls and fusions that end up outside of XLA's own code, and why they may.
KNOWN = {
    "TopK": "sorts on the thread that it is called on",
    "__ynn_fusion": "a matrix product or a sum: who waits for a piece of it works on the pieces that nobody has begun",
}
_OUTSIDE = re.compile(r'custom_call_target="([^"]+)"|"kind":"(__[^"]+)"| (fft)\(')

names: Counter[str] = Counter()  # of programs that were looked at
_found: list[str] = []
_here = threading.local()


def calls(text: str) -> set[str]:
    """What a program, given as HLO, calls outside of XLA's own code."""
    return {next(filter(None, groups)) for groups in _OUTSIDE.findall(text)}


def watch() -> None:
    """Look at all programs from now on."""
    if not hasattr(compiler.compile_or_get_cached, "watched"):
        compiler.compile_or_get_cached = _watched(compiler.compile_or_get_cached)


def _watched(compile_or_get_cached: Any) -> Any:
    def watched(*args: Any, **options: Any) -> Any:
        executable = compile_or_get_cached(*args, **options)
        for module in executable.hlo_modules():
            names[module.name] += 1
            if not getattr(_here, "exempt", False):
                _found.extend(
                    f"{module.name} calls {call}" for call in sorted(calls(module.to_string()) - KNOWN.keys())
                )
        return executable

    watched.watched = True  # type: ignore[attr-defined]
    return watched


def complaints() -> list[str]:
    """What was found since this was last asked."""
    found = _found.copy()
    _found.clear()
    return found


@contextmanager
def exempt() -> Iterator[None]:
    """Programs of this thread may call what they like: those that are printed for students run alone, and elsewhere."""
    _here.exempt = True
    try:
        yield
    finally:
        _here.exempt = False
