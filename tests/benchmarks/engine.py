"""Adam on Beale, 500 steps, four ways in one run: ours, optax in a Python loop, torch.optim, and a C loop.

The C loop records the same sixteen numbers a step as ``descend`` does, in float32, and is the bar for compiled code.
"""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

import app  # noqa: F401 - JAX as the site runs it, without a thread in between
import landscapes
import optimizers
from tests.benchmarks.report import Row, spread, timed

STEPS = 500
LR, B1, B2, EPS = 0.01, 0.9, 0.999, 1e-8
START = np.array([1.0, 1.5], np.float32)

C_SOURCE = r"""
#include <math.h>
void walk(int steps, float lr, float b1, float b2, float eps, float x, float y, float *out) {
    float m0 = 0, m1 = 0, v0 = 0, v1 = 0, p1 = 1, p2 = 1;
    for (int t = 0; t < steps; t++) {
        float y2 = y * y, y3 = y2 * y;
        float a = 1.5f - x + x * y, b = 2.25f - x + x * y2, c = 2.625f - x + x * y3;
        float f = a * a + b * b + c * c;
        float g0 = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1));
        float g1 = 2 * x * (a + 2 * b * y + 3 * c * y2);
        m0 = b1 * m0 + (1 - b1) * g0;      m1 = b1 * m1 + (1 - b1) * g1;
        v0 = b2 * v0 + (1 - b2) * g0 * g0; v1 = b2 * v1 + (1 - b2) * g1 * g1;
        p1 *= b1; p2 *= b2;
        float r0 = lr / (sqrtf(v0 / (1 - p2)) + eps), r1 = lr / (sqrtf(v1 / (1 - p2)) + eps);
        float u0 = -r0 * m0 / (1 - p1), u1 = -r1 * m1 / (1 - p1);
        float row[16] = {x, y, f, g0, g1, g0, g1, u0, u1, lr, r0, r1, m0, m1, v0, v1};
        for (int k = 0; k < 16; k++) out[16 * t + k] = row[k];
        x += u0; y += u1;
    }
    out[16 * steps] = x; out[16 * steps + 1] = y;
}
"""


def ours() -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]]:
    adam, beale = optimizers.get("adam"), landscapes.get("beale").fn
    hypers = {"learning_rate": LR, "b1": B1, "b2": B2, "eps": EPS}
    return (
        # One program makes all arrays of a trace, so they are ready together.
        lambda: optimizers.descend(adam, hypers, beale, START, steps=STEPS).position.block_until_ready(),
        lambda position: np.asarray(position[-1]),
    )


def optax_loop() -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]]:
    beale, adam = landscapes.get("beale").fn, optax.adam(LR, B1, B2, EPS)

    @jax.jit
    def step(x: Any, state: Any) -> Any:
        value, gradient = jax.value_and_grad(beale)(x)
        updates, state = adam.update(gradient, state)
        return optax.apply_updates(x, updates), state, value

    def run() -> Any:
        x = jnp.asarray(START)
        state, path = adam.init(x), []
        for _ in range(STEPS):
            x, state, _ = step(x, state)
            path.append(x)
        return jax.block_until_ready(path)

    return run, lambda path: np.asarray(path[-1])


def torch_loop() -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]] | None:
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)

    def run() -> Any:
        x = torch.tensor(START, requires_grad=True)
        optimizer = torch.optim.Adam([x], lr=LR, betas=(B1, B2), eps=EPS)
        path = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            a, b = x[0], x[1]
            ((1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2).backward()
            optimizer.step()
            path.append(x.detach().clone())
        return path

    return run, lambda path: path[-1].numpy()


def c_loop(folder: Path) -> tuple[Callable[[], Any], Callable[[Any], np.ndarray]] | None:
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source, library = folder / "walk.c", folder / "walk.so"
    source.write_text(C_SOURCE)
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)
    walk = ctypes.CDLL(str(library)).walk
    walk.argtypes = [ctypes.c_int, *[ctypes.c_float] * 6, ctypes.c_void_p]
    out = np.empty(16 * STEPS + 2, np.float32)
    return (
        lambda: walk(STEPS, LR, B1, B2, EPS, *map(float, START), out.ctypes.data),
        lambda _: out[-2:].copy(),
    )


def run() -> list[Row]:
    """Time all four in turn, and refuse to compare runs that end in different places."""
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "ours": ours(),
            "C loop": c_loop(Path(folder)),
            "optax, Python loop": optax_loop(),
            "torch.optim": torch_loop(),
        }
        there = {name: way for name, way in ways.items() if way is not None}
        times = timed({name: call for name, (call, _) in there.items()}, least=5, seconds=3)
        ends = {name: end(call()) for name, (call, end) in there.items()}
    for name, end in ends.items():
        np.testing.assert_allclose(end, ends["ours"], atol=1e-3, err_msg=name)
    limits = {"C loop": "ours ≤ 4 x", "optax, Python loop": "≥ 100 x ours", "torch.optim": "≥ 1,000 x ours"}
    rows = [Row("Adam on Beale, 500 steps: ours", spread(times["ours"]), "", "")]
    for name in there:
        if name != "ours":
            ratio = np.median(times[name]) / np.median(times["ours"])
            shown = f"ours = {1 / ratio:.1f} x" if name == "C loop" else f"{ratio:,.0f} x ours"
            rows.append(Row(f"  {name}", spread(times[name]), shown, limits[name]))
    missing = [Row(f"  {name}", "not installed", "", limits.get(name, "")) for name in ways if name not in there]
    return rows + missing
