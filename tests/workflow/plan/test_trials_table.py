"""The trials table: folds, what is read of it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bad_values import STABLE, one_error
from support.paths import ROOT
from support.user_files import (
    GOOD_ROW,
    OTHER_ROW,
    TRIALS_HEAD,
    plan_of,
)

from rfsl.config.config import Config
from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError
from rfsl.propagation.models import MODELS
from rfsl.workflow.plan.plan import Plan


def test_folds_leave_the_scored_location_out(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, TRIALS_HEAD + GOOD_ROW + OTHER_ROW, calibration={"trials": ["one", "two"]}
    )
    assert plan.fold("clustered_enhanced_two_ray", "one") == "here"
    assert plan.calibration_trials("here") == ["two"]
    assert plan.fold("clustered_free_space", "one") == "none"
    fixed = plan_of(
        tmp_path,
        TRIALS_HEAD + GOOD_ROW + OTHER_ROW,
        propagation={"legs": {"beta": 0.2}},
    )
    assert fixed.fold("clustered_enhanced_two_ray", "one") == "none"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("trial\tflight\nx\ty\n", "line 1: found columns trial, flight; needed"),
        (TRIALS_HEAD + GOOD_ROW + GOOD_ROW, "line 3: trial one is listed twice"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "north"), "line 2, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("here", "none"), "cannot be called 'none'"),
        (TRIALS_HEAD + GOOD_ROW.replace("here", "all"), "cannot be called 'all'"),
        (TRIALS_HEAD + GOOD_ROW.replace("synthetic", "testbed"), "kind must be synthetic"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "35.8"), "outside scenario.source_area"),
        (
            TRIALS_HEAD + GOOD_ROW.replace("35.7291\t-78.6992", "-78.6992\t35.7291"),
            "Check the order of latitude and longitude",
        ),
        (TRIALS_HEAD + OTHER_ROW, "trials.evaluate: found one"),
        (
            f"{TRIALS_HEAD.strip()}\tflight_label\n{GOOD_ROW.strip()}\tA\n{OTHER_ROW.strip()}\tB\n",
            "column flight_label: found 'B', but trial one of the same flight has 'A'",
        ),
        (TRIALS_HEAD.strip() + "\tcolour\n", "allowed as well: label, flight_label"),
        (TRIALS_HEAD + GOOD_ROW, "calibration.trials: found two. "),
    ],
)
def test_wrong_trials_are_explained(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(tmp_path, text)
    assert told in str(error.value)


def test_labels_are_names_on_figures(tmp_path: Path) -> None:
    head, good, other = (row.strip() for row in (TRIALS_HEAD, GOOD_ROW, OTHER_ROW))
    plan = plan_of(tmp_path, f"{head}\tlabel\n{good}\tTrial 1\n{other}\t\n")
    names = plan.shown_names()
    assert (names["one"], names["two"]) == ("Trial 1", "two")
    assert names[plan.trials["one"].flight] == plan.trials["one"].flight


def test_one_location_leaves_nothing_to_calibrate_on(tmp_path: Path) -> None:
    """Modes without a calibration can be used all the same."""
    plan = plan_of(tmp_path, TRIALS_HEAD + GOOD_ROW + OTHER_ROW.replace("there", "here"))
    assert plan.fitted_files("kriging_free_space", "none")["calibration"] is None
    with pytest.raises(ConfigError, match="every calibration trial is at that location"):
        plan.calibration_trials("here")


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            {"modes": {"m": {"representation": "clustered", "propagation": "magic", "label": "x"}}},
            f"modes.m.propagation: found 'magic'. Allowed: {', '.join(sorted(MODELS))}",
        ),
        ({"figures": {"fig5": {"models": ["magic"]}}}, "figures.fig5.models: found 'magic'"),
        ({"simulation": {"receivers": {"two_ray": "none"}}}, "found 'none'; receivers: has only"),
    ],
)
def test_names_of_models_and_receivers_are_checked(
    tmp_path: Path, overlay: dict[str, object], told: str
) -> None:
    base = Config().model_dump()

    def merged(old: object, new: object) -> object:
        if isinstance(old, dict) and isinstance(new, dict):
            return old | {key: merged(old.get(key), value) for key, value in new.items()}
        return new

    with pytest.raises(ConfigError) as error:
        Plan.of(merged(base, overlay))
    assert told in str(error.value)


def test_only_what_a_model_needs_is_among_its_params(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, TRIALS_HEAD + GOOD_ROW + OTHER_ROW)
    assert plan.propagation_params("free_space") == {}
    assert set(plan.propagation_params("two_ray")) == {"uav_antenna", "source_antenna"}
    assert "legs" in plan.propagation_params("enhanced_two_ray")
    assert plan.simulation_params("free_space")["attitude_range_deg"] is None
    assert plan.needs_calibration("calibrated")
    assert not plan.needs_calibration("two_ray")


def test_chamber_files_are_inputs(tmp_path: Path) -> None:
    antenna = {"pattern": "measured", "file": "SA-1400-5900-F3300.txt"}
    plan = plan_of(
        tmp_path,
        TRIALS_HEAD + GOOD_ROW + OTHER_ROW,
        propagation={"uav_antenna": antenna},
    )
    assert plan.antenna_files("two_ray") == ["data/afar/SA-1400-5900-F3300.txt"]
    assert plan.antenna_files("free_space") == []


def test_all_public_flights_are_registered() -> None:
    plan = Plan.of(merge_overlays([ROOT / "config/afar.yaml"]))
    assert len(plan.trials) == 14
    for trial in plan.trials.values():
        resource = plan.registry[trial.path]
        assert len(resource.sha256) == 64
        assert resource.url.startswith("https://raw.githubusercontent.com/MPACT-Lab/")
        assert plan.log_path(trial.trial) == f"data/afar/{trial.path}"


TABLE = TRIALS_HEAD + GOOD_ROW + OTHER_ROW


@STABLE
@given(content=st.binary(max_size=200), whole=st.booleans(), share=st.floats(0, 1))
def test_damaged_trials_tables(tmp_path: Path, content: bytes, whole: bool, share: float) -> None:
    at = int(share * len(TABLE))
    bad = content if whole else TABLE.encode()[:at] + content[:3] + TABLE.encode()[at:]
    table = tmp_path / "trials.tsv"
    table.write_bytes(bad)
    told = one_error(
        lambda: Plan.of(
            {
                "trials": {"table": str(table), "evaluate": ["one"]},
                "calibration": {"trials": ["two"]},
            }
        )
    )
    assert told is None or "trials.tsv" in told or "calibration" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TRIALS_HEAD + GOOD_ROW.replace("\n", "\tmore\n"), "line 2"),
        (TRIALS_HEAD + "one\tspiral\n", "line 2, column location"),
        (TRIALS_HEAD + "\n\n" + GOOD_ROW.replace("35.7291", "x"), "line 4, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "0.6236"), "m outside scenario.source_area"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "nan"), "line 2, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("\t5\t", "\t-5\t"), "line 2, column source_height_m"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "35,7291"), "found '35,7291'"),
        (TRIALS_HEAD.replace("\t", ";") + GOOD_ROW.replace("\t", ";"), "by tabs or commas"),
        ("", "line 1: found columns (none)"),
    ],
)
def test_wrong_trials_tables(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(tmp_path, text)
    assert told in str(error.value) and "trials.tsv" in str(error.value)


def test_a_trials_table_with_commas(tmp_path: Path) -> None:
    tabs = plan_of(tmp_path, TRIALS_HEAD + GOOD_ROW + OTHER_ROW).trials
    commas = plan_of(tmp_path, (TRIALS_HEAD + GOOD_ROW + OTHER_ROW).replace("\t", ",")).trials
    assert list(tabs) == ["one", "two"] and commas == tabs


def test_a_trials_table_of_another_system(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "\ufeff" + (TRIALS_HEAD + GOOD_ROW + OTHER_ROW).replace("\n", "\r\n"))
    assert list(plan.trials) == ["one", "two"]
