"""The samples of a fix as a table: what was read, and what of it the estimate used."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from rfsl.fixes.flown import Fix, FlownLog
from rfsl.fixes.times import counts_from_1970
from rfsl.fixes.wording import printable
from rfsl.geometry.frames import LocalFrame

#: Decimals of degrees, which are 1 cm, and of metres and dB.
_DEGREES, _OTHERS = 7, 3


def samples_csv(fix: Fix) -> bytes:
    """The samples of all logs of a fix, up to `localize.duration_s`, as CSV (UTF-8).

    Columns:
        log: name of the log.
        time_s: seconds since the log's first sample.
        time: the same by the log's clock (ISO 8601, UTC); empty if it does not count from 1970.
        latitude_deg, longitude_deg: WGS-84.
        height_m: above ground.
        rss_db: power, up to an unknown constant.
        quality_db: the receiver's quality figure; empty where the log has none.
        used: true if the estimate used the sample.
    """
    used = fix.estimate is not None
    tables = [_table(log, fix.frame, used) for log in fix.logs]
    content = io.BytesIO()
    csv.write_csv(pa.concat_tables(tables), content, csv.WriteOptions(quoting_style="needed"))
    return content.getvalue()


def _table(log: FlownLog, frame: LocalFrame, used: bool) -> pa.Table:
    flight = log.flight
    size = len(flight)
    latitude_deg, longitude_deg = frame.to_geodetic(*flight.position_m[:, :2].T)
    times = pa.nulls(size, pa.string())
    if counts_from_1970(flight.start_s):
        milliseconds = np.rint(1e3 * (flight.start_s + flight.time_s)).astype(np.int64)
        stamps = pa.array(milliseconds, pa.timestamp("ms", "UTC"))
        times = pc.strftime(stamps, "%Y-%m-%dT%H:%M:%SZ")
    return pa.table(
        {
            "log": pa.repeat(printable(log.name), size),
            "time_s": np.round(flight.time_s, _OTHERS),
            "time": times,
            "latitude_deg": np.round(latitude_deg, _DEGREES),
            "longitude_deg": np.round(longitude_deg, _DEGREES),
            "height_m": np.round(flight.position_m[:, 2], _OTHERS),
            "rss_db": np.round(flight.rss_db, _OTHERS),
            "quality_db": pa.array(np.round(flight.quality_db, _OTHERS), from_pandas=True),
            "used": log.held & used,
        }
    )
