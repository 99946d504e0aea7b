"""Radio maps: scenes, line of sight, complete maps, and the files that hold them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.config import Config
from rfsl.config.radiomaps import SceneSettings
from rfsl.errors import ConfigError, DataError
from rfsl.io.arrow import vector_column, write_arrow
from rfsl.radiomaps.files import read_scenes, write_scenes
from rfsl.radiomaps.maps import RadioMapGenerator, RadioMaps, los_nlos_rss_dbm
from rfsl.radiomaps.scenes import Scene, draw_scene
from rfsl.radiomaps.visibility import line_of_sight

CONFIG = Config()
SMALL = SceneSettings(pixels=16, pixel_m=6.0)
SEEDS = st.integers(0, 2**32 - 1)
CENTERS = np.arange(16) + 0.5


def map_generator(
    propagation: str, scenes: SceneSettings = SMALL, attitude_range_deg: float | None = None
) -> RadioMapGenerator:
    legs = CONFIG.propagation.legs.model_copy(update={"beta": 0.3})
    return RadioMapGenerator.of(
        propagation,
        scenes,
        CONFIG.scenario,
        CONFIG.propagation.model_copy(update={"legs": legs}),
        attitude_range_deg=attitude_range_deg,
    )


def height_below_source_m(scene: Scene, pixel_m: float) -> float:
    column, row = np.floor(scene.source_m[:2] / pixel_m).astype(int)
    return float(scene.height_m[row, column])


# Scenes


def test_scene_depends_on_its_number_alone() -> None:
    base = draw_scene(3, "train", 7, SMALL, obstacles=True)
    draw_scene(3, "train", 8, SMALL, obstacles=True)
    again = draw_scene(3, "train", 7, SMALL, obstacles=True)
    np.testing.assert_array_equal(again.height_m, base.height_m)
    np.testing.assert_array_equal(again.source_m, base.source_m)
    for other in ((4, "train", 7), (3, "test", 7), (3, "train", 8)):
        found = draw_scene(*other, SMALL, obstacles=True)
        assert (found.source_m != base.source_m).any()
        assert (found.height_m != base.height_m).any()


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, terrain_m=st.floats(0.0, 8.0), buildings=st.integers(0, 40))
def test_heights_stay_within_the_settings(seed: int, terrain_m: float, buildings: int) -> None:
    used = SMALL.model_copy(update={"terrain_m": terrain_m, "buildings": buildings})
    scene = draw_scene(seed, "train", 0, used, obstacles=True)
    assert scene.height_m.dtype == np.float32
    assert scene.height_m.min() >= 0.0
    assert scene.height_m.max() <= terrain_m + used.building_height_m + 1e-5
    if buildings == 0:
        assert scene.height_m.min() == 0.0
        assert scene.height_m.max() <= terrain_m + 1e-5
    # The source is on the ground, not on a roof.
    assert height_below_source_m(scene, used.pixel_m) <= terrain_m + 1e-5
    assert scene.source_m[2] == pytest.approx(height_below_source_m(scene, used.pixel_m) + 1.5)
    assert (scene.source_m[:2] >= 0.0).all()
    assert (scene.source_m[:2] <= used.pixels * used.pixel_m).all()


def test_a_building_has_a_flat_roof_above_its_ground() -> None:
    used = SceneSettings(pixels=32, pixel_m=3.0, terrain_m=20.0, buildings=1, building_height_m=4.0)
    found = 0
    for index in range(60):
        scene = draw_scene(1, "train", index, used, obstacles=True)
        bare = draw_scene(
            1, "train", index, used.model_copy(update={"buildings": 0}), obstacles=True
        )
        built = scene.height_m != bare.height_m
        if not built.any():
            continue
        found += 1
        roof_m = np.unique(scene.height_m[built])
        assert roof_m.size == 1
        assert roof_m[0] - bare.height_m[built].max() == pytest.approx(4.0, abs=1e-4)
        # As a pixel counts by its centre, a side is wrong by half a pixel at either end.
        assert built.sum() * used.pixel_m**2 <= (used.building_m + used.pixel_m) ** 2
    assert 15 < found < 45  # half of the scenes are to have their one building


def test_flat_scenes() -> None:
    scenes = [draw_scene(2, "test", index, SMALL, obstacles=False) for index in range(600)]
    assert not any(scene.height_m.any() for scene in scenes)
    source_m = np.array([scene.source_m for scene in scenes])
    assert (source_m[:, 2] == SMALL.source_height_m).all()
    share = source_m[:, :2] / (SMALL.pixels * SMALL.pixel_m)
    np.testing.assert_allclose(share.mean(axis=0), 0.5, atol=0.05)
    np.testing.assert_allclose(share.std(axis=0), 1.0 / np.sqrt(12.0), atol=0.03)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_the_source_has_a_place_in_any_town(seed: int) -> None:
    crowded = SceneSettings(pixels=16, pixel_m=1.0, buildings=400, terrain_m=0.0)
    scene = draw_scene(seed, "train", 0, crowded, obstacles=True)
    assert height_below_source_m(scene, 1.0) == 0.0


@pytest.mark.parametrize(
    "keys", [{"uav_height_m": 27.9}, {"building_height_m": 22.1}, {"source_height_m": 23.0}]
)
def test_obstacles_as_high_as_the_uav_are_refused(keys: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"uav_height_m: .* is too low.* need [\d.]+ or more"):
        SceneSettings(**keys)
    assert SceneSettings(uav_height_m=28.0).uav_height_m == 28.0


# Line of sight


def random_heights_m(rng: np.random.Generator, pixels: int) -> Float32Array:
    """Mostly flat, with blocks."""
    blocks_m = rng.uniform(0.0, 25.0, (pixels, pixels)) * (rng.random((pixels, pixels)) < 0.1)
    return blocks_m.astype(np.float32)


def random_source_m(rng: np.random.Generator, side_m: float) -> FloatArray:
    return np.array([*rng.uniform(0.0, side_m, 2), rng.uniform(0.5, 20.0)])


def test_flat_ground_hides_nothing() -> None:
    flat = np.zeros((16, 24), np.float32)
    assert line_of_sight(flat, 5.0, 30.0, np.array([41.0, 3.0, 1.5])).all()


@pytest.mark.parametrize("wall_m", [4.0, 8.0, 15.0])
def test_shadow_of_a_wall(wall_m: float) -> None:
    """Similar triangles: seen over the wall's near edge, d away, from (u - s) d / (h - s) on."""
    pixel_m, uav_m, source_m = 2.0, 30.0, np.array([7.3, 20.0, 1.5])
    height_m = np.zeros((16, 128), np.float32)
    first = 8
    height_m[:, first] = wall_m
    seen = line_of_sight(height_m, pixel_m, uav_m, source_m)
    away_m = pixel_m * (np.arange(128) + 0.5) - source_m[0]
    slope = (uav_m - source_m[2]) / (wall_m - source_m[2])
    edge_m = first * pixel_m - source_m[0]
    # A sampled line meets the wall a quarter of a pixel behind its edge, at the latest.
    behind = np.arange(128) > first
    free = ~behind | (away_m < slope * edge_m)
    hidden = behind & (away_m > slope * (edge_m + 0.25 * pixel_m))
    assert seen[:, free].all()
    assert not seen[:, hidden].any()
    assert hidden.any()
    assert (free & behind).any()


def test_the_ends_own_pixels_hide_nothing() -> None:
    """A UAV over a tower sees down its side, and a source on one's edge is not in it."""
    height_m = np.zeros((16, 16), np.float32)
    height_m[8, 10] = 29.0
    source_m = np.array([8.2, 8.5, 1.5])
    seen = line_of_sight(height_m, 1.0, 30.0, source_m)
    assert seen[8, 10]
    assert not seen[8, 11:].any()
    height_m[8, 8] = 29.0
    np.testing.assert_array_equal(line_of_sight(height_m, 1.0, 30.0, source_m), seen)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, row=st.integers(0, 15), column=st.integers(0, 15), rise_m=st.floats(0.1, 30.0))
def test_a_higher_block_shows_nothing_new(seed: int, row: int, column: int, rise_m: float) -> None:
    rng = np.random.default_rng(seed)
    height_m, source_m = random_heights_m(rng, 16), random_source_m(rng, 48.0)
    before = line_of_sight(height_m, 3.0, 30.0, source_m)
    height_m[row, column] += rise_m
    after = line_of_sight(height_m, 3.0, 30.0, source_m)
    assert not (after & ~before).any()


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_line_of_sight_of_mirrored_and_transposed_ground(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height_m, source_m = random_heights_m(rng, 16), random_source_m(rng, 48.0)
    seen = line_of_sight(height_m, 3.0, 30.0, source_m)
    east_m, north_m, up_m = source_m
    mirrored = line_of_sight(height_m[:, ::-1], 3.0, 30.0, np.array([48 - east_m, north_m, up_m]))
    np.testing.assert_array_equal(mirrored[:, ::-1], seen)
    upset = line_of_sight(height_m[::-1], 3.0, 30.0, np.array([east_m, 48 - north_m, up_m]))
    np.testing.assert_array_equal(upset[::-1], seen)
    turned = line_of_sight(height_m.T, 3.0, 30.0, np.array([north_m, east_m, up_m]))
    np.testing.assert_array_equal(turned.T, seen)


def seen_by_crossings(height_m: Float32Array, source_m: FloatArray, uav_m: FloatArray) -> bool:
    """Line of sight over pixels of 1 m by the lines' exact crossings with the pixels' edges."""
    cuts = [0.0, 1.0]
    for start, end in zip(source_m[:2], uav_m[:2], strict=True):
        edges = np.arange(np.ceil(min(start, end)), np.floor(max(start, end)) + 1.0)
        cuts += [] if start == end else ((edges - start) / (end - start)).tolist()
    cuts.sort()
    ends = {tuple(np.floor(source_m[:2])), tuple(np.floor(uav_m[:2]))}
    for low, high in pairwise(cuts):
        x, y = np.floor((source_m + 0.5 * (low + high) * (uav_m - source_m))[:2])
        lowest_m = (source_m + low * (uav_m - source_m))[2]
        if (x, y) not in ends and height_m[int(y), int(x)] > lowest_m:
            return False
    return True


def test_sampled_lines_agree_with_exact_ones() -> None:
    """What is hidden is hidden indeed; what samples miss are clipped corners and edges, few."""
    rng = np.random.default_rng(4)
    missed, hidden = 0, 0
    for _ in range(20):
        height_m, source_m = random_heights_m(rng, 16), random_source_m(rng, 16.0)
        seen = line_of_sight(height_m, 1.0, 30.0, source_m)
        exact = np.array(
            [
                [seen_by_crossings(height_m, source_m, np.array([x, y, 30.0])) for x in CENTERS]
                for y in CENTERS
            ]
        )
        assert not (exact & ~seen).any()
        missed += int((seen & ~exact).sum())
        hidden += int((~exact).sum())
    assert hidden > 500
    assert missed < 0.06 * hidden


# Maps


def test_laws_of_power() -> None:
    distance_m = np.array([1.0, 10.0, 100.0])
    sight: BoolArray = np.ones(3, dtype=bool)
    np.testing.assert_allclose(los_nlos_rss_dbm(distance_m, sight), [-28.0, -50.0, -72.0])
    np.testing.assert_allclose(los_nlos_rss_dbm(distance_m, ~sight), [-22.0, -58.0, -94.0])
    both_m = np.full(2, 10.0 ** (6.0 / 14.0))  # where the two laws cross
    crossing_dbm = los_nlos_rss_dbm(both_m, np.array([True, False]))
    assert crossing_dbm[0] == pytest.approx(crossing_dbm[1])


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, propagation=st.sampled_from(["los_nlos", "free_space"]))
def test_maps_of_a_scene(seed: int, propagation: str) -> None:
    scene, maps = map_generator(propagation).draw(seed, "test", 2)
    assert maps.rss_dbm.dtype == maps.aoa_rad.dtype == np.float32
    assert (np.abs(maps.aoa_rad) <= np.float32(np.pi)).all()
    for row, column in ((0, 0), (3, 12), (15, 7)):
        uav_m = np.array([6.0 * (column + 0.5), 6.0 * (row + 0.5), 30.0])
        away_m = np.hypot(*(scene.source_m - uav_m)[:2])
        aoa_rad = float(maps.aoa_rad[row, column])
        ahead_m = uav_m[:2] + away_m * np.array([np.cos(aoa_rad), np.sin(aoa_rad)])
        np.testing.assert_allclose(ahead_m, scene.source_m[:2], atol=1e-3)
        distance_m = np.hypot(away_m, 30.0 - scene.source_m[2])
        if propagation == "los_nlos":
            seen = bool(maps.line_of_sight[row, column])
            expected_dbm = (
                -28 - 22 * np.log10(distance_m) if seen else -22 - 36 * np.log10(distance_m)
            )
        else:  # Friis in decibels, f in MHz and d in km
            loss_db = 32.4478 + 20 * np.log10(3320.0) + 20 * np.log10(distance_m / 1e3)
            expected_dbm = 41.0 - loss_db
        assert maps.rss_dbm[row, column] == pytest.approx(expected_dbm, abs=1e-3)


def test_obstacles_go_with_their_own_law() -> None:
    hidden = [map_generator("los_nlos").draw(1, "train", i)[1].line_of_sight for i in range(30)]
    assert 0.02 < 1.0 - np.mean(hidden) < 0.6
    scene, maps = map_generator("two_ray").draw(1, "train", 0)
    assert maps.line_of_sight.all()
    assert not scene.height_m.any()


def test_attitude_per_pixel() -> None:
    """It changes the power where the model depends on it, by number and not by order."""
    turned = map_generator("enhanced_two_ray", attitude_range_deg=5.0)
    _, first = turned.draw(1, "train", 0)
    turned.draw(1, "train", 1)
    _, again = turned.draw(1, "train", 0)
    np.testing.assert_array_equal(first.rss_dbm, again.rss_dbm)
    _, level = map_generator("enhanced_two_ray").draw(1, "train", 0)
    assert (first.rss_dbm != level.rss_dbm).mean() > 0.9
    seen: list[FloatArray] = []

    def spy(uav_m: FloatArray, attitude_rad: FloatArray, source_m: FloatArray) -> FloatArray:
        seen.append(attitude_rad)
        return np.zeros((len(source_m), len(uav_m)))

    RadioMapGenerator(SMALL, spy, 5.0).draw(1, "train", 0)
    RadioMapGenerator(SMALL, spy, 5.0).draw(1, "train", 1)
    attitude_deg = np.degrees(seen)
    assert attitude_deg.shape == (2, 256, 3)
    assert 4.9 < attitude_deg.max() <= 5.0
    assert -5.0 <= attitude_deg.min() < -4.9
    assert (attitude_deg[0] != attitude_deg[1]).all()
    assert map_generator("two_ray", attitude_range_deg=5.0).attitude_range_deg is None


def test_propagation_that_cannot_be() -> None:
    with pytest.raises(ConfigError, match=r"'ray_tracing'.*one of los_nlos, .*two_ray"):
        map_generator("ray_tracing")
    with pytest.raises(ConfigError, match=r"enhanced_two_ray need a calibration.*legs\.beta"):
        RadioMapGenerator.of(
            "enhanced_two_ray",
            SMALL,
            CONFIG.scenario,
            CONFIG.propagation,
            attitude_range_deg=None,
        )


# Files


def drawn(count: int, scenes: SceneSettings = SMALL) -> list[tuple[Scene, RadioMaps]]:
    return [map_generator("los_nlos", scenes).draw(1, "train", index) for index in range(count)]


def test_scenes_come_back(tmp_path: Path) -> None:
    scenes = drawn(5)
    write_scenes(scenes[:3], tmp_path / "0.arrow")
    write_scenes(scenes[3:], tmp_path / "1.arrow")
    both = read_scenes([tmp_path / "0.arrow", tmp_path / "1.arrow"])
    for name in ("height_m", "source_m"):
        expected = np.stack([getattr(scene, name) for scene, _ in scenes])
        np.testing.assert_array_equal(getattr(both, name), expected)
        assert getattr(both, name).dtype == expected.dtype
    for name in ("rss_dbm", "aoa_rad", "line_of_sight"):
        expected = np.stack([getattr(maps, name) for _, maps in scenes])
        np.testing.assert_array_equal(getattr(both, name), expected)
        assert getattr(both, name).dtype == expected.dtype
    one = read_scenes([tmp_path / "0.arrow"])
    np.testing.assert_array_equal(one.rss_dbm, both.rss_dbm[:3])
    assert not one.rss_dbm.flags.writeable  # a view of the file


def test_broken_files_of_scenes(tmp_path: Path) -> None:
    path = tmp_path / "0.arrow"
    with pytest.raises(DataError, match=r"0\.arrow: not a file of scenes.*delete it"):
        read_scenes([path])
    write_scenes(drawn(3), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"0\.arrow: not a file of scenes.*delete it"):
        read_scenes([path])
    numbers = {f"source_{axis}_m": np.zeros(2) for axis in "xyz"}
    write_arrow(pyarrow.table(numbers), path)
    with pytest.raises(DataError, match=r"0\.arrow: not a file of scenes.*height_m"):
        read_scenes([path])
    names = ("height_m", "rss_dbm", "aoa_rad", "line_of_sight", "known")
    write_arrow(pyarrow.table(numbers | dict.fromkeys(names, np.zeros(2))), path)
    with pytest.raises(DataError, match=r"column height_m does not hold vectors"):
        read_scenes([path])
    vectors = dict.fromkeys(names, vector_column(np.zeros((2, 15))))
    write_arrow(pyarrow.table(numbers | vectors), path)
    with pytest.raises(DataError, match="not squares"):
        read_scenes([path])
    write_arrow(pyarrow.table(numbers | vectors).slice(0, 0), path)
    with pytest.raises(DataError, match="no rows"):
        read_scenes([path])


def test_scenes_of_two_sizes(tmp_path: Path) -> None:
    write_scenes(drawn(1), tmp_path / "0.arrow")
    write_scenes(drawn(1, SceneSettings(pixels=32, pixel_m=4.0)), tmp_path / "1.arrow")
    with pytest.raises(DataError, match=r"1\.arrow: maps of 32 pixels, but 16 in .*0\.arrow"):
        read_scenes([tmp_path / "0.arrow", tmp_path / "1.arrow"])


def test_no_file_holds_nan(tmp_path: Path) -> None:
    (scene, maps) = drawn(1)[0]
    maps.rss_dbm[3, 4] = np.nan
    with pytest.raises(DataError, match="rss_dbm would hold NaN"):
        write_scenes([(scene, maps)], tmp_path / "0.arrow")
    assert not (tmp_path / "0.arrow").exists()
