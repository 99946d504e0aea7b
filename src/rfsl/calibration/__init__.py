"""Calibration on flights over known sources, always without the location that is to be scored."""

from rfsl.calibration.calibrate import calibrate
from rfsl.calibration.links import CalibrationFlight, Links, links_of

__all__ = ["CalibrationFlight", "Links", "calibrate", "links_of"]
