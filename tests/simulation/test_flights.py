"""Flights drawn from a calibration: what they hold, and that kriging's account of them is right."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from support.flights import (
    FIELD,
    calibration,
    flight_file,
    flight_of,
    in_doubt,
    lawnmower_m,
    simulator,
    surroundings,
)

from rfsl.config.config import Config
from rfsl.config.localizers import NO_BAGGING, LocalizerSettings
from rfsl.evaluation.redrawn import redrawn_errors
from rfsl.evaluation.simulated import Ideal, cells_estimator
from rfsl.flights.cells import MINIMUM_CELLS
from rfsl.flights.files import FlightFile
from rfsl.geometry.links import body_rotation
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.localizers.methods import LOCALIZERS
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.simulation.flights import FlightSimulator, SimulatedFlight, with_gain

CONFIG = Config()


def without_errors(acquisition_db: float, release_db: float) -> FlightSimulator:
    """The calibration's mean, logged as it is."""
    zeros = ((0.0,) * 12,) * 12
    quiet = FIELD.residual.model_copy(update={"std_db": (0.0,) * 3, "scale_spread": 0.0})
    exact = calibration(
        FIELD.profile.model_copy(update={"covariance_db2": zeros}),
        quiet,
        acquisition_db=acquisition_db,
        release_db=release_db,
    )
    settings = {"acquisition_std_db": 0.0, "lost_share": 0.0, "level_range_db": 0.0}
    return simulator(exact, 0.0, **settings)


@cache
def drawn() -> tuple[SimulatedFlight, ...]:
    return tuple(simulator().draw(3, "train", index) for index in range(60))


def same(first: SimulatedFlight, second: SimulatedFlight) -> bool:
    pairs = zip(vars(first.cells).values(), vars(second.cells).values(), strict=True)
    return (
        all(np.array_equal(a, b) for a, b in pairs)
        and np.array_equal(first.source_xy_m, second.source_xy_m)
        and np.array_equal(first.gain_db, second.gain_db)
        and (first.trajectory, first.scale) == (second.trajectory, second.scale)
    )


def test_a_flight_is_what_its_number_says() -> None:
    flight = drawn()[7]
    assert same(simulator().draw(3, "train", 7), flight)
    for seed, split, index in ((4, "train", 7), (3, "test", 7), (3, "train", 8)):
        assert not same(simulator().draw(seed, split, index), flight)


def test_cells_of_the_flights() -> None:
    world = simulator()
    area, low_m, high_m = world.flight_area, *world.settings.height_m
    for flight in drawn():
        cells = flight.cells
        held, quiet = len(cells.rss_db), len(cells.quiet_position_m)
        assert held >= MINIMUM_CELLS
        assert cells.position_m.shape == cells.attitude_rad.shape == (held, 3)
        assert cells.quiet_position_m.shape == cells.quiet_attitude_rad.shape == (quiet, 3)
        arrays = [values for values in vars(cells).values() if values is not None]
        assert all(np.isfinite(values).all() for values in arrays)
        # Cells are numbered along the path, and those before acquisition come first.
        number = cells.travelled_m / world.cell_m - 0.5
        np.testing.assert_allclose(number, np.round(number), atol=1e-9)
        assert (np.diff(number) > 0.5).all()
        assert round(number[0]) >= quiet
        positions_m = np.concatenate([cells.quiet_position_m, cells.position_m])
        outside_m = [area.distance_outside_m(*place_m) for place_m in positions_m[:, :2]]
        assert max(outside_m) < 6.0 * world.position_std_m
        assert positions_m[:, 2].min() >= low_m
        assert positions_m[:, 2].max() <= high_m
        assert world.source_area.distance_outside_m(*flight.source_xy_m) == 0.0
        assert flight.gain_db.shape == (12,)
    assert {flight.trajectory for flight in drawn()} == set(TRAJECTORY_KINDS)
    assert any(len(flight.cells.quiet_position_m) for flight in drawn())


def test_without_errors_the_power_is_the_models() -> None:
    world = without_errors(-1e6, -1e6)
    for index in range(12):
        flight = world.draw(5, "test", index)
        assert len(flight.cells.quiet_position_m) == 0
        assert flight.scale == 1.0
        source_m = np.array([[*flight.source_xy_m, world.source_height_m]])
        model = Calibrated(world.calibration.profile)
        expected_db = model(flight.cells.position_m, flight.cells.attitude_rad, source_m)[0]
        np.testing.assert_allclose(flight.cells.rss_db, expected_db, atol=1e-9)
        told = Calibrated(with_gain(world.calibration.profile, flight.gain_db))
        np.testing.assert_allclose(
            told(flight.cells.position_m, flight.cells.attitude_rad, source_m)[0], expected_db
        )


def test_the_receiver_acquires_and_loses_by_power() -> None:
    world = without_errors(5.0, 0.0)
    quiet = 0
    for index in range(12):
        flight = world.draw(5, "test", index)
        cells = flight.cells
        source_m = np.array([[*flight.source_xy_m, world.source_height_m]])
        model = Calibrated(world.calibration.profile)
        assert cells.rss_db[0] >= 5.0
        assert cells.rss_db.min() >= 0.0
        before_db = model(cells.quiet_position_m, cells.quiet_attitude_rad, source_m)
        assert (before_db < 5.0).all()
        quiet += before_db.size
    assert quiet > 0


def test_a_signal_out_of_reach_is_explained() -> None:
    with pytest.raises(ValueError, match="acquisition at 900 dB is out of reach"):
        without_errors(900.0, 0.0).draw(1, "test", 0)


def test_the_level_is_the_flights_own() -> None:
    """The same flights, up to a constant within its range."""
    settings = {"acquisition_std_db": 0.0, "lost_share": 0.0}
    without, with_level = (simulator(level_range_db=size, **settings) for size in (0.0, 15.0))
    levels_db = []
    for index in range(12):
        first, second = (world.draw(2, "test", index) for world in (without, with_level))
        shift_db = second.cells.rss_db - first.cells.rss_db
        assert np.ptp(shift_db) < 1e-9
        levels_db.append(shift_db[0])
    assert np.abs(levels_db).max() <= 15.0
    assert np.std(levels_db) > 3.0


def test_a_uav_leans_into_its_course() -> None:
    """Its own up axis tips towards where it flies; its nose points along, or always one way."""
    world = without_errors(-1e6, -1e6)
    lean_deg, along = [], 0
    for index in range(40):
        cells = world.draw(8, "test", index).cells
        course_m = np.gradient(cells.position_m[:, :2], axis=0)
        ahead = course_m / np.linalg.norm(course_m, axis=1, keepdims=True)
        rotation = body_rotation(cells.attitude_rad)
        up, nose = rotation[:, 2], rotation[:, 1, :2]
        lean_deg.append(np.degrees(np.arcsin((up[:, :2] * ahead).sum(axis=1))).mean())
        if np.ptp(cells.attitude_rad[:, 2]) == 0.0:
            continue
        along += 1
        nose = nose / np.linalg.norm(nose, axis=1, keepdims=True)
        np.testing.assert_allclose(nose, ahead, atol=1e-9)
    assert 10 < along < 30
    assert np.mean(lean_deg) == pytest.approx(4.0, abs=0.2)


def test_kriging_knows_how_wrong_it_is_on_flights_of_its_model() -> None:
    """Its regions hold the source as often as they say: within three standard errors of 100.

    Nothing is wrong with the likelihood of these flights, so nothing is bagged.
    """
    world = simulator()
    kriging = LOCALIZERS["kriging"].build(surroundings(bagging=NO_BAGGING))
    estimate = cells_estimator("kriging", kriging)
    shares, errors_m, expected_m = [], [], []
    for index in range(100):
        flight = world.draw(CONFIG.seed, "test", index)
        found = estimate(flight)
        assert found.posterior is not None
        shares.append(found.posterior.share_up_to(flight.source_xy_m))
        errors_m.append(np.linalg.norm(found.position_m - flight.source_xy_m))
        expected_m.append(found.expected_error_m)
    assert np.mean(np.array(shares) <= 0.5) == pytest.approx(0.5, abs=0.15)
    assert np.mean(np.array(shares) <= 0.9) == pytest.approx(0.9, abs=0.08)
    assert np.mean(expected_m) == pytest.approx(np.mean(errors_m), rel=0.25)


def test_the_ideal_posterior_is_krigings_where_nothing_is_to_be_told() -> None:
    """No doubt about the gain, no factor of the spreads: both know the same."""
    zeros = ((0.0,) * 12,) * 12
    certain = FIELD.model_copy(
        update={
            "profile": FIELD.profile.model_copy(update={"covariance_db2": zeros}),
            "residual": FIELD.residual.model_copy(update={"scale_spread": 0.0}),
        }
    )
    world = simulator(certain)
    around = replace(surroundings(bagging=NO_BAGGING), calibration=certain)
    kriging = cells_estimator("kriging", LOCALIZERS["kriging"].build(around))
    ideal = Ideal.of(world, around.settings, CONFIG.flights)
    for index in range(3):
        flight = world.draw(1, "test", index)
        np.testing.assert_allclose(ideal(flight).position_m, kriging(flight).position_m, atol=1e-6)


def test_the_ideal_posterior_uses_what_it_is_told() -> None:
    """Flights of very different gains, hardly any shadowing: told the gain, the place is plain."""
    profile = in_doubt(FIELD.profile, 8.0, 4.0)
    residual = FIELD.residual.model_copy(update={"std_db": (0.5, 0.5, 0.5)})
    unlike = FIELD.model_copy(update={"profile": profile, "residual": residual})
    world = simulator(unlike, 0.0)
    around = replace(surroundings(0.0), calibration=unlike, model=Calibrated(profile))
    kriging = cells_estimator("kriging", LOCALIZERS["kriging"].build(around))
    ideal = Ideal.of(world, around.settings, CONFIG.flights)
    flights = [world.draw(1, "test", index) for index in range(12)]
    told_m, untold_m = (
        np.mean([np.linalg.norm(estimate(f).position_m - f.source_xy_m) for f in flights])
        for estimate in (ideal, kriging)
    )
    assert told_m < 0.6 * untold_m


def test_a_redraw_keeps_the_flight() -> None:
    """Of the cells only RSS and the error of the positions are new; without errors, neither is."""
    world, flight = simulator(), drawn()[7]
    again = world.redraw(flight.cells, flight.source_xy_m, np.random.default_rng(1))
    assert (again.cells.travelled_m == flight.cells.travelled_m).all()
    assert (again.cells.attitude_rad == flight.cells.attitude_rad).all()
    moved_m = again.cells.position_m - flight.cells.position_m
    np.testing.assert_allclose(moved_m, np.broadcast_to(moved_m[0], moved_m.shape), atol=1e-9)
    assert moved_m[0, 2] == 0.0 < np.linalg.norm(moved_m[0])
    assert not len(again.cells.quiet_position_m)
    exact = without_errors(-200.0, -300.0)
    known = exact.draw(3, "train", 7)
    copy = exact.redraw(known.cells, known.source_xy_m, np.random.default_rng(1))
    np.testing.assert_allclose(copy.cells.rss_db, known.cells.rss_db, atol=1e-9)


def test_redrawn_errors() -> None:
    """A lawnmower over the source says where it is; a receiver without lock, nothing."""
    world = simulator()
    box = world.flight_area.overlap(world.source_area)
    position_m = lawnmower_m(4000, (box.east_m, box.west_m), (box.south_m, box.north_m), 35.0, 9.0)
    flight = flight_of(position_m, interval_s=0.15)
    item = flight_file(flight, (*box.center_m, 2.0), "synthetic")
    ideal = Ideal.of(world, LocalizerSettings(), CONFIG.flights)

    def rows(item: FlightFile, redraws: int) -> pd.DataFrame:
        return redrawn_errors(item, [1, 600], world, ideal, CONFIG.flights, seed=5, redraws=redraws)

    errors = rows(item, 6)
    assert errors["number"].tolist() == list(range(6))
    assert (errors["after_s"] == 600).all()  # after a second there is nothing
    assert errors["error_m"].nunique() == 6
    assert errors["error_m"].mean() < 25.0
    pd.testing.assert_frame_equal(errors[:2], rows(item, 2))
    unlocked = replace(item, flight=replace(flight, quality_db=np.full(4000, 42.0)))
    assert rows(unlocked, 2).empty
