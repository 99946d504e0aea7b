"""RSS along the spiral on one core, as the simulator computes it, beside plain NumPy.

Float32 against the plain float64 is asserted where the received power is within 30 dB of free
space; what is weaker is a null, whose depth is a matter of rounding.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from paper_spiral import BETA, PROPAGATION, RADIO, measured_model, model, sources_m, trajectory
from plain_propagation import enhanced_two_ray_dbm, two_ray_dbm
from ratios import Row, Timed

from rfsl.arrays import FloatArray
from rfsl.propagation.spec import PropagationModel

SOURCES, NULL_DB = 40, 30.0
TRAJECTORY = trajectory()
UAV_M = TRAJECTORY.position_m
SAMPLES = len(UAV_M)


def by_source(used: PropagationModel, attitude_rad: FloatArray) -> Callable[[], FloatArray]:
    """Power at all sources, a source a block, as `Simulator` has 20,000 samples computed."""
    uav_m = UAV_M.astype(np.float32, order="F")
    each_m = sources_m(SOURCES).astype(np.float32)
    power_dbm = np.empty((SOURCES, SAMPLES), np.float32)

    def compute() -> FloatArray:
        for row in range(SOURCES):
            turned = attitude_rad[row : row + 1]
            power_dbm[row] = used(uav_m, turned, each_m[row : row + 1])[0]
        return power_dbm

    return compute


def assert_close(ours: FloatArray, plain: FloatArray, source_m: FloatArray, most_db: float) -> None:
    free_dbm = model("free_space")(UAV_M, np.zeros((1, 3)), source_m[None])[0]
    strong = plain > free_dbm - NULL_DB
    assert strong.mean() > 0.9
    assert np.abs(ours - plain)[strong].max() < most_db


def memory_copy() -> Timed:
    power_dbm = np.zeros((SOURCES, SAMPLES), np.float32)
    other = np.zeros_like(power_dbm)
    return Timed(
        "copy of the result",
        lambda: [np.copyto(other, power_dbm) for _ in range(20)],
        20 * power_dbm.size / 1e6,
        time.process_time,
    )


def test_two_ray(ratio_row: Callable[..., Row]) -> None:
    level = np.zeros((SOURCES, SAMPLES, 3), np.float32)
    ours = by_source(model("two_ray"), level)
    each_m = sources_m(SOURCES)
    for row, power_dbm in enumerate(ours()[:5]):
        assert_close(power_dbm, two_ray_dbm(UAV_M, each_m[row], RADIO), each_m[row], 0.05)
    ratio_row(
        Timed("two-ray, dipoles, one core", ours, SOURCES * SAMPLES / 1e6, time.process_time),
        Timed(
            "NumPy float64, one source at a time",
            lambda: [two_ray_dbm(UAV_M, source_m, RADIO) for source_m in each_m[:5]],
            5 * SAMPLES / 1e6,
            time.process_time,
        ),
        memory_copy(),
        unit="M samples/s",
        to_reach="100 M samples/s",
        rounds=15,
    )


def test_enhanced_two_ray_with_measured_antennas(ratio_row: Callable[..., Row]) -> None:
    rng = np.random.default_rng(0)
    angles = np.radians(rng.uniform(-5.0, 5.0, (3, SOURCES, SAMPLES))).astype(np.float32)
    attitude_rad = np.moveaxis(angles, 0, -1)
    used = measured_model()
    gains = [antenna.gain.astype(float) for antenna in (used.antennas.uav, used.antennas.source)]
    ours = by_source(used, attitude_rad)
    each_m = sources_m(SOURCES)

    def plain(row: int) -> FloatArray:
        attitude = attitude_rad[row].astype(float)
        return enhanced_two_ray_dbm(
            UAV_M, attitude, each_m[row], *gains, RADIO, PROPAGATION.legs, BETA
        )

    for row, power_dbm in enumerate(ours()[:5]):
        assert_close(power_dbm, plain(row), each_m[row], 0.05)
    ratio_row(
        Timed(
            "enhanced two-ray, measured antennas, attitude, legs, one core",
            ours,
            SOURCES * SAMPLES / 1e6,
            time.process_time,
        ),
        Timed(
            "NumPy float64, one source at a time",
            lambda: [plain(row) for row in range(3)],
            3 * SAMPLES / 1e6,
            time.process_time,
        ),
        memory_copy(),
        unit="M samples/s",
        to_reach="ratio 8",
        rounds=15,
    )
