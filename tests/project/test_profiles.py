"""Snakemake's profiles agree with the rules."""

from __future__ import annotations

import re

import yaml
from support.paths import ROOT


def test_groups_are_of_rules_that_there_are() -> None:
    profile = yaml.safe_load((ROOT / "slurm/config.yaml").read_text())
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    rules = set(re.findall(r"^(?:use rule \w+ as|rule) (\w+)", text, re.MULTILINE))
    grouped = dict(item.split("=") for item in profile["groups"])
    assert set(grouped) <= rules
    assert {item.split("=")[0] for item in profile["group-components"]} == set(grouped.values())
    # Downloads run here; what may take long is submitted by itself.
    long = {"train", "train_set_network", "train_heatmap", "pool", "simulated_localization"}
    assert not set(grouped) & (long | {"fetch"})
    assert not any("account" in key or "partition" in key for key in profile)
