"""The config: its generated files, and what a user is told about a wrong key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.config.generate import generated_files
from rfsl.config.load import load_config, validate_config
from rfsl.errors import ConfigError


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
        by_name = path in {"modes", "receivers", "heatmaps.networks", "fields.estimators"}
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
