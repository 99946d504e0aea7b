"""Folders of self-made radio maps in the form of RadioMapSeer and RadioMap3DSeer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

#: Grey values of path gain: dB of 0, and what 255 is more.
SCALES_DB = {"RadioMapSeer": (-147.0, 99.16), "RadioMap3DSeer": (-111.0, 36.0)}


@dataclass(frozen=True)
class SelfMade:
    """One map of a folder; all pictures have row 0 in the north.

    Attributes:
        buildings: (H, W) uint8 as it stands in the folder.
        source_px: column and row of each transmitter, row from the north.
    """

    buildings: np.ndarray
    source_px: list[tuple[int, int]]


def write_folder(
    path: Path, dataset: str = "RadioMapSeer", maps: int = 7, transmitters: int = 3, side: int = 16
) -> dict[int, SelfMade]:
    """Make a folder; returns its maps by number. The gain falls by 20 dB a decade of distance."""
    flat = dataset == "RadioMapSeer"
    names = ("buildings_complete", "antennas") if flat else ("buildingsWHeight", "antennasWHeight")
    made = {}
    for number in range(maps):
        rng = np.random.default_rng(number)
        buildings = np.zeros((side, side), np.uint8)
        row, column = rng.integers(0, side - side // 4, 2)
        roof = 255 if flat else int(rng.integers(1, 256))
        buildings[row : row + side // 4, column : column + side // 4] = roof
        places = np.argwhere((buildings == 0) == flat)
        chosen = places[rng.permutation(len(places))[:transmitters]]
        made[number] = SelfMade(buildings, [(int(c), int(r)) for r, c in chosen])
        save(path / f"png/{names[0]}/{number}.png", buildings)
        for index, (r, c) in enumerate(chosen):
            antenna = np.zeros_like(buildings)
            antenna[r, c] = roof
            name = f"{number}_{index}.png"
            save(path / f"png/{names[1]}/{name}", antenna)
            rows, columns = np.indices(buildings.shape)
            distance_px = np.maximum(np.hypot(rows - r, columns - c), 1.0)
            low_db, range_db = SCALES_DB[dataset]
            gain_db = low_db + range_db - 20.0 * np.log10(distance_px)
            grey = np.round(255.0 * np.clip((gain_db - low_db) / range_db, 0.0, 1.0))
            grey[buildings > 0] = 0
            save(path.joinpath("gain", *(("DPM",) if flat else ()), name), grey.astype(np.uint8))
    return made


def save(path: Path, values: np.ndarray) -> None:
    """Write a grey picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)
