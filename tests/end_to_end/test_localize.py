"""A fix of a log, made by Snakemake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.checkouts import checkout, snakemake, told
from support.user_files import OVERLAY, flight_log

from rfsl.fixes.output import OUTPUTS


@pytest.mark.workflow
def test_by_snakemake(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    target = "results/localize/mine/fix.json"
    for config, text in (
        ([], "flight: no log is named; add --config flight=PATH"),
        (["--config", "flight=absent.csv"], "flight: found absent.csv; there is no such file"),
    ):
        failed = snakemake(folder, "-n", target, *config)
        assert failed.returncode != 0 and text in told(failed)
    flight_log(folder / "my.csv")
    (folder / "mine.yaml").write_text(OVERLAY)
    done = snakemake(folder, target, "--configfile", "mine.yaml", "--config", "flight=my.csv")
    assert done.returncode == 0, told(done)
    assert {path.name for path in (folder / target).parent.iterdir()} == set(OUTPUTS)
    record = json.loads((folder / target).read_text())
    assert record["estimator"]["mode"] == "kriging_free_space"
    assert "no logged trial to calibrate on" in "\n".join(record["notes"])
    # Calibration on real flights is asked for where they are configured.
    config = ["--configfile", "config/afar.yaml", "--config", "flight=my.csv"]
    wanted = snakemake(folder, "-n", "results/localize/real/fix.json", *config)
    assert "results/calibration/all.json" in told(wanted)
