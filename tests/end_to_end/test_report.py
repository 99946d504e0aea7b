"""The report: one offline file with every figure and table, each with its caption and labels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.checkouts import TARGETS, TINY, snakemake, told


@pytest.mark.workflow
def test_the_report_is_one_offline_file(finished_copy: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    run = snakemake(finished_copy, *TARGETS, *TINY, "--report", str(report))
    assert run.returncode == 0, told(run)
    text = report.read_text(encoding="utf-8")
    assert not re.search(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?(?:https?:)?//""", text)
    results = json.loads(re.search(r"var results = (\{.*?\});?\n", text)[1])  # type: ignore[index]
    shown = {Path(path).name: found for path, found in results.items()}
    wanted = {Path(path).with_suffix(".png").name for path in TARGETS if "/figures/" in path}
    assert wanted - {"heatmap_coverage.png"} <= set(shown)
    for found in shown.values():
        assert "{{" not in found["caption"] and "{%" not in found["caption"]
        if not found["name"].endswith(".html"):  # a page has one label, its title
            assert set(found["labels"]) == {"result", "form", "modes", "trials", "propagation"}
