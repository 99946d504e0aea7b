"""Constants of the link, and the sum of the direct and the reflected ray (equation 1)."""

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
    """Constants of the link.

    Attributes:
        transmit_power_dbm: P_t.
        wavelength_m: λ = c / f.
        relative_permittivity: ε of the flat ground.
    """

    transmit_power_dbm: float
    wavelength_m: float
    relative_permittivity: float

    @classmethod
    def of(cls, scenario: ScenarioSettings) -> Radio:
        """The constants of a scenario."""
        from scipy.constants import speed_of_light  # here, since it loads slowly

        return cls(
            scenario.transmit_power_dbm,
            speed_of_light / scenario.frequency_hz,
            scenario.relative_permittivity,
        )

    def received_dbm(self, amplitude_squared: FloatArray) -> FloatArray:
        """Received power in dBm from the squared amplitude |A|² of the field.

            P = P_t (λ / 4π)² |A|²

        For free space |A|² = 1/d², which is Friis' equation between isotropic antennas. A perfect
        null becomes −300 dB instead of minus infinity.

        Args:
            amplitude_squared: |A|² in 1/m², any shape.

        Example:
            With P_t = 0 dBm and λ = 4π m the constant is 0 dB:

            >>> radio = Radio(0.0, wavelength_m=4 * np.pi, relative_permittivity=1.0)
            >>> radio.received_dbm(np.array([1.0, 0.01])).round(3).tolist()
            [0.0, -20.0]
        """
        constant_db = self.transmit_power_dbm + 20.0 * np.log10(self.wavelength_m / (4.0 * np.pi))
        kind = amplitude_squared.dtype.type
        power_dbm = np.abs(amplitude_squared)  # rounding may make a null slightly negative
        power_dbm += kind(1e-30)
        np.log10(power_dbm, out=power_dbm)
        power_dbm *= 10
        power_dbm += kind(constant_db)
        return power_dbm


@dataclass(frozen=True)
class Antennas:
    """The antennas at both ends; each takes directions in the frame of the body that carries it."""

    uav: Antenna
    source: Antenna

    @classmethod
    def of(cls, settings: PropagationSettings) -> Antennas:
        """The antennas that the config describes.

        Raises:
            DataError: a chamber file cannot be read.
        """
        return cls(build_antenna(settings.uav_antenna), build_antenna(settings.source_antenna))

    def path_fields(
        self, geometry: LinkGeometry, attitude: Attitude | None
    ) -> tuple[FloatArray, FloatArray, Directions]:
        """Square roots of the gains along both paths, and the directions of the source.

        Args:
            geometry: of N sources and S UAV positions.
            attitude: of the UAV; None for a level UAV with its nose to the north.

        Returns:
            √G_l (N, S) of the direct and √G_r (N, S) of the reflected path, where G is the product
            of both ends' linear gains, and the source's directions in the UAV's body frame.
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
    """Squared amplitude of the sum of both rays (equation 1).

        |A|² = |√G_l / d₃ + Γ √G_r e^(−jΔψ) / (d₁ + d₂)|²,  Δψ = 2π (d₁ + d₂ − d₃) / λ

    Γ is the ground's reflection coefficient, G_l and G_r are the products of both ends' linear
    gains along the direct and the reflected path.

    Args:
        geometry: of N sources and S UAV positions; d₁ + d₂ and d₃.
        direct_field, reflected_field: √G_l and √G_r, (N, S).

    Returns:
        |A|² in 1/m², (N, S), of the geometry's floating type.

    See also: `Radio.received_dbm` makes it a power; `rfsl.propagation.ground.fresnel_vertical`.

    Example:
        Over ground with ε = 1 nothing is reflected, and 1/d₃² remains. If both ends are on the
        ground, Γ = −1 and both paths are equally long, so the rays cancel.

        >>> from rfsl.geometry.links import link_geometry
        >>> one = np.ones((1, 1))
        >>> high = link_geometry(np.array([[0.0, 0.0, 35.0]]), np.array([[40.0, 0.0, 5.0]]))
        >>> 1 / two_ray_amplitude_squared(high, Radio(41.0, 0.09, 1.0), one, one).round(9).item()
        2500.0
        >>> low = link_geometry(np.array([[0.0, 0.0, 0.0]]), np.array([[50.0, 0.0, 0.0]]))
        >>> two_ray_amplitude_squared(low, Radio(41.0, 0.09, 2.0), one, one).item()
        0.0
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
