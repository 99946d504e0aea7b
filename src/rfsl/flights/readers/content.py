"""What a file holds, told by its bytes and not by its name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, cast

from rfsl.errors import FlightError

#: A compressed log may grow to this; a small file can claim any size.
_MOST_BYTES = 4_000_000_000
#: A text is read in blocks of so many bytes, so that a large one needs no more memory than this.
BLOCK_BYTES = 16_000_000
#: First bytes of a file compressed by gzip.
_GZIP = b"\x1f\x8b"
#: The header of a MATLAB file begins with this text, and the version follows.
_MATLAB = b"MATLAB "


class Kind(Enum):
    """How the bytes of a file are laid out."""

    PARQUET = "Parquet"
    MATLAB = "MATLAB"
    TEXT = "text"


def read_bytes(path: Path) -> bytes:
    """The content of a file; one compressed by gzip is unpacked.

    Raises:
        FlightError: the file cannot be read or unpacked, or is too large when unpacked.
    """
    with _opened(path) as file:
        content = file.read(_MOST_BYTES + 1) if is_packed(path) else file.read()
    if len(content) > _MOST_BYTES and is_packed(path):
        raise _too_large(path)
    return content


def is_packed(path: Path) -> bool:
    """Whether a file is compressed by gzip."""
    with path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP


def start_of(path: Path, size: int) -> bytes:
    """The first bytes of a file; of what it unpacks to, if it is compressed by gzip.

    Raises:
        FlightError: the file cannot be read or unpacked.
    """
    with _opened(path) as file:
        return file.read(size)


def blocks(path: Path, size: int) -> Iterator[bytes]:
    """The content of a file, unpacked, in blocks of whole lines; the last one may end inside one.

    Args:
        size: bytes of a block; it is longer if a line is.

    Raises:
        FlightError: see `read_bytes`.
    """
    total, packed = 0, is_packed(path)
    with _opened(path) as file:
        kept: list[bytes] = []
        chunk = file.read(size)
        while chunk:
            total += len(chunk)
            if packed and total > _MOST_BYTES:
                raise _too_large(path)
            following = file.read(size)
            end = chunk.rfind(b"\n") + 1 if following else len(chunk)
            if end:
                yield b"".join([*kept, chunk[:end]])
                kept = []
            kept.append(chunk[end:])
            chunk = following


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, or what it unpacks to if it is compressed by gzip."""
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(path.open("rb"))
            packed = is_packed(path)
            yield cast(IO[bytes], stack.enter_context(gzip.open(raw))) if packed else raw
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FlightError(
            f"{path}: cannot be unpacked as gzip ({error}); it is damaged or truncated"
        ) from error
    except OSError as error:
        raise FlightError(f"{path}: cannot be read ({error.strerror or error})") from error


def _too_large(path: Path) -> FlightError:
    return FlightError(f"{path}: unpacked, it has more than {_MOST_BYTES:,} bytes")


def kind_of(path: Path, content: bytes) -> Kind:
    """How a file is laid out.

    Content that shows no layout has the one that the name says, so that the error is about that.
    """
    if content.startswith(b"PAR1"):
        return Kind.PARQUET
    if content.startswith(_MATLAB):
        return Kind.MATLAB
    named = {".parquet": Kind.PARQUET, ".mat": Kind.MATLAB}
    return named.get(path.suffix.lower(), Kind.TEXT)
