"""Effective gain by depression angle and body azimuth, and what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import curve_fit

from rfsl.arrays import FloatArray
from rfsl.calibrated import GainProfile, Residual, azimuth_terms
from rfsl.calibration.links import Links
from rfsl.config import CalibrationSettings
from rfsl.errors import CalibrationError

#: Bands of the depression angle whose spread is told apart.
RESIDUAL_EDGES_DEG = (0.0, 20.0, 30.0, 90.0)
_HUBER_DB = 8.0
_ITERATIONS = 20
#: Fewer locked samples than this (a third of a second) do not make a cell.
_MINIMUM_SAMPLES = 10
#: Cells of this many in a row are drawn again together: their residuals are alike.
_BLOCK_CELLS = 15
_MAXIMUM_LAG_CELLS = 12
_LEVEL_PRIOR_DB = 50.0


@dataclass(frozen=True)
class Cells:
    """Locked samples averaged over cells of `cell_m` of the path; arrays (C,).

    Attributes:
        flight: number of the flight; its cells follow each other.
        place: number of the cell along the flight; a gap is where nothing was locked.
        depression_rad, normalized_db: means over the cell.
        terms: (C, 6) body-azimuth terms, averaged.
    """

    flight: FloatArray
    place: FloatArray
    depression_rad: FloatArray
    normalized_db: FloatArray
    terms: FloatArray
    cell_m: float


def average_cells(links: Sequence[Links], cell_m: float) -> Cells:
    """Average locked samples over stretches of `cell_m` of the path flown.

    Raises:
        CalibrationError: fewer than 30 cells altogether.
    """
    parts: list[list[FloatArray]] = [[], [], [], [], []]
    for number, link in enumerate(links):
        place = (link.travelled_m[link.locked] // cell_m).astype(np.intp)
        columns = [
            link.depression_rad,
            link.normalized_db,
            *azimuth_terms(link.depression_rad, link.azimuth_rad),
        ]
        count = np.bincount(place) if place.size else np.zeros(0, np.intp)
        kept = np.flatnonzero(count >= _MINIMUM_SAMPLES)
        means = [
            np.bincount(place, column[link.locked], minlength=count.size)[kept] / count[kept]
            for column in columns
        ]
        new = [np.full(kept.size, number), kept, means[0], means[1], np.column_stack(means[2:])]
        for part, values in zip(parts, new, strict=True):
            part.append(values)
    flight, kept_place, depression_rad, normalized_db, terms = map(np.concatenate, parts)
    cells = Cells(flight, kept_place, depression_rad, normalized_db, terms, cell_m)
    if cells.flight.size < 30:
        raise CalibrationError(
            f"calibration: {', '.join(link.trial for link in links)} hold only "
            f"{cells.flight.size} cells of {cell_m:g} m with a locked receiver; add flights to "
            "calibration.trials"
        )
    return cells


@dataclass(frozen=True)
class ProfileFit:
    """Result of `fit_profile`; `residual_db` is (C,)."""

    profile: GainProfile
    offset_db: FloatArray
    residual_db: FloatArray


def fit_profile(
    cells: Cells, flights: int, settings: CalibrationSettings, rng: np.random.Generator
) -> ProfileFit:
    """Fit gain curve, body-azimuth terms and the flights' offsets to cells.

    Robust (Huber) least squares with Gaussian priors: a smooth curve, moderate azimuth terms,
    moderate offsets, which also share the level between curve and offsets. The curve's spread
    comes from drawing stretches of flight again.
    """
    nodes_rad = np.radians(settings.depression_nodes_deg)
    hats = _hats(cells.depression_rad, nodes_rad)
    own = (cells.flight[:, None] == np.arange(flights)).astype(float)
    design = np.column_stack([hats, cells.terms, own])
    penalty = _prior(nodes_rad, flights, settings)
    everything = np.ones(cells.flight.size)
    solution, covariance = _robust(design, cells.normalized_db, penalty, everything)
    block = 10_000 * cells.flight + cells.place // _BLOCK_CELLS
    names, index = np.unique(block, return_inverse=True)
    draws = []
    for _ in range(settings.bootstrap_samples):
        count = np.bincount(rng.integers(names.size, size=names.size), minlength=names.size)
        weight = count[index].astype(float)
        draws.append(_robust(design, cells.normalized_db, penalty, weight)[0])
    spread = np.std([draw[: nodes_rad.size] for draw in draws], axis=0)
    gain, terms = solution[: nodes_rad.size], solution[nodes_rad.size : -flights]
    profile = GainProfile(
        depression_deg=tuple(settings.depression_nodes_deg),
        gain_db=tuple(gain.tolist()),
        gain_std_db=tuple(spread.tolist()),
        low_db=(float(terms[0]), float(terms[1]), float(terms[2]), float(terms[3])),
        high_db=(float(terms[4]), float(terms[5])),
        covariance_db2=tuple(map(tuple, covariance[:-flights, :-flights].tolist())),
    )
    return ProfileFit(profile, solution[-flights:], cells.normalized_db - design @ solution)


def residual_statistics(cells: Cells, residual_db: FloatArray) -> Residual:
    """Spread by band of the depression angle, and correlation length along the flight.

    The correlation of cells n apart is fitted by exp(-n cell / L); pairs stay within a flight.
    A band with few cells takes the spread of all.
    """
    edges = np.radians(RESIDUAL_EDGES_DEG)
    band = np.clip(np.searchsorted(edges, cells.depression_rad, side="right") - 1, 0, 2)
    overall = float(np.std(residual_db))
    std_db = [
        float(np.std(residual_db[band == number])) if (band == number).sum() >= 20 else overall
        for number in range(3)
    ]
    unit = residual_db / np.maximum(np.array(std_db)[band], 1e-6)
    lags = np.arange(1, _MAXIMUM_LAG_CELLS + 1)
    correlation, pairs = [], []
    key = 10_000 * cells.flight + cells.place
    for lag in lags:
        _, first, second = np.intersect1d(key + lag, key, return_indices=True)
        correlation.append(float(np.mean(unit[first] * unit[second])) if first.size else 0.0)
        pairs.append(max(first.size, 1))
    length, _ = curve_fit(
        lambda lag, scale: np.exp(-lag / scale),
        lags,
        correlation,
        p0=[2.0],
        sigma=1.0 / np.sqrt(pairs),
        bounds=(0.1, 100.0),
    )
    return Residual(
        depression_edges_deg=RESIDUAL_EDGES_DEG,
        std_db=tuple(std_db),
        correlation_distance_m=float(length[0]) * cells.cell_m,
    )


def _hats(values: FloatArray, nodes: FloatArray) -> FloatArray:
    """Weights (C, K) of linear interpolation between nodes, constant beyond them."""
    return np.column_stack([np.interp(values, nodes, unit) for unit in np.eye(nodes.size)])


def _prior(nodes_rad: FloatArray, flights: int, settings: CalibrationSettings) -> FloatArray:
    """Precision matrix of curve, azimuth terms and offsets, in units of the residual's variance."""
    count = nodes_rad.size
    size = count + 6 + flights
    precision = np.zeros((size, size))
    for middle in range(1, count - 1):
        left = nodes_rad[middle] - nodes_rad[middle - 1]
        right = nodes_rad[middle + 1] - nodes_rad[middle]
        bend = np.zeros(size)
        bend[middle - 1 : middle + 2] = right / (left + right), -1.0, left / (left + right)
        precision += np.outer(bend, bend) / settings.prior_step_db**2
    level = np.arange(count)
    precision[level, level] += 1.0 / _LEVEL_PRIOR_DB**2
    azimuth = np.arange(count, count + 6)
    precision[azimuth, azimuth] += 1.0 / settings.prior_azimuth_db**2
    own = np.arange(count + 6, size)
    precision[own, own] += 1.0 / settings.prior_offset_db**2
    return precision


def _robust(
    design: FloatArray, values: FloatArray, penalty: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Huber regression with a Gaussian prior, by iterated weights; solution and its covariance."""
    # A cell's neighbours say much the same; it counts as a fifth of an independent reading of
    # spread 8 dB against the prior.
    scale = 1.0 / (5.0 * _HUBER_DB**2)
    solution: FloatArray = np.zeros(design.shape[1])
    robust = np.ones(values.size, dtype=np.float64)
    for _ in range(_ITERATIONS):
        weighted = design * (weight * robust * scale)[:, None]
        solution = np.linalg.solve(weighted.T @ design + penalty, weighted.T @ values)
        miss_db = np.maximum(np.abs(values - design @ solution), 1e-9)
        np.minimum(1.0, _HUBER_DB / miss_db, out=robust)
    weighted = design * (weight * robust * scale)[:, None]
    return solution, np.linalg.inv(weighted.T @ design + penalty)
