"""Logs that hold no signal, and logs measured on the ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from support.user_files import OVERLAY, flight_log

import rfsl


def test_noise_alone_is_no_position(tmp_path: Path) -> None:
    table = pd.read_csv(flight_log(tmp_path / "my.csv"))
    table["rss_db"] = -95.0 + np.random.default_rng(1).normal(0.0, 2.0, len(table))
    table.to_csv(tmp_path / "noise.csv", index=False)
    # With the quality given, all but the start would count as locked.
    fix = rfsl.localize(tmp_path / "noise.csv")
    assert not fix.usable and fix.position is None and fix.regions == ()
    assert "heard noise alone" in fix.reason
    assert rfsl.localize(tmp_path / "my.csv").usable


def test_a_walk_is_told(tmp_path: Path) -> None:
    table = pd.read_csv(flight_log(tmp_path / "my.csv")).assign(height_m=1.5)
    table.to_csv(tmp_path / "walk.csv", index=False)
    config = yaml.safe_load(OVERLAY) | {"flights": {"minimum_height_m": 0.0}}
    fix = rfsl.localize(tmp_path / "walk.csv", config=config, estimator="strongest_rss")
    assert "near_ground" in fix.flags
    assert any("1.5 m above ground" in note for note in fix.notes)
