"""A training that is interrupted, however and whenever, ends with the bytes of one that is not."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from snakemake.iocontainers import Namedlist
from support.flights import CONFIG, FIELD
from support.paths import ROOT
from support.trainings import MAP_TRAINING, SCALING, few_flights, sources, with_completions
from support.trainings import train_maps as train_on_maps

from rfsl.config.networks import SetNetworkSettings, TrainingSettings
from rfsl.io.records import write_json
from rfsl.networks.checkpoints import Checkpoint, checkpoint_of
from rfsl.networks.heatmap.training import Objective, save_trained_maps
from rfsl.networks.realadaptrnet.training import save_trained, train
from rfsl.networks.set_network.training import save_set_network, train_set_network

REAL = TrainingSettings(epochs=12, batch_size=32)
SET = SetNetworkSettings(epochs=6, width=8, batch_size=4)
MAPS = MAP_TRAINING.model_copy(update={"epochs": 5, "coverage_step": 0.1, "epochs_per_step": 2})


class ProcessEnd(BaseException):
    """As if the process had ended here."""


@dataclass(frozen=True)
class Interrupting(Checkpoint):
    """Ends the process right after the checkpoint of that epoch."""

    after: int = 1

    def write(self, tensors: Any, record: Any) -> None:
        super().write(tensors, record)
        if len(record["history"]) >= self.after:
            raise ProcessEnd


def train_real(folder: Path, checkpoint: Checkpoint | None) -> None:
    validation = sources(30, 2)
    places_m = np.random.default_rng(0).permutation(validation.source_xy_m)
    trained = train(
        sources(60, 1),
        # Of places at random nothing is learned: it ends early, whatever the machine's rounding.
        replace(validation, source_xy_m=places_m),
        sources(30, 3),
        SCALING,
        REAL,
        base_seed=7,
        mode="mine",
        seed=0,
        checkpoint=checkpoint,
    )
    save_trained(trained, *(folder / name for name in NAMES))


def train_set(folder: Path, checkpoint: Checkpoint | None) -> None:
    network, summary = train_set_network(
        few_flights(14), SET, base_seed=1, seed=0, checkpoint=checkpoint
    )
    save_set_network(network, summary, folder / NAMES[0], folder / NAMES[2])


def train_maps(folder: Path, checkpoint: Checkpoint | None) -> None:
    model = with_completions()
    summary, history = train_on_maps(
        model, Objective(0.8, soft_argmax_beta=16.0), 0, MAPS, checkpoint=checkpoint
    )
    save_trained_maps(model, summary, history, *(folder / name for name in NAMES))


NAMES = ("model.safetensors", "history.csv", "summary.json")
TRAININGS: dict[str, Callable[[Path, Checkpoint | None], None]] = {
    "real": train_real,
    "set": train_set,
    "maps": train_maps,
}


def outputs(folder: Path) -> dict[str, Any]:
    """Bytes of the outputs, and the summary without times."""
    found: dict[str, Any] = {path.name: path.read_bytes() for path in folder.iterdir()}
    summary = json.loads(found["summary.json"])
    assert summary.pop("wall_s") > 0.0
    summary.pop("scenes_per_s", None)
    return found | {"summary.json": summary}


@pytest.fixture(scope="module", params=sorted(TRAININGS))
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def undisturbed(kind: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp(kind)
    TRAININGS[kind](folder, None)
    return outputs(folder)


def resumed_after(caplog: pytest.LogCaptureFixture) -> list[int]:
    return [int(epoch) for epoch in re.findall(r"resumed after epoch (\d+)", caplog.text)]


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="rfsl")


def test_interrupted_after_every_epoch(
    kind: str, undisturbed: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As many processes as there are epochs."""
    outs = tmp_path / "outputs"
    outs.mkdir()
    epochs = undisturbed["summary.json"]["epochs"]
    for epoch in range(1, epochs):
        checkpoint = Interrupting(tmp_path / "c.safetensors", "same", 0.0, epoch)
        with pytest.raises(ProcessEnd):
            TRAININGS[kind](outs, checkpoint)
    TRAININGS[kind](outs, Checkpoint(tmp_path / "c.safetensors", "same", 0.0))
    assert outputs(outs) == undisturbed
    assert resumed_after(caplog) == list(range(1, epochs))


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_interrupted_once(
    kind: str,
    undisturbed: dict[str, Any],
    share: float,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The second process does all the rest, and its wall time is that of both."""
    outs = tmp_path / "outputs"
    outs.mkdir()
    epoch = max(1, int(share * undisturbed["summary.json"]["epochs"]))
    path = tmp_path / "c.safetensors"
    with pytest.raises(ProcessEnd):
        TRAININGS[kind](outs, Interrupting(path, "same", 0.0, epoch))
    found = Checkpoint(path, "same", 0.0).read()
    assert found is not None
    tensors, record = found
    # As if the first process had taken long.
    Checkpoint(path, "same", 0.0).write(tensors, {**record, "wall_s": 1000.0})
    TRAININGS[kind](outs, Checkpoint(path, "same", 1e9))
    assert outputs(outs) == undisturbed
    assert resumed_after(caplog) == [epoch]
    assert 1000.0 < json.loads((outs / "summary.json").read_text())["wall_s"] < 1600.0


@pytest.mark.parametrize("why", ["another key", "cut", "changed"])
def test_no_other_checkpoint_is_used(
    kind: str, undisturbed: dict[str, Any], why: str, tmp_path: Path, caplog: Any
) -> None:
    outs = tmp_path / "outputs"
    outs.mkdir()
    path = tmp_path / "c.safetensors"
    with pytest.raises(ProcessEnd):
        TRAININGS[kind](outs, Interrupting(path, "one", 0.0, 2))
    content = bytearray(path.read_bytes())
    if why == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif why == "changed":
        content[-5] ^= 1
        path.write_bytes(content)
    TRAININGS[kind](outs, Checkpoint(path, "two" if why == "another key" else "one", 1e9))
    assert outputs(outs) == undisturbed
    assert resumed_after(caplog) == []
    assert "training starts anew" in caplog.text
    assert ("of another training" in caplog.text) == (why == "another key")


def test_writing_now_and_then(tmp_path: Path) -> None:
    """Nothing is written before the interval is over, nor after the last epoch."""
    path = tmp_path / "c.safetensors"
    outs = tmp_path / "outputs"
    outs.mkdir()
    train_set(outs, Checkpoint(path, "key", 1e9))
    assert not path.exists()
    train_set(outs, Checkpoint(path, "key", 0.0))
    found = Checkpoint(path, "key", 0.0).read()
    assert found is not None
    assert len(found[1]["history"]) == SET.epochs - 1


def test_training_goes_on_where_no_checkpoint_can_be_written(tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    outs = tmp_path / "outputs"
    outs.mkdir()
    train_set(outs, Checkpoint(tmp_path / "file" / "c.safetensors", "key", 0.0))
    assert caplog.text.count("goes on without a checkpoint: cannot write") == SET.epochs - 1
    assert (outs / "model.safetensors").exists()


CONTENT = {"a": torch.arange(6.0).reshape(2, 3), "b/c": torch.tensor(7)}
RECORD = {"wall_s": 0.1, "many": [2**127 + 1, float("inf"), 1e-300], "name": "Υ"}


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    found = Checkpoint(path, "key", 0.0).read()
    return found and ({name: value.tolist() for name, value in found[0].items()}, found[1])


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "c.safetensors"
    assert read(path) is None
    Checkpoint(path, "key", 0.0).write(CONTENT, RECORD)
    assert read(path) == ({"a": [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], "b/c": 7}, RECORD)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_never_taken_for_another_state(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    Checkpoint(path, "key", 0.0).write(CONTENT, RECORD)
    whole, expected = bytearray(path.read_bytes()), read(path)
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(whole[:place])
        assert read(path) is None
    else:
        whole[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(whole)
        assert read(path) in (None, expected)


# Jobs


def job_of(folder: Path, **changes: Any) -> dict[str, Any]:
    """What Snakemake gives to the script of a set network's training."""
    calibration, seed = folder / "calibration.json", folder / "seed0"
    if not calibration.exists():
        write_json(FIELD.model_dump(mode="json"), calibration)
    params = {
        "seed": 1,
        "scenario": CONFIG.scenario.model_dump(),
        "flight_simulation": few_flights(14).settings.model_dump(),
        "cell_m": 10.0,
        "position_std_m": 3.0,
        "training": SET.model_dump(),
    }
    values = {
        "rule": "train_set_network",
        "wildcards": {"fold": "made_up", "seed": "0"},
        "params": params | changes.pop("params", {}),
        "input": {"calibration": str(calibration)},
        "output": {"weights": str(seed / NAMES[0]), "summary": str(seed / NAMES[2])},
        "threads": 1,
        "log": [str(folder / "log.txt")],
    }
    return values | changes


def as_snakemake(job: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        **{k: Namedlist(fromdict=v) if isinstance(v, dict) else v for k, v in job.items()}
    )


def key_of(job: dict[str, Any]) -> str:
    with checkpoint_of(as_snakemake(job)) as checkpoint:
        return checkpoint.key


def test_a_key_is_of_one_training(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    first = key_of(job_of(folders[0]))
    assert first == key_of(job_of(folders[0])) == key_of(job_of(folders[1]))
    (folders[1] / "calibration.json").write_text("{}")
    others = [
        job_of(folders[1]),
        job_of(folders[0], params={"seed": 2}),
        job_of(folders[0], params={"training": SET.model_dump() | {"epochs": 7}}),
        job_of(folders[0], params={"code": "another"}),
        job_of(folders[0], wildcards={"fold": "made_up", "seed": "1"}),
        job_of(folders[0], threads=2),
        job_of(folders[0], rule="train"),
    ]
    assert len({first, *map(key_of, others)}) == 1 + len(others)


def test_a_checkpoint_is_removed_only_when_the_job_is_done(tmp_path: Path) -> None:
    job = as_snakemake(job_of(tmp_path))
    with pytest.raises(RuntimeError), checkpoint_of(job) as checkpoint:
        checkpoint.write(CONTENT, RECORD)
        raise RuntimeError
    assert checkpoint.path == tmp_path / "seed0" / "checkpoint.safetensors"
    assert checkpoint.read() is not None
    with checkpoint_of(job):
        pass
    assert list(checkpoint.path.parent.iterdir()) == []


#: Runs a workflow script with a checkpoint after each epoch, and is killed while it writes the
#: third one, half of which is there by then.
CHILD = """
import json, os, runpy, signal, sys
from types import SimpleNamespace
from snakemake.iocontainers import Namedlist
import rfsl.networks.checkpoints as checkpoints

whole, written = checkpoints.save_file, []

def dying(tensors, path, metadata):
    whole(tensors, path, metadata)
    written.append(path)
    if len(written) == 3:
        path.write_bytes(path.read_bytes()[:500])
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "dies":
    checkpoints.save_file = dying
checkpoints.INTERVAL_S = 0.0
job = json.loads(sys.argv[2])
job = {k: Namedlist(fromdict=v) if isinstance(v, dict) else v for k, v in job.items()}
runpy.run_path(sys.argv[1], {"snakemake": SimpleNamespace(**job)})
"""


def test_a_killed_job_goes_on(tmp_path: Path) -> None:
    script = ROOT / "workflow" / "scripts" / "train_set_network.py"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    job = json.dumps(job_of(tmp_path))

    def run(how: str) -> int:
        command = [sys.executable, "-c", CHILD, str(script), job, how]
        return subprocess.run(command, env=environment, timeout=300).returncode

    assert run("dies") == -signal.SIGKILL
    left = sorted(path.name for path in (tmp_path / "seed0").iterdir())
    assert len(left) == 2 and left[0].startswith(".checkpoint-")
    assert left[1] == "checkpoint.safetensors"
    assert run("lives") == 0
    assert "resumed after epoch 2\n" in (tmp_path / "log.txt").read_text()
    (tmp_path / "undisturbed").mkdir()
    train_set(tmp_path / "undisturbed", None)
    assert outputs(tmp_path / "seed0") == outputs(tmp_path / "undisturbed")
