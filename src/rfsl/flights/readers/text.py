"""The lines of a text log, with the numbers that an editor shows."""

from __future__ import annotations

import codecs
from pathlib import Path

from rfsl.errors import FlightError
from rfsl.flights.readers.content import read_bytes

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: A logger that loses its supply may leave zero bytes; a larger share of them is no text.
_FEW_ZEROS = 0.05


def read_text(path: Path) -> str:
    """The content of a UTF-8 file, without a byte-order mark; lines end in a line feed.

    A file compressed by gzip is unpacked.

    Raises:
        FlightError: the file cannot be read, is no text or has another encoding.
    """
    return as_text(path, read_bytes(path))


def as_text(path: Path, content: bytes) -> str:
    """Bytes as text; see `read_text`.

    Args:
        path: their file, for messages.
        content: its bytes.
    """
    if content.startswith(_UTF_16):
        raise FlightError(f"{path}: cannot be read as text: it is UTF-16; save it as UTF-8")
    if content.count(b"\0") > _FEW_ZEROS * len(content):
        raise FlightError(f"{path}: cannot be read as text: it holds zero bytes, which no text has")
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
