"""Reader for a plain table, CSV or Parquet, with units in its column names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.joined import check_globe
from rfsl.flights.record import Flight, cut_flight
from rfsl.frames import LocalFrame

if TYPE_CHECKING:
    import pandas as pd

#: Columns that have to be there, and what they hold.
NEEDED = {
    "time_s": "seconds on any clock",
    "latitude_deg": "WGS-84",
    "longitude_deg": "WGS-84",
    "height_m": "above the ground where the source is",
    "rss_db": "received power over any constant",
}
#: Columns that may be there.
OPTIONAL = {
    "quality_db": "channel-sounder quality; left out, every sample counts as locked",
    "roll_deg": "right wing down positive",
    "pitch_deg": "nose up positive",
    "yaw_deg": "clockwise from north",
}
_ANGLES = ["roll_deg", "pitch_deg", "yaw_deg"]


def read_table(path: str | Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read a table with one row per power reading.

    Raises:
        FlightError: unreadable, a column missing, misnamed or not of numbers (with its first row
            that is not), positions not on the globe, or no flight in it.
    """
    table = _load(Path(path))
    missing = [f"{name} ({meaning})" for name, meaning in NEEDED.items() if name not in table]
    if missing:
        raise FlightError(
            f"{path}: missing column(s) {'; '.join(missing)}. Found {', '.join(table.columns)}; "
            f"known beside them: {', '.join(OPTIONAL)}"
        )
    values = {name: _numbers(path, table, name) for name in [*NEEDED, *OPTIONAL] if name in table}
    latitude_deg, longitude_deg = values["latitude_deg"], values["longitude_deg"]
    rows = len(table)
    check_globe(str(path), latitude_deg, longitude_deg)
    x_m, y_m = frame.to_local(latitude_deg, longitude_deg)
    angles_deg = np.column_stack([values.get(name, np.zeros(rows)) for name in _ANGLES])
    raw = Flight(
        time_s=values["time_s"],
        position_m=np.column_stack([x_m, y_m, values["height_m"]]),
        attitude_rad=np.radians(angles_deg),
        rss_db=values["rss_db"],
        quality_db=values.get("quality_db", np.full(rows, np.nan)),
    )
    absent = [name for name in _ANGLES if name not in values]
    if absent:
        raw = raw.noted(f"{', '.join(absent)} not logged, taken as zero")
    return cut_flight(raw, settings, str(path))


def _load(path: Path) -> pd.DataFrame:
    import pandas as pd  # here, since it loads slowly and other formats do without

    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path)
    except Exception as error:  # pandas and pyarrow raise many kinds on damaged files
        raise FlightError(f"{path}: cannot be read as a table ({error})") from error


def _numbers(path: str | Path, table: pd.DataFrame, name: str) -> FloatArray:
    import pandas as pd

    column = table[name]
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = numbers.isna() & column.notna()
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise FlightError(
            f"{path}, row {row + 1}, column {name}: found {column.iloc[row]!r}; a number with a "
            "decimal point is needed"
        )
    return numbers.to_numpy(float)
