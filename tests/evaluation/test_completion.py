"""Completion of RSS maps beside interpolation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from support.map_scenes import (
    FEW,
    FLIGHTS,
    SCENES,
    SCORE,
    scene_set,
    surveyor,
)
from torch import Tensor

from rfsl.evaluation.completion import Kriging, completion_table, nearest_neighbour
from rfsl.evaluation.heatmaps import Condition, surveyed


def sparse_field(seed: int, share: float = 0.15) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A smooth field (32, 32), where it is measured, and what is measured of it."""
    rng = np.random.default_rng(seed)
    field = gaussian_filter(rng.standard_normal((32, 32)), 4.0)
    field_db = -80.0 + 10.0 * field / field.std()
    measured = rng.random((32, 32)) < share
    return field_db, measured, np.where(measured, field_db, np.nan)


def test_the_nearest_neighbour_by_brute_force() -> None:
    _, measured, sparse_db = sparse_field(0)
    found_db = nearest_neighbour(measured, sparse_db)
    known = np.argwhere(measured)
    for row, column in np.ndindex(32, 32):
        distance_px = np.hypot(*(known - [row, column]).T)
        nearest = known[distance_px == distance_px.min()]
        assert found_db[row, column] in sparse_db[tuple(nearest.T)]
    np.testing.assert_array_equal(found_db[measured], sparse_db[measured])


def exponential(nugget: float) -> Kriging:
    return Kriging(ConstantKernel(1.0) * Matern(10.0, nu=0.5) + WhiteKernel(nugget))


def test_kriging_is_exact_without_a_nugget() -> None:
    field_db, measured, sparse_db = sparse_field(1)
    found_db = exponential(1e-8)(measured, sparse_db)
    assert found_db.shape == (32, 32)
    np.testing.assert_allclose(found_db[measured], field_db[measured], atol=1e-3)
    # With one it smooths, and a constant comes through.
    smoothed_db = exponential(1.0)(measured, sparse_db)
    assert np.abs(smoothed_db - field_db)[measured].mean() > 1.0
    np.testing.assert_allclose(
        exponential(1.0)(measured, sparse_db + 50.0), smoothed_db + 50.0, atol=1e-6
    )


def test_kriging_does_better_than_the_nearest_neighbour() -> None:
    """With a kernel fitted on other fields; both are measured with an error of 1 dB."""
    rng = np.random.default_rng(0)

    def noisy(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        field_db, measured, sparse_db = sparse_field(seed)
        return field_db, measured, sparse_db + rng.standard_normal((32, 32))

    kriging = Kriging.fitted([noisy(seed)[1:] for seed in range(3)])
    scale_px = np.exp(kriging.kernel.theta[1])
    assert scale_px > 3.0
    rmse_db = {"kriging": [], "nearest": []}
    for seed in range(10, 14):
        field_db, measured, sparse_db = noisy(seed)
        for name, rule in (("kriging", kriging), ("nearest", nearest_neighbour)):
            error_db = (rule(measured, sparse_db) - field_db)[~measured]
            rmse_db[name].append(np.sqrt(np.square(error_db).mean()))
    assert (np.array(rmse_db["kriging"]) < 0.9 * np.array(rmse_db["nearest"])).all()


class Level(torch.nn.Module):
    """In place of a completion: one value everywhere."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = torch.nn.Parameter(torch.tensor(value))

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
