"""The growing localizer gives what the whole flight at once gives, all along the flight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.flights import LOCKED_DB, UNLOCKED_DB, flight_of, lawnmower_m, model_of

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.calibration import GainShapeSettings
from rfsl.config.config import Config
from rfsl.config.localizers import BaggingSettings, LocalizerSettings
from rfsl.errors import UnusableFlightError
from rfsl.flights.cells import FlightCells, flight_cells
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import Box, LocalFrame, travelled_m
from rfsl.localizers.growing import GrowingLocalizer, NeededScore
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.methods.kriging import KrigingScorer
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Surroundings
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.carried import carried_calibrations
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.simulation.receiver import correlated_shadowing_db

CONFIG = Config()
AREA = Box(0.0, 280.0, 40.0, 320.0)
#: Largest difference of position and of expected error, in expected errors.
ONE_PERCENT = 0.01


def grid(coarse_m: float = 40.0) -> ScoredGrid:
    bagging = BaggingSettings(stretches_m=[50.0, 200.0])
    settings = LocalizerSettings(coarse_grid_m=coarse_m, grid_m=coarse_m / 3.0, bagging=bagging)
    known = Surroundings(
        AREA, 5.0, settings, CONFIG.flights, model_of("free_space"), gain_shape=GainShapeSettings()
    )
    built = LOCALIZERS["kriging"].build(known)
    assert isinstance(built, ScoredGrid)
    return built


def flown(seed: int, shadow_db: float, samples: int = 3000) -> Flight:
    """Rows over the area in correlated shadowing; the signal is acquired after a while."""
    rng = np.random.default_rng(seed)
    position_m = lawnmower_m(samples, (20.0, 260.0), (50.0, 300.0), 30.0, 4.0)
    source_m = np.array([[*rng.uniform((40.0, 80.0), (240.0, 280.0)), 5.0]])
    rss_db = model_of("free_space")(position_m, np.zeros_like(position_m), source_m)[0]
    rss_db += correlated_shadowing_db(travelled_m(position_m), shadow_db, 20.0, rng)
    quality_db = np.where(np.arange(samples) < 200, UNLOCKED_DB, LOCKED_DB)
    rss_db[:200] = rss_db.max() - 60.0
    return flight_of(position_m, rss_db, quality_db, interval_s=0.1)


def differences(localizer: ScoredGrid, flight: Flight, times_s: FloatArray) -> FloatArray:
    """Difference of position and of expected error (T, 2), in expected errors."""
    growing, found = GrowingLocalizer(localizer), []
    for time_s in times_s:
        cells = flight_cells(flight.until(time_s), 10.0, CONFIG.flights)
        grown, whole = growing.locate(cells), localizer.locate(cells)
        moved_m = np.linalg.norm(grown.position_m - whole.position_m)
        wider_m = grown.expected_error_m - whole.expected_error_m
        found.append(np.abs([moved_m, wider_m]) / whole.expected_error_m)
    return np.array(found)


@pytest.mark.parametrize(("seed", "shadow_db"), [(0, 2.0), (1, 9.0)])
def test_what_the_whole_flight_at_once_gives(seed: int, shadow_db: float) -> None:
    """A flight that says much, and one that says little."""
    times_s = np.arange(60.0, 300.0, 30.0)
    worst = differences(grid(), flown(seed, shadow_db), times_s).max()
    assert worst < ONE_PERCENT


def test_most_scores_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts without a new cell keep their scores; without any new cell, hardly any is new."""
    counts: list[tuple[int, int]] = []
    plain = KrigingScorer.where

    def counting(self: KrigingScorer, cells: FlightCells, parts: BoolArray) -> NeededScore:
        score = plain(self, cells, parts)

        def counted(xy_m: FloatArray, needed: BoolArray) -> FloatArray:
            counts.append((int(needed.sum()), needed.size))
            return score(xy_m, needed)

        return counted

    monkeypatch.setattr(KrigingScorer, "where", counting)
    growing, flight = GrowingLocalizer(grid()), flown(0, 2.0)
    for time_s in (290.0, 292.0, 294.0):
        counts.clear()
        growing.locate(flight_cells(flight.until(time_s), 10.0, CONFIG.flights))
    computed, asked = np.sum(counts, axis=0)
    assert computed < 0.75 * asked
    counts.clear()
    growing.locate(flight_cells(flight.until(294.0), 10.0, CONFIG.flights))
    assert sum(again for again, _ in counts) < 0.2 * computed


def test_a_flight_that_changes_its_past() -> None:
    """If the acquisition is judged anew, nothing of before counts."""
    localizer, flight = grid(), flown(2, 3.0)
    cells = flight_cells(flight.until(200.0), 10.0, CONFIG.flights)
    growing = GrowingLocalizer(localizer)
    growing.locate(replace(cells, rss_db=cells.rss_db[::-1].copy()))
    grown, whole = growing.locate(cells), localizer.locate(cells)
    moved_m = np.linalg.norm(grown.position_m - whole.position_m)
    assert moved_m < ONE_PERCENT * whole.expected_error_m


def test_noise_alone_is_unusable() -> None:
    position_m = lawnmower_m(3000, (20.0, 260.0), (50.0, 300.0), 30.0, 4.0)
    noise_db = np.random.default_rng(0).standard_normal(3000)
    growing = GrowingLocalizer(grid())
    for time_s in (200.0, 299.0):
        cells = flight_cells(flight_of(position_m, noise_db).until(time_s), 10.0, CONFIG.flights)
        with pytest.raises(UnusableFlightError, match="the same everywhere"):
            growing.locate(cells)


@pytest.mark.afar
@pytest.mark.slow
def test_a_real_flight(afar_folder: Path) -> None:
    """Every 5 s of the last two minutes of the paper's Trial 2, whose posterior is wide."""
    frame = LocalFrame.of(CONFIG.scenario)
    area = Box.of(CONFIG.scenario.source_area, frame)
    fitted = read_calibration(carried_calibrations()["aerpaw"])
    assert fitted is not None
    known = Surroundings(
        area, 1.5, CONFIG.localizers, CONFIG.flights, Calibrated(fitted.profile), fitted
    )
    localizer = LOCALIZERS["kriging"].build(known)
    assert isinstance(localizer, ScoredGrid)
    path = afar_folder / "flights/results_useful_ori_exp_309_loc_3.mat"
    flight = read_log(path, frame, CONFIG.flights.whole())
    assert differences(localizer, flight, np.arange(480.0, 601.0, 5.0)).max() < ONE_PERCENT
