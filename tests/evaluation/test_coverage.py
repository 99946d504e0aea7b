"""The table and the figure of how often regions hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.helpers import text_of

from rfsl.evaluation.tables.coverage import coverage_table
from rfsl.figures.coverage import coverage_panels
from rfsl.figures.look import Look

LABELS = {"good": "Good", "sure": "Too sure"}


def evaluation(shares: list[float], after_s: int = 600) -> pd.DataFrame:
    """Estimates whose sources lie at those shares of the posterior, one trial each."""
    return pd.DataFrame(
        {
            "trial": [f"t{number}" for number in range(len(shares))],
            "kind": "testbed",
            "after_s": after_s,
            "error_m": np.arange(len(shares)) + 10.0,
            "expected_error_m": 20.0,
            "log_density": -8.0,
            "energy_score_m": 7.0,
            "source_share": shares,
        }
    )


EVALUATIONS = {
    "good": pd.concat([evaluation([0.1, 0.4, 0.7, 0.95]), evaluation([0.2] * 4, 180)]),
    "sure": evaluation([0.95, 0.99, 0.99, np.nan]),
}
WHOLE = {"good": evaluation([0.2, 0.6, 0.7], 172_800)}
SIMULATED = {"good": [evaluation([0.3] * 50), evaluation([0.95] * 50)]}


def test_the_table_counts_sources_in_regions() -> None:
    table = coverage_table(EVALUATIONS, WHOLE, SIMULATED, LABELS, [180, 600])
    rows = table.set_index(["data", "mode", "after_s"])
    good, sure = rows.loc[("testbed", "good", 600)], rows.loc[("testbed", "sure", 600)]
    assert good[["in_region_50", "in_region_90"]].tolist() == [0.5, 0.75]
    assert good["mean_error_m"] == pytest.approx(11.5)
    assert sure["in_region_90"] == 0.0
    assert (good["flights"], sure["flights"]) == (4, 3)  # one without a posterior
    assert good["low_90"] < 0.75 < good["high_90"]
    (whole,) = table[table["data"] == "testbed, whole flights"].to_dict("records")
    assert (whole["mode"], whole["flights"], whole["in_region_90"]) == ("good", 3, 1.0)
    assert pd.isna(whole["after_s"])
    (simulated,) = table[table["data"] == "simulated"].to_dict("records")
    assert simulated["flights"] == 100
    assert (simulated["in_region_50"], simulated["in_region_90"]) == (0.5, 0.5)
    assert simulated["high_90"] - simulated["low_90"] < good["high_90"] - good["low_90"]


def test_several_seeds_are_no_more_flights() -> None:
    twice = {"good": pd.concat([evaluation([0.1, 0.95])] * 2)}
    (row,) = coverage_table(twice, {}, {}, LABELS, [600]).to_dict("records")
    assert (row["flights"], row["estimates"]) == (2, 4)


def test_the_figure_shows_real_and_simulated_flights() -> None:
    colors = {"good": "#112233", "sure": "#445566"}
    figure = coverage_panels(EVALUATIONS, SIMULATED, LABELS, colors, 600, Look())
    text = text_of(figure)
    for words in ("Good", "Too sure", "simulated flights", "4 real AERPAW flights", "10 min"):
        assert words in text
    left, right = figure.axes
    curve = next(line for line in left.lines if line.get_color() == "#445566")
    nominal, held = curve.get_data()
    assert np.interp(0.9, nominal, held) == 0.0  # far below the diagonal
    assert sum(line.get_color() == "#112233" for line in left.lines) == 2
    assert len(right.lines) == 3  # a mode each, and the diagonal


def test_a_mode_without_estimates_is_left_out() -> None:
    none = {"good": evaluation([np.nan])}
    assert coverage_table(none, {}, {}, LABELS, [600]).empty
    assert "0" in text_of(coverage_panels(none, {}, LABELS, {}, 600, Look()))
