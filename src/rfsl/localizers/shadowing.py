"""Shadowing along a flight is a Markov chain, so it is whitened in one pass instead of inverted."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray


def whiten_shadowing(
    values_db: FloatArray, spread_db: FloatArray, correlation: FloatArray, noise_db: float
) -> tuple[FloatArray, FloatArray]:
    """Make values independent and of unit variance that carry shadowing and noise.

    Shadowing has the covariance spread_i spread_j r_ij with r the product of the correlations
    between i and j (exponential along the path); noise is independent. This is a Kalman filter over
    the cells: each value less what those before it predict, over the spread of that.

    Args:
        values_db: (N, C, P) P columns for each of N candidates, C cells in the order of flight.
        spread_db: (N, C) spread of the shadowing.
        correlation: (C - 1,) between each cell and the next.
        noise_db: spread of the noise, above zero.

    Returns:
        The whitened columns (N, C, P), and half the logarithm (N,) of the covariance's determinant.
    """
    candidates, cells, columns = values_db.shape
    whitened = np.empty_like(values_db)
    log_spread = np.zeros(candidates)
    # Of the shadowing in units of its spread: mean by column and variance, before each cell.
    mean, variance = np.zeros((candidates, columns)), np.ones(candidates)
    for cell in range(cells):
        spread = spread_db[:, cell]
        innovation_db2 = np.square(spread) * variance + noise_db**2
        innovation = values_db[:, cell] - spread[:, None] * mean
        whitened[:, cell] = innovation / np.sqrt(innovation_db2)[:, None]
        log_spread += 0.5 * np.log(innovation_db2)
        if cell + 1 < cells:
            gain = spread * variance / innovation_db2
            step = correlation[cell]
            mean = step * (mean + gain[:, None] * innovation)
            variance = 1.0 + step**2 * (variance * (1.0 - gain * spread) - 1.0)
    return whitened, log_spread
