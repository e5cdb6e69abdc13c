"""Symbols and labels of numbers as plain text, for sliders; formulas are set by KaTeX."""

import re

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "varepsilon": "ε",
    "epsilon": "ε",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "varphi": "φ",
    "phi": "φ",
}
SUBSCRIPTS = str.maketrans("0123456789aimnx", "₀₁₂₃₄₅₆₇₈₉ₐᵢₘₙₓ")


def capitalised(label: str) -> str:
    """A label with a capital letter, and blanks for the underscores of a name."""
    return (label[:1].upper() + label[1:]).replace("_", " ")


def plain(latex: str) -> str:
    """LaTeX of a symbol as text: Greek letters and subscripts."""
    text = re.sub(r"\\([a-z]+)", lambda match: GREEK.get(match[1], match[1]), latex)
    return re.sub(r"_(\w)|_\{([^}]*)\}", lambda match: (match[1] or match[2]).translate(SUBSCRIPTS), text)
