"""Measured scenes in batches: the sparse maps that a network sees, and the truth beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfsl.arrays import Float32Array, IndexArray
from rfsl.config.radiomaps import MeasurementSettings, Sampling, SceneSettings
from rfsl.radiomaps.encoding import MapInputs, encode, encode_aoa, encode_rss
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMaps
from rfsl.radiomaps.measurement import Measurement, coverage_mask, measure
from rfsl.radiomaps.original_encoding import (
    encode_original,
    encode_original_aoa,
    encode_original_rss,
)
from rfsl.radiomaps.two_law_search import TwoLawSearch


@dataclass(frozen=True)
class MeasuredScenes:
    """Measurements of B scenes.

    Attributes:
        inputs: sparse maps as networks take them.
        measurements: the measurements that `inputs` encodes; known pixels only.
        rss, aoa: (B, 1, H, W), (B, 2, H, W) complete maps without errors, encoded like `inputs`. As
            LocHeatmap encodes them, AoA is (B, 1, H, W), and RSS has the median of its own map.
        source_px: (B, 2) position of the source as (column, row).
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
        scenes: settings of the scenes.
        settings: errors of the measurements.
        channels: names of the input maps that are needed. `rss_model`, which is slow, is made only
            if it is among them.
        original: whether maps are encoded as by LocHeatmap itself.
    """

    scenes: SceneSettings
    settings: MeasurementSettings
    channels: frozenset[str]
    original: bool = False

    def measured(
        self,
        scenes: SceneSet,
        rows: IndexArray,
        coverage: float,
        samplings: Sequence[Sampling],
        noise_rates: Sequence[float],
        generators: Sequence[np.random.Generator],
    ) -> MeasuredScenes:
        """Measure B of the scenes.

        Args:
            rows: (B,) numbers of the scenes.
            coverage: share of the pixels, in (0, 1].
            samplings, noise_rates, generators: one for each of the B scenes.
        """
        measurements = tuple(
            self._measure(scenes, int(row), coverage, kind, rate, rng)
            for row, kind, rate, rng in zip(rows, samplings, noise_rates, generators, strict=True)
        )
        source_px = (scenes.source_m[rows, :2] / self.scenes.pixel_m - 0.5).astype(np.float32)
        sparse = (
            np.stack([item.measured for item in measurements]),
            np.stack([item.rss_dbm for item in measurements]),
            np.stack([item.aoa_rad for item in measurements]),
            scenes.height_m[rows],
        )
        if self.original:
            return MeasuredScenes(
                encode_original(*sparse),
                measurements,
                encode_original_rss(
                    scenes.rss_dbm[rows], np.median(scenes.rss_dbm[rows], axis=(1, 2))
                ),
                encode_original_aoa(scenes.aoa_rad[rows]),
                source_px,
            )
        inputs = encode(*sparse, self.scenes.uav_height_m)
        if "rss_model" in self.channels:
            inputs.maps["rss_model"] = encode_rss(
                np.stack(
                    [
                        self._modelled_dbm(item, scenes.height_m[row])
                        for item, row in zip(measurements, rows, strict=True)
                    ]
                ),
                inputs.reference_db,
            )
        return MeasuredScenes(
            inputs,
            measurements,
            encode_rss(scenes.rss_dbm[rows], inputs.reference_db),
            encode_aoa(scenes.aoa_rad[rows]),
            source_px,
        )

    @cached_property
    def search(self) -> TwoLawSearch:
        """Search of a source by LocHeatmap's two laws in these scenes."""
        return TwoLawSearch(
            self.scenes.pixel_m, self.scenes.uav_height_m, self.scenes.source_height_m
        )

    def _modelled_dbm(self, item: Measurement, height_m: Float32Array) -> Float32Array:
        return self.search.rss_db(self.search.fit(item.measured, item.rss_dbm, height_m), height_m)

    def _measure(
        self,
        scenes: SceneSet,
        row: int,
        coverage: float,
        kind: Sampling,
        noise_rate: float,
        rng: np.random.Generator,
    ) -> Measurement:
        where_rng, error_rng = rng.spawn(2)  # so that a longer flight does not change the errors
        settings = self.scenes
        known = scenes.known[row]
        mask = coverage_mask(kind, coverage, known, settings.pixel_m, where_rng)
        maps = RadioMaps(scenes.rss_dbm[row], scenes.aoa_rad[row], scenes.line_of_sight[row])
        return measure(maps, mask, noise_rate, self.settings, error_rng)
