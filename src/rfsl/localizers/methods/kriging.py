"""Kriging: likelihood of a flight under correlated shadowing and an uncertain gain, over a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.calibrated import GainProfile, Residual
from rfsl.config import CalibrationSettings, KrigingSettings
from rfsl.flights import Flight
from rfsl.localizers.cells import FlightCells, flight_cells
from rfsl.localizers.shadowing import whiten_shadowing
from rfsl.localizers.spec import LocalizerSpec, Surroundings
from rfsl.posterior import Estimate, Posterior
from rfsl.propagation import PropagationModel
from rfsl.propagation.geometry import body_rotation, link_geometry

#: Candidates that are looked at together.
_BLOCK = 128
#: Coarse cells that hold less than this of the probability together are not refined.
_NEGLIGIBLE = 1e-3
#: Spread of a level of which nothing is known.
_UNKNOWN_LEVEL_DB = 100.0


@dataclass(frozen=True)
class Kriging:
    """Gaussian-process likelihood of the mean RSS of a flight's cells, for each candidate position.

    RSS = propagation model + level + gain error + shadowing + noise. The level of the flight and
    the gain (by depression and body azimuth) are Gaussian and integrated out; shadowing is
    correlated exponentially along the flight, its spread depends on the depression. So neighbouring
    cells count little more than one, and no candidate is preferred for a level that nobody knows.
    The estimate is the geometric median of the posterior, which has the smallest expected error.

    Attributes:
        model: mean of the RSS; the rest says how it can be wrong.
        level_std_db: spread of the flight's level.
        profile: its covariance is the gain's.
        residual: shadowing.
    """

    surroundings: Surroundings
    settings: KrigingSettings
    model: PropagationModel
    level_std_db: float
    profile: GainProfile
    residual: Residual

    def __call__(self, flight: Flight) -> Estimate:
        shared = self.surroundings.settings
        cells = flight_cells(flight, shared.cell_m, self.surroundings.flights)
        coarse = self._posterior(cells, self.surroundings.area.grid(self.settings.coarse_grid_m))
        step_m = self.surroundings.area.grid_step(self.settings.coarse_grid_m)
        likely_m = coarse.xy_m[coarse.probability > _NEGLIGIBLE / coarse.probability.size]
        # A narrow peak may stand between coarse centres, so their neighbours are refined as well.
        near = np.abs(coarse.xy_m[:, None] - likely_m) < 1.5 * step_m
        kept_m = coarse.xy_m[np.any(np.all(near, axis=2), axis=1)]
        fine = max(1, round(self.settings.coarse_grid_m / shared.grid_m))
        posterior = self._posterior(cells, self._refined(kept_m, fine), fine)
        return Estimate(posterior.median_m(), posterior)

    def _posterior(self, cells: FlightCells, candidates_m: FloatArray, fine: int = 1) -> Posterior:
        blocks = np.array_split(candidates_m, len(candidates_m) // _BLOCK + 1)
        log_likelihood = np.concatenate([self.log_likelihood(cells, block) for block in blocks])
        width_m, height_m = self.surroundings.area.grid_step(self.settings.coarse_grid_m)
        area_m2 = np.full(len(candidates_m), width_m * height_m / fine**2)
        return Posterior.of(candidates_m, log_likelihood, area_m2, width_m / height_m)

    def _refined(self, centres_m: FloatArray, fine: int) -> FloatArray:
        """Centres of the cells of a raster `fine` times as fine inside the given ones."""
        steps = (np.arange(fine) + 0.5) / fine - 0.5
        step_m = self.surroundings.area.grid_step(self.settings.coarse_grid_m)
        offsets_m = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) * step_m
        return (centres_m[:, None] + offsets_m).reshape(-1, 2)

    def log_likelihood(self, cells: FlightCells, candidates_m: FloatArray) -> FloatArray:
        """Log-likelihood (N,) of candidate positions (N, 2), up to a constant."""
        height_m = np.full((len(candidates_m), 1), self.surroundings.source_height_m)
        sources_m = np.hstack([candidates_m, height_m])
        miss_db = cells.rss_db - self.model(cells.position_m, cells.attitude_rad, sources_m)
        geometry = link_geometry(cells.position_m, sources_m)
        _, azimuth_rad = geometry.direct_in_body(body_rotation(cells.attitude_rad))
        basis = self.profile.basis(geometry.depression_rad, azimuth_rad)
        # Gain and level have few parameters; their covariance is `common` times its transpose.
        common = np.concatenate(
            [basis @ _root(self.profile), np.full((*miss_db.shape, 1), self.level_std_db)], axis=2
        )
        whitened, log_spread = whiten_shadowing(
            np.concatenate([miss_db[:, :, None], common], axis=2),
            self.residual.spread_db(geometry.depression_rad),
            np.exp(-np.diff(cells.travelled_m) / self.residual.correlation_distance_m),
            self.settings.cell_noise_db,
        )
        # Woodbury's identity and the matrix determinant lemma, with the few parameters.
        products = whitened.swapaxes(1, 2) @ whitened
        inner = np.eye(common.shape[2]) + products[:, 1:, 1:]
        explained = np.linalg.solve(inner, products[:, 1:, :1])
        square = products[:, 0, 0] - (products[:, :1, 1:] @ explained)[:, 0, 0]
        result: FloatArray = -0.5 * (square + np.linalg.slogdet(inner)[1]) - log_spread
        return result


def _root(profile: GainProfile) -> FloatArray:
    """A matrix (K + 6, K + 6) whose product with its transpose is the gain's covariance."""
    values, vectors = np.linalg.eigh(np.array(profile.covariance_db2))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _build(surroundings: Surroundings) -> Kriging:
    assert surroundings.model is not None  # `needs` says so
    settings = surroundings.settings.kriging
    fitted = surroundings.calibration
    if fitted is None:
        level_std_db, (profile, residual) = _UNKNOWN_LEVEL_DB, _assumed(settings)
    else:
        level_std_db, profile, residual = settings.level_std_db, fitted.profile, fitted.residual
    return Kriging(surroundings, settings, surroundings.model, level_std_db, profile, residual)


def _assumed(settings: KrigingSettings) -> tuple[GainProfile, Residual]:
    """How wrong a model may be when no flight was calibrated on."""
    nodes = tuple(CalibrationSettings().depression_nodes_deg)
    size = len(nodes) + 6
    profile = GainProfile(
        depression_deg=nodes,
        gain_db=(0.0,) * len(nodes),
        gain_std_db=(settings.gain_std_db,) * len(nodes),
        low_db=(0.0,) * 4,
        high_db=(0.0,) * 2,
        covariance_db2=tuple(map(tuple, (settings.gain_std_db**2 * np.eye(size)).tolist())),
    )
    residual = Residual(
        depression_edges_deg=(0.0, 90.0),
        std_db=(settings.shadowing_std_db,),
        correlation_distance_m=settings.shadowing_distance_m,
    )
    return profile, residual


SPEC = LocalizerSpec(_build, needs=("propagation",))
