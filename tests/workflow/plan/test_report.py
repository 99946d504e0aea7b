"""What the report needs: every result with its caption and labels, every rule with its log."""

from __future__ import annotations

import re

import pytest
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.report import TITLES

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


def test_every_rule_says_what_it_does() -> None:
    """`snakemake --list-rules` shows it; a rule that changes another one has the other's words."""
    text = rules() + (ROOT / "Snakefile").read_text()
    for name, rest in re.findall(r"^rule (\w+):\n(.*)$", text, flags=re.MULTILINE):
        assert re.fullmatch(r' {4}"""[A-Z].*\."""', rest), name


def test_every_caption_is_there_and_used() -> None:
    used = set(re.findall(r'caption="\.\./report/(\w+)\.rst"', rules())) | {"workflow"}
    assert used == {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}


def test_labels_name_what_a_result_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    plan = Plan.of(Config().model_dump())
    labels = {name: plan.report.labels(name, "figure") for name in TITLES}
    assert len({tuple(found) for found in labels.values()}) == 1
    assert labels["fig6a"]["modes"].startswith("clustered, enhanced two-ray, normalized")
    assert labels["fig6a"]["trials"] == "synthetic 1, synthetic 2"
    assert labels["fig6a"]["propagation"] == "enhanced two-ray, free space, calibrated"
    assert labels["fig5"]["propagation"].endswith("calibrated")
    assert labels["cost"]["modes"] == "-"
