"""What a further stretch of flight would tell, before it is flown.

Sources are drawn from the posterior so far. For each of them the power along a path is drawn, by
the model of `rfsl.localizers.likelihood` with Gaussian shadowing, given all that was measured. The
likelihood of these powers under every drawn source says how well the path tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.localizers.likelihood import UNKNOWN_LEVEL_DB
from rfsl.localizers.methods.kriging import gain_and_shadowing
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.spec import on_ground_m
from rfsl.planning.mission import Situation
from rfsl.planning.motion import FlownCells
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual, cell_terms, unit_correlation, unit_covariance

#: Shadowing is bound to the place by this share, where a calibration does not say it.
_PLACE_SHARE = 0.7
#: Share of the log-likelihood that a bagged posterior lets count: about half of the cells.
TEMPER = 0.6
#: Horizontal distances at which the slope of the power is tabulated, and the step of it.
_DISTANCES_M, _STEP_M = np.arange(1.0, 3000.0, 4.0), 0.5
#: Along the course if the last yaw differs from it by less.
_ALONG_RAD = 0.35
#: Directions of the gain error with a smaller standard deviation are left out.
_NEGLIGIBLE_DB = 0.7


@dataclass(frozen=True)
class Forecast:
    """Sources drawn from a posterior, and what was measured.

    Attributes:
        sources_m: (N, 3) drawn sources, all equally likely.
        spacing_m: typical distance to the next of them.
        profile, residual: gain and shadowing; the more of the shadowing is bound to the place, the
            less a second look tells.
        measured: cells so far, or None.
        height_m: of the flight.
        cell_m: length of the cells of further flight.
        gain, noise: (N, K) and (N, M) standard normal draws; the same for every path, so that paths
            are compared under the same conditions.
    """

    sources_m: FloatArray
    spacing_m: float
    profile: GainProfile
    residual: Residual
    measured: FlightCells | None
    height_m: float
    cell_m: float
    gain: FloatArray
    noise: FloatArray

    @classmethod
    def of(
        cls, situation: Situation, posterior: Posterior, sources: int, cell_m: float
    ) -> Forecast:
        """For what was measured so far.

        Args:
            posterior: the bagged posterior so far.
            sources: N, how many are drawn; spread evenly over the probability, and at random within
                the cells.
        """
        mission, rng = situation.mission, situation.rng
        surroundings = mission.surroundings
        profile, residual = gain_and_shadowing(surroundings)
        if residual.place_share == 0.0:
            residual = residual.model_copy(update={"place_share": _PLACE_SHARE})
        level = (np.arange(sources) + rng.random()) / sources
        cells = np.minimum(
            np.searchsorted(np.cumsum(posterior.probability), level), len(posterior.xy_m) - 1
        )
        height_m = np.sqrt(posterior.cell_m2[cells] / posterior.cell_aspect)
        size_m = np.column_stack([height_m * posterior.cell_aspect, height_m])
        xy_m = posterior.xy_m[cells] + (rng.random((sources, 2)) - 0.5) * size_m
        most = int(mission.motion.speed_m_s * mission.times_s[-1] / cell_m) + 1
        return cls(
            sources_m=on_ground_m(xy_m, surroundings.source_height_m),
            spacing_m=_spacing_m(xy_m),
            profile=profile,
            residual=residual,
            measured=situation.cells,
            height_m=mission.height_m,
            cell_m=cell_m,
            gain=rng.standard_normal((sources, profile.root_db(_NEGLIGIBLE_DB).shape[1] + 1)),
            noise=rng.standard_normal((sources, most)),
        )

    @cached_property
    def _past(self) -> _Past:
        return _Past.of(self)

    def outcome(self, path: FlownCells) -> Outcome:
        """What a path would tell.

        Args:
            path: cells of the further flight, at least one.
        """
        past, residual = self._past, self.residual
        xyz_m = np.column_stack([path.xy_m, np.full(path.along_m.size, self.height_m)])
        attitude_rad = self._attitude_rad(path.course_rad)
        mean_db, gain_db, spread_db = self.terms(xyz_m, attitude_rad, self.sources_m)
        given, root = past.conditional(xyz_m, path.along_m + past.end_m, residual)
        free = gain_db / spread_db[..., None]
        # Powers that each source would give: gain and level, shadowing given the past, and new.
        beta = past.beta + np.einsum("nkl,nl->nk", past.beta_root, self.gain)
        old = past.unit - np.einsum("npk,nk->np", past.free, beta)
        unit = old @ given.T + self.noise[:, : path.along_m.size] @ root.T
        power_db = mean_db + np.einsum("nck,nk->nc", gain_db, beta) + spread_db * unit
        # Whitened misfit of the power of source i under source j: (j, c, i).
        inverse = np.linalg.inv(root)
        misfit = (power_db.T - mean_db[:, :, None]) / spread_db[:, :, None]
        known = past.unit @ given.T
        white = inverse @ (misfit - known[:, :, None])
        basis = inverse @ (free - given @ past.free)
        white -= basis @ past.beta[..., None]
        slope = inverse @ (self._slope_db_per_m(xyz_m) / spread_db[..., None])
        return self._outcome(white, basis, slope, np.log(spread_db))

    def _outcome(
        self, white: FloatArray, basis: FloatArray, slope: FloatArray, log_spread: FloatArray
    ) -> Outcome:
        """From the whitened misfit (N, C, N), gain basis (N, C, K) and slopes (N, C, 2)."""
        precision = self._past.beta_precision + basis.swapaxes(1, 2) @ basis
        across = basis.swapaxes(1, 2) @ white
        shrunk = np.linalg.solve(precision, across)
        squares = np.square(white).sum(axis=1) - (across * shrunk).sum(axis=1)
        _, after = np.linalg.slogdet(precision)
        _, before = np.linalg.slogdet(self._past.beta_precision)
        constant = -log_spread.sum(axis=1) - 0.5 * (after - before)
        log_likelihood = (constant[:, None] - 0.5 * squares).T  # (truth, hypothesis)
        mixed = basis.swapaxes(1, 2) @ slope
        information = slope.swapaxes(1, 2) @ slope - mixed.swapaxes(1, 2) @ np.linalg.solve(
            precision, mixed
        )
        return Outcome(self.sources_m[:, :2], log_likelihood, information, self.spacing_m)

    def terms(
        self, xyz_m: FloatArray, attitude_rad: FloatArray, sources_m: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean power (N, C), basis of level and gain error (N, C, K), spread (N, C); in dB."""
        profile = self.profile
        basis, spread_db = cell_terms(xyz_m, attitude_rad, sources_m, profile, self.residual)
        distance_m = np.linalg.norm(xyz_m - sources_m[:, None], axis=2)
        gain_db = np.array([*profile.gain_db, *profile.low_db, *profile.high_db])
        mean_db = basis @ gain_db - 20.0 * np.log10(distance_m)
        level = np.full((*spread_db.shape, 1), UNKNOWN_LEVEL_DB)
        return (
            mean_db,
            np.concatenate([level, basis @ self._root_db], axis=-1),
            spread_db,
        )

    @cached_property
    def _root_db(self) -> FloatArray:
        return self.profile.root_db(_NEGLIGIBLE_DB)

    @cached_property
    def _slopes_db_per_m(self) -> FloatArray:
        """Slope of the power by the horizontal distance, without the part of the azimuth."""
        profile = self.profile
        height_m = self.height_m - self.sources_m[0, 2]

        def power_db(distance_m: FloatArray) -> FloatArray:
            depression_deg = np.degrees(np.arctan2(height_m, distance_m))
            curve_db = np.interp(depression_deg, profile.depression_deg, profile.gain_db)
            return np.asarray(curve_db - 20.0 * np.log10(np.hypot(distance_m, height_m)))

        rise_db = power_db(_DISTANCES_M + _STEP_M) - power_db(_DISTANCES_M)
        return np.asarray(rise_db / _STEP_M)

    def _slope_db_per_m(self, xyz_m: FloatArray) -> FloatArray:
        """Derivative (N, C, 2) of the power at each cell by the position of each source."""
        away_m = self.sources_m[:, None, :2] - xyz_m[:, :2]
        distance_m = np.linalg.norm(away_m, axis=2)
        slope = np.interp(distance_m, _DISTANCES_M, self._slopes_db_per_m)
        return np.asarray((slope / np.maximum(distance_m, 1.0))[..., None] * away_m)

    def _attitude_rad(self, course_rad: FloatArray) -> FloatArray:
        """Level flight (C, 3) with the nose as it was: along the course, or in one direction."""
        yaw_rad = course_rad
        if self.measured is not None and len(self.measured.position_m) > 1:
            step_m = np.diff(self.measured.position_m[-2:, :2], axis=0)[0]
            last_rad = self.measured.attitude_rad[-1, 2]
            turned = np.angle(np.exp(1j * (last_rad - np.arctan2(step_m[0], step_m[1]))))
            if abs(turned) > _ALONG_RAD:
                yaw_rad = np.full(course_rad.size, last_rad)
        return np.column_stack([np.zeros((course_rad.size, 2)), yaw_rad])


@dataclass(frozen=True)
class Outcome:
    """How well a stretch of flight would tell the drawn sources apart.

    Attributes:
        xy_m: (N, 2) the sources.
        log_likelihood: (N, N) of the power that source i gives (row) under source j (column).
        information: (N, 2, 2) Fisher information on the position close to each source, per m².
        spacing_m: typical distance to the next source.
    """

    xy_m: FloatArray
    log_likelihood: FloatArray
    information: FloatArray
    spacing_m: float

    def expected_error_m(self) -> float:
        """Mean error of the estimate after the flight.

        The posterior over the drawn sources gives the error between them; what is left within the
        distance from one to the next follows from the information.
        """
        score = TEMPER * self.log_likelihood
        weight = np.exp(score - score.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        place_m = weight @ self.xy_m
        away_m = np.linalg.norm(self.xy_m[None] - place_m[:, None], axis=2)
        between_m = (weight * away_m).sum(axis=1)
        prior = np.eye(2) / self.spacing_m**2
        left = np.linalg.inv(TEMPER * self.information + prior)
        within_m = np.sqrt(np.pi / 4.0 * np.trace(left, axis1=1, axis2=2))
        return float(np.hypot(between_m, within_m).mean())

    def mutual_information(self) -> float:
        """Mutual information (nats) of the flight's power and the source."""
        score = self.log_likelihood
        mixture = np.logaddexp.reduce(score, axis=1) - np.log(score.shape[1])
        return float((np.diagonal(score) - mixture).mean())


@dataclass(frozen=True)
class _Past:
    """What was measured, as each of the N sources explains it; P cells.

    Attributes:
        unit: (N, P) RSS less the mean, in spreads.
        free: (N, P, K) basis of level and gain error, in spreads.
        beta, beta_root, beta_precision: (N, K), (N, K, K) level and gain error: mean, root of the
            covariance, precision.
        position_m, travelled_m: (P, 3), (P,) of the cells.
        root: (P, P) Cholesky factor of their unit covariance.
        end_m: length of the path at which further flight begins.
    """

    unit: FloatArray
    free: FloatArray
    beta: FloatArray
    beta_root: FloatArray
    beta_precision: FloatArray
    position_m: FloatArray
    travelled_m: FloatArray
    root: FloatArray
    end_m: float

    @classmethod
    def of(cls, forecast: Forecast) -> _Past:
        count, terms = forecast.gain.shape
        cells = forecast.measured
        if cells is None:
            one = np.broadcast_to(np.eye(terms), (count, terms, terms))
            return cls(
                unit=np.empty((count, 0)),
                free=np.empty((count, 0, terms)),
                beta=np.zeros((count, terms)),
                beta_root=one,
                beta_precision=one,
                position_m=np.empty((0, 3)),
                travelled_m=np.empty(0),
                root=np.empty((0, 0)),
                end_m=0.0,
            )
        mean_db, gain_db, spread_db = forecast.terms(
            cells.position_m, cells.attitude_rad, forecast.sources_m
        )
        unit = (cells.rss_db - mean_db) / spread_db
        free = gain_db / spread_db[..., None]
        root = np.linalg.cholesky(
            unit_covariance(cells.position_m, cells.travelled_m, forecast.residual)
        )
        inverse = np.linalg.inv(root)
        white, basis = unit @ inverse.T, inverse @ free
        precision = np.eye(terms) + basis.swapaxes(1, 2) @ basis
        beta = np.linalg.solve(precision, np.einsum("npk,np->nk", basis, white)[..., None])[..., 0]
        beta_root = np.linalg.inv(np.linalg.cholesky(precision)).swapaxes(1, 2)
        end_m = float(cells.travelled_m[-1]) + forecast.cell_m
        at_m, along_m = cells.position_m, cells.travelled_m
        return cls(unit, free, beta, beta_root, precision, at_m, along_m, root, end_m)

    def conditional(
        self, xyz_m: FloatArray, along_m: FloatArray, residual: Residual
    ) -> tuple[FloatArray, FloatArray]:
        """Unit shadowing of further cells given that of the P cells so far.

        Returns:
            Weights (C, P) of the mean, and the Cholesky factor (C, C) of the covariance.
        """
        from scipy.linalg import cho_solve  # here, since it loads slowly

        own = unit_covariance(xyz_m, along_m, residual)
        if self.travelled_m.size == 0:
            return np.empty((along_m.size, 0)), np.linalg.cholesky(own)
        both = unit_correlation((xyz_m, along_m), (self.position_m, self.travelled_m), residual)
        given = cho_solve((self.root, True), both.T).T
        return given, np.linalg.cholesky(own - given @ both.T)


def _spacing_m(xy_m: FloatArray) -> float:
    """Median distance of sources (N, 2) to the next one."""
    apart_m = np.linalg.norm(xy_m[:, None] - xy_m, axis=2)
    np.fill_diagonal(apart_m, np.inf)
    return float(np.median(apart_m.min(axis=1)))
