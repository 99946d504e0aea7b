"""Table and figure of the planners: paired with the first policy, world by world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from rfsl.evaluation.tables.planning import planning_table
from rfsl.figures.look import Look
from rfsl.figures.planning import planning_panels
from rfsl.io.schemas import PlanningTable


def frame(errors_m: Sequence[float], share: Sequence[float], first: int = 0) -> pd.DataFrame:
    """Scores of some worlds after ten minutes, every second source inside."""
    count = len(errors_m)
    columns = PlanningTable.to_schema().columns
    values = {name: np.ones(count) for name in columns}
    table = pd.DataFrame(values).assign(
        world=first + np.arange(count),
        flown="here",
        planned="there",
        inside=np.arange(count) % 2 == 0,
        after_s=600,
        error_m=np.asarray(errors_m, float),
        source_share=np.asarray(share, float),
        waypoints=3,
    )
    return PlanningTable.validate(table[list(columns)])


LABELS = {"spiral": "spiral", "other": "another"}
BASE = frame([20.0, 40.0, 4.0, 60.0], [0.2, 0.95, 0.5, 0.4])


def test_a_policy_is_compared_on_the_worlds_that_both_flew() -> None:
    other = frame([10.0, 2.0, 8.0], [0.2, 0.6, 0.99], first=1)
    table = planning_table({"spiral": [BASE], "other": [other]}, LABELS, 1)
    rows = table.set_index(["policy", "region"])
    row = rows.loc[("other", "all")]
    assert row["worlds"] == 3
    assert row["mean_error_m"] == pytest.approx(20.0 / 3.0)
    assert row["ratio"] == pytest.approx(20.0 / 104.0)
    assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    assert row["below_10_m"] == pytest.approx(2.0 / 3.0)
    assert row["more_below_10_m"] == pytest.approx(1.0 / 3.0)
    assert row["in_region_90"] == pytest.approx(2.0 / 3.0)
    assert rows.loc[("spiral", "all"), "worlds"] == 4


def test_the_first_policy_is_as_good_as_itself() -> None:
    table = planning_table({"spiral": [BASE[:2], BASE[2:]]}, LABELS, 1)
    for _, row in table.iterrows():
        assert (row["ratio"], row["ratio_low"], row["ratio_high"]) == (1.0, 1.0, 1.0)
        assert row["more_below_10_m"] == 0.0
    assert set(table["region"]) == {"all", "inside", "outside"}
    inside = table[table["region"] == "inside"].iloc[0]
    assert inside["mean_error_m"] == 12.0


def test_the_figure_has_a_panel_for_each_time_and_region() -> None:
    table = planning_table({"spiral": [BASE], "other": [frame([1.0] * 4, [0.5] * 4)]}, LABELS, 1)
    figure = planning_panels(table, {"spiral": "C0", "other": "C1"}, Look())
    assert [axes.get_title() for axes in figure.axes] == [
        "10 min, all sources (4)",
        "10 min, inside the flight area (2)",
        "10 min, outside it (2)",
    ]
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["1.00; 75 %", "0.03; 100 %"]


def test_a_narrow_figure_has_its_panels_one_below_the_other() -> None:
    table = planning_table({"spiral": [BASE]}, LABELS, 1)
    figure = planning_panels(table, {"spiral": "C0"}, Look(width="column"))
    assert {axes.get_subplotspec().get_gridspec().ncols for axes in figure.axes} == {1}
