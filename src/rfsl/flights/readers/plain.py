"""Reader for plain tables (CSV or Parquet) with units in their column names."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.plausible import local_position
from rfsl.flights.readers.text import cut_off, read_text
from rfsl.geometry.frames import LocalFrame

if TYPE_CHECKING:
    import pyarrow as pa

#: Required columns, with their meaning.
NEEDED = {
    "time_s": "seconds on any clock",
    "latitude_deg": "WGS-84",
    "longitude_deg": "WGS-84",
    "height_m": "above the ground where the source is",
    "rss_db": "received power over any constant",
}
#: Optional columns, with their meaning.
OPTIONAL = {
    "quality_db": "channel-sounder quality; left out, every sample counts as locked",
    "roll_deg": "right wing down positive",
    "pitch_deg": "nose up positive",
    "yaw_deg": "clockwise from north",
}
#: What programs write for a missing value.
_ABSENT = {"NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "NaN", "nan", "-nan", "<NA>"}
_ANGLES = ["roll_deg", "pitch_deg", "yaw_deg"]
#: Largest number of rows (ten days at 30 Hz): a small Parquet file can claim any number.
_MOST_ROWS = 30_000_000


def read_table(path: str | Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read a table with one row per power reading.

    Columns are those of `NEEDED` and `OPTIONAL`; others are ignored.

    Raises:
        FlightError: the file cannot be read, a column is missing, occurs twice or holds something
            else than numbers (the message has the first such row), the positions are of another
            place, or the table holds no flight (see `cut_flight`).
    """
    path = Path(path)
    table, notes = _load_parquet(path) if path.suffix.lower() == ".parquet" else _load_csv(path)
    values = {
        name: _numbers(path, name, table.column(name))
        for name in [*NEEDED, *OPTIONAL]
        if name in table.column_names
    }
    rows = table.num_rows
    x_m, y_m, far = local_position(
        str(path), values["latitude_deg"], values["longitude_deg"], frame, settings
    )
    angles_deg = np.column_stack([values.get(name, np.zeros(rows)) for name in _ANGLES])
    absent = [name for name in _ANGLES if name not in values]
    if absent:
        notes.append(f"{', '.join(absent)} not logged, taken as zero")
    raw = Flight(
        time_s=values["time_s"],
        position_m=np.column_stack([x_m, y_m, values["height_m"]]),
        attitude_rad=np.radians(angles_deg),
        rss_db=values["rss_db"],
        quality_db=values.get("quality_db", np.full(rows, np.nan)),
        notes=(*notes, *far),
    )
    return cut_flight(raw, settings, str(path))


def _load_parquet(path: Path) -> tuple[pa.Table, list[str]]:
    from pyarrow.parquet import ParquetFile  # here, since it loads slowly

    try:
        with ParquetFile(path) as file:
            names, rows = file.schema_arrow.names, file.metadata.num_rows
            _check_columns(path, names)
            if rows > _MOST_ROWS:
                raise FlightError(f"{path}: it has {rows:,} rows; {_MOST_ROWS:,} at the most")
            return file.read(columns=[n for n in names if n in NEEDED or n in OPTIONAL]), []
    except FlightError:
        raise
    except Exception as error:  # pyarrow raises many kinds on damaged files
        raise FlightError(
            f"{path}: cannot be read as a table ({error}); export it again"
        ) from error


def _load_csv(path: Path) -> tuple[pa.Table, list[str]]:
    """Columns as text, and notes. Every row needs as many fields as the first line has names."""
    from pyarrow import ArrowInvalid, csv, string

    text = read_text(path)
    notes = []
    if not text.endswith("\n") and "\n" in text:  # the last row may be cut inside a number
        text = text[: text.rindex("\n") + 1]
        notes.append(cut_off(path))
    head, _, _ = text.lstrip("\n").partition("\n")
    names = [name.strip().strip('"').strip() for name in head.split(",")]
    _check_columns(path, names)
    wrong: list[Any] = []

    def uneven(row: Any) -> str:
        wrong.append(row)
        return "error"

    try:
        table = csv.read_csv(
            io.BytesIO(text.encode()),
            csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            csv.ParseOptions(invalid_row_handler=uneven),
            csv.ConvertOptions(column_types=dict.fromkeys(names, string())),
        )
    except ArrowInvalid as error:
        if wrong:
            raise FlightError(
                f"{path}, line {wrong[0].number}: found {wrong[0].actual_columns} fields in "
                f"{wrong[0].text[:80]!r}; the first line names {wrong[0].expected_columns} "
                "columns. Separate fields by commas and write decimals with a point"
            ) from error
        raise FlightError(
            f"{path}: cannot be read as a table ({error}); export it again"
        ) from error
    return table, notes


def _check_columns(path: Path, names: list[str]) -> None:
    missing = [f"{name} ({meaning})" for name, meaning in NEEDED.items() if name not in names]
    if missing:
        found = ", ".join(names)[:400]
        hint = ". Columns are separated by commas" if ";" in found or "\t" in found else ""
        raise FlightError(
            f"{path}: missing column(s) {'; '.join(missing)}. Found {found}; "
            f"optional are {', '.join(OPTIONAL)}{hint}"
        )
    twice = sorted({name for name in (*NEEDED, *OPTIONAL) if names.count(name) > 1})
    if twice:
        raise FlightError(f"{path}: column(s) {', '.join(twice)} occur twice; keep one")


def _numbers(path: Path, name: str, column: pa.ChunkedArray) -> FloatArray:
    """A column (S,) as numbers; NaN for empty cells."""
    import pyarrow as pa
    from pyarrow import compute, types

    kind = column.type
    if types.is_string(kind) or types.is_large_string(kind):
        text = compute.utf8_trim_whitespace(column)
        try:
            empty = compute.equal(text, "")
            values = compute.if_else(empty, None, text).cast(pa.float64())
        except pa.ArrowInvalid:
            return _parsed(path, name, text.to_pylist())
    elif types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        values = column.cast(pa.float64(), safe=False)
    elif types.is_null(kind):
        return np.full(len(column), np.nan)
    else:
        raise FlightError(f"{path}, column {name}: found {kind}; numbers are needed")
    return np.array(values.to_numpy(), dtype=float)


def _parsed(path: Path, name: str, cells: list[str | None]) -> FloatArray:
    """Cells (S,) that pyarrow does not read, such as +1 or NA, as numbers.

    Raises:
        FlightError: a cell is no number; the message has its row.
    """
    values = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if cell is None or cell == "" or cell in _ABSENT:
            continue
        try:
            values[row] = float(cell)
        except ValueError:
            raise FlightError(
                f"{path}, row {row + 1}, column {name}: found {cell[:40]!r}; a number with a "
                "decimal point is needed"
            ) from None
    return values
