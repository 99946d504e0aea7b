"""What a file holds, told by its bytes and not by its name."""

from __future__ import annotations

import gzip
import zlib
from enum import Enum
from pathlib import Path

from rfsl.errors import FlightError

#: A compressed log may grow to this; a small file can claim any size.
_MOST_BYTES = 4_000_000_000
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
    try:
        content = path.read_bytes()
        if not content.startswith(_GZIP):
            return content
        with gzip.open(path) as file:
            content = file.read(_MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FlightError(
            f"{path}: cannot be unpacked as gzip ({error}); it is damaged or truncated"
        ) from error
    except OSError as error:
        raise FlightError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(content) > _MOST_BYTES:
        raise FlightError(f"{path}: unpacked, it has more than {_MOST_BYTES:,} bytes")
    return content


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
