"""Twenty questions that a run answers: the setting, the answers to choose from, and which of them the run bears out.

No answer is written down: each is found in the recording. A claim is what the author expects of the run, and a test
asks every run.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from app.contract.lesson import Arrays
from app.lessons.recap.tricks import TRICKS

LETTERS = "abcd"
HELPS = ("it helps", "eight seeds cannot tell", "it hurts")
WORTH = ("less than 5 points", "5 to 20 points", "more than 20 points")


class Question(NamedTuple):
    """``judge`` finds the place of the answer that a recording gives, ``claim`` what the author expects of it."""

    title: str
    settings: Mapping[str, str]  # without the question's number
    ask: str
    answers: tuple[str, ...]  # two to four
    judge: Callable[[Arrays], int]
    claim: Callable[[Arrays], bool]

    def query(self, number: int) -> dict[str, str]:
        """The link that asks it, the first question having the number 1."""
        return dict(self.settings) | {"question": str(number)}

    def says(self, arrays: Arrays) -> str:
        """What the run answers."""
        return self.answers[self.judge(arrays)]

    def caption(self, guess: str, arrays: Arrays) -> str:
        """Before a guess a request for one, after it the answer of the run."""
        if not guess:
            return "Choose your guess, and the run will answer."
        mean, low, high = max(arrays["effect"].tolist())
        found = f"The run says: {self.says(arrays)} ({mean:+.1f} points, from {low:+.1f} to {high:+.1f})."
        place = LETTERS.find(guess)
        if not 0 <= place < len(self.answers):
            return found
        right = place == self.judge(arrays)
        return f"{'You guessed it.' if right else f'You guessed: {self.answers[place]}.'} {found}"


def helps(arrays: Arrays, row: int = 0) -> int:
    """0 if the interval of an effect lies above zero, 2 if below, else 1."""
    _, low, high = arrays["effect"][row]
    return 0 if low > 0 else 2 if high < 0 else 1


def effect(arrays: Arrays) -> float:
    return float(arrays["effect"][0, 0])


def worth(arrays: Arrays) -> int:
    """The place in WORTH."""
    return int(np.searchsorted((5, 20), effect(arrays)))


def score(arrays: Arrays, run: int) -> float:
    """Test accuracy at the end, a mean over the seeds."""
    return float(arrays["scores"][run].mean())


def spread(arrays: Arrays) -> float:
    """How much more the seeds differ without the trick than with it."""
    with_trick, without = arrays["scores"].std(axis=1)
    return float(without / max(with_trick, 1e-6))


def learned(arrays: Arrays) -> int:
    """How many of the networks without the trick are right more often than not."""
    return int((arrays["scores"][1] > 0.5).sum())


CANDIDATES = ("scale", "init", "norm", "dropout")


def most(arrays: Arrays) -> int:
    """The candidate of the largest effect."""
    rows = [list(TRICKS).index(name) for name in CANDIDATES]
    return int(np.argmax(arrays["effect"][rows, 0]))


def _of(problem: str, trick: str, tricks: str = "", **more: str) -> dict[str, str]:
    """Settings as a link has them; digits and augmentation are the defaults."""
    given = {"problem": problem, "trick": trick, "tricks": tricks} | more
    usual = {"problem": "digits", "trick": "augment", "tricks": ""}
    return {name: text for name, text in given.items() if text != usual.get(name)}


QUESTIONS = (
    Question(
        "Raw wine",
        _of("wine", "scale"),
        "Alcohol runs from 11 to 15, proline from 280 to 1680. What is it worth to standardise them?",
        WORTH,
        worth,
        lambda a: effect(a) > 20,
    ),
    Question(
        "Raw and plain",
        _of("wine", "scale", "init"),
        "The raw wine again, now by plain gradient descent. How many of the eight networks learn?",
        ("all eight", "some of them", "none"),
        lambda a: 0 if learned(a) == 8 else 1 if learned(a) else 2,
        lambda a: learned(a) == 0,
    ),
    Question(
        "Small weights",
        _of("wine", "init"),
        "Six layers of weights from N(0, 0.01²) instead of He's. How much do the eight seeds differ in the end?",
        ("less than with He's", "about as much", "more than twice as much"),
        lambda a: int(np.searchsorted((0.8, 2.0), spread(a))),
        lambda a: spread(a) > 2.5,
    ),
    Question(
        "A rescue",
        _of("wine", "norm", "scale,adam"),
        "The same small weights, but each layer is normalised. Does batch norm make up for the initialisation?",
        HELPS,
        helps,
        lambda a: effect(a) > 5,
    ),
    Question(
        "After the rescue",
        _of("wine", "init", "scale,adam,norm"),
        "With batch norm in every layer, does it still matter whether the weights begin as He says?",
        HELPS,
        helps,
        lambda a: helps(a) == 1 and abs(effect(a)) < 3,
    ),
    Question(
        "Without Adam",
        _of("wine", "adam", "scale"),
        "Small weights in six layers, and plain gradient descent at ten times Adam's rate. How far does it get?",
        ("as far as Adam", "half of the way from guessing", "no further than guessing"),
        lambda a: int(np.searchsorted((-0.9, -0.5), -score(a, 1) / score(a, 0))),
        lambda a: score(a, 1) < 0.45 < 0.7 < score(a, 0),
    ),
    Question(
        "Adam at ease",
        _of("wine", "adam"),
        "Now the weights begin as He says and the features are standardised. Does Adam still win?",
        HELPS,
        helps,
        lambda a: helps(a) == 1 and abs(effect(a)) < 4,
    ),
    Question(
        "A short leash",
        _of("wine", "clip", "scale,init", learning_rate="0.1"),
        "Plain gradient descent at a rate of 1, ten times too high. Can clipping alone save it?",
        HELPS,
        helps,
        lambda a: effect(a) > 30 and helps(a) == 0,
    ),
    Question(
        "Ten tricks",
        _of("wine", "augment", show="all"),
        "Each trick of the recipe flipped by itself. Which of these four is worth most to a deep network on wine?",
        tuple(TRICKS[name].label for name in CANDIDATES),
        most,
        lambda a: CANDIDATES[most(a)] == "scale" and effect(a) > 15,
    ),
    Question(
        "A little penalty",
        _of("digits", "penalty"),
        "A hundred digits, every one of them learned by heart. Does a small L2 penalty help on the others?",
        HELPS,
        helps,
        lambda a: 0.5 < effect(a) < 6,
    ),
    Question(
        "A large penalty",
        _of("digits", "penalty", strength="0.3"),
        "Thirty times that penalty. What is left of the training accuracy?",
        ("still all of it", "more than half", "less than half"),
        lambda a: int(np.searchsorted((-0.99, -0.5), -a["fits"][0])),
        lambda a: bool(a["fits"][0] < 0.4 and a["fits"][1] > 0.99),
    ),
    Question(
        "Off the page",
        _of("digits", "augment", amount="3"),
        "Digits of eight by eight pixels, moved by up to three. Does so much augmentation help?",
        HELPS,
        helps,
        lambda a: effect(a) < -20,
    ),
    Question(
        "One in ten",
        _of("digits", "dropout", dropout="0.9"),
        "Dropout of 0.9 in both hidden layers: one unit in ten is left. What can the network do in the end?",
        ("as much as without", "somewhat less", "no better than guessing"),
        lambda a: int(np.searchsorted((-0.95, -0.25), -score(a, 0) / score(a, 1))),
        lambda a: score(a, 0) < 0.2,
    ),
    Question(
        "Stuck at the start",
        _of("digits", "init", "scale"),
        "Two hidden layers, plain gradient descent, weights from N(0, 0.01²). What is He's initialisation worth here?",
        WORTH,
        worth,
        lambda a: effect(a) > 40,
    ),
    Question(
        "A hot rate",
        _of("digits", "schedule", learning_rate="0.1"),
        "Adam at ten times its rate jumps about. Does it help to let the rate fall along a cosine?",
        HELPS,
        helps,
        lambda a: helps(a) == 0 and effect(a) > 5,
    ),
    Question(
        "Wrong labels",
        _of("moons", "stop", wrong="0.3", steps="1000"),
        "Three labels in ten are wrong, and there is time to learn them by heart. What is early stopping worth?",
        WORTH,
        worth,
        lambda a: 5 < effect(a) < 20,
    ),
    Question(
        "Noise against noise",
        _of("moons", "augment", wrong="0.3", amount="2"),
        "The same wrong labels, and now each point moves a little at every step. Does noise help against noise?",
        HELPS,
        helps,
        lambda a: helps(a) == 0 and effect(a) > 5,
    ),
    Question(
        "Noise for nothing",
        _of("moons", "augment", amount="2"),
        "The same noise where all labels are right. What does it do now?",
        HELPS,
        helps,
        lambda a: helps(a) == 2,
    ),
    Question(
        "Worse is better",
        _of("moons", "penalty", wrong="0.3"),
        "Wrong labels and an L2 penalty. What happens to the accuracy on the training data and on the test data?",
        ("both rise", "both fall", "training falls, test rises"),
        lambda a: 2 if a["fits"][0] < a["fits"][1] and effect(a) > 0 else 0 if effect(a) > 0 else 1,
        lambda a: bool(a["fits"][0] < a["fits"][1] - 0.01 and helps(a) == 0),
    ),
    Question(
        "A trick for show",
        _of("moons", "clip", learning_rate="0.1", max_norm="0.1"),
        "Adam divides each gradient by its size. Does clipping help it, even at a tenfold rate?",
        HELPS,
        helps,
        lambda a: helps(a) == 1 and abs(effect(a)) < 2,
    ),
)


def guesses(question: Question | None = None) -> dict[str, str]:
    """The answers as options of a box; without a question those that there may be to any."""
    answers = question.answers if question else tuple(LETTERS)
    return {"": "…"} | dict(zip(LETTERS, answers, strict=False)) | {"show": "show me"}
