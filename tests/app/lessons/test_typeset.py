"""Numbers as a textbook prints them."""

import pytest

from app.lessons import typeset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.8e-06 is left", "1.8×10⁻⁶ is left"),
        ("1e-06", "10⁻⁶"),
        ("-1e+03", "−10³"),
        ("(-0.5, -2.1e+16)", "(−0.5, −2.1×10¹⁶)"),
        ("between 1e-05 and 1e5", "between 10⁻⁵ and 10⁵"),
        ("1.0e-05", "1.0×10⁻⁵"),
        ("L-2, f(x)-1, 2014-2015, a step-by-step run-3", "L-2, f(x)-1, 2014-2015, a step-by-step run-3"),
        ("#1e5e2a and 0x1e5 are no numbers", "#1e5e2a and 0x1e5 are no numbers"),
        ("", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert typeset.plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\eta = 1e-06", r"\eta = 10^{-6}"),
        (r"1.47^{20} = 2.1e+03\,x", r"1.47^{20} = 2.1 \times 10^{3}\,x"),
        (r"\frac{-3e-05}{2}", r"\frac{-3 \times 10^{-5}}{2}"),
        (r"e^{-0.5} + x_1 e", r"e^{-0.5} + x_1 e"),
    ],
)
def test_latex(text: str, expected: str) -> None:
    assert typeset.latex(text) == expected
