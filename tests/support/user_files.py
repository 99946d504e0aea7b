"""Files that a user gives: a trials table, a log, an area, a chamber file, a download."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.config.config import Config
from rfsl.geometry.frames import LocalFrame, travelled_m
from rfsl.simulation.receiver import correlated_shadowing_db
from rfsl.workflow.data.registry import Resource
from rfsl.workflow.plan.plan import Plan
from support.flights import lawnmower_m, model_of

CONFIG = Config()
FRAME = LocalFrame.of(CONFIG.scenario)

# Trials tables


TRIALS_HEAD = (
    "trial\tflight\tlocation\tformat\tpath\tsource_lat_deg\tsource_lon_deg\tsource_height_m\tkind\n"
)
GOOD_ROW = "one\tspiral\there\tembedded\t\t35.7291\t-78.6992\t5\tsynthetic\n"
OTHER_ROW = "two\tspiral\tthere\tembedded\t\t35.7298\t-78.6971\t5\tsynthetic\n"


def plan_of(tmp_path: Path, text: str, **overlay: object) -> Plan:
    table = tmp_path / "trials.tsv"
    table.write_text(text)
    return Plan.of(
        {
            "trials": {"table": str(table), "evaluate": ["one"]},
            "calibration": {"trials": ["two"]},
            **overlay,
        }
    )


# Logs


SOURCE_XY_M = (120.0, 170.0)

#: What the flight below is made of: kriging then knows what it has to know.
OVERLAY = """
localizers:
  cell_m: 20.0
  grid_m: 6.0
  kriging: {shadowing_std_db: 4.0, gain_std_db: 0.0, azimuth_std_db: 0.0, scale_spread: 0.0}
"""


def flight_log(
    path: Path, east_m: float = 0.0, quality_db: float = 72.0, frame: LocalFrame = FRAME
) -> Path:
    """A plain table of a lawnmower flight over free space with correlated shadowing.

    The first twentieth of it is without lock. `frame` is where in the world it is flown.
    """
    samples = 3000
    share = np.arange(samples) / samples
    position_m = lawnmower_m(samples, (10.0, 230.0), (50.0, 300.0), 30.0, 9.0)
    source_m = np.array([[*SOURCE_XY_M, CONFIG.scenario.source_height_m]])
    rss_db = model_of("free_space")(position_m, np.zeros((samples, 3)), source_m)[0] + 33.0
    rng = np.random.default_rng(4)
    rss_db += correlated_shadowing_db(travelled_m(position_m), 4.0, 20.0, rng)
    latitude_deg, longitude_deg = frame.to_geodetic(position_m[:, 0] + east_m, position_m[:, 1])
    columns = {
        "time_s": 0.2 * np.arange(samples),
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "height_m": position_m[:, 2],
        "rss_db": rss_db,
        "quality_db": np.where(share < 0.05, 42.0, quality_db),
    }
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


# Areas


KML_HEAD = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'


def polygon_kml(
    path: Path, *polygons_m: list[tuple[float, float]], frame: LocalFrame = FRAME
) -> Path:
    text = KML_HEAD
    for number, corners_m in enumerate(polygons_m):
        latitude_deg, longitude_deg = frame.to_geodetic(*np.array(corners_m).T)
        points = [
            f"{lon:.8f},{lat:.8f},0" for lon, lat in zip(longitude_deg, latitude_deg, strict=True)
        ]
        text += (
            f"<Placemark><name>area {number}</name><Polygon><outerBoundaryIs><LinearRing>"
            f"<coordinates>{' '.join([*points, points[0]])}</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    path.write_text(text + "</Document></kml>")
    return path


# Antennas


def chamber_rows(gain_db: Callable[[float, float], float]) -> list[str]:
    rows = []
    for phi_deg in range(0, 180, 3):
        for theta_deg in range(-180, 183, 3):
            azimuth = phi_deg + 180 if theta_deg < 0 else phi_deg
            elevation = 90 - abs(theta_deg)
            value = gain_db(np.radians(elevation), np.radians(azimuth))
            columns = [np.radians(phi_deg), np.radians(theta_deg), value, -99, value, 0, 0]
            rows.append("\t".join(f"{column:.10f}" for column in columns))
    return rows


def write_chamber_file(path: Path, rows: list[str]) -> Path:
    head = ["2", "Frequency=3300(MHz)", "", "Phi\tTheta\tE Total. dB\ta\tb\tc\td"]
    path.write_bytes("\r\n".join(head + rows).encode() + b"\r\n")
    return path


# Downloads


CONTENT = bytes(range(256)) * 1000


def resource(url: str, content: bytes = CONTENT) -> Resource:
    return Resource(
        "f.mat", "afar", "flight", url, len(content), hashlib.sha256(content).hexdigest()
    )
