"""The report: one offline file with every figure and table, each with its caption and labels."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import pytest
import yaml
from checkouts import ROOT, TARGETS, TINY, snakemake, told

from rfsl.config.config import Config
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.report import TITLES
from rfsl.workflow.versions import loaded_versions, made_since, write_config, write_versions

CATEGORIES = {
    *("Scenario", "Propagation", "Features", "Localization", "Generalization", "Heatmaps"),
    *("Cost", "Configuration"),
}


def rules() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))


def test_every_figure_and_table_is_reported() -> None:
    """Rules for tables and figures have no output, but for the vector graphics, that is not."""
    text = rules()
    bare = re.findall(r'^ {8}\w+="(results/(?:figures|tables)/[^"]+)"', text, re.MULTILINE)
    assert bare and all(path.endswith(".pdf") for path in bare)
    reported = re.findall(r'report\(\s+"(results/[^"]+)"', text)
    assert {path.removesuffix(".pdf") for path in bare} <= {
        path.removesuffix(".png") for path in reported
    }
    assert set(re.findall(r'category="([^"]+)"', text)) >= CATEGORIES


def test_every_rule_is_logged_and_measured() -> None:
    for rule in re.split(r"^(?=rule |use rule )", rules(), flags=re.MULTILINE)[1:]:
        for directive in ("log", "benchmark"):
            assert f"    {directive}:\n" in rule, rule.splitlines()[0]


def test_every_caption_is_there_and_used() -> None:
    used = set(re.findall(r'caption="\.\./report/(\w+)\.rst"', rules())) | {"workflow"}
    assert used == {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}


def test_labels_name_what_a_result_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    plan = Plan.of(Config().model_dump())
    labels = {name: plan.report.labels(name, "figure") for name in TITLES}
    assert len({tuple(found) for found in labels.values()}) == 1
    assert labels["fig6a"]["modes"].startswith("clustered, enhanced two-ray, normalized")
    assert labels["fig6a"]["trials"] == "synthetic_1, synthetic_2"
    assert labels["fig6a"]["propagation"] == "enhanced_two_ray, free_space"
    assert labels["fig5"]["propagation"].endswith("calibrated")
    assert labels["cost"]["modes"] == "-"


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
    assert told[3:] == [f"  below {tmp_path}/: models (2) files"]
    assert made_since(tmp_path, time.time() + 60.0) == ""


@pytest.mark.workflow
def test_the_report_is_one_offline_file(finished: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    run = snakemake(finished, *TARGETS, *TINY, "--report", str(report))
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
