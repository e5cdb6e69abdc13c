"""Formulas typed by readers: what is read, what it means, and that nothing else ever comes out."""

import inspect
import math
import sys
from types import FrameType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscapes
from landscapes import ExpressionError, Surface, parse
from landscapes.formula.syntax import read
from landscapes.formula.writing import evaluate

# What the names mean in Python. NumPy's functions, as ours: another library's last digit could grow to any size.
MEANING = {
    **{
        name: getattr(np, name)
        for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "pi", "e", "abs", "where")
    },
    "min": np.minimum,
    "max": np.maximum,
    "ln": np.log,
}


def value(text: str, x: float, y: float) -> float:
    """The value of a formula in float64, without JAX."""
    with np.errstate(all="ignore"):
        return float(evaluate(read(text), np.float64(x), np.float64(y), np))


@pytest.mark.parametrize(
    ("school", "python"),
    [
        ("2x", "2*x"),
        ("3(x+1)", "3*(x+1)"),
        ("x y", "x*y"),
        ("xy", "x*y"),
        ("x(y+1)", "x*(y+1)"),
        ("(x+1)(y+1)", "(x+1)*(y+1)"),
        ("x sin(y)", "x*sin(y)"),
        ("2pi x", "2*pi*x"),
        ("2e3x", "2000*x"),
        ("2ex", "2*e*x"),
        ("x^2", "x**2"),
        ("-x^2", "-(x**2)"),
        ("(-x)^2", "(-x)**2"),
        ("2^-x", "2**(-x)"),
        ("x^2y", "(x**2)*y"),
        ("x^y^2", "x**(y**2)"),
        ("2^3^2 x", "512*x"),
        ("1/2x", "0.5*x"),
        ("x/2/y", "(x/2)/y"),
        ("x-y-1", "(x-y)-1"),
        ("x--y", "x+y"),
        ("+x", "x"),
        ("2·x − π×y", "2*x - pi*y"),
        ("ln(x)", "log(x)"),
        ("where(x<y, 1, 2)x", "where(x<y, 1, 2)*x"),
    ],
)
def test_school_notation_means_the_same(school: str, python: str) -> None:
    for x, y in ((1.5, 0.7), (0.3, 2.2)):
        assert value(school, x, y) == pytest.approx(float(eval(python, MEANING, {"x": x, "y": y})), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 0, "a number, a name or '('"),
        ("x +", 3, "found the end"),
        ("x + * y", 4, "found '*'"),
        ("(x + 1", 6, "')'"),
        ("x)", 1, "an operator or the end"),
        ("x 2", 2, "an operator or the end"),
        ("sin x", 4, "'(' after sin"),
        ("sin^2(x)", 3, "found '^'"),
        ("min(x)", 5, "another argument of min"),
        ("min(x, y, 1)", 8, "last argument of min"),
        ("where(x, 1, 2)", 7, "comparison"),
        ("where(1 < 2, x, y)", 0, "depends on x or y"),
        ("x < y", 2, "'where' around a comparison"),
        ("x = y", 2, "not understood"),
        ("z", 0, "known names are x, y"),
        ("__import__('os')", 0, "not understood"),
        ("x.real", 1, "not understood"),
        ("x[0]", 1, "not understood"),
        ("lambda: x", 0, "not understood"),
        ("x + 1/0", 5, "finite"),
        ("x + log(-1)", 4, "finite"),
        ("x ^ (10 ^ 9)", 2, "exponent up to 64"),
        ("9^9^9", 1, "exponent up to 64"),
        ("x^65", 1, "exponent up to 64"),
        ("1e16 x", 0, "numbers up to 1e+15"),
        ("1e400", 0, "finite"),
        ("10^15*10^15", 5, "numbers up to 1e+15"),
        ("sqrt(-1 - x^2)", 0, "real value somewhere"),
        ("1/(x-x)", 0, "real value somewhere"),
    ],
)
def test_errors_name_the_place_and_what_was_expected(text: str, position: int, expected: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert error.value.position == position
    assert expected in str(error.value)
    assert f"character {position + 1}" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * 200,
        "-" * 399 + "x",
        "x^" * 199 + "x",
        "x+" * 199 + "x",
        "sin(" * 99,
        "9" * 400,
        "9^" * 199 + "9",
        "min(x," * 60,
        "x" * 401,
        "x" * 400,
        "1e" * 200,
    ],
)
def test_refusing_takes_bounded_work(text: str) -> None:
    """Counted in calls, because a clock measures what else the machine does: 50 ms are some 500,000 of them."""
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        with pytest.raises(ExpressionError):
            parse(text)
    finally:
        sys.setprofile(None)
    assert calls < 50_000


@pytest.mark.parametrize(
    "text", ["(" * 31 + "x" + ")" * 31, "sin(" * 31 + "x" + ")" * 31, "x" + "+x" * 63, "min(x," * 31 + "y" + ")" * 31]
)
def test_the_deepest_formulas_still_work(text: str) -> None:
    surface = parse(text)
    assert np.isfinite(jax.jit(jax.grad(surface.fn))(jnp.array([0.3, 0.7]))).all()
    assert len(surface.source) < 20 * len(text) + 100


@pytest.fixture
def surface() -> Surface:
    return parse("(1 - x)^2 + 100(y - x^2)^2")


def test_record_is_like_any_other(surface: Surface) -> None:
    assert surface.latex == r"f(x, y) = \left(1 - x\right)^{2} + 100\,\left(y - x^{2}\right)^{2}"
    assert surface.source == (
        'def formula(x):\n    """f(x) for x of shape [2]."""\n'
        "    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2\n"
    )
    assert surface.title
    assert surface.reference
    assert surface.story
    assert not surface.params


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_function_is_traceable_and_keeps_the_dtype(surface: Surface, dtype: str) -> None:
    known = landscapes.get("rosenbrock").fn
    with jax.enable_x64(dtype == "float64"):
        x = jnp.array([-1.2, 1.0], dtype)
        for transform in (jax.jit, lambda f: jax.jit(jax.grad(f)), lambda f: jax.jit(jax.hessian(f))):
            result = transform(surface.fn)(x)
            assert result.dtype == dtype
            np.testing.assert_allclose(result, transform(known)(x), rtol=1e-5)


def test_equal_formulas_are_compiled_once(surface: Surface) -> None:
    assert parse("(1-x)**2 + 100*(y-x**2)**2") is surface
    assert parse("x*y") is not parse("y*x")


@pytest.mark.parametrize("text", ["3", "where(x > 0, 1, 2)", "min(1, 2) + pi", "x", "where(x > y, x, 0)"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_formulas_with_constant_parts_keep_the_dtype(text: str, dtype: str) -> None:
    with jax.enable_x64(dtype == "float64"):
        x = jax.ShapeDtypeStruct((2,), dtype)
        value, slope = jax.eval_shape(jax.value_and_grad(parse(text).fn), x)
    assert value.dtype == slope.dtype == dtype


def test_critical_points_can_be_found() -> None:
    text = parse("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    found = landscapes.analysis.find_critical_points(text.fn, text.domain)
    known = landscapes.get("himmelblau").critical_points
    assert sorted(point.value for point in found) == pytest.approx(sorted(point.value for point in known), abs=1e-9)


@pytest.mark.parametrize("text", ["x^2 + 3sin(y)", "log(x) + y^2 - x", "abs(x) + abs(y)", "x^4 + y^4", "20x^2 + y^2"])
def test_estimated_rate_descends(text: str) -> None:
    surface = parse(text)
    x = np.array(surface.start, np.float32)
    slope = jax.jit(jax.grad(surface.fn))
    for _ in range(300):
        x = x - np.float32(surface.rate) * np.asarray(slope(x))
    assert float(surface.fn(x)) < float(surface.fn(np.array(surface.start, np.float32))) - 0.1


@pytest.mark.parity
@pytest.mark.parametrize(
    "text",
    ["(1-x)^2+100(y-x^2)^2", "min(x, 2) + max(1, y)", "where(x < y, 1, 2) + sigmoid(2x)", "sqrt(2) abs(y) + e^x", "3"],
)
def test_source_agrees_in_jax_and_torch(text: str) -> None:
    torch = pytest.importorskip("torch")
    surface, point = parse(text), (0.4, -0.3)
    for library, x in (("jnp", np.array(point, np.float32)), ("torch", torch.tensor(point))):
        scope: dict[str, object] = {"jnp": jnp, "torch": torch}
        exec(surface.source.replace("jnp.", f"{library}."), scope)
        assert float(scope["formula"](x)) == pytest.approx(value(text, *point), rel=1e-5)
        assert list(inspect.signature(scope["formula"]).parameters) == ["x"]


# Numbers with a point, because NumPy refuses negative powers of integers.
numbers = st.floats(0.01, 50).map(lambda number: repr(float(f"{number:.3g}"))) | st.sampled_from(
    ["0.0", "1.0", "2.0", "3."]
)
atoms = numbers | st.sampled_from(["x", "y", "pi", "e"])


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas made of smaller ones, valid in Python as they stand."""
    one = st.sampled_from(["sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh", "-"])
    two = st.sampled_from([" + ", " - ", " * ", " / ", "-"])
    return st.one_of(
        st.builds(lambda name, a: f"{name}({a})", one, inner),
        st.builds(lambda a, symbol, b: f"{a}{symbol}{b}", inner, two, inner),
        st.builds(lambda a, symbol, b: f"({a}{symbol}{b})", inner, two, inner),
        st.builds(lambda a, power: f"({a})**{power}", inner, st.sampled_from(["2", "3", "-1", "-2", "0.5"])),
        st.builds(lambda name, a, b: f"{name}({a}, {b})", st.sampled_from(["min", "max"]), inner, inner),
        st.builds(lambda a, b, c: f"where(x {a} y, {b}, {c})", st.sampled_from(["<", ">=", "!="]), inner, inner),
    )


formulas = st.recursive(atoms, compound, max_leaves=12)
coordinates = st.floats(-5, 5).map(lambda number: round(number, 3))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(formulas, coordinates, coordinates)
def test_values_agree_with_pythons_own(text: str, x: float, y: float) -> None:
    try:
        ours = value(text, x, y)
    except ExpressionError:
        # Refused: too long, or a constant part without a value.
        return
    with np.errstate(all="ignore"):
        expected = float(eval(text, MEANING, {"x": np.float64(x), "y": np.float64(y)}))
    assert ours == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_sigmoid() -> None:
    for x in (-40.0, -1.3, 0.0, 2.0):
        assert value("sigmoid(x)", x, 0.0) == pytest.approx(1 / (1 + math.exp(-x)), abs=1e-15)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(formulas, coordinates, coordinates)
def test_source_means_the_same_as_the_formula(text: str, x: float, y: float) -> None:
    try:
        source = parse(text).source
    except ExpressionError:
        return
    scope: dict[str, object] = {"jnp": np}
    exec(source, scope)
    with np.errstate(all="ignore"):
        ours, theirs = value(text, x, y), float(scope["formula"](np.array([x, y])))
    assert theirs == pytest.approx(ours, rel=1e-12, nan_ok=True)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.text(max_size=40)
    | st.text("xye0123456789.+-*/^()<>=!, ", max_size=60)
    | st.lists(
        st.sampled_from(["x", "y", "sin(", "where(", "min(", ")", "(", ",", "<", "+", "-", "^", "2", "1e9"])
    ).map("".join)
)
def test_nothing_but_a_surface_or_an_expression_error_comes_out(text: str) -> None:
    try:
        outcome: Surface | ExpressionError = parse(text)
    except ExpressionError as error:
        outcome = error
    if isinstance(outcome, ExpressionError):
        assert 0 <= outcome.position <= len(text)
    else:
        assert math.isfinite(outcome.rate)
        assert parse(text) is outcome


@pytest.mark.parametrize("text", ["0^x", "2^x^x^x"])
def test_powers_of_numbers_that_overflow_in_python_are_surfaces(text: str) -> None:
    """NumPy's scalars are Python floats too, but a whole one must not become a Python integer: 0.0 ** -3 raises."""
    assert np.isfinite(parse(text).fn(jnp.array([1.0, 1.0])))
