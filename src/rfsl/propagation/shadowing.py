"""Shadowing: its spread by depression angle, and how it is correlated along a flight."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.links import body_rotation, link_geometry
from rfsl.io.records import Record
from rfsl.propagation.gain import GainProfile


class Residual(Record):
    """Shadowing: what the gain profile leaves over cells of the flight.

    Attributes:
        depression_edges_deg: bounds of the bands, rising.
        std_db: spread of the correlated part within each band, one fewer than edges.
        correlation_distance_m: distance over which the correlation falls to 1/e.
        place_share: part of the correlated variance that belongs to the place, so that it is met
            again where the path comes back; the rest changes along the path.
        uncorrelated: spread of the part that each cell has of its own, relative to `std_db`.
        tail_freedom: degrees of freedom of the t distribution of its innovations along the flight.
        scale_spread: log-normal spread of the factor that the spreads of a flight share.
    """

    depression_edges_deg: tuple[float, ...]
    std_db: tuple[float, ...]
    correlation_distance_m: float
    place_share: float = 0.0
    uncorrelated: float = 0.0
    tail_freedom: float = 1e6
    scale_spread: float = 0.0

    def spread_db(self, depression_rad: FloatArray) -> FloatArray:
        """Spread at each depression angle, of any shape."""
        inner_rad = np.radians(self.depression_edges_deg[1:-1])
        band = np.searchsorted(inner_rad, depression_rad, side="right")
        return np.array(self.std_db)[band]


def unit_covariance(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual
) -> FloatArray:
    """Covariance (C, C) of the shadowing process in units of its spread.

    Both parts fall off exponentially over the same distance: one between places (C, 3), one along
    the path (C,).
    """
    along_m = np.abs(np.subtract.outer(travelled_m, travelled_m))
    covariance = np.exp(-along_m / residual.correlation_distance_m)
    if residual.place_share > 0.0:
        from scipy.spatial.distance import cdist  # here, since it loads slowly

        between = np.exp(-cdist(position_m, position_m) / residual.correlation_distance_m)
        covariance += residual.place_share * (between - covariance)
    covariance.flat[:: travelled_m.size + 1] += residual.uncorrelated**2
    return covariance


def unit_whitener(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual
) -> FloatArray:
    """Lower-triangular matrix (C, C) that makes the shadowing process white."""
    covariance = unit_covariance(position_m, travelled_m, residual)
    return np.linalg.inv(np.linalg.cholesky(covariance))


def cell_terms(
    position_m: FloatArray,
    attitude_rad: FloatArray,
    sources_m: FloatArray,
    profile: GainProfile,
    residual: Residual,
) -> tuple[FloatArray, FloatArray]:
    """Gain basis (N, C, K) and shadowing spread in dB (N, C) of C cells seen from N sources."""
    geometry = link_geometry(position_m, sources_m)
    _, azimuth_rad = geometry.direct_in_body(body_rotation(attitude_rad))
    basis = profile.basis(geometry.depression_rad, azimuth_rad)
    return basis, residual.spread_db(geometry.depression_rad)
