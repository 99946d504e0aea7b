"""Measured scenes in batches: what was measured of each of them, and what there is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import Float32Array, IndexArray
from rfsl.config import MeasurementSettings
from rfsl.config.heatmaps import Sampling
from rfsl.radiomaps.encoding import MapInputs, encode, encode_aoa, encode_rss
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMaps
from rfsl.radiomaps.measurement import Measurement, coverage_mask, measure


@dataclass(frozen=True)
class MeasuredScenes:
    """Measurements of B scenes.

    Attributes:
        inputs: as networks take them.
        measurements: what they were made of.
        rss, aoa: (B, 1, H, W), (B, 2, H, W) complete maps without errors, encoded alike.
        source_px: (B, 2) place of the source as (column, row).
    """

    inputs: MapInputs
    measurements: tuple[Measurement, ...]
    rss: Float32Array
    aoa: Float32Array
    source_px: Float32Array


@dataclass(frozen=True)
class Surveyor:
    """Measures scenes.

    Attributes:
        pixel_m, uav_height_m: of the scenes.
    """

    pixel_m: float
    uav_height_m: float
    settings: MeasurementSettings

    def measured(
        self,
        scenes: SceneSet,
        rows: IndexArray,
        coverage: float,
        samplings: Sequence[Sampling],
        noise_rates: Sequence[float],
        generators: Sequence[np.random.Generator],
    ) -> MeasuredScenes:
        """Measure some scenes.

        Args:
            rows: (B,) which of the scenes.
            coverage: share of the pixels.
            samplings, noise_rates, generators: of each of the B scenes.
        """
        measurements = tuple(
            self._measure(scenes, int(row), coverage, kind, rate, rng)
            for row, kind, rate, rng in zip(rows, samplings, noise_rates, generators, strict=True)
        )
        inputs = encode(
            np.stack([item.measured for item in measurements]),
            np.stack([item.rss_dbm for item in measurements]),
            np.stack([item.aoa_rad for item in measurements]),
            scenes.height_m[rows],
            self.uav_height_m,
        )
        return MeasuredScenes(
            inputs,
            measurements,
            encode_rss(scenes.rss_dbm[rows], inputs.reference_db),
            encode_aoa(scenes.aoa_rad[rows]),
            (scenes.source_m[rows, :2] / self.pixel_m - 0.5).astype(np.float32),
        )

    def _measure(
        self,
        scenes: SceneSet,
        row: int,
        coverage: float,
        kind: Sampling,
        noise_rate: float,
        rng: np.random.Generator,
    ) -> Measurement:
        where_rng, error_rng = rng.spawn(2)  # a longer flight does not change the errors' draws
        mask = coverage_mask(kind, coverage, scenes.height_m.shape[1], self.pixel_m, where_rng)
        maps = RadioMaps(scenes.rss_dbm[row], scenes.aoa_rad[row], scenes.line_of_sight[row])
        return measure(maps, mask, noise_rate, self.settings, error_rng)
