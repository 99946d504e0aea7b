"""How far a likelihood is trusted: learned by the logarithmic score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rfsl.calibration.links import CalibrationFlight
from rfsl.config.config import Config
from rfsl.errors import CalibrationError, DataError
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.records import write_json
from rfsl.localizers import coarsening_fitting
from rfsl.localizers.coarsening import Coarsening, power, read_coarsening
from rfsl.localizers.coarsening_fitting import LocatedFlight, fit_coarsening

CONFIG = Config()
AREA = Box.of(CONFIG.scenario.source_area, LocalFrame.of(CONFIG.scenario))
SAMPLES = 1200


def flown(source_xy_m: tuple[float, float], seed: int, bias_db: float = 0.0) -> Flight:
    """A meandering flight over the area with free-space RSS and 5 dB of shadowing by 20 m of path.

    Args:
        bias_db: size of a wrong trend of the RSS across the area, which no likelihood knows of.
    """
    rng = np.random.default_rng(seed)
    turns = np.linspace(0.0, 12.0 * np.pi, SAMPLES)
    x_m = AREA.center_m[0] + 0.9 * AREA.half_size_m[0] * np.sin(turns)
    y_m = np.linspace(AREA.south_m, AREA.north_m, SAMPLES)
    position_m = np.column_stack([x_m, y_m, np.full(SAMPLES, 30.0)])
    steps_m = np.linalg.norm(np.diff(position_m[:, :2], axis=0), axis=1)
    shadowing_db = np.zeros(SAMPLES)
    for number, step_m in enumerate(steps_m, start=1):
        kept = np.exp(-step_m / 20.0)
        fresh = rng.standard_normal() * np.sqrt(1.0 - kept**2)
        shadowing_db[number] = kept * shadowing_db[number - 1] + fresh
    distance_m = np.linalg.norm(position_m - np.array([*source_xy_m, 5.0]), axis=1)
    trend_db = bias_db * (x_m - AREA.center_m[0]) / AREA.half_size_m[0] * rng.choice([-1.0, 1.0])
    return Flight(
        time_s=np.linspace(0.0, 600.0, SAMPLES),
        position_m=position_m,
        attitude_rad=np.zeros((SAMPLES, 3)),
        rss_db=-20.0 * np.log10(distance_m) + 5.0 * shadowing_db + trend_db,
        quality_db=np.full(SAMPLES, 72.0),
    )


def located(bias_db: float) -> list[LocatedFlight]:
    """Two flights over each of three sources."""
    rng = np.random.default_rng(5)
    flights = []
    for place in range(3):
        source_xy_m = tuple(AREA.center_m + 60.0 * rng.uniform(-1.0, 1.0, 2))
        for number in range(2):
            flight = flown(source_xy_m, 10 * place + number, bias_db)
            item = CalibrationFlight(f"t{place}{number}", flight, source_xy_m)
            flights.append(LocatedFlight(item, f"location_{place}"))
    return flights


def fitted(flights: list[LocatedFlight]) -> Coarsening:
    coarse = CONFIG.localizers.model_copy(update={"grid_m": 12.0})
    settings = (CONFIG.calibration, coarse, CONFIG.flights)
    return fit_coarsening(flights, [600], AREA, 5.0, *settings)


def test_a_likelihood_that_errs_is_trusted_less() -> None:
    right, wrong = fitted(located(0.0)), fitted(located(12.0))
    assert wrong.cells < 0.5 * right.cells
    assert wrong.low <= wrong.cells <= wrong.high
    assert len(right.trials) == 6
    assert wrong.log_density is not None and wrong.plain_log_density is not None
    assert wrong.log_density > wrong.plain_log_density


def test_a_single_location_teaches_nothing() -> None:
    """A flight over it could only be located with a calibration that knows it."""
    alone = [flight for flight in located(0.0) if flight.location == "location_0"]
    found = fitted(alone)
    assert found.trials == ()
    assert found.cells == pytest.approx(100.0)
    assert found.low < 20.0 and found.high > 2000.0


def test_a_flight_never_sees_its_own_location(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def recorded(flights: list[CalibrationFlight], *_: object) -> None:
        asked.append({item.trial for item in flights})
        raise CalibrationError("enough is known")

    monkeypatch.setattr(coarsening_fitting, "fit_field", recorded)
    assert fitted(located(0.0)).trials == ()
    assert asked == [
        {"t10", "t11", "t20", "t21"},
        {"t00", "t01", "t20", "t21"},
        {"t00", "t01", "t10", "t11"},
    ]


def test_the_power_falls_with_the_cells() -> None:
    assert power(100.0, 0) == 1.0
    assert power(100.0, 100) == 0.5
    assert 900 * power(100.0, 900) < 100.0


def test_files(tmp_path: Path) -> None:
    assert read_coarsening(None) == float("inf")
    path = tmp_path / "all.json"
    write_json(Coarsening(cells=70.0, low=30.0, high=200.0).model_dump(), path)
    assert read_coarsening(path) == 70.0
    path.write_text('{"cells": "many"}')
    with pytest.raises(DataError, match=r"all\.json: not a coarsening"):
        read_coarsening(path)
