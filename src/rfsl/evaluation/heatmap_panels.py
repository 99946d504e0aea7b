"""Single scenes at each stage of a mode on radio maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.radiomaps import HeatmapScoreSettings
from rfsl.evaluation.heatmaps import Condition, HeatmapReader, completed_rss, surveyed
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet


@dataclass(frozen=True)
class ScenePanels:
    """One scene at each stage of a mode.

    Attributes:
        height_m: (H, W) height of the ground with its buildings.
        sparse_dbm: (H, W) measured RSS, NaN elsewhere.
        completed_dbm: (H, W) completed RSS; None if the mode completes none.
        true_dbm: (H, W) complete RSS without errors, NaN where it is unknown.
        heatmap: (H, W) output of the network.
        source_px, estimate_px: (2,) true and estimated position as (column, row).
        pixel_m: size of a pixel.
    """

    height_m: FloatArray
    sparse_dbm: FloatArray
    completed_dbm: FloatArray | None
    true_dbm: FloatArray
    heatmap: FloatArray
    source_px: FloatArray
    estimate_px: FloatArray
    pixel_m: float


def panels_of(
    reader: HeatmapReader,
    scenes: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapScoreSettings,
    seed: int,
    count: int,
) -> list[ScenePanels]:
    """The first test scenes, measured along a flight with the coverage of the noise sweep.

    Args:
        reader: the network of the mode, and its decoder.
        scenes: test scenes.
        surveyor: measures the scenes.
        settings: coverage, noise rate and trajectories.
        seed: the config's.
        count: largest number of scenes.
    """
    condition = Condition("flight", settings.coverage, settings.noise_rate)
    rows = range(min(count, len(scenes.source_m)))
    measured = surveyed(surveyor, scenes, rows, condition, settings.flights, seed)
    heatmaps = reader.heatmap(measured.inputs.maps)
    position_px, _ = reader.read(heatmaps)
    completed = _completed_dbm(reader, measured)
    return [
        ScenePanels(
            height_m=scenes.height_m[row],
            sparse_dbm=measured.measurements[row].rss_dbm,
            completed_dbm=None if completed is None else completed[row],
            true_dbm=np.where(scenes.known[row], scenes.rss_dbm[row], np.nan),
            heatmap=heatmaps[row].numpy(),
            source_px=measured.source_px[row],
            estimate_px=position_px[row],
            pixel_m=surveyor.scenes.pixel_m,
        )
        for row in rows
    ]


def _completed_dbm(reader: HeatmapReader, scenes: MeasuredScenes) -> FloatArray | None:
    """RSS maps (B, H, W) in dBm that a network of the mode completes; None if there is none."""
    for network in reader.model.completions:
        if isinstance(network, MapNetwork) and network.settings.target == "rss":
            return np.asarray(completed_rss(network, scenes))
    return None
