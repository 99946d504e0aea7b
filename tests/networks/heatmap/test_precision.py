"""The precision of trainings: what is timed, what is taken, and what the file of it does."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from support.trainings import MAP_TRAINING, SCENES

from rfsl.errors import DataError
from rfsl.io.records import read_json, write_json
from rfsl.networks.heatmap import precision
from rfsl.networks.heatmap.precision import (
    MeasuredPrecision,
    fastest,
    measure_precision,
    offered_precisions,
    training_precision,
)

CPU = torch.device("cpu")
#: Processor time of a step in each precision, on a machine of this test.
STEP_S = {"float32": 0.5, "bfloat16": 0.25}


@pytest.fixture
def both_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "offered_precisions", lambda _: ("float32", "bfloat16"))


def record(path: Path, taken: str = "bfloat16") -> Path:
    timing = {"taken": taken, "maps_per_s": {"float32": 2.0, "bfloat16": 4.0}}
    write_json({"device": "a machine", "architectures": {"locunet": timing}}, path)
    return path


def test_the_cpu_offers_float32_first() -> None:
    assert offered_precisions(CPU)[0] == "float32"
    half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert ("bfloat16" in offered_precisions(CPU)) == half


@pytest.mark.usefixtures("both_offered")
def test_the_faster_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only steps of training advance: their number and the batch give the speed."""
    passed_s, steps = [0.0], []

    def step(model: object, objective: object, maps: Any, optimizer: object, name: str) -> None:
        steps.append((name, len(maps.source_px)))
        passed_s[0] += STEP_S[name]

    monkeypatch.setattr(precision, "training_step", step)
    monkeypatch.setattr(precision, "_clock", lambda _: lambda: passed_s[0])
    found = measure_precision(["locunet", "dcae"], SCENES, MAP_TRAINING, CPU)
    assert found.device == "cpu" and list(found.architectures) == ["locunet", "dcae"]
    for timing in found.architectures.values():
        assert timing.taken == "bfloat16"
        assert timing.maps_per_s == pytest.approx({"float32": 10.0, "bfloat16": 20.0})
    assert {count for _, count in steps} == {5}
    assert [name for name, _ in itertools.groupby(name for name, _ in steps)] == [
        *("float32", "bfloat16"),
        *("float32", "bfloat16"),
    ]


def test_what_this_machine_measures() -> None:
    found = measure_precision(["modified_dcae"], SCENES, MAP_TRAINING, CPU)
    timing = found.architectures["modified_dcae"]
    assert set(timing.maps_per_s) == set(offered_precisions(CPU))
    assert min(timing.maps_per_s.values()) > 0.0
    assert timing.taken == fastest(timing.maps_per_s)
    assert MeasuredPrecision.model_validate(found.model_dump()) == found


def test_a_small_gain_does_not_count() -> None:
    assert fastest({"float32": 10.0}) == "float32"
    assert fastest({"float32": 10.0, "bfloat16": 10.99}) == "float32"
    assert fastest({"float32": 10.0, "bfloat16": 11.0}) == "bfloat16"


@pytest.mark.usefixtures("both_offered")
@pytest.mark.parametrize("taken", ["float32", "bfloat16"])
def test_trainings_read_the_file(
    tmp_path: Path, taken: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = record(tmp_path / "precision.json", taken)
    with caplog.at_level(logging.INFO):
        assert training_precision("measured", [path], "locunet", CPU) == taken
    assert f"trained in {taken}, measured on a machine: float32 2 maps/s" in caplog.text


def test_a_precision_that_is_set_is_taken() -> None:
    assert training_precision("bfloat16", [], "locunet", CPU) == "bfloat16"
    assert training_precision("float32", [], "dcae", CPU) == "float32"


def test_another_device_may_not_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(precision, "offered_precisions", lambda _: ("float32",))
    path = record(tmp_path / "precision.json")
    assert training_precision("measured", [path], "locunet", CPU) == "float32"
    assert "cpu does not have bfloat16, which was measured on a machine" in caplog.text


def test_a_file_that_is_none(tmp_path: Path) -> None:
    path = record(tmp_path / "precision.json")
    told = r"(?s)precision.json: no measured precision of .*delete it and run again"
    with pytest.raises(DataError, match=told):
        training_precision("measured", [path], "dcae", CPU)
    write_json(read_json(path) | {"more": 1}, path)
    with pytest.raises(DataError, match=told):
        training_precision("measured", [path], "locunet", CPU)
