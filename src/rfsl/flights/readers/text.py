"""The lines of a text log, with the numbers that an editor shows."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from rfsl.errors import FlightError
from rfsl.flights.readers.content import BLOCK_BYTES, blocks, is_packed
from rfsl.io.progress import Progress

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: A logger that loses its supply may leave zero bytes; a larger share of them is no text.
_FEW_ZEROS = 0.05
#: A bar is drawn once reading has taken this long.
_TOLD_AFTER_S = 3.0


def read_text(path: Path) -> str:
    """The content of a UTF-8 file, without a byte-order mark; lines end in a line feed.

    A file compressed by gzip is unpacked.

    Raises:
        FlightError: the file cannot be read, is no text or has another encoding.
    """
    return "".join(text_pieces(path))


def text_pieces(path: Path, size: int = BLOCK_BYTES) -> Iterator[str]:
    """The content of a UTF-8 file as `read_text` gives it, in pieces of whole lines.

    Args:
        size: bytes of a piece; it is longer if a line is. The last piece may end inside a line.

    Raises:
        FlightError: see `read_text`; a file that is no text may be told after some of its pieces.
    """
    zeros = total = 0
    for number, block in enumerate(_told(path, size)):
        if number == 0 and block.startswith(_UTF_16):
            raise FlightError(f"{path}: cannot be read as text: it is UTF-16; save it as UTF-8")
        zeros, total = zeros + block.count(b"\0"), total + len(block)
        if total < size:  # the whole file
            _check_zeros(path, zeros, total)
        yield _decoded(path, block)
    _check_zeros(path, zeros, total)


def _told(path: Path, size: int) -> Iterator[bytes]:
    """Blocks of a file, with a bar if reading takes long."""
    with Progress(f"MB of {path.name}", _TOLD_AFTER_S) as progress:
        progress.expect(0 if is_packed(path) else round(path.stat().st_size / 1e6))
        read = 0
        for block in blocks(path, size):
            yield block
            before, read = read, read + len(block)
            progress.add(round(read / 1e6) - round(before / 1e6))


def _check_zeros(path: Path, zeros: int, total: int) -> None:
    if zeros > _FEW_ZEROS * total:
        raise FlightError(f"{path}: cannot be read as text: it holds zero bytes, which no text has")


def _decoded(path: Path, content: bytes) -> str:
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
