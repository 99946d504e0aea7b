"""Writing files in such a way that a reader never sees half a file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rfsl.errors import DataError


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; on success move it into place.

    The move is atomic (`os.replace` within one folder), and the content is on the disk before it.
    On an error the temporary file is removed and `path` stays as it was. The temporary file of a
    killed process is removed when `path` is written again. The temporary name keeps the suffix of
    `path`, because some writers choose the format by it.

    Raises:
        DataError: the folder cannot be written, or the disk is full.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left_over in _temporaries(path):
            left_over.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes files private
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise DataError(
            f"cannot write {path}: {error.strerror or error}. "
            f"Free space or make the folder {path.parent} writable, then run the same command "
            "again."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def remove(path: str | Path) -> None:
    """Remove a file, if it exists, and temporary files that killed processes left beside it."""
    path = Path(path)
    for found in [path, *_temporaries(path)]:
        found.unlink(missing_ok=True)


def check_writable(folder: str | Path) -> None:
    """Check that files can be created in a folder, or that the folder itself can be created.

    Raises:
        DataError: they cannot.
    """
    place = Path(folder).absolute()
    while not place.exists():
        place = place.parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        raise DataError(
            f"cannot write to {folder}: {place} is "
            f"{'not writable' if place.is_dir() else 'not a folder'}. Make it writable, then run "
            "the same command again"
        )


def check_new(path: Path, force: bool) -> None:
    """Check that a file of `--output` can be written, and that it is not there already.

    Args:
        force: whether it may be overwritten.

    Raises:
        DataError: it cannot be written, or it is there and is not to be overwritten.
    """
    check_writable(path.parent)
    if path.exists() and not force:
        raise DataError(
            f"{path} is there already. Name another file (--output), or overwrite it (--force)"
        )


def _temporaries(path: Path) -> list[Path]:
    """Existing temporary files for `path`, found by the names that `mkstemp` gives."""
    name = re.compile(rf"\.{re.escape(path.stem)}-[a-z0-9_]{{8}}{re.escape(path.suffix)}")
    if not path.parent.is_dir():
        return []
    return [item for item in path.parent.iterdir() if name.fullmatch(item.name)]
