"""Reflection of a vertically polarized wave on flat, lossless ground."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray


def fresnel_vertical(sine_grazing: FloatArray, relative_permittivity: float) -> FloatArray:
    """Reflection coefficient Γ for vertical polarization (real for lossless ground).

    Γ = (ε sin θ - √(ε - cos² θ)) / (ε sin θ + √(ε - cos² θ)), θ the grazing angle: -1 at grazing,
    zero at the Brewster angle tan θ = 1/√ε (Rappaport, Wireless Communications, eq. 4.24).

    Args:
        sine_grazing: sin θ, any shape.
        relative_permittivity: ε >= 1.
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
