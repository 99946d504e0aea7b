"""Completed RSS maps: networks compared with interpolation of the same measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from rfsl.config.radiomaps import HeatmapScoreSettings
from rfsl.evaluation.heatmaps import SAMPLINGS, Condition, completed_rss, surveyed
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.encoding import decode_rss
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.interpolation import FITTED_MAPS, Interpolation, Kriging, nearest_neighbour


def completion_table(
    networks: Mapping[str, Sequence[MapNetwork]],
    scenes: SceneSet,
    validation: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapScoreSettings,
    seed: int,
) -> pd.DataFrame:
    """Root-mean-square error of completed RSS maps over the known pixels that were not measured.

    Args:
        networks: networks that complete RSS, by name, one for each seed.
        scenes: test scenes.
        validation: scenes on which the kernel of kriging is fitted, anew for each condition.
        surveyor: measures the scenes.
        settings: coverages, noise rate and trajectories of the measurements.
        seed: the config's.

    Returns:
        One row per sampling, coverage and method (nearest_neighbour, kriging, two_laws, and the
        networks by name): rmse_db over all scenes, std_db (its standard deviation over the seeds,
        NaN for one), seeds, scenes.
    """
    rows = []
    for sampling, coverage in product(SAMPLINGS, settings.coverages):
        condition = Condition(sampling, coverage, settings.noise_rate)

        def survey(part: SceneSet, count: int, condition: Condition = condition) -> MeasuredScenes:
            return surveyed(surveyor, part, range(count), condition, settings.flights, seed)

        learning = survey(validation, min(FITTED_MAPS, len(validation.source_m)))
        measured = survey(scenes, len(scenes.source_m))
        by_rule: dict[str, Interpolation] = {
            "nearest_neighbour": nearest_neighbour,
            "kriging": Kriging.fitted(
                [(item.measured, item.rss_dbm) for item in learning.measurements]
            ),
        }
        completed = {
            name: [np.stack([rule(m.measured, m.rss_dbm) for m in measured.measurements])]
            for name, rule in by_rule.items()
        }
        if "rss_model" in measured.inputs.maps:
            modelled = measured.inputs.maps["rss_model"]
            completed["two_laws"] = [decode_rss(modelled, measured.inputs.reference_db)]
        for name, each in networks.items():
            completed[name] = [completed_rss(network, measured) for network in each]
        unmeasured = scenes.known & ~np.stack([item.measured for item in measured.measurements])
        for method, maps in completed.items():
            rmse_db = [
                float(np.sqrt(np.square(made - scenes.rss_dbm)[unmeasured].mean())) for made in maps
            ]
            rows.append(
                {
                    "sampling": sampling,
                    "coverage": coverage,
                    "method": method,
                    "rmse_db": np.mean(rmse_db),
                    "std_db": np.std(rmse_db, ddof=1) if len(rmse_db) > 1 else np.nan,
                    "seeds": len(maps),
                    "scenes": len(scenes.source_m),
                }
            )
    return pd.DataFrame(rows)
