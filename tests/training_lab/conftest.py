import jax
import pytest


@pytest.fixture(autouse=True, scope="package")
def compiled_in_a_hurry():
    """Dozens of programs run here for a millisecond each: optimising them would take twice as long as compiling."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(autouse=True, scope="module")
def forgotten():
    """Programs of one file are of no use to the next, and each takes megabytes."""
    yield
    jax.clear_caches()


@pytest.fixture
def x64():
    """Oracles are compared in float64."""
    with jax.enable_x64(True):
        yield
