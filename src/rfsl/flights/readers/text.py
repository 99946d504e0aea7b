"""The lines of a text log, with the numbers that an editor shows."""

from __future__ import annotations

import codecs
from pathlib import Path

from rfsl.errors import FlightError

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """The content of a UTF-8 file, without a byte-order mark; lines end in a line feed.

    Raises:
        FlightError: the file cannot be read, is no text or has another encoding.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FlightError(f"{path}: cannot be read as text ({error.strerror or error})") from error
    if content.startswith(_UTF_16):
        raise FlightError(f"{path}: cannot be read as text: it is UTF-16; save it as UTF-8")
    if b"\0" in content:
        raise FlightError(f"{path}: cannot be read as text: it holds zero bytes, which no log has")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FlightError(
            f"{path}: cannot be read as text ({error}); if it is a text, save it as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole_lines(path: Path) -> tuple[list[tuple[int, str]], list[str]]:
    """Lines that are not blank, with their numbers from one, and notes on what was left out.

    A last line without a line end is left out, because it may be cut inside a number.

    Raises:
        FlightError: see `read_text`.
    """
    *lines, last = read_text(path).split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return numbered, [cut_off(path)] if last.strip() else []


def cut_off(path: Path) -> str:
    """The note on a last line without a line end."""
    return f"{path.name} ends inside a line, which was left out"
