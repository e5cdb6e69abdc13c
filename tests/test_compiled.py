"""The guard over compiled programs notices what it is there for."""

from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental.compilation_cache import compilation_cache

from tests import compiled

SQUARE = np.eye(4, dtype=np.float32) + 1
FORBIDDEN = {
    "svd": lambda a: jnp.linalg.svd(a, compute_uv=False),
    "eigh": jnp.linalg.eigh,
    "eig": jnp.linalg.eig,
    "qr": jnp.linalg.qr,
    "solve": lambda a: jnp.linalg.solve(a, a[0]),
    "cholesky": jnp.linalg.cholesky,
    "inv": jnp.linalg.inv,
    "pinv": jnp.linalg.pinv,
    "det": jnp.linalg.det,
    "spectral norm": lambda a: jnp.linalg.norm(a, 2),
    "triangular solve": lambda a: jax.scipy.linalg.solve_triangular(a, a[0], lower=True),
    "correlated normals": lambda a: jax.random.multivariate_normal(jax.random.key(0), a[0], a),
    "fft": lambda a: jnp.abs(jnp.fft.fft(a)),
    "callback": lambda a: jax.pure_callback(lambda b: b, a, a, vmap_method="sequential"),
    "callback with effects": lambda a: jax.experimental.io_callback(lambda b: b, a, a),
    "print": lambda a: jax.debug.print("{}", a),
}


def compiled_alone(function: object) -> list[str]:
    """What is said of a program that does nothing else."""
    compiled.complaints()
    jax.jit(function).lower(SQUARE).compile()  # type: ignore[arg-type]
    return compiled.complaints()


@pytest.mark.parametrize("function", FORBIDDEN.values(), ids=FORBIDDEN.keys())
@pytest.mark.parametrize("within", ["plain", "a loop over many"])
def test_what_may_wait_for_the_pool_is_noticed(function: object, within: str) -> None:
    def looped(a: jax.Array) -> object:
        return jax.lax.map(jax.vmap(function), jnp.broadcast_to(a, (2, 2, 4, 4)))  # type: ignore[arg-type]

    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        assert compiled_alone(function if within == "plain" else looped)


ALLOWED = {
    "product": lambda a: a @ a,
    "sum": lambda a: jnp.sum(jnp.broadcast_to(a, (64, 4, 4)), axis=0),
    "sort": jnp.sort,
    "top": lambda a: jax.lax.top_k(a, 2),
    "convolution": lambda a: jax.lax.conv(a[None, None], a[None, None], (1, 1), "SAME"),
    "random numbers": lambda a: a + jax.random.normal(jax.random.key(0), a.shape),
    "Frobenius norm": jnp.linalg.norm,
}


@pytest.mark.parametrize("function", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_xla_does_by_itself_is_not(function: object) -> None:
    assert not compiled_alone(function)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for compiled programs, for one test."""
    before = jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    compilation_cache.reset_cache()
    yield tmp_path
    jax.config.update("jax_compilation_cache_dir", before[0])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", before[1])
    compilation_cache.reset_cache()


def test_programs_read_from_the_folder_are_looked_at_too(folder: Path) -> None:
    heard: list[str] = []
    jax.monitoring.register_event_listener(listener := lambda event, **_: heard.append(event))

    def singular(a: jax.Array) -> jax.Array:
        return jnp.linalg.svd(a + 17, compute_uv=False)

    assert compiled_alone(singular)
    assert list(folder.iterdir())
    jax.clear_caches()
    heard.clear()
    assert compiled_alone(singular)
    assert "/jax/compilation_cache/cache_hits" in heard
    jax.monitoring.unregister_event_listener(listener)


def test_printed_programs_may_call_what_they_like() -> None:
    with compiled.exempt():
        assert not compiled_alone(jnp.linalg.inv)
    assert compiled_alone(lambda a: jnp.linalg.inv(a + 1))
