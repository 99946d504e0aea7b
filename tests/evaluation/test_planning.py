"""The benchmark of planners: paired worlds, honest estimates."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from support.flights import CONFIG, FIELD

from rfsl.config.config import Config
from rfsl.evaluation.planning import SCORED, PlanningBenchmark, located, planning_scores
from rfsl.io.schemas import PlanningTable
from rfsl.planning.policies import POLICIES

SETTINGS = Config.model_validate(
    {"planning": {"times_s": [90, 150], "coarse_grid_m": 40.0, "grid_m": 20.0, "shards": 1}}
).planning
#: Two places whose gains differ by 3 dB, which no estimate can notice.
OTHER = FIELD.model_copy(
    update={
        "profile": FIELD.profile.model_copy(
            update={"gain_db": tuple(gain_db + 3.0 for gain_db in FIELD.profile.gain_db)}
        )
    }
)


@cache
def benchmark(split: str = SCORED) -> PlanningBenchmark:
    return PlanningBenchmark(
        {"here": FIELD, "there": OTHER},
        CONFIG.scenario,
        CONFIG.spiral,
        CONFIG.flights,
        CONFIG.localizers,
        CONFIG.flight_simulation,
        SETTINGS,
        CONFIG.seed,
        split,
    )


@cache
def scores(policy: str) -> pd.DataFrame:
    return planning_scores(benchmark(), POLICIES[policy], range(3))


def test_policies_fly_the_same_worlds() -> None:
    first, second = scores("spiral"), scores("lawnmower")
    same = ["world", "flown", "planned", "inside", "after_s", "source_x_m", "source_y_m"]
    pd.testing.assert_frame_equal(first[same], second[same])
    assert not first["error_m"].equals(second["error_m"])
    PlanningTable.validate(first)


def test_worlds_are_flown_by_the_calibration_of_another_place() -> None:
    table = scores("spiral")
    assert (table["flown"] != table["planned"]).all()
    assert benchmark().folds(0) == ("here", "there")
    assert benchmark().folds(1) == ("there", "here")
    assert benchmark().world(0).simulator.calibration is FIELD


def test_rows_do_not_depend_on_how_worlds_are_spread_over_jobs() -> None:
    alone = planning_scores(benchmark(), POLICIES["spiral"], [2]).drop(columns="decision_s")
    together = scores("spiral").drop(columns="decision_s")
    pd.testing.assert_frame_equal(
        alone, together[together["world"] == 2].reset_index(drop=True), check_exact=True
    )


def test_policies_are_developed_on_other_worlds() -> None:
    developed, scored = benchmark("validation").world(0), benchmark().world(0)
    assert not np.array_equal(developed.source_xy_m, scored.source_xy_m)


def test_without_a_signal_the_estimate_is_the_middle_of_the_area() -> None:
    made = benchmark()
    mission = made.mission(0, made.world(0))
    estimate = located(mission, None)
    np.testing.assert_allclose(estimate.position_m, mission.surroundings.area.center_m, atol=1e-6)
    assert estimate.posterior is not None
    assert estimate.unresolved
