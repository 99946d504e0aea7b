"""The plan of the benchmark on many fields: folds, what is at hand, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError
from rfsl.workflow.data.registry import load_registry
from rfsl.workflow.plan.plan import Plan

FILES = sorted(Path("config/fields").glob("*.yaml"))
#: Four corners round a place of nobody's.
AREA = {"south_deg": 10.0, "north_deg": 10.01, "west_deg": 20.0, "east_deg": 20.01}


def source(latitude_deg: float = 10.005, longitude_deg: float = 20.005) -> dict[str, Any]:
    return {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "known": "by a survey"}


def plan_of(**changes: Any) -> Plan:
    """One set of two sources, with two flights over the first and one over the second."""
    block = {
        "title": "Made up",
        "area": AREA,
        "frequency_hz": 9.15e8,
        "source_height_m": 2.0,
        "sources": {"barn": source(), "mill": source(10.002)},
        "flights": {"columns": {"time_s": "t"}},
        "trials": {
            "a1": {"file": "a.csv", "flight": "a", "source": "barn"},
            "a2": {
                "file": "a.csv",
                "flight": "a",
                "source": "barn",
                "flights": {"columns": {"rss_db": "two"}},
            },
            "b1": {"file": "b.csv", "flight": "b", "source": "mill"},
        },
    }
    fields = {"sets": {"made": block | changes.pop("block", {})}, **changes}
    return Plan.of(merge_overlays([{"fields": fields}]))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_each_set_of_the_project_is_complete(file: Path) -> None:
    plan = Plan.of(merge_overlays([file]))
    registry = load_registry()
    ((field, block),) = plan.fields.sets().items()
    for name, trial in block.trials.items():
        for public in (trial.file, *trial.beside):
            assert public in registry
            assert plan.file_path(public).startswith(("data/afar/", f"data/fields/{field}/"))
        assert plan.fields.row(field, name)["source_height_m"] == block.source_height_m
    assert plan.fields.scenario(field)["source_area"] == block.area.model_dump()
    assert all(plan.fields.scores()[field].values())


def test_a_calibration_leaves_the_source_out_or_the_flight() -> None:
    fields = plan_of().fields
    assert [fields.fold("made", name) for name in ("a1", "a2", "b1")] == ["barn", "barn", "mill"]
    assert fields.calibration_flights("made", "barn") == ["results/fields/flights/made/b1.parquet"]
    one = plan_of(
        block={
            "sources": {"barn": source()},
            "trials": {
                name: {"file": f"{name}.csv", "flight": name[0], "source": "barn"}
                for name in ("a1", "a2", "b1")
            },
        }
    ).fields
    assert [one.fold("made", name) for name in ("a1", "a2", "b1")] == ["a", "a", "b"]
    assert one.calibration_files("made", "kriging_within") == [
        "results/fields/calibration/made/a.json",
        "results/fields/calibration/made/b.json",
    ]
    alone = plan_of(block={"trials": {"b1": {"file": "b.csv", "flight": "b", "source": "mill"}}})
    assert "kriging_within" not in alone.fields.scores()["made"]


def test_columns_of_the_set_and_of_the_trial_are_joined() -> None:
    fields = plan_of().fields
    assert fields.flights("made", "a2")["columns"] == {"time_s": "t", "rss_db": "two"}
    assert fields.flights("made", "a1")["columns"] == {"time_s": "t"}


def test_the_carried_calibration_is_not_scored_on_its_own_flights() -> None:
    assert "kriging_aerpaw" in plan_of().fields.scores()["made"]
    own = plan_of(block={"carried": False}).fields
    assert "kriging_aerpaw" not in own.scores()["made"]


def test_what_is_not_at_hand_can_be_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = plan_of(missing="skip").fields
    assert list(fields.trials("made")) == []
    assert fields.absent() == {"made": ["a1", "a2", "b1"]}
    (tmp_path / "config").symlink_to(Path("config").resolve())
    monkeypatch.chdir(tmp_path)
    Path("a.csv").touch()
    assert list(fields.trials("made")) == ["a1", "a2"]
    folder = tmp_path / "public"
    (folder / "lw1_lte").mkdir(parents=True)
    (folder / "lw1_lte" / "plotdata2.mat").touch()
    monkeypatch.setenv("RFSL_FIELDS_DIR", str(folder))
    public = plan_of(
        missing="skip",
        block={"trials": {"p": {"file": "plotdata2.mat", "flight": "p", "source": "barn"}}},
    )
    assert list(public.fields.trials("made")) == ["p"]
    assert list(plan_of(missing="error").fields.trials("made")) == ["a1", "a2", "b1"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"block": {"sources": {"barn": source(20.005, 10.005)}}}, "check the order of latitude"),
        (
            {"block": {"trials": {"x": {"file": "x", "flight": "x", "source": "silo"}}}},
            "sources has only barn, mill",
        ),
        ({"block": {"flights": {"colums": {}}}}, "unknown colums; allowed: .*columns"),
        ({"reference": "krging"}, "estimators has only strongest, centroid"),
        (
            {"estimators": {"kriging": {"mode": "kriging_fre_space", "label": "k"}}},
            "Did you mean kriging_free_space",
        ),
        (
            {"estimators": {"kriging": {"mode": "kriging_calibrated", "label": "k"}}},
            "needs a calibration",
        ),
        (
            {
                "estimators": {
                    "kriging": {"mode": "set_calibrated", "calibration": "within", "label": "k"}
                }
            },
            "has trained networks",
        ),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        plan_of(**changes)


def test_without_a_set_the_files_are_named() -> None:
    with pytest.raises(ConfigError, match=r"add --configfile=config/fields/NAME\.yaml"):
        Plan.of(merge_overlays([])).fields.sets()
