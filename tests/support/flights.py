"""Made-up flights, their cells, calibrations, and a simulator of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rfsl.arrays import FloatArray
from rfsl.calibration.calibrate import calibrate
from rfsl.calibration.links import CalibrationFlight
from rfsl.config.config import Config
from rfsl.config.localizers import BaggingSettings, LocalizerSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.flights.cells import FlightCells
from rfsl.flights.files import FlightFile
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import travelled_m
from rfsl.localizers.spec import Surroundings
from rfsl.propagation.calibration_file import Calibration, LegLoss, Tracking
from rfsl.propagation.gain import GainProfile, smooth_covariance_db2
from rfsl.propagation.models import MODELS
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.shadowing import Residual
from rfsl.propagation.spec import PropagationModel
from rfsl.simulation.flights import FlightSimulator
from rfsl.simulation.receiver import correlated_shadowing_db

CONFIG = Config()
#: Quality that the receiver logs when it holds the signal, and when it does not.
LOCKED_DB, UNLOCKED_DB = 72.0, 42.0
SOURCE_HEIGHT_M = 5.0


# Flights


def lawnmower_m(
    samples: int, x_m: tuple[float, float], y_m: tuple[float, float], height_m: float, rows: float
) -> FloatArray:
    """Positions (S, 3) of rows from one end of `x_m` to the other, while y rises evenly."""
    share = np.arange(samples) / samples
    along = np.abs((rows * share) % 2.0 - 1.0)
    return np.column_stack(
        [
            x_m[0] + (x_m[1] - x_m[0]) * along,
            y_m[0] + (y_m[1] - y_m[0]) * share,
            np.full(samples, height_m),
        ]
    )


def flight_of(
    position_m: FloatArray,
    rss_db: ArrayLike = 0.0,
    quality_db: ArrayLike = LOCKED_DB,
    *,
    interval_s: float = 0.1,
) -> Flight:
    """A level flight through positions (S, 3); a power or quality may be one for all samples."""
    samples = len(position_m)
    return Flight(
        interval_s * np.arange(samples),
        position_m,
        np.zeros((samples, 3)),
        np.broadcast_to(np.asarray(rss_db, float), samples).copy(),
        np.broadcast_to(np.asarray(quality_db, float), samples).copy(),
    )


def flight_file(
    flight: Flight, source_m: Sequence[float] = (3.0, 4.0, 5.0), kind: str = "testbed"
) -> FlightFile:
    x_m, y_m, z_m = map(float, source_m)
    return FlightFile("t1", "f1", "l1", kind, (x_m, y_m, z_m), flight)


def scattered_flight(rss_db: ArrayLike | None = None, quality_db: float = LOCKED_DB) -> Flight:
    """A thousand samples here and there over 200 m, 30 m high; without power, noise."""
    rng = np.random.default_rng(0)
    position_m = np.column_stack([rng.uniform(0, 200, (1000, 2)), np.full(1000, 30.0)])
    noise_db = rng.standard_normal(1000)
    return flight_of(
        position_m, noise_db if rss_db is None else rss_db, quality_db, interval_s=1 / 30.0
    )


def model_of(name: str, beta: float | None = None) -> PropagationModel:
    """A propagation model that needs no calibration, with that leg loss."""
    settings = CONFIG.propagation
    if beta is not None:
        legs = settings.legs.model_copy(update={"beta": beta})
        settings = settings.model_copy(update={"legs": legs})
    return MODELS[name].build(CONFIG.scenario, settings, None)


def flight_over(
    source_xy_m: tuple[float, float], noise_db: float = 0.0, propagation: str = "free_space"
) -> Flight:
    """A lawnmower flight of ten minutes, 30 m high, by a propagation model, level unknown."""
    position_m = lawnmower_m(6000, (20.0, 260.0), (50.0, 300.0), 30.0, 9.0)
    source_m = np.array([[*source_xy_m, SOURCE_HEIGHT_M]])
    rss_db = model_of(propagation)(position_m, np.zeros((6000, 3)), source_m)[0] + 33.0
    rss_db += noise_db * np.random.default_rng(0).standard_normal(6000)
    return flight_of(position_m, rss_db)


# Cells


def cells_at(position_m: FloatArray) -> FlightCells:
    """Cells of 10 m, all held, in a flight that turns slowly."""
    count = len(position_m)
    return FlightCells(
        position_m=position_m,
        attitude_rad=np.column_stack([np.zeros((count, 2)), np.linspace(-2.0, 2.0, count)]),
        rss_db=np.zeros(count),
        travelled_m=10.0 * (np.arange(count) + 0.5),
        quiet_position_m=np.empty((0, 3)),
        quiet_attitude_rad=np.empty((0, 3)),
    )


# Calibrations

#: A gain over the depression, and nothing in doubt about it.
TRUTH = GainProfile(
    depression_deg=(5.0, 10.0, 20.0, 30.0, 50.0, 75.0),
    gain_db=(38.0, 40.0, 46.0, 53.0, 56.0, 45.0),
    gain_std_db=(0.0,) * 6,
    low_db=(0.0, 2.0, -5.0, 0.0),
    high_db=(4.0, 0.0),
    covariance_db2=(),
)


def in_doubt(profile: GainProfile, gain_std_db: float, azimuth_std_db: float) -> GainProfile:
    """The profile with errors that are correlated over 15 degrees of depression."""
    covariance_db2 = smooth_covariance_db2(
        profile.depression_deg, gain_std_db, azimuth_std_db, 15.0
    )
    return profile.model_copy(update={"covariance_db2": tuple(map(tuple, covariance_db2.tolist()))})


def calibration(
    profile: GainProfile,
    residual: Residual,
    *,
    acquisition_db: float = 0.0,
    release_db: float = -30.0,
) -> Calibration:
    """A calibration of that gain and shadowing; nothing else of it is used."""
    legs = LegLoss(
        fitted_beta=0.0,
        beta_low=0.0,
        beta_high=0.0,
        beta=0.0,
        reference_distance_m=1.0,
        mean_shadowed_distance_m=100.0,
        shadowing_loss_db=0.0,
        shadowed_samples=0,
        unshadowed_samples=0,
        residual_std_db=1.0,
    )
    tracking = Tracking(
        floor_db=-40.0, floor_std_db=5.0, acquisition_db=acquisition_db, release_db=release_db
    )
    return Calibration(
        fold="somewhere",
        trials=("t9",),
        kinds=("synthetic",),
        offset_db={"t9": 0.0},
        legs=legs,
        profile=profile,
        residual=residual,
        tracking=tracking,
    )


#: What flights are drawn from, unless a test says otherwise.
FIELD = calibration(
    in_doubt(TRUTH, 2.0, 1.5),
    Residual(
        depression_edges_deg=(0.0, 20.0, 30.0, 90.0),
        std_db=(7.0, 6.0, 4.0),
        correlation_distance_m=18.0,
        place_share=0.6,
        uncorrelated=0.3,
        tail_freedom=6.0,
        scale_spread=0.25,
    ),
    acquisition_db=3.0,
    release_db=-25.0,
)


def calibration_flight(
    model: PropagationModel,
    offset_db: float,
    seed: int,
    noise_db: float = 0.0,
    shadow_db: float = 0.0,
) -> CalibrationFlight:
    """A lawnmower flight of ten minutes; every seventh sample is unlocked."""
    rng = np.random.default_rng(seed)
    samples = 6000
    source_m = (150.0 + 10 * seed, 200.0 - 20 * seed)
    position_m = lawnmower_m(samples, (-100.0, 280.0), (-100.0, 280.0), 30.0 + 3 * seed, 12.0)
    attitude_rad = rng.uniform(-0.1, 0.1, (samples, 3))
    attitude_rad[:, 2] += 1.5 * seed
    power = model(position_m, attitude_rad, np.array([[*source_m, SOURCE_HEIGHT_M]]))[0]
    power += correlated_shadowing_db(travelled_m(position_m), shadow_db, 20.0, rng)
    power += offset_db + noise_db * rng.standard_normal(samples)
    quality_db = np.full(samples, LOCKED_DB)
    quality_db[::7] = UNLOCKED_DB
    power[::7] = -50.0 + offset_db
    flight = Flight(0.1 * np.arange(samples), position_m, attitude_rad, power, quality_db)
    return CalibrationFlight(f"trial_{seed}", flight, source_m)


def calibrated(*flights: CalibrationFlight, **changes: str) -> Calibration:
    """Calibrate on the flights, with a quick bootstrap and changed settings."""
    settings = CONFIG.calibration.model_copy(update={"bootstrap_samples": 40} | changes)
    return calibrate(
        "left_out", flights, CONFIG.scenario, CONFIG.propagation, settings, CONFIG.flights, 1
    )


# Simulated flights


def simulator(
    field: Calibration = FIELD, position_std_m: float = 3.0, **changes: float
) -> FlightSimulator:
    """Draws flights from a calibration; `changes` are of the settings of the simulation."""
    values = {"path_m": [400.0, 1500.0]} | changes
    return FlightSimulator.of(
        field,
        CONFIG.scenario,
        FlightSimulationSettings.model_validate(values),
        cell_m=LocalizerSettings().cell_m,
        position_std_m=position_std_m,
    )


def surroundings(
    position_std_m: float = 3.0, bagging: BaggingSettings = CONFIG.localizers.bagging
) -> Surroundings:
    """What a localizer knows of flights of `simulator()`."""
    world = simulator()
    settings = LocalizerSettings(position_std_m=position_std_m, bagging=bagging)
    model = Calibrated(FIELD.profile)
    return Surroundings(
        world.source_area, world.source_height_m, settings, CONFIG.flights, model, FIELD
    )
