"""Reader for the AERPAW AFAR flights (MATLAB v5 files, one column vector per field)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.record import Flight, cut_flight
from rfsl.frames import LocalFrame, first_off_globe

#: Field in the file -> what it is, for messages.
FIELDS = {
    "timestamp_power": "Unix time of the power sample (s)",
    "mX": "longitude (deg)",
    "mY": "latitude (deg)",
    "mZ": "height above take-off (m)",
    "mpower": "received power (dB)",
    "mquality": "channel-sounder quality (dB)",
    "mRoll": "roll (deg)",
    "mPitch": "pitch (deg)",
    "mYaw": "yaw (deg)",
}


def read_afar_mat(path: str | Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read one AFAR `.mat` file and cut it to the flight.

    Units and fields follow the data's README; `mZ` is corrected by
    `settings.afar_height_correction_m`.

    Raises:
        FlightError: not a MATLAB v5 file, truncated, a field missing or of another shape or type,
            positions outside the globe, or no flight in it.
    """
    fields = _load(Path(path))
    source = str(path)
    finite = np.isfinite(fields["mY"]) & np.isfinite(fields["mX"])  # others are masked later
    latitude_deg, longitude_deg = (np.where(finite, fields[name], np.nan) for name in ("mY", "mX"))
    row = first_off_globe(latitude_deg, longitude_deg)
    if row is not None:
        raise FlightError(
            f"{source}: mY (latitude) {latitude_deg[row]:g}, mX (longitude) "
            f"{longitude_deg[row]:g} in sample {row} is not on the globe; "
            "latitude goes into mY, longitude into mX, both in degrees"
        )
    x_m, y_m = frame.to_local(latitude_deg, longitude_deg)
    raw = Flight(
        time_s=fields["timestamp_power"],
        position_m=np.column_stack([x_m, y_m, fields["mZ"] + settings.afar_height_correction_m]),
        attitude_rad=np.radians(
            np.column_stack([fields["mRoll"], fields["mPitch"], fields["mYaw"]])
        ),
        rss_db=fields["mpower"],
        quality_db=fields["mquality"],
    )
    return cut_flight(raw, settings, source)


def _load(path: Path) -> dict[str, FloatArray]:
    from scipy.io import loadmat  # here, since it loads slowly

    if not path.is_file():
        raise FlightError(f"{path}: no such file")
    try:
        content = loadmat(path, variable_names=list(FIELDS), verify_compressed_data_integrity=True)
    except Exception as error:  # scipy raises many kinds on damaged files
        raise FlightError(
            f"{path}: cannot be read as a MATLAB v5 file ({error}); it is damaged or truncated. "
            "Delete it and run the same command again to fetch it anew"
        ) from error
    missing = [f"{name}, {meaning}" for name, meaning in FIELDS.items() if name not in content]
    if missing:
        raise FlightError(f"{path}: missing field(s): {'; '.join(missing)}")
    fields = {}
    for name in FIELDS:
        values = np.asarray(content[name])
        if values.dtype.kind not in "iuf" or values.ndim != 2 or 1 not in values.shape:
            raise FlightError(
                f"{path}: field {name} has shape {values.shape} and type {values.dtype}; "
                "one column of numbers is needed"
            )
        fields[name] = values.ravel().astype(float)
    lengths = {name: values.size for name, values in fields.items()}
    if len(set(lengths.values())) > 1:
        raise FlightError(f"{path}: fields differ in length: {lengths}")
    return fields
