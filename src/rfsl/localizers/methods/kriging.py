"""Kriging: likelihood of a flight under correlated shadowing and an uncertain gain, over a grid."""

from __future__ import annotations

from dataclasses import dataclass

from rfsl.arrays import FloatArray
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.localizers import KrigingSettings
from rfsl.flights.cells import FlightCells
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.scored_grid import CandidateScore, ScoredGrid
from rfsl.localizers.spec import LocalizerSpec, Surroundings
from rfsl.propagation.gain import GainProfile, smooth_covariance_db2
from rfsl.propagation.shadowing import Residual


@dataclass(frozen=True)
class KrigingScorer:
    """`CellLikelihood` of candidates on the ground.

    Neighbouring cells count little more than one, and no candidate is preferred for a level that
    nobody knows.
    """

    surroundings: Surroundings
    likelihood: CellLikelihood

    def __call__(self, cells: FlightCells) -> CandidateScore:
        def score(xy_m: FloatArray) -> FloatArray:
            return self.likelihood(cells, self.surroundings.sources_m(xy_m))

        return score


def kriging_scorer(surroundings: Surroundings) -> KrigingScorer:
    """Score by the propagation model, with calibrated spreads or, without them, assumed ones."""
    assert surroundings.model is not None  # `needs` says so
    fitted = surroundings.calibration
    if fitted is None:
        profile, residual = _assumed(surroundings.settings.kriging)
    else:
        profile, residual = fitted.profile, fitted.residual
    likelihood = CellLikelihood(surroundings.model, profile, residual)
    return KrigingScorer(surroundings, likelihood)


def _assumed(settings: KrigingSettings) -> tuple[GainProfile, Residual]:
    """How wrong a model may be when no flight was calibrated on."""
    defaults = CalibrationSettings()
    nodes = tuple(defaults.depression_nodes_deg)
    covariance_db2 = smooth_covariance_db2(
        nodes, settings.gain_std_db, settings.azimuth_std_db, defaults.gain_smoothness_deg
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


def _build(surroundings: Surroundings) -> ScoredGrid:
    std_m = surroundings.settings.position_std_m
    return ScoredGrid(surroundings, kriging_scorer(surroundings), std_m)


SPEC = LocalizerSpec(_build, needs=("propagation",))
