"""Scores of trained set networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.localizers.screening import CandidateScore
from rfsl.networks.set_network.score import ScoringNetwork, SetInput

#: Candidates scored at once.
_BLOCK = 256


@dataclass(frozen=True)
class SetScorer:
    """Mean score of one or several networks.

    Attributes:
        cell_m: length of the cells that the networks were trained on.
    """

    networks: tuple[ScoringNetwork, ...]
    cell_m: float

    @classmethod
    def of(cls, weights: Sequence[Path], cell_m: float) -> SetScorer:
        """From weights files.

        Raises:
            DataError: one is not such a file.
        """
        return cls(tuple(ScoringNetwork.load(path) for path in weights), cell_m)

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore:
        inputs = [SetInput.of(cells.part(part).merged(self.cell_m)) for part in parts]

        def score(xy_m: FloatArray) -> FloatArray:
            blocks = np.array_split(xy_m, len(xy_m) // _BLOCK + 1)
            scores = [
                [np.concatenate([network(part, block) for block in blocks]) for part in inputs]
                for network in self.networks
            ]
            return np.asarray(np.mean(scores, axis=0))

        return score
