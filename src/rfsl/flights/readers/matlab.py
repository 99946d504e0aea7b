"""MATLAB files as raw tables: a column for each field that is a vector of real numbers."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rfsl.errors import FlightError
from rfsl.flights.readers.afar import AFAR_NAMES
from rfsl.flights.readers.raw_table import MOST_ROWS, RawTable

if TYPE_CHECKING:
    import pyarrow as pa

#: MATLAB classes of real numbers; fields of other classes (objects, functions) are never read.
_NUMBERS = {"double", "single"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


def open_matlab(path: Path, content: Path | bytes) -> RawTable:
    """The fields of a MATLAB v5 file.

    Headers are read first, so that only vectors of numbers of a log's size are ever loaded.

    Args:
        path: the file, for messages.
        content: the file to read, or its bytes if they had to be unpacked.

    Raises:
        FlightError: it is of another version, damaged or truncated. `read` of the table also raises
            one for a field that occurs twice or is no vector of real numbers.
    """
    from scipy.io import loadmat, whosmat  # here, since it loads slowly

    def opened() -> Any:
        return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")

    try:
        with opened() as file:
            listed = whosmat(file)
    except Exception as error:  # scipy raises many kinds on damaged files
        raise _unreadable(path, error) from error
    headers = {name: (shape, kind) for name, shape, kind in listed}

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        for name in names:
            shape, kind = headers[name]
            if not _is_vector(shape, kind):
                raise FlightError(
                    f"{path}: field {name} has shape {shape} and class {kind}; one column of "
                    f"numbers is needed, of {MOST_ROWS:,} at the most"
                )
        try:
            with opened() as file:
                found = loadmat(
                    file, variable_names=list(names), verify_compressed_data_integrity=True
                )
        except Exception as error:
            raise _unreadable(path, error) from error
        columns = {}
        for name in names:
            values = np.asarray(found[name])
            if values.dtype.kind not in "iuf":
                raise FlightError(
                    f"{path}: field {name} holds complex numbers; real ones are needed"
                )
            columns[name] = pa.chunked_array([pa.array(values.ravel().astype(float))])
        return columns

    def length(names: Collection[str]) -> int:
        """Number of rows of some fields; 0 if they differ, or one is no vector of a log's size."""
        if not all(_is_vector(*headers[name]) for name in names):
            return 0  # a damaged header may claim any number
        lengths = {max(headers[name][0], default=0) for name in names}
        return lengths.pop() if len(lengths) == 1 else 0

    plain = tuple(name for name, header in headers.items() if _is_vector(*header))
    every = tuple(name for name, _, _ in listed)
    return RawTable(path, every, plain, read, known=AFAR_NAMES, length=length)


def _is_vector(shape: tuple[int, ...], kind: str) -> bool:
    return kind in _NUMBERS and len(shape) == 2 and min(shape) <= 1 and max(shape) <= MOST_ROWS


def _unreadable(path: Path, error: Exception) -> FlightError:
    if isinstance(error, NotImplementedError):
        return FlightError(
            f"{path}: cannot be read as a MATLAB v5 file: it is of version 7.3 (HDF5). Save it "
            "with the option -v7"
        )
    return FlightError(
        f"{path}: cannot be read as a MATLAB v5 file ({error}); it is damaged or truncated. "
        "Export it again; if it was fetched, delete it and run the same command again"
    )
