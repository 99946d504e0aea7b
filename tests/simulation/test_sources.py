"""Simulation: the same numbers whatever the shards, and what each model adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rfsl.arrays import Float32Array
from rfsl.config.config import Config
from rfsl.errors import DataError
from rfsl.features.files import read_features, write_features
from rfsl.flights.received import Received
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import Trajectory, spiral
from rfsl.propagation.calibration_file import Tracking
from rfsl.propagation.models import MODELS
from rfsl.propagation.shadowing import Residual
from rfsl.randomness import shard_ranges
from rfsl.simulation.files import read_simulation, write_simulation
from rfsl.simulation.receiver import Receiver
from rfsl.simulation.sources import Simulator, source_positions_m

CONFIG = Config()
AREA = Box.of(CONFIG.scenario.source_area, LocalFrame.of(CONFIG.scenario))


@pytest.fixture(scope="module")
def trajectory() -> Trajectory:
    settings = CONFIG.spiral.model_copy(update={"sample_interval_s": 1.0})
    frame = LocalFrame.of(CONFIG.scenario)
    return spiral(settings, Box.of(CONFIG.scenario.flight_area, frame), AREA)


RECEIVER = Receiver(
    1.0,
    Residual(depression_edges_deg=(0.0, 90.0), std_db=(5.0,), correlation_distance_m=20.0),
    Tracking(floor_db=-80.0, floor_std_db=2.0, acquisition_db=-45.0, release_db=-60.0),
    10.0,
    None,
    None,
)
NOISE_ONLY = Receiver(1.0, None, None, None, None, None)


def simulator(
    trajectory: Trajectory, name: str = "enhanced_two_ray", receiver: Receiver = RECEIVER
) -> Simulator:
    legs = CONFIG.propagation.legs.model_copy(update={"beta": 0.3})
    settings = CONFIG.propagation.model_copy(update={"legs": legs})
    return Simulator(
        MODELS[name].build(CONFIG.scenario, settings, None),
        receiver,
        trajectory,
        5.0 if MODELS[name].uses_attitude else None,
    )


def simulate(
    used: Simulator, indices: range, *, split: str = "train", seed: int = 5
) -> Float32Array:
    sources_m = source_positions_m(5, "train", indices, AREA, 5.0)
    return np.stack([log.rss_db for log in used.received(sources_m, indices, split, seed)])


@pytest.mark.parametrize("size", [1, 7, 10, 33])
def test_shards_change_no_number(trajectory: Trajectory, size: int) -> None:
    used = simulator(trajectory)
    whole = simulate(used, range(40))
    parts = [simulate(used, part) for part in shard_ranges(40, size)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_shards_cover_every_source_once() -> None:
    for size in (1, 3, 10, 11):
        covered = [index for part in shard_ranges(10, size) for index in part]
        assert covered == list(range(10))


def test_seeds_and_splits_differ(trajectory: Trajectory) -> None:
    used = simulator(trajectory)
    base = simulate(used, range(3))
    assert not np.array_equal(base, simulate(used, range(3), seed=6))
    assert not np.array_equal(base, simulate(used, range(3), split="test"))
    positions = [source_positions_m(5, s, range(50), AREA, 5.0) for s in ("train", "validation")]
    assert np.abs(positions[0] - positions[1])[:, :2].min() > 0


def test_sources_fill_the_area() -> None:
    positions = source_positions_m(1, "train", range(2000), AREA, 5.0)
    center_m, half_m = np.array(AREA.center_m), np.array(AREA.half_size_m)
    scaled = (positions[:, :2] - center_m) / half_m
    assert (np.abs(scaled) <= 1).all()
    assert np.abs(scaled.mean(axis=0)).max() < 0.05
    np.testing.assert_allclose(scaled.std(axis=0), 1 / np.sqrt(3), atol=0.03)
    assert (positions[:, 2] == 5.0).all()


def test_noise_has_the_stated_spread(trajectory: Trajectory) -> None:
    quiet = replace(NOISE_ONLY, noise_std_db=0.0)
    noisy = simulate(simulator(trajectory, "free_space", NOISE_ONLY), range(30))
    clean = simulate(simulator(trajectory, "free_space", quiet), range(30))
    noise_db = noisy - clean
    assert noise_db.std() == pytest.approx(1.0, abs=0.02)
    assert noise_db.mean() == pytest.approx(0.0, abs=0.02)
    neighbours = np.corrcoef(noise_db[:, :-1].ravel(), noise_db[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 0.03


def test_attitude_stays_in_range(trajectory: Trajectory) -> None:
    seen: list[np.ndarray] = []

    def spy(uav: np.ndarray, attitude_rad: np.ndarray, source: np.ndarray) -> np.ndarray:
        seen.append(attitude_rad)
        return np.zeros((len(source), len(uav)), np.float32)

    simulate(Simulator(spy, NOISE_ONLY, trajectory, 5.0), range(20))
    attitude_deg = np.degrees(np.concatenate(seen))
    assert attitude_deg.min() == pytest.approx(-5.0, abs=0.01)
    assert attitude_deg.max() == pytest.approx(5.0, abs=0.01)
    assert np.abs(attitude_deg.mean(axis=(0, 1))).max() < 0.1


@pytest.mark.parametrize("sources", [1, 50, 120])
def test_file_is_mapped_not_copied(tmp_path: Path, sources: int) -> None:
    rng = np.random.default_rng(0)
    rss_dbm = (-60 + 20 * rng.standard_normal((sources, 50))).astype(np.float32)
    xy_m = rng.uniform(0, 100, (sources, 2))
    write_simulation(xy_m, map(Received, rss_dbm), tmp_path / "0.arrow")
    back = read_simulation(tmp_path / "0.arrow")
    rows = [log.rss_db for log in back.received()]
    assert all(log.locked is None for log in back.received())
    assert rows[0].dtype == np.float32
    np.testing.assert_allclose(rows, rss_dbm, atol=0.00501)  # half a hundredth, as float32
    np.testing.assert_allclose(back.source_xy_m, xy_m, rtol=1e-6)
    assert sum(piece.nbytes for piece in back.rss_cdbm) == 2 * rss_dbm.size
    for piece in back.rss_cdbm:
        assert not piece.flags.owndata
        assert not piece.flags.writeable


@pytest.mark.parametrize("sources", [3, 120])
def test_lock_is_kept_beside_the_power(tmp_path: Path, sources: int) -> None:
    rng = np.random.default_rng(1)
    locked = rng.random((sources, 50)) < 0.5
    logs = [Received(np.zeros(50, np.float32), row) for row in locked]
    write_simulation(np.zeros((sources, 2)), logs, tmp_path / "0.arrow")
    back = [log.locked for log in read_simulation(tmp_path / "0.arrow").received()]
    np.testing.assert_array_equal(back, locked)


def test_power_beyond_the_scale_is_clipped_and_no_number_refused(tmp_path: Path) -> None:
    row = np.array([-400.0, 400.0, 0.0, -np.inf], np.float32)
    write_simulation(np.zeros((1, 2)), [Received(row)], tmp_path / "0.arrow")
    (back,) = read_simulation(tmp_path / "0.arrow").received()
    np.testing.assert_allclose(back.rss_db, [-327.67, 327.67, 0.0, -327.67], rtol=1e-6)
    row[2] = np.nan
    with pytest.raises(DataError, match=r"1\.arrow: a simulated RSS is not a number"):
        write_simulation(np.zeros((1, 2)), [Received(row)], tmp_path / "1.arrow")
    assert [path.name for path in tmp_path.iterdir()] == ["0.arrow"]


def test_features_are_written_shard_by_shard(tmp_path: Path) -> None:
    xy_m = np.arange(20.0, dtype=np.float32).reshape(10, 2)
    vectors = np.random.default_rng(0).standard_normal((10, 6)).astype(np.float32)
    shards = [(xy_m[rows], iter(vectors[rows])) for rows in (slice(0, 4), slice(4, 10))]
    write_features(shards, tmp_path / "train.parquet")
    back = read_features(tmp_path / "train.parquet")
    np.testing.assert_array_equal(back.source_xy_m, xy_m)
    np.testing.assert_array_equal(back.features, vectors)


def test_a_source_without_features_is_left_out(tmp_path: Path) -> None:
    xy_m = np.arange(8.0, dtype=np.float32).reshape(4, 2)
    row = np.ones(6, np.float32)
    write_features([(xy_m[:2], [None, None]), (xy_m[2:], [None, row])], tmp_path / "train.parquet")
    back = read_features(tmp_path / "train.parquet")
    np.testing.assert_array_equal(back.source_xy_m, xy_m[3:])
    with pytest.raises(DataError, match="never holds a signal long enough"):
        write_features([(xy_m[:2], [None, None])], tmp_path / "test.parquet")
    assert not (tmp_path / "test.parquet").exists()
