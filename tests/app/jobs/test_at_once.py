"""Nothing waits for ever, however much is under way at once and however few threads XLA's pool has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.environment import DEPLOYMENT
from app.lessons import payloads
from app.web import live

# Whatever can compute at the same time in one process: the workers, the pages that record what trains (others wait for
# those), and the threads of the live route, of which each may have something to compute.
AT_ONCE = DEPLOYMENT.workers + payloads._training._initial_value + live._live_executor._max_workers  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of compiled programs: what one pool has compiled, the others read."""
    return tmp_path_factory.mktemp("compiled")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the threads of the pool are counted in /proc")
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_heavy_work_of_every_kind_at_once_comes_to_an_end(compiled: Path, threads: int) -> None:
    """A program that calls LAPACK waits for the pool inside the pool: with such a one among them, nobody finishes."""
    command = [sys.executable, "-m", "tests.app.jobs.at_once", str(compiled), str(AT_ONCE)]
    ended = subprocess.run(command, env={**os.environ, "NPROC": str(threads)}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == f"{AT_ONCE} done on a pool of {threads}"
