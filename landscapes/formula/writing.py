"""From tree to numbers, to Python and to LaTeX; each follows the tree and looks its operators up in their records."""

from typing import Any

from landscapes.formula.operators import ATOM, OPERATORS, PRODUCT, SIGN, Notation
from landscapes.formula.syntax import Node


def evaluate(node: Node, x: Any, y: Any, library: Any) -> Any:
    """The value of a formula, computed with NumPy or with jax.numpy."""
    if node.value is not None:
        return node.value
    if not node.operands:
        return {"x": x, "y": y}[node.operator]
    operands = (evaluate(operand, x, y, library) for operand in node.operands)
    return OPERATORS[node.operator].compute(library, *operands)


def _assemble(notation: Notation, texts: list[tuple[str, int]], brackets: str) -> tuple[str, int]:
    """The text of an operator from the texts and bindings of its operands, bracketed where they bind too loosely."""
    left, right = brackets.split()
    operands = [
        f"{left}{text}{right}" if binds < demanded else text
        for (text, binds), demanded in zip(texts, notation.demands, strict=False)
    ]
    return notation.write(*operands), notation.binds


def _literal(value: float) -> tuple[str, int]:
    # Short whole numbers as integers; longer ones might not fit into the 32 bits that an integer gets under JAX.
    text = str(int(value)) if value.is_integer() and abs(value) < 1e6 else repr(value)
    return text, SIGN if text.startswith("-") else ATOM


def _python(node: Node) -> tuple[str, int]:
    if node.value is not None:
        return _literal(node.value)
    if not node.operands:
        return {"x": "x[0]", "y": "x[1]"}[node.operator], ATOM
    notation = OPERATORS[node.operator].python
    texts = [_python(operand) for operand in node.operands]
    for i, operand in enumerate(node.operands):
        if operand.value is not None:
            texts[i] = notation.constant(texts[i][0]), texts[i][1]
    return _assemble(notation, texts, "( )")


def python(node: Node) -> str:
    """The formula as a function of an array x of shape [2], in jax.numpy."""
    expression, _ = _python(node)
    if node.value is not None:
        expression = f"0 * x[0] + {expression}"
    return f'def formula(x):\n    """f(x) for x of shape [2]."""\n    return {expression}\n'


def _number_in_latex(value: float) -> tuple[str, int]:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    if not exponent:
        return mantissa, ATOM
    factor = "" if mantissa == "1" else rf"{mantissa} \cdot "
    return rf"{factor}10^{{{int(exponent)}}}", PRODUCT


def _latex(node: Node) -> tuple[str, int]:
    if node.operator == "number" and node.value is not None:
        return _number_in_latex(node.value)
    if not node.operands:
        return {"x": "x", "y": "y", "pi": r"\pi", "e": "e"}[node.operator], ATOM
    texts = [_latex(operand) for operand in node.operands]
    return _assemble(OPERATORS[node.operator].latex, texts, r"\left( \right)")


def latex(node: Node) -> str:
    """The formula as it is printed, after f(x, y) =."""
    return f"f(x, y) = {_latex(node)[0]}"
