"""The benchmark on many fields, by the workflow, on made-up logs over two sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.checkouts import checkout, snakemake, told
from support.user_files import FRAME, OVERLAY, SOURCE_XY_M, flight_log

pytestmark = pytest.mark.workflow

SET = """
fields:
  missing: skip
  results:
    theirs: {{file: theirs.csv, label: their network}}
  sets:
    made:
      title: Made up, 915 MHz
      frequency_hz: 9.15e+8
      area: {{south_deg: {south}, north_deg: {north}, west_deg: {west}, east_deg: {east}}}
      source_height_m: 5.0
      sources:
        barn: {{latitude_deg: {latitude}, longitude_deg: {longitude}, known: made up}}
      trials:
        a1: {{file: logs/a.csv, flight: a, source: barn}}
        a2: {{file: logs/b.csv, flight: a, source: barn}}
        b: {{file: logs/c.csv, flight: b, source: barn}}
        short: {{file: logs/short.csv, flight: short, source: barn}}
        lost: {{file: logs/lost.csv, flight: lost, source: barn}}
"""


def test_the_benchmark_on_made_up_logs(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    logs = folder / "logs"
    logs.mkdir()
    for name, east_m in (("a", 0.0), ("b", 0.0), ("c", 40.0)):
        flight_log(logs / f"{name}.csv", east_m)
    pd.read_csv(logs / "a.csv").head(100).to_csv(logs / "short.csv", index=False)
    (south, north), (west, east) = FRAME.to_geodetic([0.0, 280.0], [0.0, 320.0])
    latitude, longitude = FRAME.to_geodetic(*SOURCE_XY_M)
    overlay = folder / "made.yaml"
    corners = {"south": south, "north": north, "west": west, "east": east}
    overlay.write_text(SET.format(**corners, latitude=latitude, longitude=longitude) + OVERLAY)
    results = [
        ["made", trial, after, latitude, longitude]
        for trial in ("a1", "a2", "b", "short")
        for after in ("180", "whole")
    ]
    columns = ["set", "trial", "after_s", "latitude_deg", "longitude_deg"]
    pd.DataFrame(results, columns=columns).to_csv(folder / "theirs.csv", index=False)
    run = snakemake(folder, "results/figures/fields.pdf", "--configfile", str(overlay))
    assert run.returncode == 0, told(run)
    tables = folder / "results" / "tables"
    summary = pd.read_csv(tables / "fields.tsv", sep="\t")
    whole = summary[(summary["after_s"] == "whole") & (summary["set"] == "made")]
    rows = whole.set_index("estimator")
    assert set(rows.index) >= {"strongest", "kriging", "kriging_aerpaw", "kriging_within"}
    # Three flights, of which the short one gives no estimate; the lost one is not at hand.
    assert (rows.loc["kriging", "flights"], rows.loc["kriging", "usable"]) == (3, 2)
    assert rows.loc["kriging", "mean_error_m"] < 60.0
    # Another program named the very place of the source, for the short flight too.
    assert rows.loc["theirs", "label"] == "their network"
    assert (rows.loc["theirs", "flights"], rows.loc["theirs", "usable"]) == (3, 3)
    assert rows.loc["theirs", "mean_error_m"] < 1.0
    each = pd.read_csv(tables / "fields_flights.tsv", sep="\t")
    short = each[(each["flight"] == "short") & (each["estimator"] == "kriging")].iloc[0]
    assert short["usable"] == 0 and "only 100 samples" in short["reason"]
    absent = pd.read_csv(tables / "fields_absent.tsv", sep="\t")
    assert absent["trials"].tolist() == ["lost"]
    pairs = pd.read_csv(tables / "fields_pairs.tsv", sep="\t")
    assert set(pairs["estimator"]) == set(rows.index) - {"kriging"}
    again = snakemake(folder, "results/figures/fields.pdf", "--configfile", str(overlay), "-n")
    assert "Nothing to be done" in told(again)
