"""The receiver: from the power at the antenna to the logged RSS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from rfsl.arrays import FloatArray
from rfsl.config.simulation import ReceiverSettings, ShadowingSettings, TrackingSettings
from rfsl.flights.lock import tracked_samples
from rfsl.flights.received import Received
from rfsl.propagation.calibration_file import Calibration, Tracking
from rfsl.propagation.shadowing import Residual

#: Points per correlation distance at which shadowing is drawn; straight lines in between.
_POINTS_PER_DISTANCE = 20


def correlated_shadowing_db(
    travelled_m: FloatArray, std_db: FloatArray | float, distance_m: float, rng: np.random.Generator
) -> FloatArray:
    """Gaussian shadowing with exponential correlation over the distance flown.

    First-order autoregression along the path (Gudmundson's model): samples a path length l apart
    correlate by exp(-l / distance_m); a hovering UAV sees one value.

    Args:
        travelled_m: (S,) length of the path flown so far.
        std_db: spread, one number or (S,).
        distance_m: distance over which the correlation falls to 1/e.

    Returns:
        (S,) shadowing in dB.
    """
    step_m = distance_m / _POINTS_PER_DISTANCE
    points = int(np.ceil(travelled_m[-1] / step_m)) + 2
    keep = np.exp(-1.0 / _POINTS_PER_DISTANCE)
    fresh = np.sqrt(1.0 - keep**2)
    draws = rng.standard_normal(points)
    draws[0] /= fresh  # the first value has the full spread
    values = lfilter([fresh], [1.0, -keep], draws)
    return std_db * np.interp(travelled_m, step_m * np.arange(points), values)


@dataclass(frozen=True)
class Receiver:
    """A receiver with every calibrated value filled in; None switches a part off.

    Attributes:
        noise_std_db: spread of the white noise.
        shadowing: spread by band of the depression angle, and correlation distance.
        tracking: floor, acquisition and release.
        offset_range_db, quantization_db, burst_samples: as in the config.
    """

    noise_std_db: float
    shadowing: Residual | None
    tracking: Tracking | None
    offset_range_db: float | None
    quantization_db: float | None
    burst_samples: int | None

    def log(
        self,
        power_db: FloatArray,
        travelled_m: FloatArray,
        depression_rad: FloatArray,
        rng: np.random.Generator,
    ) -> Received:
        """RSS as logged along one flight, and where it is locked; all arrays (S,).

        In this order: shadowing, lock (unlocked samples read the floor), white noise, bursts,
        quantization, offset. Each part draws from a generator of its own, so switching one off
        leaves the others' numbers as they are.
        """
        kind = power_db.dtype
        shadow_rng, floor_rng, noise_rng, offset_rng = rng.spawn(4)
        if self.shadowing is not None:
            spread_db = self.shadowing.spread_db(depression_rad)
            distance_m = self.shadowing.correlation_distance_m
            power_db = power_db + correlated_shadowing_db(
                travelled_m, spread_db, distance_m, shadow_rng
            )
        locked = None
        if self.tracking is not None:
            locked = tracked_samples(
                power_db, self.tracking.acquisition_db, self.tracking.release_db
            )
            idle = floor_rng.standard_normal(power_db.size, dtype=np.float32)
            floor_db = self.tracking.floor_db + self.tracking.floor_std_db * idle
            power_db = np.where(locked, power_db, floor_db)
        noise = noise_rng.standard_normal(power_db.size, dtype=np.float32)
        rss_db = power_db + np.float32(self.noise_std_db) * noise
        if self.burst_samples is not None:
            rss_db = rss_db[np.arange(rss_db.size) // self.burst_samples * self.burst_samples]
        if self.quantization_db is not None:
            rss_db = np.round(rss_db / self.quantization_db) * self.quantization_db
        if self.offset_range_db is not None:
            rss_db = rss_db + offset_rng.uniform(-self.offset_range_db, self.offset_range_db)
        return Received(rss_db.astype(kind, copy=False), locked)


def build_receiver(settings: ReceiverSettings, calibration: Calibration | None) -> Receiver:
    """Fill the config's nulls with calibrated values.

    Raises:
        ValueError: a value is null and there is no calibration to take it from.
    """
    residual, tracking = None, None
    if settings.shadowing is not None:
        residual = _shadowing(settings.shadowing, calibration)
    if settings.tracking is not None:
        tracking = _tracking(settings.tracking, calibration)
    return Receiver(
        noise_std_db=settings.noise_std_db,
        shadowing=residual,
        tracking=tracking,
        offset_range_db=settings.offset_range_db,
        quantization_db=settings.quantization_db,
        burst_samples=settings.burst_samples,
    )


def _shadowing(settings: ShadowingSettings, calibration: Calibration | None) -> Residual:
    if settings.std_db is not None and settings.distance_m is not None:
        return Residual(
            depression_edges_deg=(0.0, 90.0),
            std_db=(settings.std_db,),
            correlation_distance_m=settings.distance_m,
        )
    if calibration is None:
        raise ValueError("the receiver's shadowing has a null, and there is no calibration")
    changes: dict[str, object] = {}
    if settings.std_db is not None:
        changes["std_db"] = (settings.std_db,) * len(calibration.residual.std_db)
    if settings.distance_m is not None:
        changes["correlation_distance_m"] = settings.distance_m
    return calibration.residual.model_copy(update=changes)


def _tracking(settings: TrackingSettings, calibration: Calibration | None) -> Tracking:
    given = {key: value for key, value in settings.model_dump().items() if value is not None}
    if calibration is None:
        missing = sorted(set(Tracking.model_fields) - set(given))
        if missing:
            raise ValueError(f"the receiver's tracking lacks {', '.join(missing)}")
        return Tracking(**given)
    return calibration.tracking.model_copy(update=given)
