"""Files that a user asks for and that no config or rule has: what the message says."""

from __future__ import annotations

import pytest

from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.shipped import CHECKOUT
from rfsl.workflow.plan.targets import check_targets

#: Patterns as Snakemake has them, with constraints.
OUTPUTS = [
    "results/figures/fig6a.pdf",
    "results/flights/{trial,synthetic_1|synthetic_2}.parquet",
    "results/evaluation/{mode,[A-Za-z0-9_-]+}/{fold}/{after_s,\\d+}s.parquet",
    "results/simulation/{propagation}/{fold}/{split,train|validation|test}/{shard}.arrow",
    "results/fields/flights/{field,(?!)}/{trial}.parquet",
    "results/localize/{name}/fix.json",
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.of(merge_overlays([]))


def test_what_the_config_has_can_be_asked_for(plan: Plan) -> None:
    targets = [
        *("fig6a", "results/figures/fig6a.pdf", "data/afar/nothing.mat", "README.md"),
        "results/flights/synthetic_1.parquet",
        "results/evaluation/kriging_free_space/none/600s.parquet",
        "results/evaluation/kriging_calibrated/location_2/600s.parquet",
        "results/simulation/two_ray/none/train/0.arrow",
        "results/localize/anything/fix.json",
    ]
    check_targets(plan, targets, OUTPUTS, {"fig6a"})


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (
            "results/flights/synthetic_3.parquet",
            "no trial synthetic_3. Did you mean synthetic_2? It has synthetic_1, synthetic_2",
        ),
        (
            "results/flights/afar_309_2.parquet",
            "no trial afar_309_2. config/afar.yaml has it: add --configfile=config/afar.yaml.",
        ),
        (
            "results/evaluation/kriging_calibratd/none/600s.parquet",
            "no mode kriging_calibratd. Did you mean kriging_calibrated?",
        ),
        (
            "results/evaluation/kriging_calibrated/location_1/600s.parquet",
            r"no location (fold) location_1. config/afar.yaml has it",
        ),
        (
            "results/simulation/tworay/none/train/0.arrow",
            "no propagation model tworay. Did you mean two_ray?",
        ),
        (
            "results/fields/flights/lw1_lte/plotdata1.parquet",
            "no set of fields lw1_lte. config/fields/lw1_lte.yaml has it",
        ),
        (
            "results/figures/fig6.pdf",
            "no rule makes this file. Did you mean results/figures/fig6a.pdf?",
        ),
    ],
)
def test_other_names_are_explained(
    plan: Plan, target: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)
    with pytest.raises(ConfigError) as error:
        check_targets(plan, ["results/figures/fig6a.pdf", target], OUTPUTS, set())
    assert str(error.value).startswith(f"{target}: ")
    assert told in str(error.value)
