"""A headless Chromium that has no network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Its program; a test that asks for it is skipped where there is none."""
    named = os.environ.get("RFSL_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no browser is here ({', '.join(_NAMES)}); set RFSL_CHROMIUM")
    return found


@contextmanager
def offline_browser() -> Iterator[Page]:
    """An empty page of 1200 by 1000 pixels."""
    with _browser("MAP * ~NOTFOUND") as browser:
        yield browser.new_context(viewport={"width": 1200, "height": 1000}, offline=True).new_page()


@contextmanager
def local_browser() -> Iterator[Browser]:
    """A browser that reaches this machine alone."""
    with _browser("MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser:
        yield browser


@contextmanager
def _browser(rules: str) -> Iterator[Browser]:
    program = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[f"--host-resolver-rules={rules}"]
        )
        yield browser
        browser.close()
