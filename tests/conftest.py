"""Strict for every test: types of arrays are checked, dtypes never promote by accident, ranks never broadcast.

And no program may hang: each is looked at after it was compiled.
"""

from collections.abc import Iterator
from itertools import groupby

import jax
import jaxtyping
import pytest

from tests import compiled, sample

# Annotations of shapes and dtypes become assertions, in tests only: at run time they cost a slider's immediacy.
jaxtyping.install_import_hook(["landscapes", "optimizers", "training_lab"], "beartype.beartype")

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")

compiled.watch()


@pytest.fixture(autouse=True)
def no_program_waits_for_the_pool() -> Iterator[None]:
    """Whatever a test has compiled: see ``tests.compiled``."""
    yield
    assert not compiled.complaints()


LONGEST = ("test_agreement.py", "test_lessons.py")  # everything against torch, and every preset of every lesson


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not of this run's sample, and put the files in order."""
    asked = sample.asked(items, config.rootpath, sample.moving()) if sample.SAMPLED else items
    left_out = set(items) - set(asked)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    in_order(items)


def in_order(items: list[pytest.Item]) -> None:
    """Files that wait for a browser between files that compute, so that workers side by side keep the processor busy.

    Those that take longest come first: nobody should wait for them in the end.
    """
    files = [list(tests) for _, tests in groupby(items, lambda item: item.path)]

    def place(rank: int, of: int) -> float:
        return (rank + 0.5) / of

    waiting = [file for file in files if "browser" in file[0].path.parts]
    computing = [file for file in files if "browser" not in file[0].path.parts]
    computing.sort(key=lambda file: file[0].path.name not in LONGEST)
    ranked = [(place(rank, len(kind)), file) for kind in (waiting, computing) for rank, file in enumerate(kind)]
    items[:] = [item for _, file in sorted(ranked, key=lambda pair: pair[0]) for item in file]
