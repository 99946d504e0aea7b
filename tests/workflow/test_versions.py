"""What a run says of itself: its settings, its versions, what it made."""

from __future__ import annotations

import os
import time
from pathlib import Path

import yaml

from rfsl.config.config import Config
from rfsl.workflow.versions import loaded_versions, made_since, write_config, write_versions


def test_settings_can_be_used_again(tmp_path: Path) -> None:
    config = Config().model_copy(update={"seed": 7})
    write_config(config.model_dump(mode="json"), tmp_path / "settings.yaml")
    again = Config.model_validate(yaml.safe_load((tmp_path / "settings.yaml").read_text()))
    assert again == config


def test_versions_are_those_that_run(tmp_path: Path) -> None:
    import numpy

    assert loaded_versions()["numpy"] == numpy.__version__
    assert "re" not in loaded_versions()
    write_versions(tmp_path / "versions.tsv")
    rows = dict(line.split("\t") for line in (tmp_path / "versions.tsv").read_text().splitlines())
    assert rows["numpy"] == numpy.__version__
    assert {"package", "python", "snakemake"} <= set(rows)


def test_a_run_ends_with_what_it_made(tmp_path: Path) -> None:
    names = ["figures/b.pdf", "figures/a.pdf", "models/m/w.safetensors", "models/n", "logs/x.log"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    old = tmp_path / "tables/old.tsv"
    old.parent.mkdir()
    old.write_text("")
    os.utime(old, (1.0, 1.0))
    told = made_since(tmp_path, time.time() - 65.0).splitlines()
    assert told[0] in {f"Made in 1 min {seconds} s:" for seconds in range(5, 30)}
    assert told[1:3] == [f"  {tmp_path}/figures/{name}.pdf" for name in "ab"]
    assert told[3:] == [f"  other files in {tmp_path}/: models (2)"]
    assert made_since(tmp_path, time.time() + 60.0) == ""
