"""Plans for the aircraft, read back by readers written from the formats' descriptions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rfsl.errors import ConfigError
from rfsl.planning.aircraft import FlightPlan

PLAN = FlightPlan(
    latitude_deg=np.array([35.7281363, 35.7289190, 35.7293102]),
    longitude_deg=np.array([-78.6967, -78.6995383, -78.6983745]),
    height_m=np.array([30.0, 30.0, 45.0]),
    home_deg=(35.7274, -78.6963),
    speed_m_s=9.2,
    wait_s=2.0,
)


@dataclass(frozen=True)
class Read:
    """What the preplanned mode of aerpawlib takes from a plan."""

    waypoints: list[tuple[int, float, float, float, float]]  # number, place, waiting time
    speeds_m_s: list[float]
    commands: list[int]


def preplanned(path: Path) -> Read:
    """Reads as aerpawlib does: `params[4:7]`, `params[0]`, `doJumpId`; speeds of command 178."""
    content: dict[str, Any] = json.loads(path.read_text())
    assert content["fileType"] == "Plan"
    assert content["version"] == 1
    waypoints, speeds_m_s, commands = [], [], []
    for item in content["mission"]["items"]:
        commands.append(item["command"])
        if item["command"] in (22, 16, 20):
            latitude_deg, longitude_deg, height_m = item["params"][4:7]
            waypoints.append(
                (item["doJumpId"], latitude_deg, longitude_deg, height_m, item["params"][0])
            )
        elif item["command"] == 178:
            speeds_m_s.append(item["params"][1])
    return Read(waypoints, speeds_m_s, commands)


def test_a_plan_is_read_back_as_aerpawlib_reads_it(tmp_path: Path) -> None:
    PLAN.write(tmp_path / "next.plan")
    read = preplanned(tmp_path / "next.plan")
    assert read.commands == [178, 22, 16, 16, 16, 20]
    assert read.speeds_m_s == [9.2]
    take_off, *flown, back = read.waypoints
    assert take_off[1:4] == (35.7274, -78.6963, 30.0)
    places = np.array([place[1:4] for place in flown])
    np.testing.assert_allclose(places[:, 0], PLAN.latitude_deg, rtol=0, atol=1e-12)
    np.testing.assert_allclose(places[:, 1], PLAN.longitude_deg, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(places[:, 2], PLAN.height_m)
    assert [place[4] for place in flown] == [2.0] * 3
    numbers = [place[0] for place in read.waypoints]
    assert numbers == sorted(set(numbers))
    assert len(back) == 5


def test_a_plan_has_what_qgroundcontrol_asks_for(tmp_path: Path) -> None:
    """Required keys of the plan format, and of its mission and its simple items."""
    PLAN.write(tmp_path / "next.plan")
    content = json.loads((tmp_path / "next.plan").read_text())
    required = {"fileType", "geoFence", "groundStation", "mission", "rallyPoints", "version"}
    assert required <= set(content)
    mission = content["mission"]
    assert {"firmwareType", "items", "plannedHomePosition", "vehicleType", "version"} <= set(
        mission
    )
    assert mission["version"] == 2
    assert mission["plannedHomePosition"] == [35.7274, -78.6963, 0.0]
    for number, item in enumerate(mission["items"], 1):
        assert item["type"] == "SimpleItem"
        assert item["doJumpId"] == number
        assert len(item["params"]) == 7
        assert isinstance(item["autoContinue"], bool)
        assert item["frame"] in (2, 3)


def test_a_list_of_waypoints_is_read_back(tmp_path: Path) -> None:
    """The text format: a first line, then twelve columns separated by tabs."""
    PLAN.write(tmp_path / "next.waypoints")
    first, *lines = (tmp_path / "next.waypoints").read_text().splitlines()
    assert first == "QGC WPL 110"
    rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {12}
    assert [int(row[0]) for row in rows] == list(range(len(rows)))
    assert [row[1] for row in rows] == ["1", *["0"] * (len(rows) - 1)]
    assert [int(row[3]) for row in rows] == [16, 22, 178, 16, 16, 16, 20]
    places = np.array([[float(value) for value in row[8:11]] for row in rows[3:6]])
    expected = np.column_stack([PLAN.latitude_deg, PLAN.longitude_deg, PLAN.height_m])
    np.testing.assert_allclose(places, expected, atol=1e-8)
    assert [float(row[4]) for row in rows[3:6]] == [2.0] * 3
    assert [float(value) for value in rows[0][8:11]] == [35.7274, -78.6963, 0.0]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"found the ending '.kml'; allowed: .plan"):
        PLAN.write(tmp_path / "next.kml")
    assert list(tmp_path.iterdir()) == []
