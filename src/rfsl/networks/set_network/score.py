"""Scores of a trained set network in NumPy: loading torch takes longer than scoring a flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from rfsl.arrays import Float32Array, FloatArray
from rfsl.errors import DataError
from rfsl.flights.cells import FlightCells
from rfsl.geometry.links import body_rotation
from rfsl.networks.set_network.formula import CONSTANTS, Cells, Library, Parts, score

#: What a network has learned, by name in its weights file.
_WEIGHTS = (
    *(
        f"{part}.{layer}.{kind}"
        for part in ("held", "quiet", "whole")
        for layer in (0, 2)
        for kind in ("weight", "bias")
    ),
    *("each_held.weight", "each_held.bias", "each_quiet.weight", "each_quiet.bias", "trust"),
)


@dataclass(frozen=True)
class SetInput:
    """The cells of a flight in the columns of `formula.CELL_COLUMNS`.

    Attributes:
        held: (C, 11) cells that hold the signal.
        quiet: (Q, 11) quiet cells; their RSS is that which the signal did not reach.
    """

    held: Float32Array
    quiet: Float32Array

    @classmethod
    def of(cls, cells: FlightCells) -> SetInput:
        """From a flight's cells."""
        quiet_db = cells.quiet_limit_db()
        return cls(
            _columns(cells.position_m, cells.attitude_rad, cells.rss_db, cells.travelled_m),
            _columns(
                cells.quiet_position_m,
                cells.quiet_attitude_rad,
                quiet_db,
                np.zeros_like(quiet_db),
            ),
        )


def _columns(
    position_m: FloatArray, attitude_rad: FloatArray, rss_db: FloatArray, travelled_m: FloatArray
) -> Float32Array:
    right_and_ahead = body_rotation(attitude_rad)[:, :2].reshape(-1, 6)
    return np.column_stack([position_m, right_and_ahead, rss_db, travelled_m]).astype(np.float32)


def _log_ndtr(values: Float32Array) -> Float32Array:
    from scipy.special import log_ndtr  # here, since it loads slowly

    return np.asarray(log_ndtr(values))


def _interpolate(values: Float32Array, nodes: Float32Array, heights: Float32Array) -> Float32Array:
    return np.interp(values, nodes, heights).astype(np.float32)


def _stack(parts: list[Float32Array]) -> Float32Array:
    values = np.empty((*parts[0].shape, len(parts)), np.float32)
    for number, part in enumerate(parts):
        values[..., number] = part
    return values


def _join(parts: list[Float32Array]) -> Float32Array:
    shape = parts[0].shape[:-1]
    whole = [np.broadcast_to(part, (*shape, part.shape[-1])) for part in parts]
    return np.concatenate(whole, axis=-1)


_NUMPY = Library(
    sqrt=np.sqrt,
    exp=np.exp,
    log=np.log,
    log10=np.log10,
    log1p=np.log1p,
    arcsin=np.arcsin,
    log_ndtr=_log_ndtr,
    steps=lambda values, first: np.diff(values, prepend=first),
    previous=lambda values: np.roll(values, 1, axis=-1),
    interpolate=_interpolate,
    band=lambda values, edges: np.searchsorted(edges, values, side="right"),
    stack=_stack,
    join=_join,
)


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
        """Scores (N,) of candidates (N, 2) for one flight; see `formula.score`."""
        parts = Parts(
            held=partial(self._perceptron, "held"),
            quiet=partial(self._perceptron, "quiet"),
            each_held=partial(self._linear, "each_held"),
            each_quiet=partial(self._linear, "each_quiet"),
            whole=partial(self._perceptron, "whole"),
            trust=self.weights["trust"],
        )
        held, quiet = (
            Cells(values, np.ones(len(values), np.float32))
            for values in (flight.held, flight.quiet)
        )
        found = score(_NUMPY, parts, self.weights, held, quiet, xy_m.astype(np.float32))
        return np.asarray(found, dtype=float)

    def _perceptron(self, name: str, values: Float32Array) -> Float32Array:
        return self._linear(f"{name}.2", _silu(self._linear(f"{name}.0", values)))

    def _linear(self, name: str, values: Float32Array) -> Float32Array:
        # One matrix product over all rows, not one for each candidate.
        weight = self.weights[f"{name}.weight"]
        rows = values.reshape(-1, values.shape[-1]) @ weight.T
        rows += self.weights[f"{name}.bias"]
        return rows.reshape(*values.shape[:-1], len(weight))


def _silu(values: Float32Array) -> Float32Array:
    """x times its logistic function, by a tangent that cannot overflow."""
    half = 0.5 * values
    return half + half * np.tanh(half)
