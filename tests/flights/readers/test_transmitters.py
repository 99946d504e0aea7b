"""Logs of several transmitters: told, and one of them chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.bad_logs import SETTINGS, Columns, columns, write_csv, write_parquet

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame, travelled_m

FRAME = LocalFrame.of(Config().scenario)


def reading(values: Columns, folder: Path, **where: str) -> Flight:
    return read_log(write_csv(values, folder), FRAME, SETTINGS.model_copy(update={"where": where}))


def heard(seed: int = 3) -> Columns:
    """Two transmitters in turn, one on each side of the circle, of different strength."""
    values = columns(FRAME)
    east = np.array([1, -1])[np.random.default_rng(seed).integers(0, 2, 900)]
    phase = np.radians(values["yaw_deg"])
    values["rss_db"] = -70.0 + 10.0 * east + 8.0 * east * np.cos(phase)
    values["rss_db"] += np.random.default_rng(seed).standard_normal(900)
    return values | {"channel": np.where(east > 0, 1, 11)}


def test_several_transmitters_are_told_and_one_is_chosen(tmp_path: Path) -> None:
    values = heard()
    count = int((values["channel"] == 1).sum())
    with pytest.raises(FlightError, match="log holds 2 values of channel") as told:
        reading(values, tmp_path)
    assert f"1: {count}" in str(told.value) and f"11: {900 - count}" in str(told.value)
    assert "choose one with --where channel=" in str(told.value)
    for value in ("11", "11.0", " 11 "):
        found = reading(values, tmp_path, channel=value)
        np.testing.assert_allclose(found.rss_db, values["rss_db"][values["channel"] == 11])
        assert (
            f"{900 - count} of 900 rows have channel={value}; the others are not used"
            in found.notes
        )
    assert len(reading(values, tmp_path, channel="*")) == 900


def test_the_order_and_the_name_of_the_column_do_not_matter(tmp_path: Path) -> None:
    values = heard()
    named = values | {"beam": values.pop("channel")}
    for order in (np.arange(900), np.argsort(named["beam"], kind="stable")):
        with pytest.raises(FlightError, match="2 values of beam"):
            reading({name: column[order] for name, column in named.items()}, tmp_path)
    texts = values | {"SSID": np.where(named["beam"] == 1, "guest wifi", "home")}
    with pytest.raises(FlightError, match="2 values of SSID") as told:
        reading(texts, tmp_path)
    assert "'SSID=*'" in str(told.value)
    assert len(reading(texts, tmp_path, SSID="guest wifi")) == (named["beam"] == 1).sum()


def test_cells_one_after_the_other_are_told(tmp_path: Path) -> None:
    """A phone changes its cell on the way: then the power is no longer of one transmitter."""
    values = columns(FRAME)
    with pytest.raises(FlightError, match="2 values of pci"):
        reading(values | {"pci": np.where(np.arange(900) < 500, 301, 12)}, tmp_path)


def test_one_transmitter_on_several_channels_is_no_fault(tmp_path: Path) -> None:
    values = columns(FRAME)
    hop = np.random.default_rng(1).integers(0, 3, 900)
    found = reading(values | {"channel": 37 + hop}, tmp_path)
    assert "columns not used: channel" in found.notes


def test_columns_that_follow_the_flight_are_no_fault(tmp_path: Path) -> None:
    """Battery, mode, satellites, bars of the signal, one rare value, an index."""
    values = columns(FRAME)
    path_m = travelled_m(np.column_stack([np.arange(900.0), np.zeros((900, 2))]))
    values["rss_db"] = -80.0 + 15.0 * np.sin(path_m / 80.0) + values["rss_db"] / 20.0
    rng = np.random.default_rng(2)
    others = {
        "battery": (99 - path_m // 90).astype(int),
        "cell_voltage": np.round(4.2 - path_m / 900.0, 1),
        "mode": np.where(path_m < 450, "AUTO", "RTL"),
        "satellites": rng.integers(11, 14, 900),
        "bars": np.round((values["rss_db"] + 100.0) / 8.0).astype(int),
        "bssid": np.where(path_m == 100, "00:11:22:33:44:66", "00:11:22:33:44:55"),
        "packet": np.arange(900),
        "empty": np.full(900, ""),
    }
    found = reading(values | others, tmp_path)
    assert f"columns not used: {', '.join(others)}" in found.notes
    assert len(found) == 900


def test_wrong_choices_are_explained(tmp_path: Path) -> None:
    values = heard()
    with pytest.raises(FlightError, match=r"no column chanel, .* Did you mean channel\?"):
        reading(values, tmp_path, chanel="1")
    with pytest.raises(FlightError, match=r"no row has channel=6 .* Found 1: \d+, 11: \d+"):
        reading(values, tmp_path, channel="6")
    values["pci"] = values["channel"]
    with pytest.raises(FlightError, match=r"no row has all of flights\.where"):
        reading(values, tmp_path, channel="1", pci="11")


def test_parquet_columns_of_any_type(tmp_path: Path) -> None:
    """What is not used may be anything."""
    import pandas as pd

    values = columns(FRAME) | {
        "when": pd.date_range("2024-05-01", periods=900),
        "nested": [[1.0]] * 900,
        "flag": [True, False] * 450,
        "kind": pd.Categorical(["a", "b", "c"] * 300),
    }
    path = write_parquet(values, tmp_path)
    found = read_log(path, FRAME, SETTINGS)
    assert "columns not used: when, flag, kind" in found.notes
