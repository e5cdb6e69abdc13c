"""What surrounds the pages: headers, assets, the environment, the cache of compiled programs."""

import logging
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app import environment
from app.jobs import jit_memory
from app.server import Routes
from app.stage import assets
from app.ui.stylesheet import STYLE
from app.web import headers, index


def client() -> TestClient:
    routes = [*assets.routes, Route("/", lambda request: PlainTextResponse("hello"))]
    middleware = [Middleware(headers.SecurityHeaders, frame_ancestors="https://lms.example.edu")]
    return TestClient(Starlette(routes=routes, middleware=middleware))


@pytest.mark.parametrize("path", ["/", "/nowhere", f"/{assets.address()}/stage.js"])
def test_every_answer_carries_the_headers(path: str) -> None:
    answer = client().get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors https://lms.example.edu" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in answer.headers


def test_policy_names_the_inline_script_of_the_installed_streamlit() -> None:
    assert headers.inline_scripts().startswith("'sha256-")


@pytest.mark.parametrize("path", ["/", "/race", "/below/race", "/nowhere"])
def test_wherever_streamlit_answers_with_its_page_ours_is_there(path: str) -> None:
    def streamlit(request: Request) -> Response:
        return HTMLResponse("<html><head></head><body>Streamlit's</body></html>", headers={"ETag": "old"})

    site = Starlette(routes=[Route("/{rest:path}", streamlit)], middleware=[Middleware(index.Index)])
    answer = TestClient(site).get(path)
    assert "<title>Beyond Backpropagation</title>" in answer.text
    assert STYLE in answer.text
    assert "etag" not in answer.headers
    assert (f"{assets.address()}/plotly.min.js" in answer.text) == path.endswith("race")


def test_answers_that_are_no_page_pass_unchanged() -> None:
    site = Starlette(
        routes=[
            Route("/text", lambda request: PlainTextResponse("hello")),
            Route("/gone", lambda request: HTMLResponse("gone", status_code=404)),
        ],
        middleware=[Middleware(index.Index)],
    )
    assert TestClient(site).get("/text").text == "hello"
    assert TestClient(site).get("/gone").text == "gone"


def test_our_routes_stand_in_front_of_everything_else() -> None:
    """Behind Streamlit's compression a picture would cost twice as much."""
    ours = [Route("/live/{lesson}", lambda request: PlainTextResponse("picture " * 1_000), methods=["GET"])]
    behind = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("page " * 1_000))])
    site = TestClient(Routes(GZipMiddleware(behind), routes=ours), raise_server_exceptions=False)
    picture, page = site.get("/live/race"), site.get("/race")
    assert picture.text.startswith("picture")
    assert "content-encoding" not in picture.headers
    assert page.text.startswith("page")
    assert page.headers["content-encoding"] == "gzip"
    assert site.post("/live/race").status_code == 405


def test_plotly_is_compressed_and_kept() -> None:
    answer = client().get(f"/{assets.address()}/plotly.min.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < 2_000_000
    assert len(answer.content) > 4_000_000
    plain = client().get(f"/{assets.address()}/plotly.min.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    again = client().get(f"/{assets.address()}/plotly.min.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["../component.py", "..%2Fcomponent.py", "nothing.js", "stage.js/x"])
def test_nothing_else_is_served(name: str) -> None:
    assert client().get(f"/{assets.address()}/{name}").status_code == 404


def test_an_old_address_is_not_answered_with_new_files() -> None:
    assert client().get("/stage/0123456789abcdef/stage.js").status_code == 404


def test_environment_defaults() -> None:
    read = environment.read({"XDG_CACHE_HOME": "/var/cache/someone"})
    assert read.frame_ancestors == "'self'"
    assert read.cache_dir == Path("/var/cache/someone/beyond-backprop")
    assert environment.read({"BEYOND_CACHE_DIR": ""}).cache_dir is None


@pytest.mark.parametrize("sources", ["", "'self'; script-src *", "javascript:alert(1)", "https://a.b\nX-Evil: 1"])
def test_nonsense_in_the_environment_is_refused_by_name(sources: str) -> None:
    with pytest.raises(ValueError, match="BEYOND_FRAME_ANCESTORS"):
        environment.read({"BEYOND_FRAME_ANCESTORS": sources})


def test_sources_of_an_lms() -> None:
    given = "'self' https://moodle.example.edu https://*.example.org:8443"
    assert environment.read({"BEYOND_FRAME_ANCESTORS": given}).frame_ancestors == given


def test_a_cache_folder_that_cannot_be_written_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with caplog.at_level(logging.WARNING, logger="app.server"):
        jit_memory.keep_on_disk(in_the_way / "cache")
    assert "BEYOND_CACHE_DIR" in caplog.text
