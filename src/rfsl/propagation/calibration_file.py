"""A calibration as it is stored in results/calibration/{fold}.json.

The records stand below the propagation models, which use them; `rfsl.calibration` makes them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.errors import DataError
from rfsl.io.records import Record
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual


class LegLoss(Record):
    """Shadowing by the legs (equation 8), from samples that equation 9 calls shadowed.

    Attributes:
        fitted_beta: β as the least squares give it.
        beta_low, beta_high: bounds of its 90 % bootstrap interval.
        beta: the β to simulate with: never below zero, since a leg cannot amplify.
        reference_distance_m: d_0.
        mean_shadowed_distance_m: mean distance d_sh over the shadowed samples.
        shadowing_loss_db: Υ = 10 β log10(d_sh / d_0) at that distance.
        shadowed_samples, unshadowed_samples: how many samples decided.
        residual_std_db: spread of what the fit leaves.
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
        """Fitted Υ at the mean shadowed distance, and the bounds of its 90 % interval (dB)."""
        per_beta = 10.0 * np.log10(self.mean_shadowed_distance_m / self.reference_distance_m)
        fitted, low, high = self.fitted_beta, self.beta_low, self.beta_high
        return float(fitted * per_beta), float(low * per_beta), float(high * per_beta)


class Tracking(Record):
    """The receiver, in the power scale of the gain profile.

    Attributes:
        floor_db, floor_std_db: power read while not locked.
        acquisition_db: predicted power at which the receiver first locked.
        release_db: weakest power that it tracked once it had acquired the signal.
    """

    floor_db: float
    floor_std_db: float
    acquisition_db: float
    release_db: float


class Calibration(Record):
    """Everything calibrated without one location.

    Attributes:
        fold: location left out; `all` if none was.
        trials: trials used.
        kinds: what they were (`testbed`, `emulated`, `synthetic`), each once.
        offset_db: power constant of each trial's flight over the gain profile.
    """

    fold: str
    trials: tuple[str, ...]
    kinds: tuple[str, ...]
    offset_db: dict[str, float]
    legs: LegLoss
    profile: GainProfile
    residual: Residual
    tracking: Tracking


def read_calibration(path: str | Path | None) -> Calibration | None:
    """Read results/calibration/{fold}.json; None without a path.

    Raises:
        DataError: not such a file.
    """
    if path is None:
        return None
    try:
        return Calibration.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # ValidationError and UnicodeDecodeError are such
        raise DataError(f"{path}: not a calibration ({error}); delete it and run again") from error
