"""Fetching public files, against a server on this machine."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.user_files import CONTENT, resource

from rfsl.errors import DataError
from rfsl.workflow.data.registry import AFAR, load_registry, obtain


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT, with ranges; `/cut` breaks off half-way, `/long` never ends in time."""

    seen: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.seen.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        body = CONTENT[start:] + (b"x" if self.path == "/long" else b"")
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path == "/cut" and not wanted else body)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def server() -> Iterator[str]:
    Handler.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_fetches(server: str, tmp_path: Path) -> None:
    obtain(resource(f"{server}/ok"), tmp_path / "data/f.mat", None)
    assert (tmp_path / "data/f.mat").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["f.mat"]


def test_resumes(server: str, tmp_path: Path) -> None:
    destination = tmp_path / "f.mat"
    with pytest.raises(DataError):
        obtain(resource(f"{server}/cut"), destination, None)
    assert not destination.exists()
    arrived = (tmp_path / "f.mat.part").stat().st_size
    assert 0 < arrived <= len(CONTENT) // 2
    obtain(resource(f"{server}/cut"), destination, None)
    assert destination.read_bytes() == CONTENT
    assert Handler.seen == [None, f"bytes={arrived}-"]


def test_wrong_bytes_are_not_kept(server: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not be fetched"):
        obtain(resource(f"{server}/ok", CONTENT[::-1]), tmp_path / "f.mat", None)
    with pytest.raises(DataError, match="more than the 256000 bytes"):
        obtain(resource(f"{server}/long"), tmp_path / "f.mat", None)
    assert list(tmp_path.iterdir()) == []


def test_offline_names_the_file_the_address_and_two_ways_out(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/f.mat"
    with pytest.raises(DataError) as error:
        obtain(resource(url), tmp_path / "f.mat", None)
    for text in ("f.mat is not at", url, "Two ways out", "RFSL_AFAR_DIR", "afar.folder"):
        assert text in str(error.value)


@pytest.mark.parametrize("package", ["pooch", "requests"])
def test_an_extra_that_is_not_installed(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, files are taken from a folder as well, and the message names both ways out."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DataError) as error:
        obtain(resource("http://nowhere/f.mat"), tmp_path / "f.mat", None)
    for text in ("f.mat is not at", "not installed", "its extra workflow", "RFSL_AFAR_DIR"):
        assert text in str(error.value)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/f.mat").write_bytes(CONTENT)
    obtain(resource("http://nowhere/f.mat"), tmp_path / "f.mat", tmp_path / "mine")
    assert (tmp_path / "f.mat").read_bytes() == CONTENT


@pytest.mark.parametrize("place", [".", "flights", "antenna"])
def test_takes_files_from_a_folder(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "mine" / place
    folder.mkdir(parents=True)
    (folder / "f.mat").write_bytes(CONTENT)
    obtain(resource("http://127.0.0.1:9/f.mat"), tmp_path / "f.mat", tmp_path / "mine")
    assert (tmp_path / "f.mat").read_bytes() == CONTENT


def test_folder_without_the_file_or_with_another(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    with pytest.raises(DataError, match=r"f\.mat is not in .*mine(.|\n)*Two ways out"):
        obtain(resource("http://nowhere/f.mat"), tmp_path / "f.mat", mine)
    (mine / "f.mat").write_bytes(b"other")
    with pytest.raises(DataError, match="is not the published file"):
        obtain(resource("http://nowhere/f.mat"), tmp_path / "f.mat", mine)
    assert not (tmp_path / "f.mat").exists()


def test_config_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RFSL_AFAR_DIR", "/from/environment")
    assert AFAR.named("/from/config") == Path("/from/config")
    assert AFAR.named(None) == Path("/from/environment")
    monkeypatch.delenv("RFSL_AFAR_DIR")
    assert AFAR.named(None) is None


@pytest.mark.afar
def test_registry_lists_the_real_bytes(afar_folder: Path, tmp_path: Path) -> None:
    registry = load_registry()
    present = [*(afar_folder / "flights").iterdir(), *(afar_folder / "antenna").iterdir()]
    assert present
    for path in present:
        obtain(registry[path.name], tmp_path / path.name, afar_folder)
        assert path.stat().st_size == registry[path.name].size_bytes
