"""Where the flight was and where the source may be: anywhere on the globe, and never far apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from support.user_files import FRAME, flight_log, polygon_kml

from rfsl.config.config import Config
from rfsl.config.load import validate_config
from rfsl.config.scenario import Area
from rfsl.errors import ConfigError, ElsewhereError, FlightError
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.located_log import located_logs, outside_area
from rfsl.geometry.frames import Box, LocalFrame

CONFIG = Config()
SQUARE_M = [(0.0, 0.0), (300.0, 0.0), (300.0, 300.0), (0.0, 300.0)]


def located(log: Path, area: Path | None = None) -> tuple[SourceArea, np.ndarray, list[str]]:
    """The area, the track and what is said of both."""
    found, (flight,) = located_logs([log], area, CONFIG.scenario, CONFIG.flights)
    track_m = flight.position_m[:, :2]
    warned = [text for _, text in outside_area(found, track_m)]
    return found, track_m, [*found.notes, *warned]


def east(corners_m: list[tuple[float, float]], by_m: float) -> list[tuple[float, float]]:
    return [(x_m + by_m, y_m) for x_m, y_m in corners_m]


def test_near_the_configured_area_nothing_changes(tmp_path: Path) -> None:
    area, track_m, said = located(flight_log(tmp_path / "my.csv"))
    assert area.name == "scenario.source_area" and area.scenario == CONFIG.scenario
    assert said == [] and area.away_m(track_m) == 0.0


@pytest.mark.parametrize(
    "place", [(10.0, 20.0), (-16.5, 179.999), (-33.9, -70.7), (51.5, 0.0), (69.6, -179.9995)]
)
def test_without_an_area_it_is_the_box_round_the_track(
    tmp_path: Path, place: tuple[float, float]
) -> None:
    """The track is 220 m by 237 m after the start without lock; the margin is its longer side."""
    area, track_m, said = located(flight_log(tmp_path / "my.csv", frame=LocalFrame(*place)))
    (note,) = said
    assert "no area was named, and scenario.source_area is" in note and "--area" in note
    west_m, south_m, east_m, north_m = area.polygon_m.bounds
    assert (west_m, south_m) == pytest.approx((0.0, 0.0), abs=1e-6)
    held_m = track_m[150:]
    longer_m = np.ptp(held_m, axis=0).max()
    assert longer_m == pytest.approx(237.4, abs=0.2)
    np.testing.assert_allclose(held_m.min(axis=0), longer_m, atol=1.0)
    np.testing.assert_allclose((east_m, north_m) - held_m.max(axis=0), longer_m, atol=1.0)
    origin = LocalFrame.of(area.scenario)
    southwest_m = LocalFrame(*place).to_local(
        origin.origin_latitude_deg, origin.origin_longitude_deg
    )
    np.testing.assert_allclose(southwest_m, (10.0 - longer_m, 62.0 - longer_m), atol=2.0)


def test_a_flight_some_kilometres_from_the_configured_area(tmp_path: Path) -> None:
    """Within the distance at which positions are believed, the area is that of the flight too."""
    area, track_m, (note,) = located(flight_log(tmp_path / "my.csv", east_m=5_000.0))
    assert area.name.startswith("the box round the track") and "5." in note
    assert area.away_m(track_m) == 0.0


def test_a_flight_beside_the_area_is_told_and_one_of_another_field_refused(tmp_path: Path) -> None:
    log = flight_log(tmp_path / "my.csv")
    for by_m, told in ((-20.0, None), (700.0, "stays 470 m outside the area (area.kml)")):
        area = polygon_kml(tmp_path / "area.kml", east(SQUARE_M, by_m))
        _, _, said = located(log, area)
        assert said == ([] if told is None else [f"the flight {told}"])
    for by_m, told in ((5_230.0, "stays 5.0 km outside"), (20_000.0, "stays 20 km away from")):
        area = polygon_kml(tmp_path / "area.kml", east(SQUARE_M, by_m))
        with pytest.raises(FlightError, match=told) as error:
            located(log, area)
        assert "my.csv" in str(error.value)
    wide = polygon_kml(tmp_path / "wide.kml", [(2e3, 0.0), (5e3, 0.0), (5e3, 4e3), (2e3, 4e3)])
    assert "1.8 km outside the area (wide.kml)" in located(log, wide)[2][0]


def test_swapped_coordinates_name_the_log_and_the_area(tmp_path: Path) -> None:
    """Nobody can know which of them is wrong; without an area, the log is not taken as it is."""
    log = flight_log(tmp_path / "my.csv", frame=LocalFrame(10.0, 20.0))
    area = polygon_kml(tmp_path / "area.kml", SQUARE_M, frame=LocalFrame(20.0, 10.0))
    with pytest.raises(ElsewhereError, match="swapped, in the log or in the area: correct the one"):
        located(log, area)
    swapped = log.read_text().replace("latitude_deg,longitude_deg", "longitude_deg,latitude_deg")
    log.write_text(swapped)
    assert located(log, area)[2] == []
    scenario = CONFIG.scenario.model_copy(
        update={"origin_latitude_deg": 10.0, "origin_longitude_deg": 20.0}
    )
    with pytest.raises(ElsewhereError, match="would fit if latitude and longitude are swapped"):
        located_logs([log], None, scenario, CONFIG.flights)


def test_a_log_with_longitudes_up_to_360(tmp_path: Path) -> None:
    log = flight_log(tmp_path / "my.csv")
    _, track_m, _ = located(log)
    head, *rows = log.read_text().splitlines()
    at = head.split(",").index("longitude_deg")
    fields = [row.split(",") for row in rows]
    for row in fields:
        row[at] = str(float(row[at]) + 360.0)
    log.write_text("\n".join([head, *map(",".join, fields)]) + "\n")
    np.testing.assert_allclose(located(log)[1], track_m, atol=1e-6)


def test_positions_before_the_first_fix_do_not_move_the_box(tmp_path: Path) -> None:
    """A receiver logs 0, 0 for a while."""
    log = flight_log(tmp_path / "my.csv", frame=LocalFrame(10.0, 20.0))
    area, _, _ = located(log)
    head, *rows = log.read_text().splitlines()
    for number in range(100):
        fields = rows[number].split(",")
        fields[1:3] = "0", "0"
        rows[number] = ",".join(fields)
    log.write_text("\n".join([head, *rows]) + "\n")
    again, _, _ = located(log)
    assert shapely.equals_exact(again.polygon_m, area.polygon_m, 0.01)


def test_the_configured_area_may_lie_across_180_degrees() -> None:
    here = {"south_deg": -16.51, "north_deg": -16.50}
    across = CONFIG.scenario.model_copy(
        update={
            "origin_latitude_deg": -16.51,
            "origin_longitude_deg": 179.99,
            "source_area": Area(**here, west_deg=179.99, east_deg=-179.98),
        }
    )
    same = CONFIG.scenario.model_copy(
        update={
            "origin_latitude_deg": -16.51,
            "origin_longitude_deg": 10.0,
            "source_area": Area(**here, west_deg=10.0, east_deg=10.03),
        }
    )
    boxes = [SourceArea.of(None, scenario).polygon_m for scenario in (across, same)]
    assert shapely.equals_exact(*boxes, 1e-5)
    for west_deg, east_deg in ((10.03, 10.0), (10.0, 10.0), (-170.0, 170.0)):
        raw = CONFIG.model_dump(mode="json")
        raw["scenario"]["source_area"] = {**here, "west_deg": west_deg, "east_deg": east_deg}
        with pytest.raises(ConfigError, match="unless the area lies across the 180° meridian"):
            validate_config(raw)


def test_the_box_of_a_box_is_itself() -> None:
    box = Box.of(CONFIG.scenario.source_area, FRAME)
    track_m = np.array([[box.west_m, box.south_m], [box.east_m, box.north_m]])
    area = SourceArea.around(track_m, FRAME, CONFIG.scenario)
    side_m = 2.0 * max(box.half_size_m)
    found = np.sort(np.ptp(np.array(area.polygon_m.bounds).reshape(2, 2), axis=0))
    np.testing.assert_allclose(found, 2.0 * side_m + np.sort(np.ptp(track_m, axis=0)), atol=0.1)
