"""Constants of the link and the sum of its two rays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.directions import Directions
from rfsl.geometry.links import Attitude, LinkGeometry
from rfsl.propagation.antennas import Antenna, build_antenna, dipole_gain
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
        power_dbm = np.abs(amplitude_squared)  # rounding may leave a null below zero
        power_dbm += kind(1e-30)
        np.log10(power_dbm, out=power_dbm)
        power_dbm *= 10
        power_dbm += kind(constant_db)
        return power_dbm


@dataclass(frozen=True)
class Antennas:
    """The antennas of both ends; each takes directions in its own frame."""

    uav: Antenna
    source: Antenna

    @classmethod
    def of(cls, settings: PropagationSettings) -> Antennas:
        return cls(build_antenna(settings.uav_antenna), build_antenna(settings.source_antenna))

    def path_fields(
        self, geometry: LinkGeometry, attitude: Attitude | None
    ) -> tuple[FloatArray, FloatArray, Directions]:
        """Root of the product of both ends' gains along the direct and the reflected path, (N, S)
        each, and where the UAV's antenna sees the source.

        Args:
            attitude: of the UAV; None for a level one.
        """
        direct, reflected = geometry.from_uav(attitude)
        if attitude is None and self.uav is dipole_gain and self.source is dipole_gain:
            return dipole_gain(direct), dipole_gain(reflected), direct  # the same at both ends
        back_direct, back_reflected = geometry.from_source()
        direct_gain = self.uav(direct)
        direct_gain *= self.source(back_direct)
        reflected_gain = self.uav(reflected)
        reflected_gain *= self.source(back_reflected)
        return (
            np.sqrt(direct_gain, out=direct_gain),
            np.sqrt(reflected_gain, out=reflected_gain),
            direct,
        )


def two_ray_amplitude_squared(
    geometry: LinkGeometry, radio: Radio, direct_field: FloatArray, reflected_field: FloatArray
) -> FloatArray:
    """|√G_l / d_3 + Γ √G_r e^{-jΔψ} / (d_1 + d_2)|² of equation 1.

    Args:
        direct_field, reflected_field: √G_l and √G_r, G the product of both ends' linear gains,
            (N, S).
    """
    kind = geometry.direct_m.dtype.type
    phase = geometry.path_difference_m
    phase *= kind(2.0 * np.pi / radio.wavelength_m)
    sine = -geometry.reflected_up_m / geometry.reflected_m
    reflected = fresnel_vertical(sine, radio.relative_permittivity)
    reflected *= reflected_field
    reflected /= geometry.reflected_m
    direct = direct_field / geometry.direct_m
    # |a + b e^{-jψ}|² = a² + b (b + 2 a cos ψ)
    squared = np.cos(phase, out=phase)
    squared *= direct
    squared *= 2
    squared += reflected
    squared *= reflected
    direct *= direct
    squared += direct
    return squared
