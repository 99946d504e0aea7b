"""Files of scenes with their maps: Arrow, one scene in a row, memory-mapped when read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import numpy as np
import pyarrow

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.errors import DataError
from rfsl.io.arrow import read_arrow, vector_column, vectors_of, write_arrow
from rfsl.radiomaps.maps import RadioMaps
from rfsl.radiomaps.scenes import Scene

_SOURCE = ("source_x_m", "source_y_m", "source_z_m")
_MAPS = ("height_m", "rss_dbm", "aoa_rad", "line_of_sight", "known")


@dataclass(frozen=True)
class SceneSet:
    """N scenes and their maps; units and frames as in `Scene` and `RadioMaps`.

    Attributes:
        height_m, rss_dbm, aoa_rad, line_of_sight, known: (N, H, W).
        source_m: (N, 3).
    """

    height_m: Float32Array
    rss_dbm: Float32Array
    aoa_rad: Float32Array
    line_of_sight: BoolArray
    known: BoolArray
    source_m: FloatArray

    @classmethod
    def of(cls, scenes: Sequence[tuple[Scene, RadioMaps]]) -> SceneSet:
        """From one or more scenes with their maps, all of one size."""
        return cls(
            height_m=np.stack([scene.height_m for scene, _ in scenes]),
            rss_dbm=np.stack([maps.rss_dbm for _, maps in scenes]),
            aoa_rad=np.stack([maps.aoa_rad for _, maps in scenes]),
            line_of_sight=np.stack([maps.line_of_sight for _, maps in scenes]),
            known=np.stack(
                [
                    np.ones(maps.rss_dbm.shape, dtype=bool) if maps.known is None else maps.known
                    for _, maps in scenes
                ]
            ),
            source_m=np.stack([scene.source_m for scene, _ in scenes]),
        )


def write_scenes(scenes: Sequence[tuple[Scene, RadioMaps]], path: str | Path) -> None:
    """Write one shard, one row for each scene.

    Its columns are source_x_m, source_y_m, source_z_m, and lists of H W numbers, row by row from
    the south: height_m, rss_dbm, aoa_rad (float32), line_of_sight, known (uint8).

    Args:
        scenes: one or more, all of one size.

    Raises:
        DataError: a number is not finite, or the file cannot be written.
    """
    stacked = SceneSet.of(scenes)
    values = {
        "height_m": stacked.height_m,
        "rss_dbm": stacked.rss_dbm,
        "aoa_rad": stacked.aoa_rad,
    }
    bad = [name for name, array in values.items() if not np.isfinite(array).all()]
    if bad or not np.isfinite(stacked.source_m).all():
        raise DataError(f"{path}: {', '.join(bad or ['source_m'])} would hold NaN or infinity")
    flags = {
        "line_of_sight": stacked.line_of_sight.astype(np.uint8),
        "known": stacked.known.astype(np.uint8),
    }
    columns = dict(zip(_SOURCE, stacked.source_m.T, strict=True)) | {
        name: vector_column(array.reshape(len(scenes), -1))
        for name, array in (values | flags).items()
    }
    write_arrow(pyarrow.table(columns), path)


def read_scenes(paths: Sequence[str | Path]) -> SceneSet:
    """Scenes of one or more shards, in their order. Those of a single shard are views of its file.

    Raises:
        DataError: a file was not written by `write_scenes`, or its maps differ in size from those
            of the first file.
    """
    shards = [_read_shard(path) for path in paths]
    size = shards[0].height_m.shape[1:]
    for path, shard in zip(paths, shards, strict=True):
        if shard.height_m.shape[1:] != size:
            found, expected = shard.height_m.shape[1], size[0]
            raise DataError(
                f"{path}: maps of {found} pixels, but {expected} in {paths[0]}; delete both and "
                "run again"
            )
    if len(shards) == 1:
        return shards[0]
    return SceneSet(
        height_m=np.concatenate([shard.height_m for shard in shards]),
        rss_dbm=np.concatenate([shard.rss_dbm for shard in shards]),
        aoa_rad=np.concatenate([shard.aoa_rad for shard in shards]),
        line_of_sight=np.concatenate([shard.line_of_sight for shard in shards]),
        known=np.concatenate([shard.known for shard in shards]),
        source_m=np.concatenate([shard.source_m for shard in shards]),
    )


def _read_shard(path: str | Path) -> SceneSet:
    table = read_arrow(path, "file of scenes", numbers=_SOURCE, vectors=_MAPS)
    sizes = {table.schema.field(name).type.list_size for name in _MAPS}
    size = sizes.pop()
    pixels = isqrt(size)
    if sizes or pixels**2 != size:
        raise DataError(f"{path}: its maps are not squares of one size; delete it and run again")
    maps = {name: vectors_of(table.column(name)).reshape(-1, pixels, pixels) for name in _MAPS}
    return SceneSet(
        height_m=maps["height_m"],
        rss_dbm=maps["rss_dbm"],
        aoa_rad=maps["aoa_rad"],
        line_of_sight=maps["line_of_sight"].astype(bool),
        known=maps["known"].astype(bool),
        source_m=np.column_stack([table.column(name).to_numpy() for name in _SOURCE]),
    )
