"""Readings that were not received: kept apart from the samples, and evidence if asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rfsl.config.config import Config
from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.flights.cells import flight_cells, fused_cells
from rfsl.flights.cutting import cut_flight
from rfsl.flights.files import FlightFile, read_flight, write_flight
from rfsl.flights.flight import Flight, Lost
from rfsl.flights.lost import LostStretches
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual

SETTINGS = FlightSettings(minimum_height_m=0.0, lock_quality_db=-1e3)
COUNT = 600
CELL_M = 10.0


def raw_flight(needed_db: float = -95.0) -> Flight:
    """A straight way of 600 m past a source at 200 m; what is weaker than `needed_db` is lost."""
    time_s = np.arange(COUNT, dtype=float)
    position_m = np.column_stack([time_s, np.full(COUNT, 20.0), np.full(COUNT, 30.0)])
    away_m = np.linalg.norm(position_m - [200.0, 0.0, 1.0], axis=1)
    rss_db = -40.0 - 20.0 * np.log10(away_m) + np.random.default_rng(0).normal(0.0, 2.0, COUNT)
    rss_db[rss_db < needed_db] = -np.inf
    zero = np.zeros((COUNT, 3))
    return Flight(100.0 + time_s, position_m, zero, rss_db, np.full(COUNT, np.nan))


def test_readings_of_minus_infinity_are_kept_apart() -> None:
    raw = raw_flight(-90.0)
    lost = np.isneginf(raw.rss_db)
    found = cut_flight(raw, SETTINGS, "log.csv")
    assert 0 < lost.sum() == len(found.lost)
    assert np.isfinite(found.rss_db).all() and len(found) == COUNT - lost.sum()
    np.testing.assert_allclose(found.lost.position_m[:, 0], np.flatnonzero(lost))
    np.testing.assert_allclose(found.lost.time_s, np.flatnonzero(lost))
    assert f"{lost.sum()} readings of {COUNT} not received (power of minus infinity)" in found.notes


def test_lost_readings_of_the_first_seconds() -> None:
    found = cut_flight(raw_flight(-90.0), SETTINGS, "log.csv")
    first = found.until(450.0)
    assert len(first.lost) == (found.lost.time_s < 450.0).sum() < len(found.lost)
    assert len(first.until(1.0).lost) == 0


def test_a_flight_file_keeps_them(tmp_path: Path) -> None:
    scenario = ScenarioSettings()
    flight = cut_flight(raw_flight(-90.0), SETTINGS, "log.csv")
    item = FlightFile("a", "b", "c", "testbed", (1.0, 2.0, 3.0), flight)
    write_flight(item, tmp_path / "a.parquet", LocalFrame.of(scenario))
    back = read_flight(tmp_path / "a.parquet").flight
    np.testing.assert_array_equal(back.rss_db, flight.rss_db)
    np.testing.assert_array_equal(back.lost.time_s, flight.lost.time_s)
    np.testing.assert_array_equal(back.lost.position_m, flight.lost.position_m)


def test_stretches_most_of_which_is_lost() -> None:
    raw = raw_flight(-90.0)
    found = LostStretches.of(cut_flight(raw, SETTINGS, "log.csv"), CELL_M)
    assert len(found.position_m) > 3
    assert found.position_m[:, 0].min() > 400.0  # far from the source
    assert found.below_db == pytest.approx(-88.5, abs=2.0)


def test_losses_that_no_weak_signal_explains_are_no_evidence() -> None:
    raw = raw_flight(-200.0)
    raw.rss_db[150:250] = -np.inf  # where the signal is strongest
    raw.rss_db[140:260:3] = -np.inf
    found = LostStretches.of(cut_flight(raw, SETTINGS, "log.csv"), CELL_M)
    assert len(found.position_m) == 0


def test_they_are_evidence_if_asked_for() -> None:
    """A source beside the lost stretch becomes less likely, compared with the true one."""
    flight = cut_flight(raw_flight(-90.0), SETTINGS, "log.csv")
    asked = SETTINGS.model_copy(update={"lost_readings": "evidence"})
    without, cells = (flight_cells(flight, CELL_M, one) for one in (SETTINGS, asked))
    assert len(without.quiet_position_m) == 0 < len(cells.quiet_position_m)
    assert (cells.quiet_limit_db() < np.median(cells.rss_db)).all()
    zero = (0.0,) * 8
    profile = GainProfile(
        depression_deg=(0.0, 90.0),
        gain_db=zero[:2],
        gain_std_db=zero[:2],
        low_db=zero[:4],
        high_db=zero[:2],
        covariance_db2=(zero,) * 8,
    )
    residual = Residual(
        depression_edges_deg=(0.0, 90.0), std_db=(6.0,), correlation_distance_m=20.0
    )
    likelihood = CellLikelihood(_free_space, profile, residual)
    places_m = np.array([[200.0, 0.0, 1.0], [560.0, 0.0, 1.0]])
    (near, far), (near_asked, far_asked) = (likelihood(one, places_m) for one in (without, cells))
    assert far_asked - near_asked < far - near - 1.0
    both = fused_cells([without, cells])
    assert both.quiet_limit_db().size == len(cells.quiet_position_m)
    np.testing.assert_array_equal(both.quiet_limit_db(), cells.quiet_limit_db())


def test_nothing_lost_changes_nothing() -> None:
    flight = cut_flight(raw_flight(-200.0), SETTINGS, "log.csv")
    assert len(flight.lost) == 0
    assert len(LostStretches.of(flight, CELL_M).position_m) == 0
    asked = SETTINGS.model_copy(update={"lost_readings": "evidence"})
    assert flight_cells(flight, CELL_M, asked).quiet_below_db is None


def test_lost_readings_move_with_the_time() -> None:
    lost = Lost(np.array([1.0, 2.0]), np.zeros((2, 3)), np.zeros((2, 3)))
    later = lost.later(3.0)
    assert later.chosen(later.time_s > 4.5).time_s.tolist() == [5.0]
    assert len(replace(raw_flight(), lost=lost).samples(slice(0, 3)).lost) == 2
    assert Config().flights.lost_readings == "left_out"


def _free_space(uav_m: np.ndarray, attitude_rad: np.ndarray, source_m: np.ndarray) -> np.ndarray:
    return -20.0 * np.log10(np.linalg.norm(uav_m - source_m[:, None], axis=2))
