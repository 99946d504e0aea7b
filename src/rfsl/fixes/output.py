"""The files of a fix: fix.json, fix.geojson, fix.kml, map.png and map.html in one folder.

On request there are samples.csv and posterior.tif too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry import LineString, mapping

from rfsl import __version__
from rfsl.arrays import FloatArray
from rfsl.errors import DataError
from rfsl.fixes.flown import Fix
from rfsl.fixes.geodetic_posterior import geodetic_posterior
from rfsl.fixes.geotiff import write_geotiff
from rfsl.fixes.held import HeldElsewhere
from rfsl.fixes.kml import fix_kml
from rfsl.fixes.log_files import log_files
from rfsl.fixes.map import as_png, as_svg, fix_map
from rfsl.fixes.page import fix_page
from rfsl.fixes.record import SCHEMA_VERSION, FixRecord
from rfsl.fixes.samples import samples_csv
from rfsl.fixes.times import counts_from_1970
from rfsl.fixes.wording import printable
from rfsl.geometry.frames import LocalFrame
from rfsl.io.writing import remove, written_beside

#: Names of the files of a fix.
OUTPUTS = ("fix.json", "fix.geojson", "fix.kml", "map.png", "map.html")
#: Names of the files that are written on request.
SAMPLES, GEOTIFF = "samples.csv", "posterior.tif"
EXTRA_OUTPUTS = (SAMPLES, GEOTIFF)
#: Seven decimals of a degree are a centimetre.
_DECIMALS = 7
#: Largest distance of the written track from the flown one.
_TRACK_M = 1.0


def write_fix(fix: Fix, folder: str | Path, extras: Collection[str] = ()) -> tuple[str, ...]:
    """Write every file of a fix into a folder, which is made if needed.

    All contents are made before the first file is written. Each file appears whole or not at all.
    Files of an earlier fix that are not written anew are removed, so that all files of a fix in a
    folder are of the same one.

    Args:
        fix: the fix.
        folder: where they are written.
        extras: which of `EXTRA_OUTPUTS` are written too. There is no posterior.tif if the estimator
            gives no probabilities over the cells of a grid.

    Returns:
        Names of the files written.

    Raises:
        DataError: the folder or a file cannot be written, or rasterio is not installed.
    """
    folder = Path(folder)
    record, figure = fix_record(fix), fix_map(fix)
    places = geodetic_shapes(fix)
    texts = {
        "fix.json": json_text(record),
        "fix.geojson": json_text(fix_features(record, places)),
        "fix.kml": fix_kml(record, places),
        "map.html": fix_page(record, as_svg(figure)),
    }
    contents = {name: text.encode() for name, text in texts.items()} | {"map.png": as_png(figure)}
    names = list(OUTPUTS)
    if SAMPLES in extras:
        contents[SAMPLES] = samples_csv(fix)
        names.append(SAMPLES)
    for name in names:
        with written_beside(folder / name) as temporary:
            temporary.write_bytes(contents[name])
    posterior = geodetic_posterior(fix) if GEOTIFF in extras else None
    if posterior is not None and posterior.is_grid:
        write_geotiff(posterior, fix.frame, folder / GEOTIFF)
        names.append(GEOTIFF)
    for name in set(EXTRA_OUTPUTS) - set(names):
        remove(folder / name)
    return tuple(names)


def check_replaceable(
    folder: str | Path, logs: Sequence[str | Path], positions: str | Path | None = None
) -> None:
    """Check that a folder has nothing that a fix would overwrite, but a fix of the same logs.

    Two logs are the same if their files have the same content, wherever they lie.

    Args:
        positions: file with the positions, if the log holds the power alone.

    Raises:
        DataError: the folder has files of another fix, or files of that name that are of none.
    """
    folder = Path(folder)
    there = [name for name in (*OUTPUTS, *EXTRA_OUTPUTS) if (folder / name).exists()]
    if not there:
        return
    files = log_files(*logs, positions)
    try:
        record = FixRecord.model_validate_json((folder / "fix.json").read_bytes())
        if {file.sha256 for file in record.log_files} == {file.sha256 for file in files}:
            return
        what = f"the fix of another log, {record.flight}"
    except (OSError, ValueError):
        what = f"{', '.join(there)}, and no fix of this log"
    raise DataError(
        f"{folder} holds {what}. Name another folder (--output), or overwrite the files (--force)"
    )


def fix_record(fix: Fix) -> dict[str, Any]:
    """The content of fix.json as plain values; `FixRecord` has the keys and their meaning."""
    estimate, frame = fix.estimate, fix.frame
    position, expected_error_m = None, None
    if estimate is not None:
        position = geodetic_position(estimate.position_m, frame)
        if fix.regions:
            expected_error_m = round(estimate.expected_error_m, 2)
    calibration = fix.choice.files.calibration
    first, last = _times(fix)
    values = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "uav-rfsl", "version": __version__},
        "usable": estimate is not None,
        "reason": printable(fix.reason),
        "flight": printable(fix.name),
        "log_files": [
            {**file.model_dump(), "name": printable(file.name)} for file in fix.log_files
        ],
        "first_sample_time": first,
        "last_sample_time": last,
        "position": position,
        "expected_error_m": expected_error_m,
        "regions": [
            {
                "probability": region.share,
                "area_m2": round(region.area_m2, 1),
                "geometry": mapping(geodetic(region.shape_m, frame)),
            }
            for region in fix.regions
        ],
        "places": [
            {
                **geodetic_position(place.position_m, frame),
                "probability": round(place.probability, 4),
                "radius_m": round(place.radius_m, 2),
            }
            for place in fix.places
        ],
        "regions_held_elsewhere": _elsewhere(fix.elsewhere),
        "estimator": {
            "mode": fix.choice.mode,
            "label": printable(fix.choice.params["label"]),
            "calibration": None if calibration is None else "/".join(calibration.parts[-2:]),
            "calibrated_on": list(fix.choice.calibrated_on),
        },
        "source_height_m": fix.area.scenario.source_height_m,
        "frequency_hz": fix.area.scenario.frequency_hz,
        "duration_s": round(sum(log.duration_s for log in fix.logs), 2),
        "samples": fix.held.size,
        "samples_used": int(fix.held.sum()) if estimate is not None else 0,
        "area": {
            "name": printable(fix.area.name),
            "geometry": mapping(geodetic(fix.area.polygon_m, frame)),
        },
        "local_frame": {
            "origin_latitude_deg": frame.origin_latitude_deg,
            "origin_longitude_deg": frame.origin_longitude_deg,
            "axes": "x_m east, y_m north",
        },
        "notes": [printable(note) for note in fix.notes],
        "flags": list(fix.flags),
    }
    return FixRecord.model_validate(values).model_dump(mode="json")


def _times(fix: Fix) -> tuple[str | None, str | None]:
    """Times of the first and last sample as ISO 8601, if the logs' clocks count from 1970."""
    starts_s = np.array([log.flight.start_s for log in fix.logs])
    if not all(counts_from_1970(start_s) for start_s in starts_s):
        return None, None
    lasts_s = [start + log.flight.time_s[-1] for start, log in zip(starts_s, fix.logs, strict=True)]
    first, last = (
        datetime.fromtimestamp(float(time_s), UTC).isoformat(timespec="milliseconds")
        for time_s in (starts_s.min(), max(lasts_s))
    )
    return first, last


def _elsewhere(elsewhere: HeldElsewhere | None) -> dict[str, Any] | None:
    if elsewhere is None:
        return None
    regions = [
        {"probability": share, "held": round(held, 4)} for share, held in elsewhere.held.items()
    ]
    return {"flights": elsewhere.flights, "after_s": elsewhere.after_s, "regions": regions}


def geodetic_position(position_m: FloatArray, frame: LocalFrame) -> dict[str, float]:
    """A position (2,) of the local frame, in degrees too."""
    x_m, y_m = (float(value) for value in position_m)
    latitude_deg, longitude_deg = (float(value) for value in frame.to_geodetic(x_m, y_m))
    return {
        "latitude_deg": round(latitude_deg, _DECIMALS),
        "longitude_deg": round(longitude_deg, _DECIMALS),
        "x_m": round(x_m, 2),
        "y_m": round(y_m, 2),
    }


def geodetic_shapes(fix: Fix) -> dict[str, Any]:
    """The shapes of a fix in degrees: `track`, `area`, and `regions` in the order of the fix.

    Coordinates are longitude and latitude (WGS-84). The track, thinned out to within a metre, also
    has the height above ground in metres. It has a line for each log.
    """
    frame = fix.frame
    lines_m = [LineString(log.flight.position_m).simplify(_TRACK_M) for log in fix.logs]
    track_m = lines_m[0] if len(lines_m) == 1 else shapely.MultiLineString(lines_m)
    return {
        "track": geodetic(track_m, frame),
        "area": geodetic(fix.area.polygon_m, frame),
        "regions": [geodetic(region.shape_m, frame) for region in fix.regions],
    }


def geodetic(shape_m: shapely.Geometry, frame: LocalFrame) -> shapely.Geometry:
    """A shape of the local frame (m) in longitude and latitude (degrees, WGS-84).

    Outer rings run counter-clockwise. Heights, if there are any, stay in metres. What lies across
    the 180° meridian is cut there, as RFC 7946 asks for.
    """

    def turn(points_m: FloatArray) -> FloatArray:
        latitude_deg, longitude_deg = frame.to_geodetic(points_m[:, 0], points_m[:, 1])
        east_deg = np.mod(longitude_deg - frame.origin_longitude_deg + 180.0, 360.0) - 180.0
        across = np.abs(frame.origin_longitude_deg + east_deg) > 180.0
        # Only where they jump, so that all others stay as they are to the last digit.
        longitude_deg = np.where(across, frame.origin_longitude_deg + east_deg, longitude_deg)
        degrees = np.round(np.column_stack([longitude_deg, latitude_deg]), _DECIMALS)
        return np.column_stack([degrees, np.round(points_m[:, 2:], 1)])

    has_z = bool(shapely.has_z(shape_m))
    turned = shapely.transform(shape_m, turn, include_z=has_z)
    return shapely.orient_polygons(_cut_at_180(turned))


def _cut_at_180(shape_deg: shapely.Geometry) -> shapely.Geometry:
    """A shape whose longitudes may go beyond ±180°, in parts within them."""
    west_deg, _, east_deg, _ = shape_deg.bounds
    if shape_deg.is_empty or (west_deg >= -180.0 and east_deg <= 180.0):
        return shape_deg
    parts: list[shapely.Geometry] = []
    for turn_deg in (-360.0, 0.0, 360.0):
        world = shapely.box(turn_deg - 180.0, -90.0, turn_deg + 180.0, 90.0)
        for part in shapely.get_parts(shapely.intersection(shape_deg, world)):
            if shapely.get_dimensions(part) == shapely.get_dimensions(shape_deg):
                parts.append(shapely.affinity.translate(part, -turn_deg))
    return shapely.union_all(parts)


def fix_features(record: Mapping[str, Any], places: Mapping[str, Any]) -> dict[str, Any]:
    """The fix as a GeoJSON FeatureCollection (RFC 7946): point, regions, track, area.

    Args:
        record: see `fix_record`.
        places: see `geodetic_shapes`.
    """
    features = []
    if record["position"] is not None:
        point = [record["position"]["longitude_deg"], record["position"]["latitude_deg"]]
        properties = {
            "expected_error_m": record["expected_error_m"],
            "estimator": record["estimator"]["label"],
            "calibration": record["estimator"]["calibration"],
        }
        features.append(_feature("fix", {"type": "Point", "coordinates": point}, properties))
    for place in record["places"] if len(record["places"]) > 1 else []:
        point = [place["longitude_deg"], place["latitude_deg"]]
        properties = {key: place[key] for key in ("probability", "radius_m")}
        features.append(_feature("place", {"type": "Point", "coordinates": point}, properties))
    for region, shape in zip(record["regions"], places["regions"], strict=True):
        properties = {"probability": region["probability"], "area_m2": region["area_m2"]}
        features.append(_feature("region", mapping(shape), properties))
    # GeoJSON has no place for heights above ground.
    track = shapely.force_2d(places["track"])
    properties = {"duration_s": record["duration_s"], "samples": record["samples"]}
    features.append(_feature("track", mapping(track), properties))
    features.append(_feature("area", mapping(places["area"]), {"name": record["area"]["name"]}))
    return {"type": "FeatureCollection", "features": features}


def _feature(
    what: str, geometry: Mapping[str, Any], properties: Mapping[str, Any]
) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"what": what, **properties}}


def json_text(values: Mapping[str, Any]) -> str:
    """Values as the text of a JSON file."""
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
