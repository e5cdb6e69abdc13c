"""From text to tree: a tokenizer and a precedence-climbing parser for formulas in x and y.

Both Python's notation and the one of school are read: ``**`` or ``^`` for powers, and a product without its sign in
``2x``, ``3(x + 1)``, ``x y`` and ``x sin(y)``. Such a product binds like any other, so ``1/2x`` is half of x.
Nothing is ever executed. Text comes from strangers, so everything is bounded: length, nesting, numbers, exponents;
constant parts are computed at once, and a formula with ``1/0`` or ``9^9^9`` in it is refused where it stands.
"""

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from landscapes.formula.operators import COMPARISONS, FUNCTIONS, OPERATORS, PRODUCT, SIGN, SUM
from landscapes.formula.operators import POWER as POWERS

LONGEST = 400
NESTED = 32
DEEPEST = 64
LARGEST = 1e15
LARGEST_EXPONENT = 64

CONSTANTS = {"pi": math.pi, "e": math.e}
VARIABLES = ("x", "y")

_NAMES = sorted([*FUNCTIONS, *CONSTANTS, *VARIABLES], key=len, reverse=True)
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>{'|'.join(_NAMES)}|π)"
    r"|(?P<symbol>\*\*|<=|>=|==|!=|[-+*/^(),<>−·×])"
)
_SAME = {"^": "**", "−": "-", "·": "*", "×": "*", "π": "pi"}
_BINDING = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "**": POWERS}


class ExpressionError(ValueError):
    """A formula that cannot be read; ``position`` counts the characters before the place, from zero."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position


@dataclass(frozen=True)
class Node:
    """A formula: a variable, a constant, or an operator applied to operands; ``value`` is known if it is constant."""

    operator: str
    operands: tuple["Node", ...] = ()
    value: float | None = None
    depth: int = 1


class _Token(NamedTuple):
    kind: str
    text: str
    position: int
    typed: str = ""

    def __str__(self) -> str:
        return repr(self.typed) if self.typed else "the end"


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            known = f"x, y, {', '.join(CONSTANTS)} and {', '.join(FUNCTIONS)}"
            raise ExpressionError(f"{text[position]!r} is not understood; known names are {known}", position)
        found.append(_Token(match.lastgroup or "", _SAME.get(match[0], match[0]), position, match[0]))
        position = match.end()
    return [*found, _Token("end", "", len(text))]


def _constant(value: float, position: int) -> float:
    if not math.isfinite(value):
        raise ExpressionError("expected a part with a finite real value", position)
    if abs(value) > LARGEST:
        raise ExpressionError(f"expected numbers up to {LARGEST:g}", position)
    return value


def _apply(operator: str, operands: tuple[Node, ...], position: int) -> Node:
    """A node, with its value if it is constant; refuses what is too deep, too large or undefined."""
    depth = 1 + max(operand.depth for operand in operands)
    if depth > DEEPEST:
        raise ExpressionError(f"expected at most {DEEPEST} operations in a row", position)
    values = [operand.value for operand in operands]
    if operator == "**" and values[1] is not None and abs(values[1]) > LARGEST_EXPONENT:
        raise ExpressionError(f"expected an exponent up to {LARGEST_EXPONENT}", position)
    if operator == "where" and values[0] is not None:
        raise ExpressionError("expected a condition that depends on x or y", position)
    known = [np.float64(value) for value in values if value is not None]
    if len(known) < len(operands):
        return Node(operator, operands, None, depth)
    with np.errstate(all="ignore"):
        value = float(OPERATORS[operator].compute(np, *known))
    return Node(operator, operands, _constant(value, position), depth)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.index = 0
        self.nesting = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.index]

    def take(self) -> _Token:
        token = self.next
        self.index += 1
        return token

    def expect(self, symbol: str, why: str = "") -> None:
        if self.next.text != symbol:
            raise ExpressionError(f"expected {symbol!r}{why}, found {self.next}", self.next.position)
        self.take()

    def formula(self) -> Node:
        tree = self.expression(0)
        if self.next.kind != "end":
            wanted = "'where' around a comparison" if self.next.text in COMPARISONS else "an operator or the end"
            raise ExpressionError(f"expected {wanted}, found {self.next}", self.next.position)
        return tree

    def expression(self, least: int) -> Node:
        """The longest expression from here on whose operators bind at least as tightly as ``least``."""
        self.nesting += 1
        if self.nesting > NESTED:
            raise ExpressionError(f"expected at most {NESTED} levels of nesting", self.next.position)
        left = self.operand()
        while (operator := self.operator()) is not None and _BINDING[operator.text] >= least:
            if operator is self.next:
                self.take()
            # Powers group from the right, and their exponent may carry a sign; everything else groups from the left.
            right = self.expression(SIGN if operator.text == "**" else _BINDING[operator.text] + 1)
            left = _apply(operator.text, (left, right), operator.position)
        self.nesting -= 1
        return left

    def operator(self) -> _Token | None:
        """The operator that comes next; a product where a name or a bracket follows without one."""
        if self.next.text in _BINDING:
            return self.next
        if self.next.kind == "name" or self.next.text == "(":
            return _Token("symbol", "*", self.next.position)
        return None

    def operand(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Node("number", value=_constant(float(token.text), token.position))
        if token.kind == "name":
            return self.named(token)
        if token.text == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if token.text in ("+", "-"):
            operand = self.expression(SIGN)
            return operand if token.text == "+" else _apply("negative", (operand,), token.position)
        raise ExpressionError(f"expected a number, a name or '(', found {token}", token.position)

    def named(self, token: _Token) -> Node:
        if token.text in VARIABLES:
            return Node(token.text)
        if token.text in CONSTANTS:
            return Node(token.text, value=CONSTANTS[token.text])
        self.expect("(", f" after {token.text}")
        operands = [self.condition() if token.text == "where" else self.expression(0)]
        for _ in range(OPERATORS[token.text].arity - 1):
            self.expect(",", f" and another argument of {token.text}")
            operands.append(self.expression(0))
        self.expect(")", f" after the last argument of {token.text}")
        return _apply(token.text, tuple(operands), token.position)

    def condition(self) -> Node:
        left = self.expression(0)
        token = self.take()
        if token.text not in COMPARISONS:
            raise ExpressionError(f"expected a comparison such as '<', found {token}", token.position)
        return _apply(token.text, (left, self.expression(0)), token.position)


def read(text: str) -> Node:
    """The tree of a formula. Raises ExpressionError, which says where and what was expected instead."""
    if len(text) > LONGEST:
        raise ExpressionError(f"expected at most {LONGEST} characters", LONGEST)
    return _Parser(text).formula()
