"""The Cramér-Rao bound against closed forms, a numeric Hessian and estimates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.stats import multivariate_normal
from support.flights import calibration, cells_at, flight_file, flight_of, lawnmower_m

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.evaluation.cramer_rao import bounds_of, cramer_rao_m, position_information
from rfsl.flights.cells import FlightCells, flight_cells
from rfsl.geometry.links import link_geometry
from rfsl.io.schemas import BoundTable
from rfsl.io.tables import read_frame, write_frame
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.shadowing import Residual, unit_covariance

HEIGHT_M = 5.0
SOURCE_M = np.array([120.0, 90.0])
#: Gain that no angle changes: spreading alone.
FLAT = GainProfile(
    depression_deg=(5.0, 85.0),
    gain_db=(50.0, 50.0),
    gain_std_db=(0.0, 0.0),
    low_db=(0.0,) * 4,
    high_db=(0.0,) * 2,
    covariance_db2=(),
)
SHAPED = FLAT.model_copy(
    update={
        "depression_deg": (5.0, 15.0, 30.0, 50.0, 85.0),
        "gain_db": (38.0, 44.0, 53.0, 56.0, 45.0),
        "low_db": (1.0, 2.0, -3.0, 0.5),
        "high_db": (4.0, -1.0),
    }
)
BANDS = Residual(
    depression_edges_deg=(0.0, 20.0, 30.0, 90.0),
    std_db=(5.0, 4.0, 3.0),
    correlation_distance_m=15.0,
    place_share=0.5,
    uncorrelated=0.4,
)


def white(std_db: float) -> Residual:
    """Cells far apart against this distance are independent."""
    return Residual(depression_edges_deg=(0.0, 90.0), std_db=(std_db,), correlation_distance_m=1e-3)


def lawnmower() -> FlightCells:
    along, across = np.meshgrid(np.linspace(0.0, 240.0, 25), np.linspace(0.0, 180.0, 6))
    xy_m = np.column_stack([along.ravel(), across.ravel()])
    return cells_at(np.column_stack([xy_m, np.full(len(xy_m), 35.0)]))


@pytest.mark.parametrize("radius_m", [20.0, 80.0])
def test_circle_in_free_space(radius_m: float) -> None:
    """20 log10 d has the slope 20 r / (ln 10 d²) towards the centre; on a circle half of its square
    falls on each axis, and none of it looks like a level."""
    count, std_db, above_m = 48, 2.0, 30.0
    angle = 2.0 * np.pi * np.arange(count) / count
    ring_m = SOURCE_M + radius_m * np.column_stack([np.cos(angle), np.sin(angle)])
    cells = cells_at(np.column_stack([ring_m, np.full(count, HEIGHT_M + above_m)]))
    slope_db = 20.0 / np.log(10.0) * radius_m / (radius_m**2 + above_m**2)
    expected_m = 2.0 * std_db / (slope_db * np.sqrt(count))
    found_m = cramer_rao_m(cells, SOURCE_M, HEIGHT_M, Calibrated(FLAT), white(std_db))
    assert found_m == pytest.approx(expected_m, rel=1e-5)


@pytest.mark.parametrize("profile", [FLAT, SHAPED])
def test_information_is_the_curvature_of_the_expected_log_likelihood(profile: GainProfile) -> None:
    """Against scipy's normal distribution: the expected log-likelihood of a parameter, other than
    by a constant, is the log-density of the true mean; its Hessian with the level is inverted."""
    cells, model = lawnmower(), Calibrated(profile)

    def mean_db(parameters: FloatArray) -> FloatArray:
        source_m = np.array([[*parameters[:2], HEIGHT_M]])
        return np.asarray(
            model(cells.position_m, cells.attitude_rad, source_m)[0] + parameters[2], float
        )

    truth = np.array([*SOURCE_M, 3.0])
    depression_rad = link_geometry(cells.position_m, np.array([[*SOURCE_M, HEIGHT_M]]))
    spread_db = BANDS.spread_db(depression_rad.depression_rad[0])
    covariance = np.outer(spread_db, spread_db) * unit_covariance(
        cells.position_m, cells.travelled_m, BANDS
    )

    def expected(parameters: FloatArray) -> float:
        return float(multivariate_normal(mean_db(parameters), covariance).logpdf(mean_db(truth)))

    step = 0.1
    hessian = np.empty((3, 3))
    for i, first in enumerate(step * np.eye(3)):
        for j, second in enumerate(step * np.eye(3)):
            corners = [
                expected(truth + a * first + b * second) * a * b for a in (1, -1) for b in (1, -1)
            ]
            hessian[i, j] = -sum(corners) / (4.0 * step**2)
    inverse = np.linalg.inv(hessian)[:2, :2]
    found = position_information(cells, SOURCE_M, HEIGHT_M, model, BANDS)
    np.testing.assert_allclose(np.linalg.inv(found), inverse, rtol=0.02)
    bound_m = cramer_rao_m(cells, SOURCE_M, HEIGHT_M, model, BANDS)
    assert bound_m == pytest.approx(np.sqrt(np.trace(inverse)), rel=0.01)


def test_it_scales_with_the_spread() -> None:
    twice = BANDS.model_copy(update={"std_db": tuple(2.0 * std for std in BANDS.std_db)})
    once_m, twice_m = (
        cramer_rao_m(lawnmower(), SOURCE_M, HEIGHT_M, Calibrated(SHAPED), residual)
        for residual in (BANDS, twice)
    )
    assert twice_m == pytest.approx(2.0 * once_m)


def test_more_cells_tell_more() -> None:
    """Every third cell of a flight, and neither its RSS nor its level matters."""
    cells = lawnmower()
    fewer = replace(
        cells,
        position_m=cells.position_m[::3],
        attitude_rad=cells.attitude_rad[::3],
        rss_db=cells.rss_db[::3] + 40.0,
        travelled_m=cells.travelled_m[::3],
    )
    model = Calibrated(SHAPED)
    all_m, fewer_m = (
        cramer_rao_m(item, SOURCE_M, HEIGHT_M, model, BANDS) for item in (cells, fewer)
    )
    assert fewer_m > 1.2 * all_m


def test_a_line_over_the_source_does_not_tell_it() -> None:
    """To which side the source is, nothing says."""
    along_m = np.linspace(0.0, 240.0, 25)
    line = np.column_stack([along_m, np.full(25, SOURCE_M[1]), np.full(25, 35.0)])
    assert cramer_rao_m(cells_at(line), SOURCE_M, HEIGHT_M, Calibrated(FLAT), BANDS) == np.inf


def test_the_maximum_of_the_likelihood_reaches_it() -> None:
    """Monte Carlo at small noise: generalized least squares with an unknown level."""
    cells, model = lawnmower(), Calibrated(FLAT)
    small = BANDS.model_copy(update={"std_db": (0.2, 0.2, 0.2)})
    covariance = 0.2**2 * unit_covariance(cells.position_m, cells.travelled_m, small)
    root = np.linalg.cholesky(covariance)
    source_m = np.array([[*SOURCE_M, HEIGHT_M]])
    mean_db = model(cells.position_m, cells.attitude_rad, source_m)[0]
    rng = np.random.default_rng(0)

    def error_m() -> FloatArray:
        rss_db = mean_db + 7.0 + root @ rng.standard_normal(mean_db.size)

        def left(parameters: FloatArray) -> FloatArray:
            place_m = np.array([[*parameters[:2], HEIGHT_M]])
            expected = model(cells.position_m, cells.attitude_rad, place_m)[0] + parameters[2]
            return np.asarray(np.linalg.solve(root, rss_db - expected))

        return np.asarray(least_squares(left, [*SOURCE_M, 7.0]).x[:2] - SOURCE_M)

    errors_m = np.array([error_m() for _ in range(300)])
    bound_m = cramer_rao_m(cells, SOURCE_M, HEIGHT_M, model, small)
    assert bound_m < 1.0
    assert np.sqrt(np.square(errors_m).sum(axis=1).mean()) == pytest.approx(bound_m, rel=0.08)


def test_rows_of_a_trial(tmp_path: Path) -> None:
    """Each time has the bound of the cells up to it; a flight that is unusable by then has none."""
    flight = flight_of(lawnmower_m(6000, (0.0, 240.0), (0.0, 180.0), 35.0, 9.0))
    item = flight_file(flight, (*SOURCE_M, 2.0), "synthetic")
    settings = FlightSettings()
    fold = calibration(SHAPED, BANDS)
    rows = bounds_of(item, [1, 300, 600], fold, HEIGHT_M, 10.0, settings)
    write_frame(rows, tmp_path / "b.parquet", BoundTable)
    rows = read_frame(tmp_path / "b.parquet", BoundTable)
    assert rows["after_s"].tolist() == [1, 300, 600]
    assert np.isnan(rows["cramer_rao_m"][0])
    cells = flight_cells(flight, 10.0, settings)
    expected_m = cramer_rao_m(cells, SOURCE_M, HEIGHT_M, Calibrated(SHAPED), BANDS)
    assert rows["cramer_rao_m"][2] == pytest.approx(expected_m)
    assert rows["cramer_rao_m"][1] > expected_m
    unlocked = replace(item, flight=replace(flight, quality_db=np.full(6000, 42.0)))
    assert bounds_of(unlocked, [600], fold, HEIGHT_M, 10.0, settings)["cramer_rao_m"].isna().all()
