"""Reflection of a vertically polarized wave on flat, lossless ground."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray


def fresnel_vertical(sine_grazing: FloatArray, relative_permittivity: float) -> FloatArray:
    """Reflection coefficient Γ for vertical polarization (real, because the ground is lossless).

        Γ = (ε sin θ − √(ε − cos² θ)) / (ε sin θ + √(ε − cos² θ))

    θ is the angle between the ray and the ground (Rappaport, Wireless Communications, eq. 4.24).

    Args:
        sine_grazing: sin θ in [0, 1], any shape.
        relative_permittivity: ε ≥ 1.

    Returns:
        Γ in [−1, 1], of the shape and floating type of `sine_grazing`.

    See also: `rfsl.propagation.two_ray_sum.two_ray_amplitude_squared` uses it.

    Example:
        Γ is −1 at grazing incidence, zero at Brewster's angle tan θ = 1/√ε, and (√ε − 1)/(√ε + 1)
        straight down. With ε = 4, sin θ = 1/√5 at Brewster's angle:

        >>> fresnel_vertical(np.array([0.0, 5**-0.5, 1.0]), 4.0).round(3).tolist()
        [-1.0, 0.0, 0.333]
    """
    epsilon = sine_grazing.dtype.type(relative_permittivity)
    root = sine_grazing * sine_grazing
    root += epsilon - 1
    np.sqrt(root, out=root)
    direct = epsilon * sine_grazing
    gamma: FloatArray = direct - root
    direct += root
    gamma /= direct
    return gamma
