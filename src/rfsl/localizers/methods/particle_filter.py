"""Particle filter: the flight's cells one after another, by sequential Monte Carlo."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import FloatArray, IndexArray
from rfsl.config.localizers import ParticleFilterSettings
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.spec import LocalizerSpec, Surroundings
from rfsl.propagation.spec import PropagationModel
from rfsl.randomness import Stream, generator

#: Keeps the covariance of particles that have met at one place invertible.
_SMALLEST_STEP_M = 0.1


@dataclass(frozen=True)
class _Cloud:
    """N weighted candidates after K cells of a flight.

    Attributes:
        xy_m: (N, 2) east, north.
        level_db: (N,) mean of each candidate's level; its variance is that of a cell over K.
        log_likelihood: (N,) of the K cells, the level integrated out, up to a constant.
        log_weight: (N,) normalized.
        log_evidence: log of the mean likelihood over the source area, up to that constant.
    """

    xy_m: FloatArray
    level_db: FloatArray
    log_likelihood: FloatArray
    log_weight: FloatArray
    log_evidence: float = 0.0

    def after(self, residual_db: FloatArray, seen: int, variance_db2: float) -> _Cloud:
        """With one more cell, whose residual (N,) is that without a level, after `seen` of them.

        A Kalman update of each level. The first variance is infinite: after the first cell the
        level is that cell's residual, so no position is preferred for a level that nobody knows.
        """
        innovation_db = residual_db - self.level_db
        added = -0.5 * np.square(innovation_db) / (variance_db2 * (1.0 + 1.0 / seen))
        log_weight = self.log_weight + added
        total = float(np.logaddexp.reduce(log_weight))
        return replace(
            self,
            level_db=self.level_db + innovation_db / (seen + 1.0),
            log_likelihood=self.log_likelihood + added,
            log_weight=log_weight - total,
            log_evidence=self.log_evidence + total,
        )

    def effective(self) -> float:
        """Number of equal weights that would be as good as these."""
        return float(np.exp(-np.logaddexp.reduce(2.0 * self.log_weight)))

    def chosen(self, index: IndexArray) -> _Cloud:
        """Candidates by number, with equal weights."""
        return replace(
            self,
            xy_m=self.xy_m[index],
            level_db=self.level_db[index],
            log_likelihood=self.log_likelihood[index],
            log_weight=np.full(index.size, -np.log(index.size)),
        )

    def posterior(self, area_m2: float) -> Posterior:
        """Each candidate stands for as much area as its weight makes up at its density."""
        log_density = self.log_likelihood - self.log_evidence - np.log(area_m2)
        weight, cell_m2 = np.exp(self.log_weight), np.exp(self.log_weight - log_density)
        kept = (weight > 0.0) & (cell_m2 > 0.0)
        return Posterior(self.xy_m[kept], weight[kept] / weight[kept].sum(), cell_m2[kept])


@dataclass(frozen=True)
class ParticleFilter:
    """Posterior of a source that stands still, sampled cell by cell in the order of time.

    RSS of a cell = propagation model + level + Gaussian residual. Each particle is a position with
    the Gaussian of its level (Rao-Blackwellized). Shadowing that is correlated exponentially over a
    distance D leaves one independent reading in 2 D of path, as far as a mean is concerned, so each
    cell's likelihood is raised to the power cell_m / 2 D: the cells of such a stretch count as one.
    For a Gaussian this is the same as a variance divided by the power.

    Where the effective number of particles falls under half, they are resampled systematically and
    moved by a Gaussian jitter of their own covariance. A move is kept by Metropolis' rule on all
    cells so far, so that the jitter does not widen the posterior, and none leaves the area.
    """

    surroundings: Surroundings
    settings: ParticleFilterSettings
    model: PropagationModel

    @property
    def variance_db2(self) -> float:
        """Variance of a cell's residual that goes with its tempered likelihood."""
        stretch_m = 2.0 * self.settings.shadowing_distance_m
        power = min(1.0, self.surroundings.settings.cell_m / stretch_m)
        return float(self.settings.residual_std_db**2 / power)

    def __call__(self, flight: Flight) -> Estimate:
        cells = self.surroundings.cells(flight)
        rng = generator(self.settings.seed, Stream.PARTICLES)
        half_m = np.array(self.surroundings.area.half_size_m)
        count = self.settings.particles
        xy_m = self.surroundings.area.center_m + half_m * rng.uniform(-1.0, 1.0, (count, 2))
        cloud = _Cloud(
            xy_m,
            self._residual_db(cells, slice(0, 1), xy_m)[:, 0],
            np.zeros(count),
            np.full(count, -np.log(count)),
        )
        for seen in range(1, cells.rss_db.size):
            residual_db = self._residual_db(cells, slice(seen, seen + 1), cloud.xy_m)[:, 0]
            cloud = cloud.after(residual_db, seen, self.variance_db2)
            if cloud.effective() < count / 2.0:
                cloud = self._moved(cloud.chosen(_systematic(cloud, rng)), cells, seen + 1, rng)
        posterior = cloud.posterior(float(np.prod(2.0 * half_m)))
        return Estimate(posterior.median_m(), posterior)

    def log_likelihood(self, residual_db: FloatArray) -> FloatArray:
        """Log-likelihood (N,) of residuals (N, K), their level integrated out, up to a constant."""
        spread = np.square(residual_db - residual_db.mean(axis=1, keepdims=True)).sum(axis=1)
        return np.asarray(-0.5 * spread / self.variance_db2)

    def _moved(
        self, cloud: _Cloud, cells: FlightCells, seen: int, rng: np.random.Generator
    ) -> _Cloud:
        count, area = len(cloud.xy_m), self.surroundings.area
        covariance_m2 = np.cov(cloud.xy_m.T) + _SMALLEST_STEP_M**2 * np.eye(2)
        bandwidth = count ** (-1.0 / 6.0)  # Silverman's rule in two dimensions
        step_m = bandwidth * rng.standard_normal((count, 2)) @ np.linalg.cholesky(covariance_m2).T
        proposed_m = cloud.xy_m + step_m
        inside = np.all(area.clip(proposed_m) == proposed_m, axis=1)
        residual_db = self._residual_db(cells, slice(0, seen), area.clip(proposed_m))
        proposed = self.log_likelihood(residual_db)
        kept = inside & (np.log1p(-rng.random(count)) < proposed - cloud.log_likelihood)
        return replace(
            cloud,
            xy_m=np.where(kept[:, None], proposed_m, cloud.xy_m),
            level_db=np.where(kept, residual_db.mean(axis=1), cloud.level_db),
            log_likelihood=np.where(kept, proposed, cloud.log_likelihood),
        )

    def _residual_db(self, cells: FlightCells, chosen: slice, xy_m: FloatArray) -> FloatArray:
        """Measured minus predicted RSS (N, K) of some cells, without a level."""
        sources_m = self.surroundings.sources_m(xy_m)
        predicted_db = self.model(cells.position_m[chosen], cells.attitude_rad[chosen], sources_m)
        return np.asarray(cells.rss_db[chosen] - predicted_db)


def _systematic(cloud: _Cloud, rng: np.random.Generator) -> IndexArray:
    """Numbers of the candidates of a systematic resampling: each by its weight, at even steps."""
    count = len(cloud.log_weight)
    steps = (rng.random() + np.arange(count)) / count
    found = np.searchsorted(np.cumsum(np.exp(cloud.log_weight)), steps)
    return np.minimum(found, count - 1)  # the sum may miss 1 by rounding


def _build(surroundings: Surroundings) -> ParticleFilter:
    assert surroundings.model is not None  # `needs` says so
    return ParticleFilter(surroundings, surroundings.settings.particle_filter, surroundings.model)


SPEC = LocalizerSpec(_build, needs=("propagation",))
