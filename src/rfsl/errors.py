"""Errors for the user, who can correct their cause: what was found, what is allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RfslError(Exception):
    """Base class of the errors that a user's input can cause; the text is the whole message."""


class ConfigError(RfslError):
    """A key of the configuration, or a row of the trials table, is wrong."""


class FlightError(RfslError):
    """A flight log cannot be read or holds no usable flight."""


class ElsewhereError(FlightError):
    """Most positions of a log are far away from the local frame's origin.

    Attributes:
        latitude_deg, longitude_deg: a position in the middle of the flight.
        fits: a simple change, such as a swap, that would bring the positions here; else empty.
    """

    def __init__(self, text: str, latitude_deg: float, longitude_deg: float, fits: str) -> None:
        super().__init__(text)
        self.latitude_deg, self.longitude_deg, self.fits = latitude_deg, longitude_deg, fits


class DataError(RfslError):
    """A file that the pipeline needs is missing, damaged or cannot be fetched."""


class CalibrationError(RfslError):
    """The calibration flights do not determine the calibration."""


class GeometryError(RfslError, ValueError):
    """Two positions have no link: one is below the ground, or both are at the same place."""


class UnusableFlightError(ValueError):
    """An estimator cannot use a flight; the text is the reason, as the score tables show it.

    It is not an `RfslError`: the run goes on, and the flight gets a row without an estimate.
    """


def install_extra(extra: str) -> str:
    """What to do where packages of an extra of this package are not installed, for a message.

    Args:
        extra: a key of `[project.optional-dependencies]` in pyproject.toml.

    Example:
        >>> install_extra("workflow")
        "install uav-rfsl with its extra workflow (in its checkout: pip install '.[workflow]')"
    """
    return f"install uav-rfsl with its extra {extra} (in its checkout: pip install '.[{extra}]')"


def did_you_mean(found: Iterable[str], allowed: Iterable[str]) -> str:
    """' Did you mean X?' for the first name that is close to an allowed one, else ''.

    Example:
        >>> did_you_mean(["calibratd"], ["free_space", "calibrated"])
        ' Did you mean calibrated?'
        >>> did_you_mean(["mine"], ["free_space", "calibrated"])
        ''
    """
    names = list(allowed)
    for name in found:
        close = difflib.get_close_matches(name, names, n=1)
        if close:
            return f" Did you mean {close[0]}?"
    return ""
