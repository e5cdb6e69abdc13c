"""The source that the site shows: it runs as it stands, in JAX and, with one word replaced, in PyTorch."""

import ast
import inspect
from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import landscapes
from landscapes import Surface

pytestmark = pytest.mark.parametrize(
    "surface", [landscapes.get(name) for name in landscapes.names()], ids=landscapes.names()
)


def run(source: str, name: str, **namespace: ModuleType) -> object:
    """The function that a source text defines, with nothing else in reach."""
    scope: dict[str, object] = dict(namespace)
    exec(source, scope)
    return scope[name]


def test_source_is_a_plain_function(surface: Surface) -> None:
    (definition,) = ast.parse(inspect.getsource(surface.fn)).body
    assert isinstance(definition, ast.FunctionDef)
    assert definition.name == surface.name
    assert not definition.decorator_list
    arguments = [*definition.args.args, *definition.args.kwonlyargs]
    assert all(argument.annotation is None for argument in arguments)
    assert definition.returns is None
    assert ast.get_docstring(definition)


def test_source_stands_alone(surface: Surface) -> None:
    alone = run(inspect.getsource(surface.fn), surface.name, jnp=jnp)
    x = np.array(surface.start, dtype=np.float32)
    assert float(alone(x)) == pytest.approx(float(surface.fn(x)), rel=1e-6)


@pytest.mark.parity
def test_source_runs_in_torch(surface: Surface) -> None:
    """Same value and gradient, with parameters left out, as Python numbers and as tensors."""
    torch = pytest.importorskip("torch")
    ported = run(inspect.getsource(surface.fn).replace("jnp.", "torch."), surface.name, torch=torch)
    x = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
    reference = jax.jit(jax.value_and_grad(surface.fn))
    defaults = {name: param.default for name, param in surface.params.items()}
    turned = {name: 0.5 * (param.default + param.high) for name, param in surface.params.items()}
    tensors = {name: torch.tensor(value, dtype=torch.float64) for name, value in turned.items()}
    for theirs, ours in (({}, defaults), (turned, turned), (tensors, turned)):
        with jax.enable_x64(True):
            value, slope = reference(np.array(surface.start), **ours)
        output = ported(x, **theirs)
        assert output.item() == pytest.approx(float(value), rel=1e-12)
        assert torch.autograd.grad(output, x)[0].numpy() == pytest.approx(np.asarray(slope), rel=1e-9)
