"""The page of a live run and that of a dropped log, in a browser that reaches this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from support.browser import local_browser
from support.user_files import OVERLAY, flight_log

from rfsl.errors import ConfigError
from rfsl.live.outputs import Update, update_of
from rfsl.live.page import Board, PageServer, live_app

#: A screen of a desk, and one of a phone.
SIZES = {"desk": (1280, 900), "phone": (390, 844)}


@contextmanager
def served(*arguments: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A command that serves a page: its address, and the process."""
    command = [sys.executable, "-m", "rfsl", *map(str, arguments), "--page-port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    )
    assert process.stdout is not None
    try:
        line = next(line for line in process.stdout if "http://" in line)
        found = re.search(r"http://[\w.:]+/", line)
        assert found is not None
        yield found[0], process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page")
    (made / "mine.yaml").write_text(OVERLAY)
    flight_log(made / "flight.csv")
    return made


def told(tab: Tab, text: str | re.Pattern[str]) -> None:
    """Wait until the line below the headline says something."""
    expect(tab.locator("#state")).to_contain_text(text, timeout=180_000)


def updated(tab: Tab, number: int) -> None:
    """Wait for an update, or for the answer to a dropped log."""
    expect(tab.locator("body")).to_have_attribute("data-update", str(number), timeout=180_000)


def screenshot(tab: Tab, name: str) -> None:
    """Kept where `RFSL_SCREENSHOTS` says, to look at."""
    if os.environ.get("RFSL_SCREENSHOTS"):
        tab.screenshot(path=Path(os.environ["RFSL_SCREENSHOTS"]) / f"{name}.png", full_page=True)


def check_layout(tab: Tab, width: int) -> None:
    """Nothing is wider than the screen, and the map is drawn."""
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("#map path[data-region]").count() == 2
    assert tab.locator("#estimate").count() == 1
    box = tab.locator("#map").bounding_box()
    assert box is not None and box["width"] > 0.5 * min(width, 700) and box["height"] > 250


@pytest.mark.browser
@pytest.mark.slow
def test_a_replay_in_a_browser(folder: Path, tmp_path: Path) -> None:
    arguments = ["live", "--replay", folder / "flight.csv", "--config", folder / "mine.yaml"]
    arguments += ["--speed", "40", "--every", "2", "--output", tmp_path, "--page"]
    with served(*arguments) as (address, _), local_browser() as browser:
        tabs = {}
        problems: list[str] = []
        for name, (width, height) in SIZES.items():
            tab = browser.new_context(viewport={"width": width, "height": height}).new_page()
            tab.on("console", lambda message: problems.append(message.text))
            tab.on("pageerror", lambda error: problems.append(str(error)))
            tab.goto(address)
            tabs[name] = tab
        for name, tab in tabs.items():
            told(tab, re.compile(r"Update ([3-9]|\d\d)|ended"))
            screenshot(tab, f"{name}_in_flight")
            told(tab, "The flight has ended")
            check_layout(tab, SIZES[name][0])
            screenshot(tab, f"{name}_ended")
            record = json.loads((tmp_path / "fix.json").read_text())
            headline = tab.locator("#headline").inner_text()
            assert f"expected error {record['expected_error_m']:.0f}\N{NO-BREAK SPACE}m" in headline
            assert f"{record['position']['latitude_deg']:.6f}" in headline
            assert tab.locator("#chart polyline").count() == 1
        assert problems == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_tries_again(folder: Path, tmp_path: Path) -> None:
    """The run is killed and started again on the same port, and the open page goes on."""
    board = Board()
    board.tell(update_of(1, None, "nothing yet", (), ended=False))
    first = PageServer.start(live_app(board, "127.0.0.1"), "127.0.0.1", 0)
    port = int(first.address.rsplit(":", 1)[1].strip("/"))
    with local_browser() as browser:
        tab = browser.new_page()
        tab.goto(first.address)
        updated(tab, 1)
        assert tab.locator("#headline").inner_text() == "No estimate: nothing yet"
        first.stop()
        told(tab, "this page tries again")
        board.tell(update_of(2, None, "still nothing", ("a <b>problem</b>",), ended=False))
        again = PageServer.start(live_app(board, "127.0.0.1"), "127.0.0.1", port)
        updated(tab, 2)
        assert tab.locator("#notes li").inner_text() == "a <b>problem</b>"
        again.stop()


@pytest.mark.browser
@pytest.mark.slow
def test_a_dropped_log(folder: Path) -> None:
    arguments = ["serve", "--config", folder / "mine.yaml"]
    with served(*arguments) as (address, _), local_browser() as browser:
        width, height = SIZES["phone"]
        tab = browser.new_context(viewport={"width": width, "height": height}).new_page()
        tab.goto(address)
        screenshot(tab, "serve_empty")
        wrong = folder / "notes.txt"
        wrong.write_text("no log at all\n")
        tab.set_input_files("#file", wrong)
        updated(tab, 1)
        assert "notes.txt" in tab.locator("#state").inner_text()
        assert "bad" in (tab.locator("#state").get_attribute("class") or "")
        tab.set_input_files("#file", folder / "flight.csv")
        updated(tab, 2)
        assert tab.locator("#state").inner_text() == "flight.csv"
        check_layout(tab, width)
        screenshot(tab, "serve_phone")
        # Another site may not send a log, nor stand for this address.
        for changed in ({}, {"X-Rfsl": "1", "Host": "elsewhere.example"}):
            request = urllib.request.Request(address + "log", b"x", changed)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            assert refused.value.code in (400, 403)
            refused.value.close()


def test_the_board_keeps_one_error_for_each_time() -> None:
    board = Board()
    assert board.content == ""
    values = update_of(1, None, "", (), ended=False).record
    for time_s, error_m in ((10.0, 80.0), (15.0, 60.0), (15.0, 60.0), (20.0, 40.0)):
        record = values | {"flight_time_s": time_s, "expected_error_m": error_m}
        board.tell(Update(record, None, {}))
    history = np.array(json.loads(board.content)["history"])
    np.testing.assert_array_equal(history, [[10.0, 80.0], [15.0, 60.0], [20.0, 40.0]])
    assert board.version == 4 and "\n" not in board.content


def test_a_port_that_is_taken() -> None:
    server = PageServer.start(live_app(Board(), "127.0.0.1"), "127.0.0.1", 0)
    port = int(server.address.rsplit(":", 1)[1].strip("/"))
    try:
        with urllib.request.urlopen(server.address, timeout=30) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'") and b"http" not in _sources(
                answer.read()
            )
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}"):
            PageServer.start(live_app(Board(), "127.0.0.1"), "127.0.0.1", port)
    finally:
        server.stop()


def _sources(page: bytes) -> bytes:
    """What a page names as sources of scripts, styles and images."""
    return b" ".join(re.findall(rb"(?:src|href)\s*=\s*[\"'][^\"']*", page))
