"""Numbers as a textbook prints them, in what Python formatted: 1.8e-06 is 1.8×10⁻⁶, and -2 has a minus sign."""

import re
from collections.abc import Callable

_POWER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)\b")
_MINUS = re.compile(r"(?<![\w)])-(?=\d)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(exponent: int) -> str:
    """A whole number as a superscript."""
    return str(exponent).translate(_RAISED)


def plain(text: str) -> str:
    """For a text: 1.8e-06 becomes 1.8×10⁻⁶, 1e-06 becomes 10⁻⁶."""
    return _MINUS.sub("−", _POWER.sub(lambda found: _times(found, "×", raised), text))


def latex(text: str) -> str:
    r"""For a formula: 1.8e-06 becomes 1.8 \times 10^{-6}."""
    return _POWER.sub(lambda found: _times(found, r" \times ", lambda exponent: f"^{{{exponent}}}"), text)


def _times(found: re.Match[str], times: str, power: Callable[[int], str]) -> str:
    mantissa, exponent = found[1], int(found[2])
    return f"10{power(exponent)}" if mantissa == "1" else f"{mantissa}{times}10{power(exponent)}"
