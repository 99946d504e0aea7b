"""A trial: which flight was flown over which source, and where its log is."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from rfsl.config.base import Latitude, Longitude, Name, Positive
from rfsl.geometry.frames import LocalFrame

Kind = Literal["testbed", "emulated", "synthetic"]
#: Fold of results that used no calibration; no location has this name.
NO_FOLD = "none"
#: Fold that leaves no location out, for flights over unknown sources.
ALL_FOLD = "all"


class Trial(BaseModel):
    """One row of the trials table; config/README.md describes its columns."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    trial: Name
    flight: Name
    location: Name
    format: Literal["log", "embedded"]
    path: str
    source_lat_deg: Latitude
    source_lon_deg: Longitude
    source_height_m: Positive
    kind: Kind
    label: str = ""
    flight_label: str = ""

    @property
    def shown(self) -> str:
        """Its name on figures: the label, or its name."""
        return self.label or self.trial

    @property
    def flight_shown(self) -> str:
        """Name of its flight on figures: the label, or its name."""
        return self.flight_label or self.flight

    def source_position_m(self, frame: LocalFrame) -> tuple[float, float, float]:
        """True position (x, y, z) of the source in the local frame; z is above the ground."""
        x_m, y_m = frame.to_local(self.source_lat_deg, self.source_lon_deg)
        return float(x_m), float(y_m), self.source_height_m
