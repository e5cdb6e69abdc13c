"""What a deployment may set, read from environment variables once, with names, defaults and ranges in one place.

| variable | default | meaning |
|---|---|---|
| ``BEYOND_FRAME_ANCESTORS`` | ``'self'`` | who may embed the site: sources of CSP frame-ancestors, space-separated |
| ``BEYOND_CACHE_DIR`` | the user's cache folder | where compiled programs are kept between starts; empty for nowhere |
| ``BEYOND_LOG_LEVEL`` | ``info`` | ``debug``, ``info``, ``warning`` or ``error`` |
| ``BEYOND_METRICS_TOKEN`` | none | who sends it as a bearer token may read ``/-/metrics`` from another machine |
| ``BEYOND_DEVELOPMENT`` | 0 | 1 to check every picture against its lesson's contract, and to reload what changes |
| ``BEYOND_WARM_PRESETS`` | 1 | 0 to compile what presets need only when somebody asks for one |
| ``BEYOND_WORKERS`` | 2 | heavy runs at the same time, and processes for them, 1 to 64 |
| ``BEYOND_QUEUE`` | 64 | heavy runs under way and waiting, 1 to 1000 |
| ``BEYOND_RESULTS_MB`` | 256 | what is kept of heavy runs, 16 to 16384 |
| ``BEYOND_PICTURES_MB`` | 128 | what is kept of pictures, 16 to 16384 |
| ``BEYOND_MEMORY_MB`` | 1500 | size of all processes from which on compiled programs are let go, 720 to 65536 |
| ``BEYOND_FORMULAS`` | 32 | formulas whose compiled programs are kept, 1 to 1000 |
| ``BEYOND_QUERY_CHARS`` | 4000 | length of an address that is read, 1000 to 8000 |
| ``BEYOND_TABLE_KB`` | 1024 | size of an uploaded table, 1 to 2048 |
| ``BEYOND_TABLE_ROWS`` | 2000 | rows of an uploaded table, 10 to 20000 |
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SOURCE = re.compile(r"'self'|'none'|(https?://)?(\*\.)?[A-Za-z0-9.-]+(:\d{1,5}|:\*)?|https?:")
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]{16,200}")
LEAST_MB = 400  # that the process of the site needs
LEAST_WORKER_MB = 320  # and each worker process: 210 when it starts, and room for some programs
WORKERS_SHARE = 0.6  # of the memory, for all worker processes together
LEVELS = ("debug", "info", "warning", "error")


class Bound(NamedTuple):
    """A whole number that a deployment may set."""

    default: int
    low: int
    high: int


BOUNDS = {
    "BEYOND_DEVELOPMENT": Bound(0, 0, 1),
    "BEYOND_WARM_PRESETS": Bound(1, 0, 1),
    "BEYOND_WORKERS": Bound(2, 1, 64),
    "BEYOND_QUEUE": Bound(64, 1, 1_000),
    "BEYOND_RESULTS_MB": Bound(256, 16, 16_384),
    "BEYOND_PICTURES_MB": Bound(128, 16, 16_384),
    "BEYOND_MEMORY_MB": Bound(1_500, 720, 65_536),
    "BEYOND_FORMULAS": Bound(32, 1, 1_000),
    "BEYOND_QUERY_CHARS": Bound(4_000, 1_000, 8_000),
    "BEYOND_TABLE_KB": Bound(1_024, 1, 2_048),
    "BEYOND_TABLE_ROWS": Bound(2_000, 10, 20_000),
}


class Environment(NamedTuple):
    """The checked settings of a deployment."""

    frame_ancestors: str
    cache_dir: Path | None
    log_level: str
    metrics_token: str | None
    development: int
    warm_presets: int
    workers: int
    queue: int
    results_mb: int
    pictures_mb: int
    memory_mb: int
    formulas: int
    query_chars: int
    table_kb: int
    table_rows: int

    @property
    def worker_mb(self) -> float:
        """What a worker process may have of the memory."""
        return max(LEAST_WORKER_MB, WORKERS_SHARE * self.memory_mb / self.workers)

    @property
    def site_mb(self) -> float:
        """What the workers leave to the process of the site."""
        return self.memory_mb - self.workers * self.worker_mb


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the settings; ValueError names the variable that makes no sense."""
    ancestors = variables.get("BEYOND_FRAME_ANCESTORS", "'self'").strip()
    bad = [source for source in ancestors.split() if not _SOURCE.fullmatch(source)]
    if bad or not ancestors:
        raise ValueError(f"BEYOND_FRAME_ANCESTORS: {bad[0] if bad else 'empty'!r} is no source for frame-ancestors")
    numbers = {name.removeprefix("BEYOND_").lower(): _number(name, variables) for name in BOUNDS}
    least = LEAST_MB + numbers["workers"] * LEAST_WORKER_MB
    if numbers["memory_mb"] < least:
        raise ValueError(
            f"BEYOND_MEMORY_MB: {numbers['memory_mb']} is too little for BEYOND_WORKERS={numbers['workers']}; "
            f"{least} is the least"
        )
    return Environment(ancestors, _cache_dir(variables), _level(variables), _token(variables), **numbers)


def _number(name: str, variables: Mapping[str, str]) -> int:
    given, (default, low, high) = variables.get(name, "").strip(), BOUNDS[name]
    if not given:
        return default
    if not _WHOLE.fullmatch(given) or not low <= int(given) <= high:
        raise ValueError(f"{name}: {given!r} is no whole number from {low} to {high}")
    return int(given)


def _level(variables: Mapping[str, str]) -> str:
    level = variables.get("BEYOND_LOG_LEVEL", "info").strip().lower()
    if level not in LEVELS:
        raise ValueError(f"BEYOND_LOG_LEVEL: {level!r} is none of {', '.join(LEVELS)}")
    return level


def _token(variables: Mapping[str, str]) -> str | None:
    token = variables.get("BEYOND_METRICS_TOKEN", "")
    if token and not _TOKEN.fullmatch(token):
        raise ValueError("BEYOND_METRICS_TOKEN: 16 to 200 printable characters without spaces are needed")
    return token or None


def _cache_dir(variables: Mapping[str, str]) -> Path | None:
    given = variables.get("BEYOND_CACHE_DIR")
    if given == "":
        return None
    base = variables.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(given or Path(base) / "beyond-backprop").expanduser()


def _for_this_process() -> Environment:
    try:
        return read()
    except ValueError as nonsense:
        raise SystemExit(f"The site does not start. {nonsense}") from None


DEPLOYMENT = _for_this_process()
