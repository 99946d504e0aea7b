"""Keys of the place and the radio, and of the simulated trajectory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rfsl.config.base import Latitude, Longitude, NonNegative, Positive, Settings


class Area(Settings):
    """A box between two parallels and two meridians (WGS-84), also across the 180° meridian."""

    south_deg: Latitude = Field(description="southern bound")
    north_deg: Latitude = Field(description="northern bound")
    west_deg: Longitude = Field(description="western bound")
    east_deg: Longitude = Field(description="eastern bound")

    @model_validator(mode="after")
    def _ordered(self) -> Area:
        width_deg = (self.east_deg - self.west_deg) % 360.0
        if not (self.south_deg < self.north_deg and 0.0 < width_deg < 180.0):
            raise ValueError(
                "south must be below north, and west below east, unless the area lies across the "
                "180° meridian (west 179.9, east -179.9)"
            )
        return self


class ScenarioSettings(Settings):
    """The place and the radio link."""

    origin_latitude_deg: Latitude = Field(
        35.727369, description="origin of the local east-north-up frame"
    )
    origin_longitude_deg: Longitude = Field(
        -78.699376, description="origin of the local east-north-up frame"
    )
    flight_area: Area = Field(
        Area(
            south_deg=35.72688213,
            north_deg=35.72931030,
            west_deg=-78.69953826,
            east_deg=-78.69621515,
        ),
        description="where the UAV may fly (blue in the paper)",
    )
    source_area: Area = Field(
        Area(
            south_deg=35.72774493,
            north_deg=35.73030799,
            west_deg=-78.69980159,
            east_deg=-78.69670002,
        ),
        description="where the source may be (green in the paper)",
    )
    source_height_m: Positive = Field(5.0, description="height of the source antenna above ground")
    frequency_hz: Positive = Field(3.32e9, description="carrier frequency")
    transmit_power_dbm: float = Field(41.0, description="transmit power P_t")
    relative_permittivity: Annotated[float, Field(ge=1.0)] = Field(
        2.0, description="relative permittivity ε of the flat ground"
    )


class SpiralSettings(Settings):
    """The paper's trajectory: an inward rectangular spiral with chamfered corners."""

    take_off_x_m: float = Field(286.0, description="take-off point, east of the origin")
    take_off_y_m: float = Field(0.0, description="take-off point, north of the origin")
    height_m: Positive = Field(30.0, description="height above ground")
    duration_s: Positive = Field(600.0, description="length of the flight")
    sample_interval_s: Positive = Field(0.03, description="time between two RSS samples")
    inset_west_m: NonNegative = Field(
        15.0, description="outer ring: distance inside the overlap of both areas, west side"
    )
    inset_east_m: NonNegative = Field(30.0, description="the same, east side")
    inset_south_m: NonNegative = Field(0.0, description="the same, south side")
    inset_north_m: NonNegative = Field(6.0, description="the same, north side")
    ring_spacing_x_m: Positive = Field(14.5, description="distance between rings, east-west")
    ring_spacing_y_m: Positive = Field(12.0, description="distance between rings, north-south")
    chamfer_fraction: Annotated[float, Field(ge=0.0, lt=0.5)] = Field(
        0.13, description="length cut off each corner, as a share of the ring's shorter side"
    )
    maximum_speed_m_s: Positive = Field(9.2, description="cruise speed on a leg")
    acceleration_m_s2: Positive = Field(0.9, description="acceleration and braking on a leg")
    hover_s: NonNegative = Field(2.5, description="hovering time at each corner")
    take_off_hover_s: NonNegative = Field(
        12.0, description="hovering time over the take-off point before the first leg"
    )
