"""Settings of the recap: a problem, the tricks of the recipe that are on, and the one that is put to the test."""

from dataclasses import replace

from app.lessons.recap import questions
from app.lessons.recap.questions import QUESTIONS, Question
from app.lessons.recap.tricks import FRAMES, PROBLEMS, TRICKS
from app.settings.controls import Choice, Control
from app.settings.fields import choice, hidden, random_seed, run_length, several, slider
from app.training.settings import TrainingSettings, rate_slider

SHOWN = {"one": "one trick: with and without", "all": "every trick, flipped by itself"}
TITLES = {name: problem.title for name, problem in PROBLEMS.items()}
LABELS = {name: trick.label for name, trick in TRICKS.items()}
FREE = ("playhead", "question", "guess")  # of a question that is no longer asked once anything else is changed
PROBLEM, AMOUNT = "The problem", "How much of a trick"  # headings of sliders


class RecapSettings(TrainingSettings):
    """``tricks`` are on; ``trick`` is tested with all else equal, whether it is among them or not.

    ``question`` is one of the lesson's, by number; ``guess`` an answer to it, or "show" to see the run without one.
    ``amount`` of augmentation is in pixels, or in thirds of a standard deviation.
    """

    guess: str = choice(
        "", questions.guesses(), label="Your guess", kind="guess", share=6, resets=("playhead",), scene=False,
        on=lambda e: e.asked is not None,
    )  # fmt: skip
    problem: str = choice("digits", TITLES, label="Problem", kind="problem", share=3, resets=FREE)
    show: str = choice("one", SHOWN, label="Measure", kind="view", share=3, resets=FREE)
    tricks: tuple[str, ...] = several(
        ("scale", "init", "adam"), LABELS, label="The recipe: what is on", kind="trick", most=len(TRICKS), least=0,
        resets=FREE,
    )  # fmt: skip
    trick: str = choice("augment", LABELS, label="Trick under test", kind="trick", resets=FREE)
    question: int = hidden(0, 0, len(QUESTIONS), label="Question", integer=True)
    steps: int = run_length(300, 1_000, low=FRAMES, step=100, resets=FREE)
    seed: int = random_seed(label="Seeds", resets=FREE)
    learning_rate: float = rate_slider(0.01, PROBLEM, high=0.1)
    wrong: float = slider(0, 0, 0.5, label="Wrong labels", symbol="q", group=PROBLEM)
    amount: float = slider(1, 0, 3, label="Augmentation", group=AMOUNT)
    strength: float = slider(0.01, 1e-4, 0.3, label="Penalty", symbol="λ", log=True, group=AMOUNT)
    dropout: float = slider(0.3, 0, 0.9, label="Dropout", symbol="p", group=AMOUNT)
    max_norm: float = slider(1, 0.01, 10, label="Largest norm", symbol="c", log=True, group=AMOUNT)

    @property
    def asked(self) -> Question | None:
        """The question that is open: one's number stands in the link, and the setting is still its own."""
        if not self.question:
            return None
        question = QUESTIONS[self.question - 1]
        own = self.without(("guess", "playhead", "draft")).query()
        return question if own == question.query(self.question) else None

    @property
    def waits(self) -> bool:
        """Whether a question is open that nobody has answered: the picture is empty until then."""
        return not self.guess and self.asked is not None

    def controls(self) -> tuple[Control, ...]:
        """The answers to choose from are those of the question that is asked."""
        options = questions.guesses(self.asked)
        return tuple(
            replace(each, options=options) if isinstance(each, Choice) and each.name == "guess" else each
            for each in super().controls()
        )
