"""Waypoints for the aircraft: a QGroundControl plan, or a list of waypoints as text.

`plan_json` has the parts of QGroundControl's plan format that the preplanned mode of aerpawlib
reads: take-off (command 22), waypoints (16), return to launch (20) and changes of speed (178); of
an item its `command`, its `doJumpId`, and of its `params` the waiting time `params[0]`, the speed
`params[1]` and the place `params[4:7]`: latitude, longitude, height above the home position.
`waypoints_text` is the older text format, `QGC WPL 110`.

Sources: the plan format at docs.qgroundcontrol.com (File Formats, Plan); the text format at
mavlink.io (File Formats, Plain-Text File Format); commands at mavlink.io (Messages, MAV_CMD).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import ConfigError
from rfsl.io.writing import written_beside

#: MAVLink commands.
TAKE_OFF, WAYPOINT, RETURN_TO_LAUNCH, CHANGE_SPEED = 22, 16, 20, 178
#: MAVLink frames: height above home; none.
_ABOVE_HOME, _MISSION = 3, 2
#: ArduPilot on a quadrotor, as MAVLink numbers them.
_ARDUPILOT, _QUADROTOR = 3, 2
#: Endings of the files, and what they are.
FORMATS = {".plan": "QGroundControl plan", ".waypoints": "QGC WPL 110", ".txt": "QGC WPL 110"}


@dataclass(frozen=True)
class FlightPlan:
    """What the aircraft is to fly.

    Attributes:
        latitude_deg, longitude_deg, height_m: (W,) waypoints; height above the ground at home.
        home_deg: latitude and longitude of the home position.
        speed_m_s: of the flight.
        wait_s: time at each waypoint.
    """

    latitude_deg: FloatArray
    longitude_deg: FloatArray
    height_m: FloatArray
    home_deg: tuple[float, float]
    speed_m_s: float
    wait_s: float = 0.0

    def write(self, path: str | Path) -> None:
        """Write the format that the file's ending names.

        Raises:
            ConfigError: the ending is none of `FORMATS`.
            DataError: the file cannot be written.
        """
        path = check_ending(path)
        text = plan_json(self) if path.suffix == ".plan" else waypoints_text(self)
        with written_beside(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def check_ending(path: str | Path) -> Path:
    """The path, if its ending names a format.

    Raises:
        ConfigError: it does not.
    """
    path = Path(path)
    if path.suffix not in FORMATS:
        raise ConfigError(
            f"{path}: found the ending {path.suffix!r}; allowed: "
            + ", ".join(f"{ending} ({what})" for ending, what in FORMATS.items())
        )
    return path


def plan_json(plan: FlightPlan) -> str:
    """A QGroundControl plan: speed, take-off to the first height, waypoints, return to launch.

    Example:
        >>> at = np.array([35.7]), np.array([-78.7]), np.array([30.0])
        >>> one = FlightPlan(*at, home_deg=(35.7, -78.7), speed_m_s=9.0)
        >>> [item["command"] for item in json.loads(plan_json(one))["mission"]["items"]]
        [178, 22, 16, 20]
    """
    home = [*plan.home_deg, 0.0]
    items = [
        _item(1, CHANGE_SPEED, _MISSION, [1.0, plan.speed_m_s, -1.0, 0.0, 0.0, 0.0, 0.0]),
        _item(2, TAKE_OFF, _ABOVE_HOME, [0.0, 0.0, 0.0, None, *home[:2], float(plan.height_m[0])]),
    ]
    for place in np.column_stack([plan.latitude_deg, plan.longitude_deg, plan.height_m]).tolist():
        params = [plan.wait_s, 0.0, 0.0, None, *place]
        items.append(_item(len(items) + 1, WAYPOINT, _ABOVE_HOME, params))
    items.append(_item(len(items) + 1, RETURN_TO_LAUNCH, _MISSION, [0.0] * 7))
    content = {
        "fileType": "Plan",
        "geoFence": {"circles": [], "polygons": [], "version": 2},
        "groundStation": "QGroundControl",
        "mission": {
            "cruiseSpeed": plan.speed_m_s,
            "firmwareType": _ARDUPILOT,
            "globalPlanAltitudeMode": 1,
            "hoverSpeed": plan.speed_m_s,
            "items": items,
            "plannedHomePosition": home,
            "vehicleType": _QUADROTOR,
            "version": 2,
        },
        "rallyPoints": {"points": [], "version": 2},
        "version": 1,
    }
    return json.dumps(content, indent=4) + "\n"


def _item(number: int, command: int, frame: int, params: list[float | None]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "autoContinue": True,
        "command": command,
        "doJumpId": number,
        "frame": frame,
        "params": params,
        "type": "SimpleItem",
    }
    if command in (TAKE_OFF, WAYPOINT):  # what QGroundControl shows for a place
        item |= {"Altitude": params[6], "AltitudeMode": 1, "AMSLAltAboveTerrain": None}
    return item


def waypoints_text(plan: FlightPlan) -> str:
    """The same as `QGC WPL 110`: a line for home, and one for each command.

    Columns are number, whether it is the current one, frame, command, four parameters, latitude,
    longitude, height, and whether the flight goes on by itself.
    """
    home = [*plan.home_deg, 0.0]
    rows: list[tuple[int, int, list[float]]] = [
        (0, WAYPOINT, [0.0, 0.0, 0.0, 0.0, *home]),
        (_ABOVE_HOME, TAKE_OFF, [0.0, 0.0, 0.0, 0.0, *home[:2], float(plan.height_m[0])]),
        (_ABOVE_HOME, CHANGE_SPEED, [1.0, plan.speed_m_s, -1.0, 0.0, 0.0, 0.0, 0.0]),
    ]
    for place in np.column_stack([plan.latitude_deg, plan.longitude_deg, plan.height_m]).tolist():
        rows.append((_ABOVE_HOME, WAYPOINT, [plan.wait_s, 0.0, 0.0, 0.0, *place]))
    rows.append((_ABOVE_HOME, RETURN_TO_LAUNCH, [0.0] * 7))
    lines = ["QGC WPL 110"]
    for number, (frame, command, params) in enumerate(rows):
        values = [f"{value:.8f}" for value in params]
        start = [f"{number}", f"{number == 0:d}", f"{frame}", f"{command}"]
        lines.append("\t".join([*start, *values, "1"]))
    return "\n".join(lines) + "\n"
