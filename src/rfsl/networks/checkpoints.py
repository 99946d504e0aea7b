"""Checkpoints: a training that was killed continues from its last one, and ends with equal bytes.

A checkpoint is one safetensors file beside the weights. It holds tensors as such and everything
else as JSON in its metadata; nothing is pickled. It is always replaced as a whole. It is not an
output of its job, because Snakemake removes the outputs of a job that it runs again. It is removed
once the outputs are written. A checkpoint of another training, or a damaged one, is not used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from rfsl.errors import DataError
from rfsl.io.progress import INTERVAL_S as LOG_INTERVAL_S
from rfsl.io.writing import remove, written_beside


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


Line = TypeVar("Line", bound=_Dataclass)
#: Time between two checkpoints. At most this much work is lost, and the unfinished epoch.
INTERVAL_S = 15.0
#: If writing takes longer than this, the interval grows with it: writing takes at most 2 % of the
#: time.
_SHORT_WRITE_S = 0.02 * INTERVAL_S
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """File of a checkpoint, and the training that it belongs to.

    Attributes:
        path: the file.
        key: digest of everything that determines the training.
        interval_s: least time between the start or the last checkpoint and the next one. It is
            longer if writing takes long.
    """

    path: Path
    key: str
    interval_s: float

    def write(self, tensors: Mapping[str, Tensor], record: Mapping[str, Any]) -> None:
        """Replace the file. If that is impossible, warn and let the training continue.

        Args:
            tensors: by name, on any device.
            record: everything else, as JSON can hold it.
        """
        whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        text = json.dumps(record)
        metadata = {"key": self.key, "record": text, "digest": _digest(whole, text)}
        try:
            with written_beside(self.path) as temporary:
                save_file(whole, temporary, metadata)
        except (DataError, SafetensorError) as error:
            _LOG.warning("training goes on without a checkpoint: %s", error)

    def read(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """Tensors (on the CPU) and record as last written.

        None if there is no file, or it is damaged or belongs to another training.
        """
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                metadata = file.metadata() or {}
                # Copies, since the file may be replaced while they are in use.
                tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            _LOG.warning("training starts anew: %s is damaged (%s)", self.path, error)
            return None
        if metadata.get("key") != self.key:
            _LOG.info("training starts anew: %s is of another training", self.path)
            return None
        if metadata.get("digest") != _digest(tensors, metadata.get("record", "")):
            _LOG.warning("training starts anew: %s is damaged", self.path)
            return None
        return tensors, json.loads(metadata["record"])

    def remove(self) -> None:
        """Remove the file, and any part of it that a process left when it was killed."""
        remove(self.path)


@contextmanager
def checkpoint_of(snakemake: Any) -> Iterator[Checkpoint]:
    """Checkpoint of a job that trains a network; it is removed when the job has succeeded.

    It is `checkpoint.safetensors` beside the job's output `weights`. Its key is a digest of rule,
    wildcards, params (which include config, seeds and code), contents of the input files, threads,
    device, and versions of numpy, scipy and torch.

    Args:
        snakemake: the object that Snakemake gives to scripts.
    """
    path = Path(snakemake.output.weights).with_name("checkpoint.safetensors")
    checkpoint = Checkpoint(path, _job_key(snakemake), INTERVAL_S)
    yield checkpoint
    checkpoint.remove()


@dataclass
class Progress(Generic[Line]):
    """Everything that changes from epoch to epoch while a network is trained.

    Attributes:
        line: type of a line of the history: a dataclass of numbers.
        network, optimizer, schedule: torch's objects of the training.
        rng: NumPy's generator of the training.
        draws: torch's generator of the training, if it has one.
        started_s: `time.perf_counter()` when this process started the training.
        earlier_s: wall time of earlier processes, up to the checkpoint.
        history: one line for each epoch so far.
        best_epoch, best_weights: for a training that keeps the weights of its best epoch.
    """

    line: type[Line]
    network: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    rng: np.random.Generator
    draws: torch.Generator | None = None
    started_s: float = field(default_factory=time.perf_counter)
    earlier_s: float = 0.0
    history: list[Line] = field(default_factory=list)
    best_epoch: int = 0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    _bar: Any = None
    _epoch: int = 0
    _told_s: float = field(default_factory=time.perf_counter)

    @property
    def wall_s(self) -> float:
        """Wall time of the training so far, over all processes, without work that was lost."""
        return self.earlier_s + time.perf_counter() - self.started_s

    def epochs(self, total: int, label: str, checkpoint: Checkpoint | None) -> Iterator[int]:
        """Numbers of the epochs that remain, up to `total`, with a progress bar.

        If there is a checkpoint, its state is restored first. New checkpoints are written at the
        end of epochs, but not of the last one, so a resumed training always has an epoch to do. The
        caller has to add a line to the history in each epoch.

        Args:
            total: number of epochs, counted from 1.
            label: text of the progress bar.
            checkpoint: None to use none.
        """
        if checkpoint is not None:
            self._resume(checkpoint)
        done = len(self.history)
        due_s = time.perf_counter() + checkpoint.interval_s if checkpoint is not None else math.inf
        self._bar = tqdm(
            range(done + 1, total + 1),
            desc=label,
            unit="epoch",
            initial=done,
            total=total,
            disable=None,  # no bar without a terminal
        )
        for epoch in self._bar:
            self._epoch = epoch
            yield epoch
            begun_s = time.perf_counter()
            if checkpoint is not None and epoch < total and begun_s >= due_s:
                checkpoint.write(self._tensors(), self._record())
                written_s = time.perf_counter()
                longer = max(1.0, (written_s - begun_s) / _SHORT_WRITE_S)
                due_s = written_s + longer * checkpoint.interval_s

    def show(self, **values: str) -> None:
        """Show values on the progress bar, and at intervals in the log."""
        self._bar.set_postfix(values)
        if time.perf_counter() - self._told_s >= LOG_INTERVAL_S:
            shown = ", ".join(f"{name} {value}" for name, value in values.items())
            _LOG.info("epoch %d of %d: %s", self._epoch, self._bar.total, shown)
            self._told_s = time.perf_counter()

    def _tensors(self) -> dict[str, Tensor]:
        moments = self.optimizer.state_dict()["state"]
        tensors = {
            **{f"network/{name}": value for name, value in self.network.state_dict().items()},
            **{f"best/{name}": value for name, value in self.best_weights.items()},
            **{
                f"moments/{index}/{name}": value
                for index, values in moments.items()
                for name, value in values.items()
            },
        }
        return tensors if self.draws is None else {**tensors, "draws": self.draws.get_state()}

    def _record(self) -> dict[str, Any]:
        return {
            "history": [asdict(line) for line in self.history],
            "best_epoch": self.best_epoch,
            "wall_s": self.wall_s,
            "groups": self.optimizer.state_dict()["param_groups"],
            "schedule": self.schedule.state_dict(),
            "rng": self.rng.bit_generator.state,
            "spawned": _seed(self.rng).n_children_spawned,
        }

    def _resume(self, checkpoint: Checkpoint) -> None:
        found = checkpoint.read()
        if found is None:
            return
        tensors, record = found
        self.history = [self.line(**line) for line in record["history"]]
        self.best_epoch, self.earlier_s = record["best_epoch"], record["wall_s"]
        self.best_weights = _under("best", tensors)
        self.network.load_state_dict(_under("network", tensors))
        self._load_optimizer(_under("moments", tensors), record["groups"])
        self.schedule.load_state_dict(record["schedule"])
        self.rng.bit_generator.state = record["rng"]
        # The number of spawned generators is not part of that state; it can only be counted up.
        for _ in range(record["spawned"] - _seed(self.rng).n_children_spawned):
            _seed(self.rng).spawn(1)
        if self.draws is not None:
            self.draws.set_state(tensors["draws"])
        _LOG.info("resumed after epoch %d", len(self.history))

    def _load_optimizer(self, moments: dict[str, Tensor], groups: list[dict[str, Any]]) -> None:
        weights = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        state: dict[int, dict[str, Tensor]] = {}
        for path, value in moments.items():
            index, name = path.split("/")
            if name != "step":
                # Fused steps run through memory, so moments need the layout of their weights.
                value = torch.empty_like(weights[int(index)]).copy_(value)
            state.setdefault(int(index), {})[name] = value
        restored = [{**group, "betas": tuple(group["betas"])} for group in groups]
        self.optimizer.load_state_dict({"state": state, "param_groups": restored})


def _under(part: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{part}/"
    return {name[len(start) :]: value for name, value in tensors.items() if name.startswith(start)}


def _seed(rng: np.random.Generator) -> np.random.SeedSequence:
    seed = rng.bit_generator.seed_seq
    assert isinstance(seed, np.random.SeedSequence)  # which `default_rng` makes
    return seed


def _digest(tensors: Mapping[str, Tensor], text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name, value in sorted(tensors.items()):
        digest.update(f"{name} {value.dtype} {list(value.shape)}".encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _job_key(snakemake: Any) -> str:
    determined_by = {
        "rule": snakemake.rule,
        "wildcards": dict(snakemake.wildcards.items()),
        "params": dict(snakemake.params.items()),
        "threads": snakemake.threads,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "versions": [version(name) for name in ("numpy", "scipy", "torch")],
    }
    digest = hashlib.sha256(json.dumps(determined_by).encode())
    for path in snakemake.input:
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
