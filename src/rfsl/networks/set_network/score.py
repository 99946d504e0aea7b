"""Scores of a trained set network in NumPy: loading torch takes longer than a flight's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from rfsl.arrays import Float32Array, FloatArray
from rfsl.errors import DataError
from rfsl.flights.cells import FlightCells
from rfsl.geometry.links import body_rotation

#: What a network holds of its calibration, beside its weights.
CONSTANTS = (
    "nodes_rad",
    "gain_db",
    "azimuth_db",
    "edges_rad",
    "std_db",
    "distance_m",
    "height_m",
)
#: What it has learned.
_WEIGHTS = (
    *(
        f"{part}.{layer}.{kind}"
        for part in ("held", "quiet", "whole")
        for layer in (0, 2)
        for kind in ("weight", "bias")
    ),
    *("each_held.weight", "each_held.bias", "each_quiet.weight", "each_quiet.bias", "trust"),
)
#: The azimuth terms of low depression angles fade out below this angle, over this width (rad).
_LOW_END, _LOW_WIDTH = np.float32(np.radians(30.0)), np.float32(np.radians(15.0))
#: Numbers that describe a cell: position (3), two rows of its body rotation (6), RSS, path length.
CELL_NUMBERS = 11
#: Places of the last two.
RSS, TRAVELLED = 9, 10


@dataclass(frozen=True)
class SetInput:
    """The cells of a flight as the network takes them.

    Attributes:
        held: (C, 11) cells that hold the signal.
        quiet: (Q, 11) cells before acquisition; their RSS is that at acquisition.
    """

    held: Float32Array
    quiet: Float32Array

    @classmethod
    def of(cls, cells: FlightCells) -> SetInput:
        quiet = len(cells.quiet_position_m)
        return cls(
            _numbers(cells.position_m, cells.attitude_rad, cells.rss_db, cells.travelled_m),
            _numbers(
                cells.quiet_position_m,
                cells.quiet_attitude_rad,
                np.full(quiet, cells.acquired_db),
                np.zeros(quiet),
            ),
        )


def _numbers(
    position_m: FloatArray, attitude_rad: FloatArray, rss_db: FloatArray, travelled_m: FloatArray
) -> Float32Array:
    rotation = body_rotation(attitude_rad)[:, :2].reshape(-1, 6)
    return np.column_stack([position_m, rotation, rss_db, travelled_m]).astype(np.float32)


@dataclass(frozen=True)
class ScoringNetwork:
    """What a trained `SetNetwork` says of candidates, in its own float32.

    Attributes:
        weights: everything in its weights file, by name.
    """

    weights: Mapping[str, Float32Array]

    @classmethod
    def load(cls, path: str | Path) -> ScoringNetwork:
        """From a weights file.

        Raises:
            DataError: not such a file.
        """
        try:
            weights = load_file(path)
        except (OSError, SafetensorError) as error:
            raise DataError(f"{path}: not the weights of a set network ({error})") from error
        missing = {*CONSTANTS, *_WEIGHTS} - set(weights)
        if missing:
            raise DataError(
                f"{path}: not the weights of a set network (without {', '.join(sorted(missing))})"
            )
        return cls(weights)

    def __call__(self, flight: SetInput, xy_m: FloatArray) -> FloatArray:
        """Scores (N,) of candidates (N, 2) for one flight; see `SetNetwork.forward`."""
        from scipy.special import log_ndtr  # here, since it loads slowly

        candidates_m = xy_m.astype(np.float32)
        around = self._relative(flight.held, candidates_m)
        miss_db = flight.held[:, RSS] - around.expected_db
        weight = 1.0 / around.spread_db**2
        level_db = (weight * miss_db).sum(1, keepdims=True) / weight.sum(1, keepdims=True)
        unit = (miss_db - level_db) / around.spread_db
        gap_m = np.diff(flight.held[:, TRAVELLED], prepend=flight.held[0, TRAVELLED] - 1e4)
        alike = np.exp(-np.abs(gap_m) / self.weights["distance_m"])
        fresh = (unit - alike * np.roll(unit, 1, axis=1)) / np.sqrt(1.0 - alike**2 + 0.1)
        surprise = 3.0 * np.log1p(fresh**2 / 5.0)
        held = [unit, fresh, surprise, *around.features, np.broadcast_to(alike, unit.shape)]
        cells = self._perceptron("held", _clipped(held))

        beyond = self._relative(flight.quiet, candidates_m)
        margin = (flight.quiet[:, RSS] - beyond.expected_db - level_db) / beyond.spread_db
        weaker = log_ndtr(margin.clip(-8.0, 8.0))
        quiet = [margin, weaker, *beyond.features[:2], beyond.features[-1]]
        silence = self._perceptron("quiet", _clipped(quiet))

        count, silent = unit.shape[1], margin.shape[1]
        constant = np.array([np.log(count) - 4.0, np.log1p(silent) / 4.0], np.float32)
        pooled = [
            cells.mean(axis=1),
            silence.sum(axis=1) / max(silent, 1),
            np.broadcast_to(constant, (len(xy_m), 2)),
        ]
        whole = self._perceptron("whole", np.concatenate(pooled, axis=1))
        trust = self.weights["trust"]
        likely = -trust[0] * (surprise + np.log(around.spread_db))
        each_held = likely + 0.1 * self._linear("each_held", cells)[..., 0]
        each_quiet = trust[1] * weaker + 0.1 * self._linear("each_quiet", silence)[..., 0]
        score = each_held.sum(axis=1) + each_quiet.sum(axis=1)
        return np.asarray(score + whole[:, 0] + 0.1 * count * whole[:, 1], dtype=float)

    def _relative(self, cells: Float32Array, xy_m: Float32Array) -> _Relative:
        """Cells (C, 11) as seen from candidates (N, 2); see `SetNetwork`."""
        known = self.weights
        east_m, north_m = (xy_m[:, None] - cells[:, :2]).transpose(2, 0, 1)
        up_m = known["height_m"] - cells[:, 2]
        distance_m = np.sqrt(east_m**2 + north_m**2 + up_m**2)
        depression = np.arcsin((-up_m / distance_m).clip(-1.0, 1.0))
        axes = cells[:, 3:9].T
        right = axes[0] * east_m + axes[1] * north_m + axes[2] * up_m
        ahead = axes[3] * east_m + axes[4] * north_m + axes[5] * up_m
        flat = np.sqrt(right**2 + ahead**2 + 1.0)
        cosine, sine = ahead / flat, -right / flat  # from the nose, counter-clockwise
        twice_cosine, twice_sine = cosine**2 - sine**2, 2.0 * sine * cosine
        low = ((_LOW_END - depression) / _LOW_WIDTH).clip(0.0, 1.0)
        terms = [low * cosine, low * sine, low * twice_cosine, low * twice_sine]
        terms += [(1.0 - low) * cosine, (1.0 - low) * sine]
        expected_db = np.interp(depression, known["nodes_rad"], known["gain_db"])
        expected_db = expected_db.astype(np.float32) - 20.0 * np.log10(distance_m)
        for coefficient, term in zip(known["azimuth_db"], terms, strict=True):
            expected_db += coefficient * term
        band = np.searchsorted(known["edges_rad"], depression, side="right")
        spread_db = known["std_db"][band]
        features = [
            np.log(distance_m / 100.0),
            2.0 * depression,
            cosine,
            sine,
            twice_cosine,
            twice_sine,
            spread_db / 5.0,
        ]
        return _Relative(expected_db, spread_db, features)

    def _perceptron(self, name: str, values: Float32Array) -> Float32Array:
        return self._linear(f"{name}.2", _silu(self._linear(f"{name}.0", values)))

    def _linear(self, name: str, values: Float32Array) -> Float32Array:
        # One matrix product over all rows, not one a candidate.
        weight = self.weights[f"{name}.weight"]
        rows = values.reshape(-1, values.shape[-1]) @ weight.T
        rows += self.weights[f"{name}.bias"]
        return rows.reshape(*values.shape[:-1], len(weight))


@dataclass(frozen=True)
class _Relative:
    """Cells as seen from candidates, each (N, C)."""

    expected_db: Float32Array
    spread_db: Float32Array
    features: list[Float32Array]


def _clipped(features: list[Float32Array]) -> Float32Array:
    """Features (N, C, F) of cells, each within ±8."""
    values = np.empty((*features[0].shape, len(features)), np.float32)
    for number, feature in enumerate(features):
        values[..., number] = feature
    return values.clip(-8.0, 8.0, out=values)


def _silu(values: Float32Array) -> Float32Array:
    """x times its logistic function, by a tangent that cannot overflow."""
    half = 0.5 * values
    return half + half * np.tanh(half)
