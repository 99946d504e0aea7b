"""Kriging: likelihood of a flight under correlated shadowing and an uncertain gain, over a grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.calibration import GainShapeSettings
from rfsl.config.localizers import KrigingSettings
from rfsl.flights.cells import FlightCells
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.screening import CandidateScore
from rfsl.localizers.spec import LocalizerSpec, Surroundings, on_ground_m
from rfsl.propagation.gain import GainProfile, smooth_covariance_db2
from rfsl.propagation.shadowing import Residual


@dataclass(frozen=True)
class KrigingScorer:
    """`CellLikelihood` of candidates on the ground.

    Shadowing is correlated, so neighbouring cells carry almost the same information. The level is
    unknown, so only the variation of the RSS along the path counts.
    """

    likelihood: CellLikelihood
    source_height_m: float

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore:
        likelihood = self.likelihood.prepared(cells, parts)

        def score(xy_m: FloatArray) -> FloatArray:
            return likelihood(on_ground_m(xy_m, self.source_height_m))

        return score

    def where(
        self, cells: FlightCells, parts: BoolArray
    ) -> Callable[[FloatArray, BoolArray], FloatArray]:
        """The score of candidates (N, 2), in single precision, where it is needed (R, N)."""
        likelihood = self.likelihood.prepared_where(cells, parts, np.float32)

        def score(xy_m: FloatArray, needed: BoolArray) -> FloatArray:
            return likelihood(on_ground_m(xy_m, self.source_height_m), needed)

        return score


def kriging_scorer(surroundings: Surroundings) -> KrigingScorer:
    """Score by the propagation model; without a calibration its spreads are assumed."""
    assert surroundings.model is not None  # `needs` says so
    profile, residual = gain_and_shadowing(surroundings)
    shared = surroundings.settings.kriging.shared_gain
    likelihood = CellLikelihood(surroundings.model, profile, residual, shared)
    return KrigingScorer(likelihood, surroundings.source_height_m)


def gain_and_shadowing(surroundings: Surroundings) -> tuple[GainProfile, Residual]:
    """Gain and shadowing of the calibration; without one, those that the settings assume.

    An assumed gain is zero, so that the mean is that of free space, with the assumed spread.
    """
    fitted = surroundings.calibration
    if fitted is not None:
        return fitted.profile, fitted.residual
    assert surroundings.gain_shape is not None  # `assumes_gain` says so
    return _assumed(surroundings.settings.kriging, surroundings.gain_shape)


def _assumed(settings: KrigingSettings, shape: GainShapeSettings) -> tuple[GainProfile, Residual]:
    """Spread of the model's error where there is no calibration."""
    nodes = tuple(shape.depression_nodes_deg)
    covariance_db2 = smooth_covariance_db2(
        nodes, settings.gain_std_db, settings.azimuth_std_db, shape.gain_smoothness_deg
    )
    profile = GainProfile(
        depression_deg=nodes,
        gain_db=(0.0,) * len(nodes),
        gain_std_db=(settings.gain_std_db,) * len(nodes),
        low_db=(0.0,) * 4,
        high_db=(0.0,) * 2,
        covariance_db2=tuple(map(tuple, covariance_db2.tolist())),
    )
    residual = Residual(
        depression_edges_deg=(0.0, 90.0),
        std_db=(settings.shadowing_std_db,),
        correlation_distance_m=settings.shadowing_distance_m,
        uncorrelated=settings.uncorrelated,
        tail_freedom=settings.tail_freedom,
        scale_spread=settings.scale_spread,
    )
    return profile, residual


def kriging_grid(surroundings: Surroundings) -> ScoredGrid:
    """The localizer."""
    std_m = surroundings.settings.position_std_m
    return ScoredGrid(surroundings, kriging_scorer(surroundings), std_m, is_likelihood=True)


SPEC = LocalizerSpec(kriging_grid, needs=("propagation",), assumes_gain=True, fuses=True)
