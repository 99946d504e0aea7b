"""Particle filter: sequential Monte Carlo over the cells of a flight, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.localizers import ParticleFilterSettings
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.localizers.bagging import flight_parts
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.spec import LocalizerSpec, Surroundings
from rfsl.propagation.spec import PropagationModel
from rfsl.randomness import Stream, generator

#: Keeps the covariance invertible if all particles are at one position.
_SMALLEST_STEP_M = 0.1
#: Candidates whose density by every part is computed at once.
_BLOCK = 1000


@dataclass(frozen=True)
class _Cloud:
    """N weighted candidates after K cells of a flight.

    Attributes:
        xy_m: (N, 2) east, north.
        level_db: (N,) mean of each candidate's level; its variance is that of a cell divided by K.
        log_likelihood: (N,) of the K cells, with the level integrated out, up to a constant.
        log_weight: (N,) normalized: the weights add up to 1.
        log_evidence: logarithm of the mean likelihood over the source area, up to that constant.
    """

    xy_m: FloatArray
    level_db: FloatArray
    log_likelihood: FloatArray
    log_weight: FloatArray
    log_evidence: float = 0.0

    def after(self, residual_db: FloatArray, seen: int, variance_db2: float) -> _Cloud:
        """Candidates after one more cell: a Kalman update of each level, and new weights.

        With the level m after k cells and the residual e of the new one, the innovation i = e − m
        has the variance v (1 + 1/k):

            log w ← log w − i² / 2 v (1 + 1/k),   m ← m + i / (k + 1).

        The prior variance of the level is infinite: after the first cell the level is the residual
        of that cell, so the unknown level favours no position.

        Args:
            residual_db: (N,) measured less predicted RSS of the cell, without a level.
            seen: k, the number of cells so far.
            variance_db2: v, variance of a cell.
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
        """Effective number of candidates: 1 / Σ w²."""
        return float(np.exp(-np.logaddexp.reduce(2.0 * self.log_weight)))

    def chosen(self, index: IndexArray) -> _Cloud:
        """Some candidates, with equal weights."""
        return replace(
            self,
            xy_m=self.xy_m[index],
            level_db=self.level_db[index],
            log_likelihood=self.log_likelihood[index],
            log_weight=np.full(index.size, -np.log(index.size)),
        )


@dataclass(frozen=True)
class ParticleFilter:
    """Posterior of a source at rest, sampled cell by cell in the order of time.

    RSS of a cell = propagation model + level + Gaussian residual of variance σ². Each particle is a
    position with the Gaussian of its level (Rao-Blackwellized). With the level integrated out, the
    likelihood of K residuals e_c is log L = −Σ (e_c − ē)² / 2 v, up to a constant.

    Shadowing that is correlated exponentially over a distance D leaves, for a mean, one independent
    reading in 2 D of path. So each cell's likelihood is raised to the power cell_m / 2 D (at most
    1), and the cells of such a stretch count as one. For a Gaussian this is the same as the
    variance v = σ² / power.

    If the effective number of particles 1 / Σ w² falls below half of them, they are resampled
    systematically and moved by a Gaussian jitter of their own covariance. A move is accepted by
    Metropolis' rule on all cells so far, so the jitter does not widen the posterior. No particle
    leaves the source area. Each part of the flight has its own particles, and the posterior is the
    mean of theirs. The estimate is its geometric median.

    Attributes:
        surroundings: the source area, and the setting `cell_m`.
        settings: number of particles of a part, σ, D, and the seed of the draws.
        model: predicts the RSS, up to the level.

    See also:
        `rfsl.localizers.posterior.Posterior.median_m`: the estimate.
    """

    surroundings: Surroundings
    settings: ParticleFilterSettings
    model: PropagationModel

    @property
    def variance_db2(self) -> float:
        """Variance v of a cell's residual, with its likelihood raised to the power."""
        stretch_m = 2.0 * self.settings.shadowing_distance_m
        power = min(1.0, self.surroundings.settings.cell_m / stretch_m)
        return float(self.settings.residual_std_db**2 / power)

    def __call__(self, flight: Flight) -> Estimate:
        return self.locate(self.surroundings.cells(flight))

    def locate(self, cells: FlightCells) -> Estimate:
        """Estimate with its posterior, from the cells of a flight."""
        rng = generator(self.settings.seed, Stream.PARTICLES)
        parts = flight_parts(cells.travelled_m, self.surroundings.settings.bagging)
        clouds = [self._filtered(cells.part(part), rng) for part in parts]
        posterior = self._mean(cells, parts, clouds)
        return Estimate(posterior.median_m(), posterior)

    def _filtered(self, cells: FlightCells, rng: np.random.Generator) -> _Cloud:
        """The candidates after all cells of a part of the flight."""
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
        return cloud

    def _mean(self, cells: FlightCells, parts: BoolArray, clouds: Sequence[_Cloud]) -> Posterior:
        """Mean of the posteriors of the parts, over the candidates of all parts.

        The density at a candidate is the mean of the densities by all parts. The area of a
        candidate is its weight divided by that density.
        """
        area_m2 = float(np.prod(2.0 * np.array(self.surroundings.area.half_size_m)))
        xy_m = np.concatenate([cloud.xy_m for cloud in clouds])
        log_weight = np.concatenate([cloud.log_weight for cloud in clouds]) - np.log(len(parts))
        log_density = np.empty((len(parts), len(xy_m)))
        for block in np.array_split(np.arange(len(xy_m)), len(xy_m) // _BLOCK + 1):
            residual_db = self._residual_db(cells, slice(None), xy_m[block])
            for row, (part, cloud) in enumerate(zip(parts, clouds, strict=True)):
                likelihood = self.log_likelihood(residual_db[:, part])
                log_density[row, block] = likelihood - cloud.log_evidence
        mean = np.logaddexp.reduce(log_density, axis=0) - np.log(len(parts) * area_m2)
        weight, cell_m2 = np.exp(log_weight), np.exp(log_weight - mean)
        kept = (weight > 0.0) & (cell_m2 > 0.0)
        return Posterior(xy_m[kept], weight[kept] / weight[kept].sum(), cell_m2[kept])

    def log_likelihood(self, residual_db: FloatArray) -> FloatArray:
        """Log-likelihood (N,) of residuals (N, K), up to a constant: −Σ (e_c − ē)² / 2 v."""
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
        """Measured less predicted RSS (N, K) of some cells, without a level."""
        sources_m = self.surroundings.sources_m(xy_m)
        predicted_db = self.model(cells.position_m[chosen], cells.attitude_rad[chosen], sources_m)
        return np.asarray(cells.rss_db[chosen] - predicted_db)


def _systematic(cloud: _Cloud, rng: np.random.Generator) -> IndexArray:
    """Numbers (N,) of the candidates drawn by systematic resampling, in proportion to weights."""
    count = len(cloud.log_weight)
    steps = (rng.random() + np.arange(count)) / count
    found = np.searchsorted(np.cumsum(np.exp(cloud.log_weight)), steps)
    return np.minimum(found, count - 1)  # the sum may miss 1 by rounding


def _build(surroundings: Surroundings) -> ParticleFilter:
    assert surroundings.model is not None  # guaranteed by `needs`
    return ParticleFilter(surroundings, surroundings.settings.particle_filter, surroundings.model)


SPEC = LocalizerSpec(_build, needs=("propagation",))
