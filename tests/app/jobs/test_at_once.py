"""Nothing waits for ever, however much is under way at once and however few threads XLA's pool has."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from app.environment import DEPLOYMENT
from app.lessons import payloads
from app.web import live

# Whatever can compute at the same time in one process: the workers, the pages that record what trains (others wait for
# those), and the threads of the live route, of which each may have something to compute.
AT_ONCE = DEPLOYMENT.workers + payloads._training._initial_value + live._live_executor._max_workers  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[int, CompletedProcess[str]]:
    """How it ended on a pool of one, two and four threads. What the first has compiled, the others read."""
    folder = str(tmp_path_factory.mktemp("compiled"))

    def run(threads: int) -> CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.app.jobs.at_once", folder, str(AT_ONCE)]
        environment = {**os.environ, "NPROC": str(threads)}
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    first = run(2)
    with ThreadPoolExecutor() as executor:
        return {2: first, **dict(zip((1, 4), executor.map(run, (1, 4)), strict=True))}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the threads of the pool are counted in /proc")
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_heavy_work_of_every_kind_at_once_comes_to_an_end(ends: dict[int, CompletedProcess[str]], threads: int) -> None:
    """A program that calls LAPACK waits for the pool inside the pool: with such a one among them, nobody finishes."""
    assert ends[threads].returncode == 0, ends[threads].stderr
    assert ends[threads].stdout.strip() == f"{AT_ONCE} done on a pool of {threads}"
