"""The fields of AFAR files: MATLAB v5 files with a column vector for each field.

The units are those of the data's README: Unix seconds, degrees, metres above take-off, dB.
"""

from __future__ import annotations

from collections.abc import Collection

from rfsl.config.flights import ColumnName

#: Field of an AFAR file for each column of a table. Other AERPAW files have some of them.
AFAR_NAMES: dict[ColumnName, str] = {
    "time_s": "timestamp_power",
    "longitude_deg": "mX",
    "latitude_deg": "mY",
    "height_m": "mZ",
    "rss_db": "mpower",
    "quality_db": "mquality",
    "roll_deg": "mRoll",
    "pitch_deg": "mPitch",
    "yaw_deg": "mYaw",
}


def is_afar(names: Collection[str]) -> bool:
    """Whether a MATLAB file with these fields is an AFAR file.

    `flights.afar_height_correction_m` is added to the heights of such a file.
    """
    return set(AFAR_NAMES.values()) <= set(names)
