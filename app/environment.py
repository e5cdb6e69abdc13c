"""What a deployment may set, read from environment variables once, with names, defaults and ranges in one place.

| variable | default | meaning |
|---|---|---|
| ``BEYOND_FRAME_ANCESTORS`` | ``'self'`` | who may embed the site: sources of CSP frame-ancestors, space-separated |
| ``BEYOND_CACHE_DIR`` | the user's cache folder | where compiled programs are kept between starts; empty for nowhere |
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SOURCE = re.compile(r"'self'|'none'|(https?://)?(\*\.)?[A-Za-z0-9.-]+(:\d{1,5}|:\*)?|https?:")


class Environment(NamedTuple):
    """The checked settings of a deployment."""

    frame_ancestors: str
    cache_dir: Path | None


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read the settings; ValueError names the variable that makes no sense."""
    ancestors = variables.get("BEYOND_FRAME_ANCESTORS", "'self'").strip()
    bad = [source for source in ancestors.split() if not _SOURCE.fullmatch(source)]
    if bad or not ancestors:
        raise ValueError(f"BEYOND_FRAME_ANCESTORS: {bad[0] if bad else 'empty'!r} is no source for frame-ancestors")
    return Environment(ancestors, _cache_dir(variables))


def _cache_dir(variables: Mapping[str, str]) -> Path | None:
    given = variables.get("BEYOND_CACHE_DIR")
    if given == "":
        return None
    base = variables.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(given or Path(base) / "beyond-backprop").expanduser()
