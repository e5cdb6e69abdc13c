"""The files of the stage: compressed, for ever, and nothing else."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.stage import assets
from app.stage.theme import DASHES, PALETTE, run_style


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(assets.routes)))


@pytest.mark.parametrize("name", ["mount.js", "stage.css", "palette.js", "plotly.min.js"])
def test_served_compressed_and_immutable(client: TestClient, name: str) -> None:
    answer = client.get(f"/{assets.address()}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")
    again = client.get(f"/{assets.address()}/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    plain = client.get(f"/{assets.address()}/{name}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


@pytest.mark.parametrize(
    "path", ["nothing.js", "types.d.ts", "../stage.py", "..%2f..%2fserver.py", "%2e%2e/wire.py", ""]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/{assets.address()}/{path}").status_code == 404


def test_another_release_is_not_found(client: TestClient) -> None:
    assert client.get("/stage/0123456789abcdef/mount.js").status_code == 404


def test_a_missing_library_is_said_at_start(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(assets, "PLOTLY", assets.STATIC / "missing.js")
    assets._sources.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="plotly"):
            assets.prepare()
    finally:
        assets._sources.cache_clear()


def test_modules_stay_small() -> None:
    for path in assets.STATIC.glob("*.js"):
        assert len(path.read_text().splitlines()) <= 200, path.name


def test_modules_evaluate_no_text() -> None:
    text = "\n".join(path.read_text() for path in assets.STATIC.glob("*.js"))
    assert not any(word in text for word in ("eval(", "new Function", "innerHTML"))


def test_every_run_has_its_own_style() -> None:
    count = len(PALETTE) * len(DASHES)
    assert len({run_style(index) for index in range(count)}) == count


def test_compression_is_repeatable() -> None:
    asset = assets._asset("mount.js")
    assert asset
    assert gzip.decompress(asset.packed) == (assets.STATIC / "mount.js").read_bytes()
