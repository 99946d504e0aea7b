"""Scenes from a folder of pictures, as RadioMapSeer and RadioMap3DSeer are distributed.

RadioMapSeer: Yapar, Levie, Kutyniok, Caire, "Dataset of Pathloss and ToA Radio Maps With
Localization Application", arXiv:2212.11777. Pictures are 8-bit grey, one pixel a metre:

- `gain/DPM/{map}_{transmitter}.png` (or another simulation): path gain in dB, linear in the grey
  value; 0 is the lowest gain or below, and inside buildings.
- `png/buildings_complete/{map}.png`: 255 where there is a building.
- `png/antennas/{map}_{transmitter}.png`: 255 in the pixel of the transmitter.

RadioMap3DSeer has `gain/{map}_{transmitter}.png`, and heights in place of 255 in
`png/buildingsWHeight/` and, for the building that the transmitter stands on, in
`png/antennasWHeight/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.radiomaps import MapDataset, MapFolderSettings, SceneSettings
from rfsl.errors import ConfigError, DataError
from rfsl.radiomaps.maps import RadioMaps
from rfsl.radiomaps.scenes import Scene
from rfsl.radiomaps.visibility import line_of_sight
from rfsl.randomness import SPLITS, Stream, generator

#: Share of the maps that are for validation, and for test: 100 of 701 each in RadioMapSeer.
_HELD_OUT = 1.0 / 7.0
#: Receivers are at this height in both data sets.
_RECEIVER_HEIGHT_M = 1.5
#: Near a transmitter a picture of gain is brighter than this.
_BRIGHT = 128
_WHITE = 255


@dataclass(frozen=True)
class _Format:
    """How a data set keeps its pictures.

    Attributes:
        buildings, antennas: folders in png/.
        lowest_db, range_db: path gain of grey value 0, and what 255 is more.
        heights_m: height of a building of grey value 1 and of 255.
        source_height_m: height of the transmitter above the ground, or above its roof.
        on_roofs: whether transmitters stand on roofs.
    """

    buildings: str
    antennas: str
    lowest_db: float
    range_db: float
    heights_m: tuple[float, float]
    source_height_m: float
    on_roofs: bool

    def height_m(self, grey: FloatArray) -> FloatArray:
        """Height of buildings by their grey value; 0 where there is none."""
        low_m, high_m = self.heights_m
        return np.where(grey > 0, low_m + (high_m - low_m) * (grey - 1.0) / (_WHITE - 1.0), 0.0)


_FORMATS: dict[MapDataset, _Format] = {
    "RadioMapSeer": _Format(
        "buildings_complete", "antennas", -147.0, 99.16, (25.0, 25.0), 1.5, on_roofs=False
    ),
    "RadioMap3DSeer": _Format(
        "buildingsWHeight", "antennasWHeight", -111.0, 36.0, (6.6, 19.8), 3.0, on_roofs=True
    ),
}


@dataclass(frozen=True)
class MapFolder:
    """Draws scenes with their maps from a folder; the counterpart of `RadioMapGenerator`.

    A map of the folder belongs to one split, whichever transmitter is taken: of the maps, in an
    order that depends on the seed, one in seven is for validation, one in seven for test and the
    rest for training. A split takes one transmitter of each of its maps, then another one of each,
    and so on.

    Pixels inside buildings are unknown: they are not measured and not scored. Their RSS is that of
    grey value 0, which networks that complete maps are shown as the truth. The angle is that of the
    straight line to the transmitter, since the pictures have none. North is up in the pictures.

    Attributes:
        settings: the folder.
        scenes: size of the maps. A pixel may be several metres wide: RSS is then the mean in dB
            over its known square metres, and it is known if at least half of them are.

    Raises:
        ConfigError, DataError: see `draw`.
    """

    settings: MapFolderSettings
    scenes: SceneSettings

    def draw(self, seed: int, split: str, index: int) -> tuple[Scene, RadioMaps]:
        """The scene of number `index` of a split, and its maps.

        Raises:
            ConfigError: there is no such folder, it has too few maps, or pixels are not whole
                metres.
            DataError: a picture is missing, or is not what it should be.
        """
        pairs = self.pairs(seed, split)
        if index >= len(pairs):
            raise ConfigError(
                f"heatmaps.scenes.{split}_scenes: scene {index + 1} is asked for, but {self._path} "
                f"has only {len(pairs)} maps with a transmitter for this split; ask for at most "
                f"{len(pairs)}"
            )
        return self._read(*pairs[index])

    def pairs(self, seed: int, split: str) -> list[tuple[int, int]]:
        """Map and transmitter of each scene of a split, in order."""
        numbers = sorted(self._transmitters)
        shuffled = generator(seed, Stream.SCENE, "maps").permutation(numbers).tolist()
        held_out = max(1, round(_HELD_OUT * len(numbers)))
        starts = {"train": 2 * held_out, "validation": held_out, "test": 0}
        stops = {"train": len(numbers), "validation": 2 * held_out, "test": held_out}
        chosen = shuffled[starts[split] : stops[split]]
        orders = {
            number: generator(seed, Stream.SCENE, "transmitters", number)
            .permutation(self._transmitters[number])
            .tolist()
            for number in chosen
        }
        most = max(map(len, orders.values()))
        return [
            (number, orders[number][turn])
            for turn in range(most)
            for number in chosen
            if turn < len(orders[number])
        ]

    @property
    def _path(self) -> Path:
        assert self.settings.path is not None  # `check_heatmaps` says so
        return Path(self.settings.path)

    @property
    def _format(self) -> _Format:
        return _FORMATS[self.settings.dataset]

    @cached_property
    def _transmitters(self) -> dict[int, list[int]]:
        """Numbers of the transmitters of each map, by the pictures of transmitters."""
        folder = self._path / "png" / self._format.antennas
        if not folder.is_dir():
            raise ConfigError(
                f"heatmaps.folder.path: {folder} does not exist. The folder of "
                f"{self.settings.dataset} has gain/, png/{self._format.buildings}/ and "
                f"png/{self._format.antennas}/; set heatmaps.folder.path to it"
            )
        found: dict[int, list[int]] = {}
        for path in sorted(folder.iterdir()):
            named = re.fullmatch(r"(\d+)_(\d+)\.png", path.name)
            if named:
                found.setdefault(int(named[1]), []).append(int(named[2]))
        if len(found) < len(SPLITS):
            raise ConfigError(
                f"heatmaps.folder.path: {folder} has pictures <map>_<transmitter>.png of "
                f"{len(found)} maps; training, validation and test need at least {len(SPLITS)}"
            )
        return found

    def _read(self, number: int, transmitter: int) -> tuple[Scene, RadioMaps]:
        names, kept = self._format, self.settings
        png, name = self._path / "png", f"{number}_{transmitter}.png"
        simulation = () if kept.dataset == "RadioMap3DSeer" else (kept.gains,)
        gain_path = self._path.joinpath("gain", *simulation, name)
        buildings_path = png / names.buildings / f"{number}.png"
        antenna_path = png / names.antennas / name
        gain, buildings, antenna = (
            self._grey(path) for path in (gain_path, buildings_path, antenna_path)
        )
        if gain.max() < _BRIGHT:
            raise _other_scale(gain_path, f"none above {gain.max():.0f}", "up to about 255")
        other = buildings[(buildings != 0) & (buildings != _WHITE)]
        if not names.on_roofs and other.size:
            raise _other_scale(buildings_path, f"{other[0]:.0f}", "0 (ground) or 255 (building)")
        built = buildings > 0
        source_px = np.argwhere(antenna > 0)
        if len(source_px) != 1:
            raise DataError(
                f"{antenna_path}: found {len(source_px)} pixels that are not black; it should have "
                "one, that of the transmitter"
            )
        row, column = source_px[0]
        roof_m = 0.0
        if names.on_roofs:
            roof_m = float(names.height_m(antenna[row, column]))
        elif built[row, column]:
            raise DataError(
                f"{antenna_path}: the transmitter (column {column}, row {row} from the south-west "
                f"corner) lies inside a building of {buildings_path}; take the pictures of one map"
            )
        rss_dbm = names.lowest_db + names.range_db * gain / _WHITE
        source_m = np.array([column + 0.5, row + 0.5, roof_m + names.source_height_m])
        return self._scene(rss_dbm, ~built, names.height_m(buildings), source_m)

    def _scene(
        self, rss_dbm: FloatArray, known: BoolArray, height_m: FloatArray, source_m: FloatArray
    ) -> tuple[Scene, RadioMaps]:
        """From maps with a pixel a metre to maps with pixels of the scenes."""
        known_share = self._averaged(known.astype(float))
        sum_dbm = self._averaged(np.where(known, rss_dbm, 0.0))
        kept = known_share >= 0.5
        rss = np.full(kept.shape, self._format.lowest_db, np.float32)
        rss[kept] = sum_dbm[kept] / known_share[kept]
        height = self._averaged(height_m).astype(np.float32)
        pixel_m = self.scenes.pixel_m
        centers_m = pixel_m * (np.arange(self.scenes.pixels) + 0.5)
        aoa_rad = np.arctan2(source_m[1] - centers_m[:, None], source_m[0] - centers_m)
        in_sight = line_of_sight(height, pixel_m, _RECEIVER_HEIGHT_M, source_m)
        return (
            Scene(height, source_m),
            RadioMaps(rss, aoa_rad.astype(np.float32), in_sight, kept),
        )

    def _averaged(self, values: FloatArray) -> FloatArray:
        """Mean (H, W) over the square metres of each pixel."""
        pixels = self.scenes.pixels
        blocks = values.reshape(pixels, self._metres, pixels, self._metres)
        return np.asarray(blocks.mean(axis=(1, 3)))

    @property
    def _metres(self) -> int:
        """Square metres, and so pixels of a picture, along the side of a pixel."""
        metres = round(self.scenes.pixel_m)
        if metres != self.scenes.pixel_m:
            raise ConfigError(
                f"heatmaps.scenes.pixel_m: found {self.scenes.pixel_m:g}; pictures of "
                f"{self.settings.dataset} have a pixel a metre, so it has to be a whole number"
            )
        return metres

    def _grey(self, path: Path) -> FloatArray:
        """Grey values of a picture, 0 to 255; row 0 is the south edge."""
        from PIL import Image, UnidentifiedImageError  # here, since only this module needs it

        try:
            with Image.open(path) as picture:
                mode, size, values = picture.mode, picture.size, np.asarray(picture)
        except FileNotFoundError as error:
            raise DataError(
                f"{path}: there is no such picture, though others of this map are there; complete "
                f"the folder {self._path}"
            ) from error
        except (OSError, UnidentifiedImageError) as error:
            raise DataError(f"{path}: not a picture that can be read ({error})") from error
        if mode != "L":
            raise DataError(f"{path}: a picture of mode {mode}; 8-bit grey (L) is expected")
        side = self.scenes.pixels * self._metres
        if size != (side, side):
            raise DataError(
                f"{path}: {size[0]} x {size[1]} pixels of a metre, but heatmaps.scenes.pixels = "
                f"{self.scenes.pixels} of pixel_m = {self.scenes.pixel_m:g} m are {side} x {side}; "
                "set them so that they agree"
            )
        return values[::-1].astype(float)


def _other_scale(path: Path, found: str, expected: str) -> DataError:
    return DataError(
        f"{path}: grey values of another scale: found {found}, expected {expected}. Write the "
        "picture with 8-bit grey values as the data set has them"
    )
