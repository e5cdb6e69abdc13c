"""The vocabulary of formulas: one record per operator and function.

A record says how to compute an operator, with NumPy on the host or with ``jax.numpy`` under a trace, and how to write
it, in Python and in LaTeX. The parser, the evaluator and the two writers know no operator by name but look it up here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# How tightly a piece of text binds; an operand that binds less tightly than its place demands goes into brackets.
COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = 5, 10, 20, 25, 30, 40


@dataclass(frozen=True)
class Notation:
    """How an operator is written: from the texts of its operands, with what binding, demanding what of each operand.

    ``constant`` adapts the text of an operand that is a number.
    """

    write: Callable[..., str]
    binds: int = ATOM
    demands: tuple[int, ...] = (0, 0, 0)
    constant: Callable[[str], str] = str


@dataclass(frozen=True)
class Operator:
    """An operator or function; ``compute`` takes the array library (NumPy or jax.numpy), then the operands."""

    arity: int
    compute: Callable[..., Any]
    python: Notation
    latex: Notation


def _power(_: Any, base: Any, exponent: Any) -> Any:
    # A whole exponent as an integer: negative bases are then as good as positive ones, and so are derivatives at zero.
    # Only of a number in the formula itself: NumPy's scalars are floats too, and those overflow without an exception.
    whole = type(exponent) is float and exponent.is_integer()
    return base ** (int(exponent) if whole else exponent)


def _product_in_latex(left: str, right: str) -> str:
    return rf"{left} \cdot {right}" if right[0].isdigit() else rf"{left}\,{right}"


def _infix(symbol: str, binds: int, left: int, right: int) -> Notation:
    return Notation(lambda a, b: f"{a} {symbol} {b}", binds, (left, right))


def _comparison(symbol: str, latex: str, compute: Callable[[Any, Any], Any]) -> Operator:
    binding = (COMPARISON, SUM, SUM)
    return Operator(2, lambda _, a, b: compute(a, b), _infix(symbol, *binding), _infix(latex, *binding))


def _function(name: str, latex: str = "") -> Operator:
    """A function of one argument that the array library has by the same name."""
    command = latex or rf"\{name}"
    return Operator(
        arity=1,
        compute=lambda library, a: getattr(library, name)(a),
        python=Notation(lambda a: f"jnp.{name}({a})"),
        latex=Notation(lambda a: rf"{command}\left({a}\right)"),
    )


def _choice(name: str, function: str) -> Operator:
    """The smaller or the larger of two."""
    return Operator(
        arity=2,
        compute=lambda library, a, b: getattr(library, function)(a, b),
        # PyTorch takes the smaller of two arrays, but not of an array and a number.
        python=Notation(lambda a, b: f"jnp.{function}({a}, {b})", constant=lambda number: f"0 * x[0] + {number}"),
        latex=Notation(lambda a, b: rf"\{name}\left({a}, {b}\right)"),
    )


ARITHMETIC = {
    "+": Operator(2, lambda _, a, b: a + b, _infix("+", SUM, SUM, SUM + 1), _infix("+", SUM, SUM, SUM + 1)),
    "-": Operator(2, lambda _, a, b: a - b, _infix("-", SUM, SUM, SUM + 1), _infix("-", SUM, SUM, SUM + 1)),
    "*": Operator(
        arity=2,
        compute=lambda _, a, b: a * b,
        python=_infix("*", PRODUCT, PRODUCT, PRODUCT + 1),
        latex=Notation(_product_in_latex, PRODUCT, (PRODUCT, PRODUCT + 1)),
    ),
    "/": Operator(
        arity=2,
        compute=lambda _, a, b: a / b,
        python=_infix("/", PRODUCT, PRODUCT, PRODUCT + 1),
        latex=Notation(lambda a, b: rf"\frac{{{a}}}{{{b}}}", SIGN),
    ),
    "negative": Operator(
        arity=1,
        compute=lambda _, a: -a,
        python=Notation(lambda a: f"-{a}", SIGN, (POWER,)),
        # In print a sign stands only at the head of a sum.
        latex=Notation(lambda a: f"-{a}", SUM, (PRODUCT,)),
    ),
    "**": Operator(
        arity=2,
        compute=_power,
        python=_infix("**", POWER, POWER + 1, SIGN),
        latex=Notation(lambda a, b: f"{a}^{{{b}}}", POWER, (POWER + 1, 0)),
    ),
}

COMPARISONS = {
    "<": _comparison("<", "<", lambda a, b: a < b),
    ">": _comparison(">", ">", lambda a, b: a > b),
    "<=": _comparison("<=", r"\le", lambda a, b: a <= b),
    ">=": _comparison(">=", r"\ge", lambda a, b: a >= b),
    "==": _comparison("==", "=", lambda a, b: a == b),
    "!=": _comparison("!=", r"\ne", lambda a, b: a != b),
}

FUNCTIONS = {
    "sin": _function("sin"),
    "cos": _function("cos"),
    "tan": _function("tan"),
    "exp": _function("exp"),
    "log": _function("log", r"\ln"),
    "ln": _function("log", r"\ln"),
    "tanh": _function("tanh"),
    "sqrt": Operator(
        arity=1,
        compute=lambda library, a: library.sqrt(a),
        python=Notation(lambda a: f"jnp.sqrt({a})"),
        latex=Notation(lambda a: rf"\sqrt{{{a}}}"),
    ),
    "abs": Operator(
        arity=1,
        compute=lambda library, a: library.abs(a),
        python=Notation(lambda a: f"jnp.abs({a})"),
        latex=Notation(lambda a: rf"\left|{a}\right|"),
    ),
    "sigmoid": Operator(
        arity=1,
        # By way of tanh, which saturates where exp would overflow.
        compute=lambda library, a: 0.5 + 0.5 * library.tanh(0.5 * a),
        python=Notation(lambda a: f"0.5 + 0.5 * jnp.tanh(0.5 * {a})", SUM, (PRODUCT + 1,)),
        latex=Notation(lambda a: rf"\sigma\left({a}\right)"),
    ),
    "min": _choice("min", "minimum"),
    "max": _choice("max", "maximum"),
    "where": Operator(
        arity=3,
        compute=lambda library, condition, a, b: library.where(condition, a, b),
        # Two whole numbers would make an array of integers, which has no gradient.
        python=Notation(
            lambda condition, a, b: f"jnp.where({condition}, {a}, {b})",
            constant=lambda number: repr(float(number)),
        ),
        latex=Notation(
            lambda condition, a, b: (
                rf"\begin{{cases}} {a} & \text{{if }} {condition} \\ {b} & \text{{otherwise}} \end{{cases}}"
            ),
            # A brace that spans several lines is set apart from whatever follows it.
            COMPARISON,
        ),
    ),
}

OPERATORS = ARITHMETIC | COMPARISONS | FUNCTIONS
