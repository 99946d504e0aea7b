"""Calibration: a known loss is found again, whatever the flights' offsets."""

from __future__ import annotations

import numpy as np
import pytest

from rfsl.calibration import Calibration, CalibrationFlight, calibrate
from rfsl.config import Config
from rfsl.errors import CalibrationError
from rfsl.flights import Flight
from rfsl.propagation import build_propagation

CONFIG = Config()


def flown(offset_db: float, beta: float, seed: int, noise_db: float = 0.0) -> CalibrationFlight:
    rng = np.random.default_rng(seed)
    samples = 4000
    source_m = (150.0, 200.0)
    position_m = np.column_stack([rng.uniform(-100, 280, (samples, 2)), np.full(samples, 30.0)])
    attitude_rad = rng.uniform(-0.1, 0.1, (samples, 3))
    model = build_propagation("enhanced_two_ray", CONFIG.scenario, CONFIG.propagation, beta)
    power = model(position_m, attitude_rad, np.array([[*source_m, 5.0]]))[0]
    quality_db = np.full(samples, 72.0)
    quality_db[::7] = 42.0
    power[::7] = -500.0  # floor: must not take part
    flight = Flight(
        time_s=np.arange(samples) / 30.0,
        position_m=position_m,
        attitude_rad=attitude_rad,
        rss_db=power + offset_db + noise_db * rng.standard_normal(samples),
        quality_db=quality_db,
    )
    return CalibrationFlight(f"trial_{seed}", flight, source_m)


def run(*flights: CalibrationFlight) -> Calibration:
    return calibrate("left_out", flights, CONFIG.scenario, CONFIG.propagation, CONFIG.flights)


def test_finds_the_loss_and_the_offsets() -> None:
    result = run(flown(12.0, 0.35, 1), flown(-30.0, 0.35, 2))
    assert result.fitted_beta == pytest.approx(0.35, abs=1e-6)
    assert result.beta == result.fitted_beta
    assert result.offset_db == pytest.approx({"trial_1": 12.0, "trial_2": -30.0}, abs=1e-5)
    assert result.residual_std_db == pytest.approx(0.0, abs=1e-5)
    assert result.shadowing_loss_db == pytest.approx(
        3.5 * np.log10(result.mean_shadowed_distance_m), abs=1e-5
    )
    assert result.fold == "left_out"


def test_noise_averages_out() -> None:
    result = run(*(flown(5.0 * seed, 0.35, seed, noise_db=4.0) for seed in range(4)))
    assert result.fitted_beta == pytest.approx(0.35, abs=0.03)
    assert result.residual_std_db == pytest.approx(4.0, abs=0.2)


def test_a_gain_behind_a_leg_is_not_simulated() -> None:
    result = run(flown(0.0, -0.2, 1))
    assert result.fitted_beta == pytest.approx(-0.2, abs=1e-6)
    assert result.beta == 0.0
    assert result.shadowing_loss_db == 0.0


def test_no_flight() -> None:
    with pytest.raises(CalibrationError, match="no calibration trial is at another location"):
        run()


def test_nothing_behind_a_leg() -> None:
    item = flown(0.0, 0.3, 1)
    overhead = item.flight.samples(
        np.linalg.norm(item.flight.position_m[:, :2] - item.source_xy_m, axis=1) < 60.0
    )
    with pytest.raises(CalibrationError, match="no locked sample has the source behind a leg"):
        run(CalibrationFlight("near", overhead, item.source_xy_m))
