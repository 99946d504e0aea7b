"""The propagation models of the paper, by name.

A model maps UAV positions, attitudes and source positions to received power. It has no noise and
no receiver: those are added by what uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.constants import speed_of_light

from rfsl.antennas import Antenna, dipole_gain, read_chamber_file
from rfsl.arrays import FloatArray
from rfsl.config import LegSettings, PropagationSettings, ScenarioSettings
from rfsl.propagation.geometry import LinkGeometry, body_direction, body_rotation, link_geometry
from rfsl.propagation.ground import fresnel_vertical
from rfsl.propagation.legs import behind_leg, leg_loss_db

#: Sources computed at once: temporaries of ten float32 rows of 20,000 samples stay in the cache.
BLOCK_SOURCES = 10


class PropagationModel(Protocol):
    """Received power over one kind of path."""

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        """Received power in dBm.

        Args:
            uav_position_m: (S, 3) positions of the UAV.
            attitude_rad: (S, 3), or (N, S, 3) for an attitude per source: roll, pitch, yaw.
            source_position_m: (N, 3) positions of the sources.

        Returns:
            (N, S), of the floating type of `uav_position_m`.
        """
        ...


@dataclass(frozen=True)
class Radio:
    """Constants of the link."""

    transmit_power_dbm: float
    wavelength_m: float
    relative_permittivity: float

    @classmethod
    def of(cls, scenario: ScenarioSettings) -> Radio:
        return cls(
            scenario.transmit_power_dbm,
            speed_of_light / scenario.frequency_hz,
            scenario.relative_permittivity,
        )


def _decibel_milliwatt(radio: Radio, amplitude_squared: FloatArray) -> FloatArray:
    """P_t (λ/4π)² |...|² in dBm; a perfect null becomes -300 dB, not minus infinity."""
    constant_db = radio.transmit_power_dbm + 20.0 * np.log10(radio.wavelength_m / (4.0 * np.pi))
    kind = amplitude_squared.dtype.type
    return kind(constant_db) + kind(10.0) * np.log10(np.maximum(amplitude_squared, kind(1e-30)))


def two_ray_amplitude_squared(
    geometry: LinkGeometry, radio: Radio, direct_gain: FloatArray, reflected_gain: FloatArray
) -> FloatArray:
    """|√G_l / d_3 + Γ √G_r e^{-jΔψ} / (d_1 + d_2)|² of equation 1.

    Args:
        direct_gain, reflected_gain: product of both ends' linear gains along each path, (N, S).
    """
    kind = geometry.direct_m.dtype.type
    phase = kind(2.0 * np.pi / radio.wavelength_m) * geometry.path_difference_m
    sine = np.minimum(-geometry.reflected_up_m / geometry.reflected_m, 1)
    gamma = fresnel_vertical(sine, radio.relative_permittivity)
    direct = np.sqrt(direct_gain) / geometry.direct_m
    reflected = gamma * np.sqrt(reflected_gain) / geometry.reflected_m
    return (direct + reflected * np.cos(phase)) ** 2 + (reflected * np.sin(phase)) ** 2


@dataclass(frozen=True)
class FreeSpace:
    """First term of equation 1 with unit gains."""

    radio: Radio

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        return _decibel_milliwatt(self.radio, geometry.direct_m**-2)


@dataclass(frozen=True)
class TwoRay:
    """Equation 1 with a level UAV."""

    radio: Radio
    uav_antenna: Antenna
    source_antenna: Antenna

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        level = np.broadcast_to(np.eye(3, dtype=uav_position_m.dtype), (1, 3, 3))
        geometry = link_geometry(uav_position_m, source_position_m)
        return _decibel_milliwatt(self.radio, self.amplitude_squared(geometry, level)[0])

    def amplitude_squared(
        self, geometry: LinkGeometry, rotation: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Equation 1's squared sum and the body azimuth of the source, both (N, S)."""
        direct_elevation, azimuth = body_direction(
            rotation, geometry.east_m, geometry.north_m, geometry.up_m, geometry.direct_m
        )
        reflected_elevation, reflected_azimuth = body_direction(
            rotation,
            geometry.east_m,
            geometry.north_m,
            geometry.reflected_up_m,
            geometry.reflected_m,
        )
        # Seen from the source, the UAV is above the horizon and in the opposite azimuth; the ray
        # over the ground leaves it downwards.
        back = np.arctan2(-geometry.north_m, -geometry.east_m)
        direct_gain = self.uav_antenna(direct_elevation, azimuth) * self.source_antenna(
            geometry.depression_rad, back
        )
        reflected_gain = self.uav_antenna(
            reflected_elevation, reflected_azimuth
        ) * self.source_antenna(-geometry.grazing_rad, back)
        return two_ray_amplitude_squared(geometry, self.radio, direct_gain, reflected_gain), azimuth


@dataclass(frozen=True)
class EnhancedTwoRay:
    """Equations 1-9: two-ray with the antenna turned by the attitude, and leg shadowing."""

    two_ray: TwoRay
    legs: LegSettings
    beta: float

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        rotation = body_rotation(attitude_rad.astype(uav_position_m.dtype, copy=False))
        amplitude_squared, azimuth = self.two_ray.amplitude_squared(geometry, rotation)
        power_dbm = _decibel_milliwatt(self.two_ray.radio, amplitude_squared)
        shadowed = behind_leg(azimuth, geometry.depression_rad, self.legs)
        loss_db = leg_loss_db(geometry.direct_m, self.beta, self.legs)
        return np.where(shadowed, power_dbm - loss_db, power_dbm)


def needs_attitude(name: str) -> bool:
    """Whether the model depends on how the UAV is turned."""
    return name == "enhanced_two_ray"


def build_propagation(
    name: str,
    scenario: ScenarioSettings,
    settings: PropagationSettings,
    calibrated_beta: float | None = None,
) -> PropagationModel:
    """The model called `name`, with the config's radio, antennas and legs.

    Args:
        calibrated_beta: β from calibration; used where the config fixes none.

    Raises:
        ValueError: an unknown name, or no β although the model needs one.
        DataError: a chamber file that cannot be read.
    """
    radio = Radio.of(scenario)
    if name == "free_space":
        return FreeSpace(radio)
    two_ray = TwoRay(
        radio,
        _antenna(settings.antenna, settings.uav_antenna_file),
        _antenna(settings.antenna, settings.source_antenna_file),
    )
    if name == "two_ray":
        return two_ray
    if name == "enhanced_two_ray":
        beta = settings.legs.beta if settings.legs.beta is not None else calibrated_beta
        if beta is None:
            raise ValueError("enhanced_two_ray needs β: from calibration or propagation.legs.beta")
        return EnhancedTwoRay(two_ray, settings.legs, beta)
    raise ValueError(f"no propagation model is called {name!r}")


def _antenna(kind: str, file: str | None) -> Antenna:
    if kind == "dipole" or file is None:
        return dipole_gain
    return read_chamber_file(Path(file))
