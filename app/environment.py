"""What a deployment may set, read from environment variables once, with names, defaults and ranges in one place.

| variable | default | meaning |
|---|---|---|
| ``BEYOND_FRAME_ANCESTORS`` | ``'self'`` | who may embed the site: sources of CSP frame-ancestors, space-separated |
| ``BEYOND_CACHE_DIR`` | the user's cache folder | where compiled programs are kept between starts; empty for nowhere |
| ``BEYOND_LOG_LEVEL`` | ``info`` | ``debug``, ``info``, ``warning`` or ``error`` |
| ``BEYOND_METRICS_TOKEN`` | none | who sends it as a bearer token may read ``/-/metrics`` from another machine |
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SOURCE = re.compile(r"'self'|'none'|(https?://)?(\*\.)?[A-Za-z0-9.-]+(:\d{1,5}|:\*)?|https?:")
_TOKEN = re.compile(r"[\x21-\x7e]{16,200}")
LEVELS = ("debug", "info", "warning", "error")


class Environment(NamedTuple):
    """The checked settings of a deployment."""

    frame_ancestors: str
    cache_dir: Path | None
    log_level: str
    metrics_token: str | None


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the settings; ValueError names the variable that makes no sense."""
    ancestors = variables.get("BEYOND_FRAME_ANCESTORS", "'self'").strip()
    bad = [source for source in ancestors.split() if not _SOURCE.fullmatch(source)]
    if bad or not ancestors:
        raise ValueError(f"BEYOND_FRAME_ANCESTORS: {bad[0] if bad else 'empty'!r} is no source for frame-ancestors")
    return Environment(ancestors, _cache_dir(variables), _level(variables), _token(variables))


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
