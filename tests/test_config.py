"""The config: its generated files, and what a user is told about a wrong key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from rfsl.config.config import Config
from rfsl.config.generate import generated_files
from rfsl.config.load import load_config, validate_config
from rfsl.errors import ConfigError
from rfsl.workflow.plan.plan import Plan

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(generated_files()))
def test_generated_files_are_current(name: str) -> None:
    found = (ROOT / name).read_text(encoding="utf-8")
    assert found == generated_files()[name], f"{name} is stale: run `make config`"


def test_default_file_is_the_default() -> None:
    assert load_config(ROOT / "config/config.yaml") == Config()


@pytest.mark.parametrize("name", ["config/config.yaml", "config/afar.yaml"])
def test_editors_are_told_the_schema(name: str) -> None:
    first = (ROOT / name).read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=config.schema.json"
    assert "properties" in json.loads((ROOT / "config/config.schema.json").read_text())


def test_every_key_is_in_the_manual() -> None:
    manual = (ROOT / "config/README.md").read_text()

    def leaves(value: object, path: str) -> list[str]:
        if not isinstance(value, dict):
            return [path]
        by_name = path in {"modes", "receivers", "heatmaps.networks"}
        return [
            leaf
            for key, item in value.items()
            for leaf in leaves(item, f"{path}.{'<name>' if by_name else key}".lstrip("."))
        ]

    free = {"simulation": {"receivers"}, "ablation": {"sweeps"}}  # keys are names
    for path in leaves(Config().model_dump(exclude=free), ""):
        assert f"`{path}`" in manual


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            "preprocessing: {clustered: {smothing_sigma_samples: 3}}",
            [
                "preprocessing.clustered.smothing_sigma_samples: unknown key (value 3)",
                "Did you mean smoothing_sigma_samples?",
                "Allowed: clusters, group_size",
            ],
        ),
        ("sead: 1", ["sead: unknown key", "Did you mean seed?"]),
        ("training: {seeds: 0}", ["training.seeds: found 0", "greater than or equal to 1"]),
        (
            "modes: {mine: {representation: cluster, propagation: two_ray, label: x}}",
            ["modes.mine.representation: found 'cluster'", "'clustered' or 'normalized'"],
        ),
        (
            "modes: {mine: {representation: clustered, propagation: two_ray, labl: x}}",
            ["modes.mine.labl: unknown key", "Did you mean label?"],
        ),
        (
            "receivers: {field: {tracking: {floor: 3}}}",
            ["receivers.field.tracking.floor: unknown key", "Did you mean floor_db?"],
        ),
        ("modes: {'a b': {}}", ["modes.a b"]),
        ("scenario: {frequency_hz: .nan}", ["scenario.frequency_hz", "finite number"]),
        ("figures: {fig6a: {modes: [nobody]}}", ["names nobody", "clustered_free_space"]),
        (
            "propagation: {uav_antenna: {pattern: measured}}",
            ["propagation.uav_antenna:", "pattern: measured and a file go together"],
        ),
        (
            "preprocessing: {normalized: {group_size: 5000}}",
            ["leaves 4 inputs of the 20000 samples"],
        ),
    ],
)
def test_wrong_keys_are_explained(overlay: str, told: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        validate_config(yaml.safe_load(overlay))
    for text in told:
        assert text in str(error.value)


def test_not_yaml(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("seed: [1, 2")
    with pytest.raises(ConfigError, match=r"broken\.yaml: cannot be read as YAML"):
        load_config(path)


TRIALS_HEAD = (
    "trial\tflight\tlocation\tformat\tpath\tsource_lat_deg\tsource_lon_deg\tsource_height_m\tkind\n"
)
GOOD_ROW = "one\tspiral\there\tembedded\t\t35.7291\t-78.6992\t5\tsynthetic\n"
OTHER_ROW = "two\tspiral\tthere\tembedded\t\t35.7298\t-78.6971\t5\tsynthetic\n"


def plan_of(tmp_path: Path, text: str, **overlay: object) -> Plan:
    table = tmp_path / "trials.tsv"
    table.write_text(text)
    return Plan.of(
        {
            "trials": {"table": str(table), "evaluate": ["one"]},
            "calibration": {"trials": ["two"]},
            **overlay,
        }
    )


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
        (TRIALS_HEAD + GOOD_ROW + GOOD_ROW, "line 3: trial one stands twice"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "north"), "line 2, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("here", "none"), "cannot be called 'none'"),
        (TRIALS_HEAD + GOOD_ROW.replace("here", "all"), "cannot be called 'all'"),
        (TRIALS_HEAD + GOOD_ROW.replace("synthetic", "testbed"), "goes with kind synthetic"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "35.8"), "outside scenario.source_area"),
        (
            TRIALS_HEAD + GOOD_ROW.replace("35.7291\t-78.6992", "-78.6992\t35.7291"),
            "Check the order of latitude and longitude",
        ),
        (TRIALS_HEAD + OTHER_ROW, "trials.evaluate: found one"),
        (TRIALS_HEAD + GOOD_ROW, "calibration.trials: found two. "),
    ],
)
def test_wrong_trials_are_explained(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(tmp_path, text)
    assert told in str(error.value)


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
            "modes.m.propagation: found 'magic'. Allowed: calibrated, enhanced_two_ray",
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
    plan = Plan.of(yaml.safe_load((ROOT / "config/afar.yaml").read_text()))
    assert len(plan.trials) == 14
    for trial in plan.trials.values():
        resource = plan.registry[trial.path]
        assert len(resource.sha256) == 64
        assert resource.url.startswith("https://raw.githubusercontent.com/MPACT-Lab/")
        assert plan.log_path(trial.trial) == f"data/afar/{trial.path}"
