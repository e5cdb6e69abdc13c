"""What is wrong with a setting, in words for the person who typed it."""

from typing import NamedTuple

from pydantic_core import PydanticCustomError


class Problem(NamedTuple):
    """What is wrong with one parameter."""

    parameter: str
    message: str


class BadSettings(ValueError):
    """Input that was refused; ``problems`` names each parameter."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{parameter}: {message}" for parameter, message in problems))
        self.problems = problems


def setting_error(message: str, parameter: str = "") -> PydanticCustomError:
    """An error for a validator to raise; ``parameter`` is given by rules that see more than one."""
    return PydanticCustomError("setting", "{message}", {"message": message, "parameter": parameter})
