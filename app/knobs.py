"""From a record's hyperparameter to a slider on the stage."""

import re

import landscapes
import optimizers
from app.stage import Knob


def knob(
    name: str, number: optimizers.Hyper | landscapes.Param, default: float, group: str, color: str | None = None
) -> Knob:
    """The slider of a number; ``name`` is that of the setting, "adam.b1" for example."""
    return Knob(
        name=name,
        label=_words(number.label or name.rpartition(".")[2]),
        symbol=_plain(number.symbol),
        default=default,
        low=number.low,
        high=number.high,
        log=number.log,
        integer=getattr(number, "integer", False),
        group=group,
        color=color,
    )


# LaTeX to text, for the labels of knobs; formulas are set by KaTeX.
SYMBOLS = {
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


def _words(label: str) -> str:
    return (label[:1].upper() + label[1:]).replace("_", " ")


def _plain(latex: str) -> str:
    text = re.sub(r"\\([a-z]+)", lambda match: SYMBOLS.get(match[1], match[1]), latex)
    return re.sub(r"_(\w)|_\{([^}]*)\}", lambda match: (match[1] or match[2]).translate(SUBSCRIPTS), text)
