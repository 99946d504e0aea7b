"""How trainings compute: what is timed, what is taken, and what the file of it does."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path
from typing import Any, get_args

import pytest
import torch
from support.map_scenes import fresh_network, network_settings
from support.trainings import MAP_TRAINING, SCENES

from rfsl.errors import DataError
from rfsl.io.records import read_json, write_json
from rfsl.networks.heatmap import precision
from rfsl.networks.heatmap.network import Layout, laid_out
from rfsl.networks.heatmap.precision import (
    Computation,
    MeasuredPrecision,
    fastest,
    measure_precision,
    offered_precisions,
    training_computation,
)

CPU = torch.device("cpu")
DEFAULT = Computation(precision="float32", layout="channels_last")
#: Processor time of a step in each way, on a machine of this test.
STEP_S = {
    ("float32", "channels_last"): 0.5,
    ("float32", "channels_first"): 1.0,
    ("bfloat16", "channels_last"): 0.25,
    ("bfloat16", "channels_first"): 0.125,
}


@pytest.fixture
def both_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "offered_precisions", lambda _: ("float32", "bfloat16"))


def record(path: Path, taken: Computation) -> Path:
    maps_per_s = {"float32": {"channels_last": 2.0}, "bfloat16": {"channels_first": 4.0}}
    timing = {"taken": taken.model_dump(), "maps_per_s": maps_per_s}
    write_json({"device": "a machine", "architectures": {"locunet": timing}}, path)
    return path


def test_the_cpu_offers_float32_first() -> None:
    assert offered_precisions(CPU)[0] == "float32"
    half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert ("bfloat16" in offered_precisions(CPU)) == half


@pytest.mark.usefixtures("both_offered")
def test_the_fastest_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only steps of training advance: their number and the batch give the speed."""
    passed_s, steps = [0.0], []

    def step(model: Any, objective: object, maps: Any, optimizer: object, name: str) -> None:
        assert model.training
        steps.append((name, model.layout))
        assert len(maps.source_px) == MAP_TRAINING.batch_size
        passed_s[0] += STEP_S[steps[-1]]

    monkeypatch.setattr(precision, "training_step", step)
    monkeypatch.setattr(precision, "_clock", lambda _: lambda: passed_s[0])
    found = measure_precision(["locunet", "dcae"], SCENES, MAP_TRAINING, CPU)
    assert found.device == "cpu" and list(found.architectures) == ["locunet", "dcae"]
    for timing in found.architectures.values():
        assert timing.taken == Computation(precision="bfloat16", layout="channels_first")
        for (name, layout), step_s in STEP_S.items():
            assert timing.maps_per_s[name][layout] == pytest.approx(5 / step_s)  # type: ignore[index]
    assert [way for way, _ in itertools.groupby(steps)] == [*STEP_S, *STEP_S]


def test_what_this_machine_measures() -> None:
    found = measure_precision(["modified_dcae"], SCENES, MAP_TRAINING, CPU)
    timing = found.architectures["modified_dcae"]
    assert set(timing.maps_per_s) == set(offered_precisions(CPU))
    for speeds in timing.maps_per_s.values():
        assert set(speeds) == set(get_args(Layout)) and min(speeds.values()) > 0.0
    assert timing.taken == fastest(timing.maps_per_s)
    assert MeasuredPrecision.model_validate(found.model_dump()) == found


def test_a_small_gain_does_not_count() -> None:
    speeds = {"channels_last": 10.0, "channels_first": 10.9}
    assert fastest({"float32": speeds}) == DEFAULT
    half = {"channels_last": 10.9, "channels_first": 1.0}
    assert fastest({"float32": speeds, "bfloat16": half}) == DEFAULT
    half["channels_last"] = 11.0
    taken = fastest({"float32": speeds, "bfloat16": half})
    assert taken == Computation(precision="bfloat16", layout="channels_last")
    # Against the faster order in float32, not against the first.
    speeds["channels_first"] = 20.0
    taken = fastest({"float32": speeds, "bfloat16": half})
    assert taken == Computation(precision="float32", layout="channels_first")


@pytest.mark.usefixtures("both_offered")
@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_trainings_read_the_file(
    tmp_path: Path, name: Any, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    taken = Computation(precision=name, layout=layout)
    path = record(tmp_path / "precision.json", taken)
    with caplog.at_level(logging.INFO):
        assert training_computation("measured", [path], "locunet", CPU) == taken
    told = f"trained in {name}, {layout}; measured on a machine: float32 channels_last 2 maps/s, b"
    assert told in caplog.text


def test_a_precision_that_is_set_is_taken() -> None:
    half = Computation(precision="bfloat16", layout="channels_last")
    assert training_computation("bfloat16", [], "locunet", CPU) == half
    assert training_computation("float32", [], "dcae", CPU) == DEFAULT


def test_another_device_may_not_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(precision, "offered_precisions", lambda _: ("float32",))
    half = Computation(precision="bfloat16", layout="channels_first")
    path = record(tmp_path / "precision.json", half)
    assert training_computation("measured", [path], "locunet", CPU) == DEFAULT
    assert "cpu does not have bfloat16, which was measured on a machine" in caplog.text


def test_layouts_change_no_number() -> None:
    model = fresh_network(network_settings("rss", "rss"))
    maps = {"rss": torch.randn(2, 1, 16, 16)}
    with torch.no_grad():
        last = laid_out(model, "cpu", "channels_last")(maps)
        first = laid_out(model, "cpu", "channels_first")(maps)
    torch.testing.assert_close(first, last, check_stride=False)
    assert all(weight.is_contiguous() for weight in model.network.parameters())


def test_a_file_that_is_none(tmp_path: Path) -> None:
    path = record(tmp_path / "precision.json", DEFAULT)
    told = r"(?s)precision.json: no measured precision of .*delete it and run again"
    with pytest.raises(DataError, match=told):
        training_computation("measured", [path], "dcae", CPU)
    write_json(read_json(path) | {"more": 1}, path)
    with pytest.raises(DataError, match=told):
        training_computation("measured", [path], "locunet", CPU)
