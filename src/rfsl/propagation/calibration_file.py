"""The records of a calibration, as results/calibration/{fold}.json stores them.

`rfsl.calibration` makes them. They are defined here, because the propagation models use them and
modules import only from rooms earlier in docs/explanation/code.md. The gain profile is in `gain`,
the residual (shadowing) in `shadowing`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.errors import DataError
from rfsl.io.records import Record
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual


class LegLoss(Record):
    """Loss behind the legs (equation 8), fitted to the samples that equation 9 calls shadowed.

    Attributes:
        fitted_beta: β by least squares.
        beta_low, beta_high: bounds of its 90 % bootstrap interval.
        beta: the β to simulate with: never below zero, because a leg cannot amplify.
        reference_distance_m: d₀.
        mean_shadowed_distance_m: mean distance d_sh of the shadowed samples.
        shadowing_loss_db: Υ = 10 β log10(d_sh / d₀), the loss at that distance.
        shadowed_samples, unshadowed_samples: numbers of samples in the fit.
        residual_std_db: standard deviation of the fit's residual.

    See also: `rfsl.calibration.leg_loss.fit_leg_loss` makes it, `rfsl.propagation.legs` uses β.
    """

    fitted_beta: float
    beta_low: float
    beta_high: float
    beta: float
    reference_distance_m: float
    mean_shadowed_distance_m: float
    shadowing_loss_db: float
    shadowed_samples: int
    unshadowed_samples: int
    residual_std_db: float

    @property
    def interval_db(self) -> tuple[float, float, float]:
        """Fitted Υ at the mean shadowed distance, and both bounds of its 90 % interval (dB)."""
        per_beta = 10.0 * np.log10(self.mean_shadowed_distance_m / self.reference_distance_m)
        fitted, low, high = self.fitted_beta, self.beta_low, self.beta_high
        return float(fitted * per_beta), float(low * per_beta), float(high * per_beta)


class Tracking(Record):
    """When the receiver holds the signal; powers in the scale of the gain profile.

    Attributes:
        floor_db, floor_std_db: power that it reads without lock, and the spread of that.
        acquisition_db: predicted power at which it first locked.
        release_db: weakest power that it tracked after it had acquired the signal.
    """

    floor_db: float
    floor_std_db: float
    acquisition_db: float
    release_db: float


class Calibration(Record):
    """Everything that is calibrated without the flights over one location.

    Attributes:
        fold: the location left out; `all` if none was.
        trials: trials used.
        kinds: their kinds (`testbed`, `emulated`, `synthetic`), each once.
        offset_db: level of each trial's flight: its power minus that of the gain profile.
        legs: loss behind the legs.
        profile: gain by depression and body azimuth.
        residual: shadowing.
        tracking: the receiver.
        about: aircraft, antennas and radio that it holds for, in words.
        frequency_hz: carrier frequency of the flights; None if it is not known.
    """

    fold: str
    trials: tuple[str, ...]
    kinds: tuple[str, ...]
    offset_db: dict[str, float]
    legs: LegLoss
    profile: GainProfile
    residual: Residual
    tracking: Tracking
    about: str = ""
    frequency_hz: float | None = None

    def with_place_share(self, share: float) -> Calibration:
        """The same with another share of the shadowing bound to the place (`Residual`)."""
        residual = self.residual.model_copy(update={"place_share": share})
        return self.model_copy(update={"residual": residual})


def read_calibration(path: str | Path | None) -> Calibration | None:
    """Read a calibration, as results/calibration/{fold}.json; None if there is no path.

    Raises:
        DataError: the file cannot be read or holds no calibration.
    """
    if path is None:
        return None
    try:
        return Calibration.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # so are ValidationError and UnicodeDecodeError
        raise DataError(f"{path}: not a calibration ({error}); delete it and run again") from error
