"""Where to fly next, from logs and from arrays: inside the fence, and towards what was measured."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rfsl
from rfsl.cli import main
from rfsl.fixes.planned import Planner

#: A field of about 360 by 330 m.
WEST_DEG, SOUTH_DEG, EAST_DEG, NORTH_DEG = 8.500, 47.300, 8.5048, 47.303
FENCE: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [
        [
            [WEST_DEG, SOUTH_DEG],
            [EAST_DEG, SOUTH_DEG],
            [EAST_DEG, NORTH_DEG],
            [WEST_DEG, NORTH_DEG],
            [WEST_DEG, SOUTH_DEG],
        ]
    ],
}
SOURCE_DEG = (47.3022, 8.5037)


@cache
def chooser(policy: str = "expected_error") -> Planner:
    return rfsl.planner(
        FENCE,
        policy=policy,
        config={"planning": {"times_s": [120, 240]}},
        start_deg=(47.301, 8.501),
    )


def measured() -> dict[str, np.ndarray]:
    """A flight along the southern and the eastern edge, by free space."""
    count = 240
    share = np.linspace(0.0, 2.0, count)
    longitude_deg = WEST_DEG + (EAST_DEG - WEST_DEG) * np.clip(share, 0.0, 1.0)
    latitude_deg = SOUTH_DEG + (NORTH_DEG - SOUTH_DEG) * np.clip(share - 1.0, 0.0, 0.6)
    planner = chooser()
    x_m, y_m = planner.frame.to_local(latitude_deg, longitude_deg)
    source_m = planner.frame.to_local(*SOURCE_DEG)
    distance_m = np.sqrt((x_m - source_m[0]) ** 2 + (y_m - source_m[1]) ** 2 + 25.0**2)
    return {
        "time_s": np.arange(count) * 0.4,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "height_m": np.full(count, 30.0),
        "rss_db": -30.0 - 20.0 * np.log10(distance_m),
    }


def inside(latitude_deg: float, longitude_deg: float) -> bool:
    slack_deg = 1e-6
    return (
        SOUTH_DEG - slack_deg <= latitude_deg <= NORTH_DEG + slack_deg
        and WEST_DEG - slack_deg <= longitude_deg <= EAST_DEG + slack_deg
    )


def test_a_first_way_fills_the_time_inside_the_fence() -> None:
    way = chooser().first_way()
    assert way.position_deg is None
    assert len(way.plan.latitude_deg) > 3
    assert all(map(inside, way.plan.latitude_deg, way.plan.longitude_deg))
    assert way.start_deg == pytest.approx((47.301, 8.501), abs=1e-9)


@pytest.mark.parametrize("policy", ["expected_error", "lawnmower", "strongest"])
def test_the_next_waypoint_is_inside(policy: str) -> None:
    latitude_deg, longitude_deg, height_m = chooser(policy).next_waypoint(**measured())
    assert inside(latitude_deg, longitude_deg)
    assert height_m == 30.0


def test_the_next_way_knows_more_than_the_first() -> None:
    planner, values = chooser(), measured()
    assert np.isfinite(values["rss_db"]).all()
    before_m = planner.first_way().expected_error_m
    way = planner.next_way(planner.flight(**values))
    assert way.position_deg is not None
    assert way.expected_error_m < 0.9 * before_m
    away_deg = np.subtract(way.position_deg, SOURCE_DEG) * [111e3, 75e3]
    assert np.linalg.norm(away_deg) < 2.0 * way.expected_error_m + 20.0


def test_before_anything_is_read_the_way_is_the_first_one() -> None:
    values = measured()
    silent = values | {"rss_db": np.full(240, np.nan)}
    first = chooser().first_way().plan
    assert chooser().next_waypoint(**silent) == (
        pytest.approx(first.latitude_deg[0]),
        pytest.approx(first.longitude_deg[0]),
        30.0,
    )


# The command


def write_log(folder: Path) -> Path:
    values = measured()
    rows = ["time_s,latitude_deg,longitude_deg,height_m,rss_db"]
    rows += [
        ",".join(f"{value:.9g}" for value in row) for row in zip(*values.values(), strict=True)
    ]
    path = folder / "flown.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def fence(tmp_path: Path) -> Path:
    path = tmp_path / "fence.geojson"
    path.write_text(json.dumps(FENCE))
    return path


def test_the_command_writes_the_next_legs(
    tmp_path: Path, fence: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "next.plan"
    words = ["plan", str(write_log(tmp_path)), "--fence", str(fence), "--output", str(plan)]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "So far: 47.30" in told
    assert "Waypoints by expected error:" in told
    items = json.loads(plan.read_text())["mission"]["items"]
    places = [item["params"][4:6] for item in items if item["command"] == 16]
    assert places
    assert all(inside(*place) for place in places)
    assert main(words) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*words, "--force"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "star_oracle"], "policy: found 'star_oracle'. Allowed: expected_error"),
        (["--height", "500"], "the fence allows 20 to 110 m"),
        (["--start", "47.4,8.501"], "is outside the fence"),
        (["--start", "here"], "--start: found 'here'; latitude and longitude in degrees"),
        (["--output", "next.txt.gz"], "found the ending '.gz'"),
        (["--calibration", "none.json"], "found none.json, which is no file"),
    ],
)
def test_mistakes_are_named(
    fence: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "--fence", str(fence), *words]) == 2
    assert said in capsys.readouterr().err
