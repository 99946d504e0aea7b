"""The lines of a log of text, with their numbers, as an editor shows them."""

from __future__ import annotations

import codecs
from pathlib import Path

from rfsl.errors import FlightError

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """A text file in UTF-8, with or without a byte-order mark; lines end in a line feed.

    Raises:
        FlightError: no such file, no text, or in another encoding.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FlightError(f"{path}: cannot be read as text ({error.strerror or error})") from error
    if content.startswith(_UTF_16):
        raise FlightError(f"{path}: cannot be read as text: it is UTF-16; save it as UTF-8")
    if b"\0" in content:
        raise FlightError(f"{path}: cannot be read as text: it holds zero bytes, as no log does")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FlightError(
            f"{path}: cannot be read as text ({error}); save it as UTF-8, if it is a text"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole_lines(path: Path) -> tuple[list[tuple[int, str]], list[str]]:
    """Lines that are not blank, numbered from one, and what was left out.

    A last line without an end may have been cut inside a number, so it is left out.

    Raises:
        FlightError: see `read_text`.
    """
    *lines, last = read_text(path).split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return numbered, [cut_off(path)] if last.strip() else []


def cut_off(path: Path) -> str:
    """What is noted of a last line without an end."""
    return f"{path.name} ends inside a line, which was left out"
