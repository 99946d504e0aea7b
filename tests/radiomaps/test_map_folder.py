"""Scenes from folders of pictures: what they hold, how they are split, and bad folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.map_folders import SCALES_DB, save, write_folder

from rfsl.config.radiomaps import MapDataset, MapFolderSettings, MeasurementSettings, SceneSettings
from rfsl.errors import ConfigError, DataError
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import SceneSet, read_scenes, write_scenes
from rfsl.radiomaps.map_folder import MapFolder

SCENES = SceneSettings(pixels=16, pixel_m=1.0)
SPLITS = ("train", "validation", "test")


def folder_of(
    path: Path, dataset: MapDataset = "RadioMapSeer", scenes: SceneSettings = SCENES
) -> MapFolder:
    return MapFolder(MapFolderSettings(path=str(path), dataset=dataset), scenes)


@pytest.mark.parametrize("dataset", ["RadioMapSeer", "RadioMap3DSeer"])
def test_a_scene_is_what_the_pictures_show(tmp_path: Path, dataset: MapDataset) -> None:
    made = write_folder(tmp_path, dataset)
    folder = folder_of(tmp_path, dataset)
    low_db, range_db = SCALES_DB[dataset]
    for index, (number, transmitter) in enumerate(folder.pairs(5, "train")):
        scene, maps = folder.draw(5, "train", index)
        buildings = made[number].buildings[::-1]  # row 0 is the south edge
        column, row = made[number].source_px[transmitter]
        np.testing.assert_array_equal(scene.source_m[:2], [column + 0.5, 15 - row + 0.5])
        np.testing.assert_array_equal(maps.known, buildings == 0)
        grey = 6.6 + 13.2 * (buildings - 1.0) / 254.0 if dataset == "RadioMap3DSeer" else 25.0
        height_m = np.where(buildings > 0, grey, 0.0)
        np.testing.assert_allclose(scene.height_m, height_m, rtol=1e-6)
        roof_m = height_m.max() if dataset == "RadioMap3DSeer" else 0.0
        above_m = 3.0 if dataset == "RadioMap3DSeer" else 1.5
        assert scene.source_m[2] == pytest.approx(roof_m + above_m)
        rows, columns = np.indices((16, 16))
        distance_m = np.hypot(columns + 0.5 - scene.source_m[0], rows + 0.5 - scene.source_m[1])
        gain_db = low_db + range_db - 20.0 * np.log10(np.maximum(distance_m, 1.0))
        known = buildings == 0
        assert np.abs(maps.rss_dbm - gain_db)[known].max() <= 0.5 * range_db / 255.0 + 1e-3
        assert (maps.rss_dbm[~known] == low_db).all()
        aoa_rad = np.arctan2(scene.source_m[1] - rows - 0.5, scene.source_m[0] - columns - 0.5)
        np.testing.assert_allclose(maps.aoa_rad, aoa_rad, atol=1e-6)
        assert maps.line_of_sight.any()
        if dataset == "RadioMapSeer":  # the building hides what lies behind it
            assert not maps.line_of_sight[known].all() or distance_m[~known].min() > 10.0


def test_a_map_is_in_one_split(tmp_path: Path) -> None:
    write_folder(tmp_path, maps=14, transmitters=3)
    folder = folder_of(tmp_path)
    pairs = {split: folder.pairs(1, split) for split in SPLITS}
    maps = {split: {number for number, _ in found} for split, found in pairs.items()}
    assert [len(maps[split]) for split in SPLITS] == [10, 2, 2]
    assert set().union(*maps.values()) == set(range(14))
    for found in pairs.values():
        assert len(found) == len(set(found)) == 3 * len({number for number, _ in found})
    # Every map once before any map twice, and the same whenever it is asked again.
    assert len({number for number, _ in pairs["train"][:10]}) == 10
    assert folder_of(tmp_path).pairs(1, "train") == pairs["train"]
    assert folder_of(tmp_path).pairs(2, "train") != pairs["train"]


def test_seven_hundred_maps_are_split_as_published(tmp_path: Path) -> None:
    """500, 100 and 101 maps of RadioMapSeer; here 501, 100 and 100."""
    antennas = tmp_path / "png/antennas"
    antennas.mkdir(parents=True)
    for number in range(701):
        (antennas / f"{number}_0.png").touch()
    folder = folder_of(tmp_path)
    assert [len(folder.pairs(1, split)) for split in SPLITS] == [501, 100, 100]


def test_wide_pixels_are_means(tmp_path: Path) -> None:
    write_folder(tmp_path, side=32)
    fine, coarse = (
        folder_of(tmp_path, scenes=SceneSettings(pixels=pixels, pixel_m=pixel_m)).draw(1, "test", 0)
        for pixels, pixel_m in ((32, 1.0), (16, 2.0))
    )
    np.testing.assert_array_equal(coarse[0].source_m, fine[0].source_m)
    for row, column in np.ndindex(16, 16):
        block = np.s_[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        assert fine[1].known is not None and coarse[1].known is not None
        known = fine[1].known[block]
        assert coarse[1].known[row, column] == (known.sum() >= 2)
        assert coarse[0].height_m[row, column] == pytest.approx(fine[0].height_m[block].mean())
        if known.sum() >= 2:
            mean_db = fine[1].rss_dbm[block][known].mean()
            assert coarse[1].rss_dbm[row, column] == pytest.approx(mean_db, rel=1e-5)


def test_unknown_pixels_stay_unmeasured(tmp_path: Path) -> None:
    """From the folder through a file to measurements."""
    write_folder(tmp_path / "maps")
    folder = folder_of(tmp_path / "maps")
    drawn = [folder.draw(1, "train", index) for index in range(6)]
    write_scenes(drawn, tmp_path / "0.arrow")
    scenes = read_scenes([tmp_path / "0.arrow"])
    np.testing.assert_array_equal(scenes.known, SceneSet.of(drawn).known)
    assert 0.0 < (~scenes.known).mean() < 0.2
    surveyor = Surveyor(SCENES, MeasurementSettings(), frozenset())
    rows, rng = np.arange(6), np.random.default_rng(0)
    found = surveyor.measured(scenes, rows, 0.5, ["pixels", "spiral"] * 3, [0.0] * 6, rng.spawn(6))
    for item, known in zip(found.measurements, scenes.known, strict=True):
        assert not (item.measured & ~known).any()
        assert item.measured.sum() == round(0.5 * known.sum())


# Bad folders


def without_gain(path: Path) -> None:
    for gain in (path / "gain/DPM").iterdir():
        gain.unlink()


def without_buildings(path: Path) -> None:
    for buildings in (path / "png/buildings_complete").iterdir():
        buildings.unlink()


def changed(pattern: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        for picture in path.glob(pattern):
            save(picture, change(np.asarray(Image.open(picture))))

    return spoil


def in_a_building(path: Path) -> None:
    for antenna in (path / "png/antennas").iterdir():
        buildings = path / "png/buildings_complete" / f"{antenna.stem.split('_')[0]}.png"
        place = np.argwhere(np.asarray(Image.open(buildings)) > 0)[0]
        values = np.zeros((16, 16), np.uint8)
        values[tuple(place)] = 255
        save(antenna, values)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (without_gain, ["gain/DPM/", "there is no such picture"]),
        (without_buildings, ["png/buildings_complete/", "there is no such picture"]),
        (
            changed("gain/DPM/*.png", lambda grey: grey[:, :12].copy()),
            ["gain/DPM/", "12 x 16 pixels", "heatmaps.scenes.pixels = 16", "16 x 16"],
        ),
        (
            changed("png/antennas/*.png", lambda grey: np.zeros((8, 8), np.uint8)),
            ["png/antennas/", "8 x 8 pixels"],
        ),
        (in_a_building, ["png/antennas/", "lies inside a building of", "png/buildings_complete/"]),
        (
            changed("gain/DPM/*.png", lambda grey: grey // 128),
            ["gain/DPM/", "grey values of another scale: found none above 1"],
        ),
        (
            changed("png/buildings_complete/*.png", lambda grey: grey // 255),
            ["buildings_complete/", "grey values of another scale: found 1, expected 0 (ground)"],
        ),
        (
            changed("gain/DPM/*.png", lambda grey: grey.astype(np.uint16) * 257),
            ["gain/DPM/", "a picture of mode I;16; 8-bit grey (L) is expected"],
        ),
        (
            changed("png/antennas/*.png", lambda grey: np.full_like(grey, 255)),
            ["png/antennas/", "found 256 pixels that are not black; it should have one"],
        ),
        (
            lambda path: [p.write_bytes(b"no picture") for p in path.glob("gain/DPM/*.png")],
            ["gain/DPM/", "not a picture that can be read"],
        ),
    ],
)
def test_a_bad_folder_is_told(
    tmp_path: Path, spoil: Callable[[Path], object], told: list[str]
) -> None:
    write_folder(tmp_path)
    spoil(tmp_path)
    with pytest.raises(DataError) as error:
        folder_of(tmp_path).draw(1, "train", 0)
    for text in told:
        assert text in str(error.value)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"heatmaps\.folder\.path: .*png/antennas does not exist"):
        folder_of(tmp_path).draw(1, "train", 0)
    write_folder(tmp_path, maps=2)
    with pytest.raises(ConfigError, match="of 2 maps; training, validation and test need at least"):
        folder_of(tmp_path).draw(1, "train", 0)
    write_folder(tmp_path, maps=7)
    with pytest.raises(ConfigError, match=r"heatmaps\.scenes\.test_scenes: scene 4 .* has only 3"):
        folder_of(tmp_path).draw(1, "test", 3)
    narrow = folder_of(tmp_path, scenes=SceneSettings(pixels=16, pixel_m=1.5))
    with pytest.raises(ConfigError, match=r"heatmaps\.scenes\.pixel_m: found 1\.5"):
        narrow.draw(1, "train", 0)
