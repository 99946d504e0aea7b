"""Reader for the AERPAW AFAR flights: MATLAB v5 files with a column vector for each field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.plausible import local_position
from rfsl.geometry.frames import LocalFrame

#: Fields of the file, with their meaning for messages.
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

#: MATLAB classes of real numbers; fields of other classes (objects, functions) are never read.
_NUMBERS = {"double", "single"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
#: Largest number of samples (ten days at 30 Hz).
_MOST_SAMPLES = 30_000_000


def read_afar_mat(path: str | Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read one AFAR `.mat` file and cut it to the flight.

    Fields and units are those of the data's README. `settings.afar_height_correction_m` is added to
    the height `mZ`.

    Raises:
        FlightError: the file is not a MATLAB v5 file or is truncated, a field is missing or has
            another shape or class, the positions are of another place, or the log holds no flight
            (see `cut_flight`).
    """
    fields = _load(Path(path))
    source = str(path)
    x_m, y_m, notes = local_position(
        f"{source} (latitude mY, longitude mX)", fields["mY"], fields["mX"], frame, settings
    )
    raw = Flight(
        time_s=fields["timestamp_power"],
        position_m=np.column_stack([x_m, y_m, fields["mZ"] + settings.afar_height_correction_m]),
        attitude_rad=np.radians(
            np.column_stack([fields["mRoll"], fields["mPitch"], fields["mYaw"]])
        ),
        rss_db=fields["mpower"],
        quality_db=fields["mquality"],
        notes=tuple(notes),
    )
    return cut_flight(raw, settings, source)


def _load(path: Path) -> dict[str, FloatArray]:
    from scipy.io import loadmat, whosmat  # here, since it loads slowly

    if not path.is_file():
        raise FlightError(f"{path}: no such file")
    try:
        # Headers are checked first, so that only columns of numbers of a log's size are loaded.
        listed = [entry for entry in whosmat(path) if entry[0] in FIELDS]
        _check_headers(path, listed)
        content = loadmat(path, variable_names=list(FIELDS), verify_compressed_data_integrity=True)
    except FlightError:
        raise
    except NotImplementedError as error:
        raise FlightError(
            f"{path}: cannot be read as a MATLAB v5 file: it is of version 7.3 (HDF5). Save it "
            "with the option -v7"
        ) from error
    except Exception as error:  # scipy raises many kinds on damaged files
        raise FlightError(
            f"{path}: cannot be read as a MATLAB v5 file ({error}); it is damaged or truncated. "
            "Export it again; if it was fetched, delete it and run the same command again"
        ) from error
    odd = [name for name in FIELDS if np.asarray(content[name]).dtype.kind not in "iuf"]
    if odd:
        raise FlightError(f"{path}: field {odd[0]} holds complex numbers; real ones are needed")
    fields = {name: np.asarray(content[name]).ravel().astype(float) for name in FIELDS}
    lengths = {name: values.size for name, values in fields.items()}
    if len(set(lengths.values())) > 1:
        raise FlightError(f"{path}: fields differ in length: {lengths}")
    return fields


def _check_headers(path: Path, listed: Sequence[tuple[str, tuple[int, ...], str]]) -> None:
    """Check names, shapes and classes of the fields before any of them is read."""
    names = [name for name, _, _ in listed]
    missing = [f"{name}, {meaning}" for name, meaning in FIELDS.items() if name not in names]
    if missing:
        raise FlightError(f"{path}: missing field(s): {'; '.join(missing)}")
    for name, shape, kind in listed:
        if names.count(name) > 1:
            raise FlightError(f"{path}: field {name} occurs {names.count(name)} times")
        column = len(shape) == 2 and min(shape) <= 1
        if kind not in _NUMBERS or not column or max(shape) > _MOST_SAMPLES:
            raise FlightError(
                f"{path}: field {name} has shape {shape} and class {kind}; one column of numbers "
                f"is needed, of {_MOST_SAMPLES:,} at the most"
            )
