"""Errors of completions that see the whole map."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from support.map_scenes import FEW, fresh_network, network_settings, surveyor, zeroed_last_layer

from rfsl.evaluation.whole_maps import whole_map_table
from rfsl.networks.heatmap.network import MapNetwork


def copying(offset: float) -> MapNetwork:
    """Returns what it is shown, plus an offset."""
    settings = network_settings("rss", "rss", corrects="rss").model_copy(update={"whole_map": True})
    model = zeroed_last_layer(fresh_network(settings))
    *_, last = (m for m in model.network.modules() if isinstance(m, torch.nn.Conv2d))
    assert last.bias is not None
    torch.nn.init.constant_(last.bias, offset)
    return model.eval()


def test_errors_over_all_pixels() -> None:
    networks = {
        "copy": [copying(0.0)],
        "off": [copying(0.05), copying(-0.1)],  # of 60 dB
    }
    table = whole_map_table(networks, FEW, surveyor("rss")).set_index("network")
    assert table["seeds"].to_dict() == {"copy": 1, "off": 2}
    assert (table["scenes"] == len(FEW.source_m)).all()
    assert (table["architecture"] == "modified_dcae").all()
    # The weakest readings are raised to the least value of a measured pixel.
    assert table.loc["copy", "rmse_db"] < 1.0
    assert np.isnan(table.loc["copy", "std_db"])
    copied_db = table.loc["copy", "rmse_db"]
    expected_db = [np.hypot(3.0, copied_db), np.hypot(6.0, copied_db)]
    assert table.loc["off", "rmse_db"] == pytest.approx(np.mean(expected_db), abs=0.5)
    assert table.loc["off", "std_db"] == pytest.approx(np.std(expected_db, ddof=1), abs=0.5)
