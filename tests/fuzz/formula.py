"""Coverage-guided fuzzing of formulas: whatever is typed, nothing but a Surface or an ExpressionError comes out.

    python -m tests.fuzz.formula -max_total_time=60

Bytes become text in two ways: as they are, and as a row of tokens, which gets past the tokenizer much oftener. All
options are libFuzzer's; it stops at the first input that raises anything else or takes longer than ``-timeout``.
"""

import sys

import atheris

with atheris.instrument_imports(include=["landscapes.formula"]):
    import landscapes

TOKENS = (
    *("x", "y", "pi", "e", "0", "1", "2", "0.5", "1e9", "64", "99", "(", ")", ",", "+", "-", "*", "/", "**", "^", " "),
    *("<", "<=", ">", "==", "sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh", "sigmoid", "min", "max", "where"),
)
LONGEST = 500  # characters or tokens, a little more than is allowed


def text(data: bytes) -> str:
    """A formula, or what looks like one."""
    provider = atheris.FuzzedDataProvider(data)
    if provider.ConsumeBool():
        return provider.ConsumeUnicodeNoSurrogates(LONGEST)
    return "".join(TOKENS[place % len(TOKENS)] for place in provider.ConsumeBytes(LONGEST))


def check(data: bytes) -> None:
    typed = text(data)
    try:
        surface = landscapes.parse(typed)
    except landscapes.ExpressionError as refusal:
        if not 0 <= refusal.position <= len(typed):
            raise ValueError(f"{refusal.position} is no place in {typed!r}") from refusal
        return
    assert isinstance(surface, landscapes.Surface)
    assert all(low <= at <= high for at, (low, high) in zip(surface.start, surface.domain, strict=True))


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
