"""Synthetic trials: flights over a known source, made by a separate field model.

The field model differs on purpose from the simulators that train the networks. It has another
ground, a rough reflection, an antenna with ripple over the sphere, soft-edged legs, correlated
shadowing, a receiver that has to acquire the signal and may lose it, and an unknown power offset.
So errors on these trials show how estimators transfer to another model. They say nothing about a
real field.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import sph_harm_y

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.config.propagation import LegSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import EmbeddedSettings
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.lock import tracked_samples
from rfsl.geometry.links import Attitude, link_geometry
from rfsl.geometry.trajectories import Trajectory
from rfsl.propagation.antennas import dipole_gain
from rfsl.propagation.two_ray_sum import Radio, two_ray_amplitude_squared
from rfsl.randomness import Stream, generator
from rfsl.simulation.receiver import correlated_shadowing_db

_RIPPLE_DEGREES = range(2, 8)
_LEG_SPREAD_RAD = np.radians(9.0)
_LEG_DEPTH_RAD = np.radians(25.0)
#: How far the quality figure lies above or below the configured limit of a lock.
_QUALITY_MARGIN_DB = 15.0
_TRACK_ERROR_M = 0.6
_TRACK_ERROR_S = 5.0


def embedded_flight(
    trial: str,
    trajectory: Trajectory,
    source_position_m: tuple[float, float, float],
    *,
    seed: int,
    scenario: ScenarioSettings,
    field: EmbeddedSettings,
    legs: LegSettings,
    flights: FlightSettings,
) -> Flight:
    """Fly the trajectory once over the source, and log the power of the field model.

    Deterministic in `seed` and `trial`. The flown track differs from the planned one by decimetres.

    Returns:
        A flight cut as a real log is.
    """
    rng = generator(seed, Stream.FIELD_MODEL, trial)
    interval_s = float(trajectory.time_s[1] - trajectory.time_s[0])
    samples = trajectory.time_s.size
    position_m = trajectory.position_m + _wander(
        rng, (samples, 3), _TRACK_ERROR_M, _TRACK_ERROR_S / interval_s
    )
    spread_rad = np.radians(field.attitude_std_deg)
    attitude_rad = _wander(rng, (samples, 3), spread_rad, 1.0 / interval_s)
    attitude_rad[:, 2] /= 2.0  # the heading is held better than roll and pitch
    power_db = _field_dbm(
        position_m, attitude_rad, np.array([source_position_m]), rng, scenario, field, legs
    )
    power_db += correlated_shadowing_db(
        trajectory.travelled_m, field.shadowing_std_db, field.shadowing_distance_m, rng
    )
    floor_db = float(np.percentile(power_db, 99.9)) - field.dynamic_range_db
    locked = tracked_samples(power_db, floor_db + field.acquisition_margin_db, floor_db)
    noise_db = rng.standard_normal(samples)
    rss_db = np.where(locked, power_db + noise_db, floor_db - 4.0 + 3.0 * noise_db)
    rss_db += rng.uniform(-field.offset_range_db, field.offset_range_db)
    quality_db = flights.lock_quality_db + np.where(locked, _QUALITY_MARGIN_DB, -_QUALITY_MARGIN_DB)
    raw = Flight(
        time_s=trajectory.time_s,
        position_m=position_m,
        attitude_rad=attitude_rad,
        rss_db=rss_db,
        quality_db=quality_db + 2.0 * rng.standard_normal(samples),
    )
    return cut_flight(raw, flights, f"trial {trial}")


def _field_dbm(
    position_m: FloatArray,
    attitude_rad: FloatArray,
    source_m: FloatArray,
    rng: np.random.Generator,
    scenario: ScenarioSettings,
    field: EmbeddedSettings,
    legs: LegSettings,
) -> FloatArray:
    """Power at the receiver along the flight before shadowing; (S,) in dBm."""
    geometry = link_geometry(position_m, source_m)
    seen, mirrored = geometry.from_uav(Attitude.of(attitude_rad))
    elevation_rad, azimuth_rad = seen.elevation_rad, seen.azimuth_rad
    ripple = _Ripple(rng, field.antenna_ripple_db)
    # A dipole never nulls completely over the head of a real vehicle: 3 % leaks everywhere.
    direct_gain, reflected_gain = (
        (dipole_gain(there) + 0.03)
        * ripple(there.elevation_rad, there.azimuth_rad)
        * (dipole_gain(back) + 0.03)
        for there, back in zip((seen, mirrored), geometry.from_source(), strict=True)
    )
    radio = Radio.of(
        scenario.model_copy(update={"relative_permittivity": field.relative_permittivity})
    )
    squared = two_ray_amplitude_squared(
        geometry,
        radio,
        np.sqrt(direct_gain),
        field.reflection_roughness * np.sqrt(reflected_gain),
    )
    power_dbm = radio.received_dbm(squared[0])
    for leg_deg in legs.azimuths_deg:
        offset_rad = np.angle(np.exp(1j * (azimuth_rad[0] - np.radians(leg_deg))))
        power_dbm -= field.leg_loss_db * np.exp(
            -((offset_rad / _LEG_SPREAD_RAD) ** 2) - (elevation_rad[0] / _LEG_DEPTH_RAD) ** 2
        )
    return power_dbm


class _Ripple:
    """Smooth random pattern: real spherical harmonics of middle degrees, as a gain factor."""

    def __init__(self, rng: np.random.Generator, std_db: float) -> None:
        self._terms = [
            (degree, order, rng.standard_normal(), rng.standard_normal())
            for degree in _RIPPLE_DEGREES
            for order in range(degree + 1)
        ]
        self._std_db = std_db

    def __call__(self, elevation_rad: FloatArray, azimuth_rad: FloatArray) -> FloatArray:
        total = np.zeros(np.broadcast_shapes(elevation_rad.shape, azimuth_rad.shape))
        power = 0.0
        for degree, order, cosine, sine in self._terms:
            value = sph_harm_y(degree, order, np.pi / 2 - elevation_rad, azimuth_rad)
            total += cosine * value.real + (sine * value.imag if order else 0.0)
            power += 1.0 / (4.0 * np.pi)  # mean square of each term over the sphere
        gain: FloatArray = 10.0 ** (self._std_db * total / np.sqrt(power) / 10.0)
        return gain


def _wander(
    rng: np.random.Generator, shape: tuple[int, int], std: float, correlation_samples: float
) -> FloatArray:
    """Smooth zero-mean noise of the given spread, correlated along the first axis."""
    noise = gaussian_filter1d(
        rng.standard_normal(shape), correlation_samples, axis=0, mode="reflect"
    )
    smooth: FloatArray = std * noise / noise.std(axis=0)
    return smooth
