"""Completion of RSS maps beside interpolation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from support.map_scenes import (
    FEW,
    FLIGHTS,
    SCENES,
    SCORE,
    scene_set,
    surveyor,
)
from torch import Tensor

from rfsl.config.radiomaps import HeatmapSettings
from rfsl.evaluation.completion import completion_table
from rfsl.evaluation.heatmaps import Condition, surveyed
from rfsl.radiomaps.interpolation import nearest_neighbour


class Level(torch.nn.Module):
    """In place of a completion: one value everywhere."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = torch.nn.Parameter(torch.tensor(value))
        self.settings = HeatmapSettings().networks["completed_rss"]

    def forward(self, maps: dict[str, Tensor]) -> Tensor:
        return self.value.expand_as(maps["rss"])


def test_the_table_of_completions() -> None:
    levels = (1.0, 0.5)
    networks = {"level": [Level(value) for value in levels]}
    validation = scene_set(SCENES, 3, "validation")
    table = completion_table(
        networks,
        FEW,
        validation,
        surveyor("rss_model"),
        SCORE,
        9,  # type: ignore[arg-type]
    )
    columns = ["sampling", "coverage", "method", "rmse_db", "std_db", "seeds", "scenes"]
    assert list(table.columns) == columns
    methods = ["nearest_neighbour", "kriging", "two_laws", "level"]
    assert table["method"].tolist() == methods * 4
    assert table[["sampling", "coverage"]].drop_duplicates().to_numpy().tolist() == [
        [sampling, coverage] for sampling in ("pixels", "flight") for coverage in (0.1, 0.3)
    ]
    assert (table["scenes"] == 6).all()
    found = table.set_index(["sampling", "coverage", "method"])
    for sampling in ("pixels", "flight"):
        measured = surveyed(surveyor(), FEW, range(6), Condition(sampling, 0.3, 0.0), FLIGHTS, 9)
        hidden = ~np.stack([item.measured for item in measured.measurements])
        # A level of 1 is the reference itself, one of 0.5 lies 30 dB lower.
        rmse_db = [
            np.sqrt(
                np.square(
                    measured.inputs.reference_db[:, None, None] + 60.0 * (level - 1.0) - FEW.rss_dbm
                )[hidden].mean()
            )
            for level in levels
        ]
        row = found.loc[(sampling, 0.3, "level")]
        assert row["rmse_db"] == pytest.approx(np.mean(rmse_db), rel=1e-4)
        assert row["std_db"] == pytest.approx(np.std(rmse_db, ddof=1), rel=1e-4)
        assert row["seeds"] == 2
        error_db = np.stack(
            [nearest_neighbour(item.measured, item.rss_dbm) for item in measured.measurements]
        )
        error_db = (error_db - FEW.rss_dbm)[hidden]
        row = found.loc[(sampling, 0.3, "nearest_neighbour")]
        assert row["rmse_db"] == pytest.approx(np.sqrt(np.square(error_db).mean()))
        assert np.isnan(row["std_db"]) and row["seeds"] == 1
    assert found.loc[("pixels", 0.3, "two_laws"), "rmse_db"] < 3.0
    untold = completion_table(
        {}, FEW, validation, surveyor(), SCORE.model_copy(update={"coverages": [0.3]}), 9
    )
    assert untold["method"].tolist() == methods[:2] * 2
