"""Keys of the modes, and of localizing one flight."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from rfsl.config.base import Name, Positive, Representation, Settings
from rfsl.config.networks import TrainingSettings
from rfsl.config.radiomaps import Decoder


class ModeSettings(Settings):
    """One way to localize: a network and its simulator, or a classical localizer."""

    localizer: Name = Field(
        "realadaptrnet",
        description="`realadaptrnet`, `heatmap`, or a classical localizer: a module of "
        "src/rfsl/localizers/methods/",
    )
    representation: Representation | None = Field(
        None, description="features that the network sees; `realadaptrnet` needs one"
    )
    propagation: Name | None = Field(
        None, description="propagation model of its simulator, or of its likelihood"
    )
    network: Name | None = Field(
        None, description="one of heatmaps.networks; localizer `heatmap` needs one"
    )
    decoder: Decoder | None = Field(
        None, description="how the position is read from the heatmap; localizer `heatmap` needs one"
    )
    label: str = Field(description="name in figures and tables")
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = Field(
        None, description="colour in every figure, as #RRGGBB; null: by its place among the modes"
    )
    training: dict[Name, int | float] = Field(
        {}, description="keys of training: that differ for this mode; `seeds` cannot"
    )

    @field_validator("training")
    @classmethod
    def _training_exists(cls, changed: dict[str, int | float]) -> dict[str, int | float]:
        allowed = sorted(set(TrainingSettings.model_fields) - {"seeds"})
        unknown = sorted(set(changed) - set(allowed))
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; allowed: {', '.join(allowed)}")
        TrainingSettings.model_validate(changed)
        return changed


class LocalizeSettings(Settings):
    """A position from one flight log over an unknown source: docs/how-to/localize.md."""

    modes: Annotated[list[Name], Field(min_length=1)] = Field(
        ["kriging_calibrated", "kriging_free_space"],
        description="modes in the order of preference: the first that finds the calibration and "
        "the trained weights it needs makes the estimate; the last must need neither",
    )
    calibration: str = Field(
        "results",
        description="calibration of the modes that need one: `results` for "
        "results/calibration/all.json, `aerpaw` for the one of AERPAW's hexacopter that the "
        "package carries, `none`, or a file, such as one of `rfsl calibrate`",
    )
    positions: str | None = Field(
        None,
        description="file with the positions, if the log holds the power alone: a table, an AERPAW "
        "`*_vehicleOut.txt`, a log of PX4 or ArduPilot, a MAVLink telemetry log or GPX; null: they "
        "are in the log or beside it",
    )
    positions_offset_s: float = Field(
        0.0,
        description="added to the clock of the positions, if they were logged separately from the "
        "power; if the clocks differ, the error proposes it",
    )
    duration_s: Positive | None = Field(
        None, description="length of the flight that is used; null: the whole flight"
    )
    area: str | None = Field(
        None,
        description="file with the polygons in which the source may be: KML, KMZ, GeoJSON or a "
        "QGroundControl plan with a geofence; null: scenario.source_area, or the box round the "
        "track if the flight is far away from that",
    )
