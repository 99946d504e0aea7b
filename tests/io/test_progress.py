"""How far a job is, told where there is no terminal."""

from __future__ import annotations

import io
import logging
import sys
import time

import pytest

from rfsl.io.progress import Progress, tracked


def test_all_items_come_and_the_log_says_how_many(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO, "rfsl.io.progress"):
        assert list(tracked(iter("abc"), 3, "letters", interval_s=0.0)) == ["a", "b", "c"]
    assert caplog.messages == ["letters: 1 of 3", "letters: 2 of 3", "letters: 3 of 3"]
    assert capsys.readouterr().err == ""  # no bar without a terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_once_a_job_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    for delay_s in (0.0, 60.0):
        monkeypatch.setattr(sys, "stderr", Terminal())
        with Progress("candidates", delay_s) as progress:
            for _ in range(2):
                progress.expect(3)
                progress.add(3)
                time.sleep(0.11)  # between two drawings
        shown.append(sys.stderr.getvalue().strip())
    assert "candidates: 100%" in shown[0] and "6/6" in shown[0] and shown[1] == ""


def test_without_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("candidates", 0.0) as progress:
        progress.expect(3)
        progress.add(3)
    assert capsys.readouterr().err == ""


def test_short_jobs_say_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rfsl.io.progress"):
        assert list(tracked([1, 2], 2, "numbers")) == [1, 2]
    assert caplog.messages == []
