"""Constants of the link and the sum of its two rays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.antennas import Antenna, build_antenna
from rfsl.arrays import FloatArray
from rfsl.config import PropagationSettings, ScenarioSettings
from rfsl.propagation.geometry import LinkGeometry
from rfsl.propagation.ground import fresnel_vertical


@dataclass(frozen=True)
class Radio:
    """Constants of the link."""

    transmit_power_dbm: float
    wavelength_m: float
    relative_permittivity: float

    @classmethod
    def of(cls, scenario: ScenarioSettings) -> Radio:
        from scipy.constants import speed_of_light  # here, since it loads slowly

        return cls(
            scenario.transmit_power_dbm,
            speed_of_light / scenario.frequency_hz,
            scenario.relative_permittivity,
        )

    def received_dbm(self, amplitude_squared: FloatArray) -> FloatArray:
        """P_t (λ/4π)² |...|² in dBm; a perfect null becomes -300 dB, not minus infinity."""
        constant_db = self.transmit_power_dbm + 20.0 * np.log10(self.wavelength_m / (4.0 * np.pi))
        kind = amplitude_squared.dtype.type
        return kind(constant_db) + kind(10.0) * np.log10(np.maximum(amplitude_squared, kind(1e-30)))


@dataclass(frozen=True)
class Antennas:
    """The antennas of both ends; each takes directions in its own frame."""

    uav: Antenna
    source: Antenna

    @classmethod
    def of(cls, settings: PropagationSettings) -> Antennas:
        return cls(build_antenna(settings.uav_antenna), build_antenna(settings.source_antenna))

    def path_gains(
        self, geometry: LinkGeometry, rotation: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Product of both ends' gains along the direct and the reflected path, (N, S) each, and
        the azimuth (rad) of the source in the body frame."""
        direct_elevation, azimuth = geometry.direct_in_body(rotation)
        reflected_elevation, reflected_azimuth = geometry.reflected_in_body(rotation)
        # Seen from the source, the UAV is above the horizon and in the opposite azimuth; the ray
        # over the ground leaves it downwards.
        back = np.arctan2(-geometry.north_m, -geometry.east_m)
        direct = self.uav(direct_elevation, azimuth) * self.source(geometry.depression_rad, back)
        reflected = self.uav(reflected_elevation, reflected_azimuth) * self.source(
            -geometry.grazing_rad, back
        )
        return direct, reflected, azimuth


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
