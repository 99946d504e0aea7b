"""What the layers of a completion alone cost: its error when it is shown the whole map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rfsl.evaluation.heatmaps import completed_rss
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.networks.heatmap.training import whole_maps
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import SceneSet


def whole_map_table(
    networks: Mapping[str, Sequence[MapNetwork]], scenes: SceneSet, surveyor: Surveyor
) -> pd.DataFrame:
    """Root-mean-square error of RSS maps that networks return when every pixel is measured.

    A network that could copy its input would make no error. What is left is lost in its layers.

    Args:
        networks: networks that were trained on whole maps of RSS, by name, one for each seed.
        scenes: test scenes.
        surveyor: measures the scenes.

    Returns:
        One row per network: network, architecture, rmse_db over all pixels (mean over the seeds),
        std_db (its standard deviation over the seeds, NaN for one), seeds, scenes.
    """
    count = len(scenes.source_m)
    shown = whole_maps(surveyor, scenes, np.arange(count))
    rows = []
    for name, each in networks.items():
        rmse_db = [
            float(np.sqrt(np.square(completed_rss(network, shown) - scenes.rss_dbm).mean()))
            for network in each
        ]
        rows.append(
            {
                "network": name,
                "architecture": each[0].settings.architecture,
                "rmse_db": np.mean(rmse_db),
                "std_db": np.std(rmse_db, ddof=1) if len(rmse_db) > 1 else np.nan,
                "seeds": len(each),
                "scenes": count,
            }
        )
    return pd.DataFrame(rows)
