"""Shadowing: its spread by depression angle and its correlation along a flight."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.links import body_rotation, link_geometry
from rfsl.io.records import Record
from rfsl.propagation.gain import GainProfile


class Residual(Record):
    """Shadowing: the residual of the cells' RSS, which the gain profile does not explain.

    Attributes:
        depression_edges_deg: bounds of the depression bands, rising.
        std_db: spread of the correlated part in each band, one fewer than bounds.
        correlation_distance_m: distance over which the correlation falls to 1/e.
        place_share: share of the correlated variance that belongs to the place, so that the UAV
            meets the same shadowing when it comes back; the rest changes along the path.
        uncorrelated: spread of the part that every cell has of its own, relative to `std_db`.
        tail_freedom: degrees of freedom of the t distribution of the innovations, the parts not
            predicted from the previous cells.
        scale_spread: standard deviation of ln τ; τ multiplies all spreads of one flight, so 0.25 is
            about a quarter more or less.

    See also: `unit_covariance`, the correlation; `cell_terms`.

    Example:
        >>> residual = Residual(
        ...     depression_edges_deg=(0.0, 20.0, 30.0, 90.0),
        ...     std_db=(9.0, 7.0, 4.0),
        ...     correlation_distance_m=20.0,
        ... )
        >>> residual.spread_db(np.radians([5.0, 25.0, 60.0])).tolist()
        [9.0, 7.0, 4.0]
    """

    depression_edges_deg: tuple[float, ...]
    std_db: tuple[float, ...]
    correlation_distance_m: float
    place_share: float = 0.0
    uncorrelated: float = 0.0
    tail_freedom: float = 1e6
    scale_spread: float = 0.0

    def spread_db(self, depression_rad: FloatArray) -> FloatArray:
        """Spread in dB of the correlated part at each depression angle (any shape).

        Angles beyond the first or last bound belong to the first or last band.
        """
        inner_rad = np.radians(self.depression_edges_deg[1:-1])
        band = np.searchsorted(inner_rad, depression_rad, side="right")
        return np.array(self.std_db)[band]


def unit_covariance(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual
) -> FloatArray:
    """Covariance of the cells' shadowing in units of its spread.

        cov_ij = (1 − w) exp(−|l_i − l_j| / L) + w exp(−|p_i − p_j| / L) + u² δ_ij

    w is `place_share`, L `correlation_distance_m` and u `uncorrelated`. With w = u = 0 it is
    Gudmundson's exponential model along the path.

    Args:
        position_m: p, (C, 3) positions of the cells; used only if w > 0.
        travelled_m: l, (C,) lengths of the path up to the cells.

    Returns:
        (C, C); times the spreads of both cells it is the covariance in dB².

    See also: `unit_whitener`. `rfsl.simulation.flights` draws from it, and
    `rfsl.simulation.receiver.correlated_shadowing_db` from its case w = u = 0, sample by sample.

    Example:
        Two cells a correlation distance apart correlate by 1/e:

        >>> residual = Residual(
        ...     depression_edges_deg=(0.0, 90.0), std_db=(8.0,), correlation_distance_m=20.0
        ... )
        >>> unit_covariance(np.zeros((2, 3)), np.array([0.0, 20.0]), residual).round(3).tolist()
        [[1.0, 0.368], [0.368, 1.0]]
    """
    cells = position_m, travelled_m
    covariance = unit_correlation(cells, cells, residual)
    covariance.flat[:: travelled_m.size + 1] += residual.uncorrelated**2
    return covariance


def unit_correlation(
    some: tuple[FloatArray, FloatArray],
    others: tuple[FloatArray, FloatArray],
    residual: Residual,
) -> FloatArray:
    """Correlation (A, B) of the shadowing of two sets of cells, without the part of each cell.

    Args:
        some, others: positions (A, 3) and lengths of the path (A,) as for `unit_covariance`, whose
            equation this is with u = 0; the same of B cells.
    """
    (some_m, some_along_m), (others_m, others_along_m) = some, others
    along_m = np.abs(np.subtract.outer(some_along_m, others_along_m))
    correlation = np.exp(-along_m / residual.correlation_distance_m)
    if residual.place_share > 0.0:
        from scipy.spatial.distance import cdist  # here, since it loads slowly

        between = np.exp(-cdist(some_m, others_m) / residual.correlation_distance_m)
        correlation += residual.place_share * (between - correlation)
    return np.asarray(correlation)


def unit_whitener(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual
) -> FloatArray:
    """Lower-triangular matrix W (C, C) that makes the shadowing white: W cov Wᵀ = 1.

    Row i of W gives the innovation of cell i, the part not predicted from the previous cells,
    divided by the spread of that part.

    Args:
        position_m, travelled_m: as for `unit_covariance`, which gives cov.

    Example:
        For two cells that correlate by r = 1/e, the second row is (−r, 1) / √(1 − r²):

        >>> residual = Residual(
        ...     depression_edges_deg=(0.0, 90.0), std_db=(8.0,), correlation_distance_m=20.0
        ... )
        >>> unit_whitener(np.zeros((2, 3)), np.array([0.0, 20.0]), residual).round(3).tolist()
        [[1.0, 0.0], [-0.396, 1.075]]
    """
    covariance = unit_covariance(position_m, travelled_m, residual)
    return np.linalg.inv(np.linalg.cholesky(covariance))


def cell_terms(
    position_m: FloatArray,
    attitude_rad: FloatArray,
    sources_m: FloatArray,
    profile: GainProfile,
    residual: Residual,
) -> tuple[FloatArray, FloatArray]:
    """Gain basis and shadowing spread of every cell for every source.

    Args:
        position_m, attitude_rad: (C, 3) of the cells; roll, pitch and yaw.
        sources_m: (N, 3) source positions.

    Returns:
        Basis (N, C, K) in which the gain is linear (`GainProfile.basis`; K counts the depression
        nodes and the azimuth terms), and the spread (N, C) in dB.
    """
    geometry = link_geometry(position_m, sources_m)
    _, azimuth_rad = geometry.direct_in_body(body_rotation(attitude_rad))
    basis = profile.basis(geometry.depression_rad, azimuth_rad)
    return basis, residual.spread_db(geometry.depression_rad)
