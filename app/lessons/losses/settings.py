"""Settings of the lesson on loss functions: one logit, what is wrong with the data, the losses' numbers."""

from dataclasses import replace

from app.lessons.losses import logit_descent
from app.settings.controls import Control
from app.settings.fields import choice, handle, random_seed, run_length, slider
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider

SHOWN = {
    "logit": "one logit, six losses",
    "outliers": "a line through outliers",
    "labels": "digits with wrong labels",
}
LOGIT, LINE, LABELS = ("logit",), ("outliers",), ("labels",)  # views
CLASSIFIED = LOGIT + LABELS
LINE_STEPS = 400  # of the fit of a line


class LossSettings(TrainingSettings):
    """``steps`` are those on digits; the descent of one logit and the fit of a line have their own."""

    show: str = choice("logit", SHOWN, label="Show", kind="view", share=6, resets=("playhead",))
    steps: int = run_length(600, MOST_STEPS, step=100, on=LABELS)
    seed: int = random_seed(on=LINE + LABELS)
    logit: float = handle(4.0, -8, 8, label="Logit", symbol="z", on=LOGIT)
    learning_rate: float = rate_slider(0.3, "Descent", low=0.01, high=1.9, on=LOGIT)
    outliers: float = slider(0.1, 0, 0.5, label="Outliers", symbol="q", group="The data", on=LINE)
    noise: float = slider(0.5, 0, 2, label="Noise", symbol="σ", group="The data", on=LINE)
    delta: float = slider(1, 0.01, 20, label="Huber's corner", symbol="δ", log=True, group="The loss", on=LINE)
    wrong: float = slider(0.3, 0, 0.6, label="Wrong labels", symbol="q", group="The data", on=LABELS)
    smoothing: float = slider(0.1, 0, 1, label="Label smoothing", symbol="ε", group="The losses", on=CLASSIFIED)
    gamma: float = slider(2, 0, 10, label="Focus", symbol="γ", group="The losses", on=CLASSIFIED)
    margin: float = slider(1, 0, 4, label="Margin", symbol="m", group="The losses", on=CLASSIFIED)

    @property
    def last_step(self) -> int:
        return {"logit": logit_descent.STEPS, "outliers": LINE_STEPS, "labels": self.steps}[self.show]

    def controls(self) -> tuple[Control, ...]:
        """The seed of the outliers stands beside the choice of the view."""
        view, *others = super().controls()
        return (replace(view, share=4) if self.show == "outliers" else view, *others)
