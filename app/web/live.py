"""``/live/<lesson>``: the recording of any setting as bytes, for a browser in the middle of a drag.

Stateless and cacheable: the address is the setting. Whatever is wrong with it is answered by 422 and a message that
names the parameter; a setting that would have to be trained for longer than a hand can wait, by 202 and
a message that says so; a fault of the site, by 500 and a message with its reference number.
"""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.contract.lesson import Lesson
from app.jobs import jit_memory, uploaded_tables
from app.jobs.deadline_lock import LOCK, PICTURE
from app.lessons import payloads, registry
from app.operations import error_boundary, metrics
from app.settings.errors import BadSettings
from app.settings.model import bounded

# A recording depends on the code as well as on its address, so it may not outlive an afternoon.
CACHE = "public, max-age=3600"
LATER = "This setting takes longer to train. Let go to start it."


# Threads of its own: pictures that wait for a training must not keep Streamlit's waiting, and Starlette's cost more.
_live_executor = ThreadPoolExecutor(max_workers=40, thread_name_prefix="live")


async def _live(request: Request) -> Response:
    return await asyncio.get_running_loop().run_in_executor(_live_executor, _answer, request)


def beat() -> Future[None]:
    """What a picture of a drag needs, without the picture: a thread, a turn, and the threads of compiled programs."""
    return _live_executor.submit(LOCK.acquire(PICTURE)(jit_memory.touch))


@LOCK.acquire(PICTURE)
def _answer(request: Request) -> Response:
    name = request.path_params["lesson"]
    try:
        record = registry.get(name)
    except KeyError as unknown:
        return _refuse("lesson", str(unknown.args[0]), 404)
    try:
        with uploaded_tables.held(request.query_params.get("table", "")):
            body = _body(record, request)
    except BadSettings as refusal:
        parameter, message = refusal.problems[0]
        metrics.REFUSALS.labels(name).inc()
        return _refuse(parameter, message, 422)
    except payloads.Unfinished:
        return _refuse("", LATER, 202)
    except Exception as error:
        return _fault(request, error)
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": CACHE})


def _body(record: Lesson[Any], request: Request) -> bytes:
    bounded(request.url.query)
    query = dict(request.query_params)
    have = query.pop("have", None)
    return payloads.payload(record, record.Experiment.parse(query), have)


def _fault(request: Request, error: Exception) -> Response:
    name, url = request.path_params["lesson"], request.url
    number = error_boundary.note(name, f"{url.path}?{url.query}", error)
    return _refuse("", error_boundary.sentence("This setting could not be computed", number), 500, reference=number)


def _refuse(parameter: str, message: str, status: int, **more: str) -> Response:
    words = {"parameter": parameter, "message": message} | more
    return JSONResponse(words, status_code=status, headers={"Cache-Control": "no-store"})


routes = [Route("/live/{lesson}", _live, methods=["GET"])]
