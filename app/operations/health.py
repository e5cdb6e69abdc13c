"""Whether the site still answers, and not only its event loop: what ``/_stcore/health`` says.

A process whose threads wait for each other goes on to answer Streamlit's own check. So a picture is asked for every
few seconds, on the way that pictures of a drag take, and the queue of trainings says how long nothing has moved in it.
When either stands still the check is answered by 503 and a reason, and whatever watches the site (``app/deploy``)
starts it again.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/_stcore/health"
EVERY = 5.0  # seconds between two pictures
LIMIT = 25.0  # seconds of standing still from which on the site is ill


class Pulse:
    """A task that is done again and again, and how long it has taken so far."""

    def __init__(self, beat: Callable[[], Future[None]], every: float = EVERY) -> None:
        self.beat, self.every = beat, every
        self._begun: float | None = None

    def start(self) -> None:
        threading.Thread(target=self._go_on, name="pulse", daemon=True).start()

    def late(self) -> float:
        """Seconds since the beat that is under way began; 0 between two."""
        begun = self._begun
        return 0.0 if begun is None else time.monotonic() - begun

    def _go_on(self) -> None:
        while True:
            self._begun = time.monotonic()
            self.beat().exception()  # a beat that fails has been answered
            self._begun = None
            time.sleep(self.every)


class Health:
    """ASGI middleware: refuses the health check while something stands still.

    Args:
        still: what may stand still, and for how many seconds it has.
    """

    def __init__(self, app: ASGIApp, still: dict[str, Callable[[], float]]) -> None:
        self.app, self.still = app, still

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"].endswith(PATH)
        answer = PlainTextResponse(reason, status_code=503) if asked and (reason := self.reason()) else self.app
        await answer(scope, receive, send)

    def reason(self) -> str:
        """What stands still; empty if nothing does."""
        found = {name: seconds() for name, seconds in self.still.items()}
        return "; ".join(f"no progress of {name} for {s:.0f} s" for name, s in found.items() if s > LIMIT)
