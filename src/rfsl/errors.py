"""Errors meant for the person who can mend them: what was found, what is allowed, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RfslError(Exception):
    """Base of every error that a user's input can cause; its text is the whole message."""


class ConfigError(RfslError):
    """A key of the configuration, or a row of the trials table, is wrong."""


class FlightError(RfslError):
    """A flight log cannot be read, or does not hold a usable flight."""


class DataError(RfslError):
    """A file that the pipeline needs is missing, damaged or cannot be fetched."""


class CalibrationError(RfslError):
    """The flights that may be used do not determine the calibration."""


class GeometryError(RfslError, ValueError):
    """Positions between which no link can be: below the ground, or at the same place."""


class UnusableFlightError(ValueError):
    """An estimator cannot use a flight: the reason, for the table of scores."""


def did_you_mean(found: Iterable[str], allowed: Iterable[str]) -> str:
    """A question about the first name that an allowed one is close to, after a space; or empty."""
    names = list(allowed)
    for name in found:
        close = difflib.get_close_matches(name, names, n=1)
        if close:
            return f" Did you mean {close[0]}?"
    return ""
