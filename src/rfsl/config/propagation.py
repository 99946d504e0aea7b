"""Keys of the propagation models: antennas and landing legs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rfsl.config.base import Positive, Settings

#: The word for each propagation model in figures, tables and pages.
PROPAGATION_LABELS = {
    "free_space": "free space",
    "two_ray": "two-ray",
    "enhanced_two_ray": "enhanced two-ray",
    "enhanced_two_ray_measured": "enhanced two-ray, RM-WB1-DN",
    "calibrated": "calibrated",
}


class LegSettings(Settings):
    """Shadowing of the direct path by the UAV's landing legs (paper, equations 7-9)."""

    azimuths_deg: list[float] = Field(
        [39.0, 150.0, 270.0],
        description="body azimuth of each leg, counter-clockwise from the right-hand side",
    )
    half_width_deg: Positive = Field(5.0, description="half-width Δ of a leg's shadow in azimuth")
    maximum_elevation_deg: Positive = Field(
        10.0, description="δ: a leg shadows only a source less than this below the horizontal"
    )
    reference_distance_m: Positive = Field(1.0, description="d_0 of equation 8")
    beta: float | None = Field(
        None,
        description="β of equation 8; null: calibrated on flights at other locations",
    )


class AntennaSettings(Settings):
    """One antenna, and how it is mounted."""

    pattern: Literal["dipole", "measured"] = Field(
        "dipole", description="half-wave dipole, or a chamber file"
    )
    file: str | None = Field(
        None, description="chamber file of pattern: measured, by its registry name or its path"
    )
    polarization: Literal["total", "vertical", "horizontal"] = Field(
        "total", description="which gain of the chamber file: both polarizations together, or one"
    )
    upside_down: bool = Field(
        False, description="it hangs upside down (false for a file that was measured upside down)"
    )
    tilt_deg: Annotated[float, Field(ge=-180.0, le=180.0)] = Field(
        0.0, description="angle by which its top leans"
    )
    tilt_azimuth_deg: float = Field(
        0.0, description="body azimuth that it leans to, counter-clockwise from the right-hand side"
    )

    @model_validator(mode="after")
    def _file_given(self) -> AntennaSettings:
        if (self.pattern == "measured") != (self.file is not None):
            raise ValueError("pattern: measured and a file go together")
        return self


class PropagationSettings(Settings):
    """What the propagation models add to the geometry."""

    uav_antenna: AntennaSettings = Field(AntennaSettings(), description="antenna of the UAV")
    source_antenna: AntennaSettings = Field(AntennaSettings(), description="antenna of the source")
    measured_uav_antenna: AntennaSettings = Field(
        AntennaSettings(pattern="measured", file="RM-WB1-DN-BLK Upside Down-F3300.txt"),
        description="antenna of the UAV in enhanced_two_ray_measured",
    )
    measured_source_antenna: AntennaSettings = Field(
        AntennaSettings(pattern="measured", file="RM-WB1-DN-BLK Right Side Up-F3300.txt"),
        description="antenna of the source in enhanced_two_ray_measured",
    )
    legs: LegSettings = Field(LegSettings(), description="landing legs (enhanced_two_ray)")
