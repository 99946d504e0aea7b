"""Estimates: a position, and what is known of where else the source may be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.errors import UnusableFlightError

_ITERATIONS = 100
_SMALLEST_M = 1e-3
#: A flight whose 90 % region covers more of the area than this says hardly where the source is.
_RESOLVED_SHARE = 0.5


@dataclass(frozen=True)
class Posterior:
    """Probability of the source over cells of the source area.

    Attributes:
        xy_m: (N, 2) centres of the cells.
        probability: (N,) of each cell; their sum is 1.
        cell_m2: (N,) their areas, which may differ.
        cell_aspect: width (east-west) of every cell over its height.
    """

    xy_m: FloatArray
    probability: FloatArray
    cell_m2: FloatArray
    cell_aspect: float = 1.0

    @classmethod
    def of(
        cls,
        xy_m: FloatArray,
        log_density: FloatArray,
        cell_m2: FloatArray,
        cell_aspect: float = 1.0,
    ) -> Posterior:
        """From the logarithm of a density over the cells, up to a constant."""
        weight = np.exp(log_density - log_density.max()) * cell_m2
        return cls(xy_m, weight / weight.sum(), cell_m2, cell_aspect)

    def blurred(self, std_m: float) -> Posterior:
        """The same with a further Gaussian uncertainty of the position, kept within the cells."""
        if std_m == 0.0:
            return self
        about_m = self.xy_m - self.xy_m.mean(axis=0)
        size_m2 = np.square(about_m).sum(axis=1)
        squared_m2 = size_m2[:, None] + size_m2 - 2.0 * about_m @ about_m.T
        kernel = np.exp(-0.5 * squared_m2 / std_m**2) * self.cell_m2[:, None]
        probability = (kernel / kernel.sum(axis=0)) @ self.probability
        return replace(self, probability=probability)

    def median_m(self) -> FloatArray:
        """The position (2,) of the smallest expected 2D error: the geometric median (Weiszfeld)."""
        place_m = self.probability @ self.xy_m
        for _ in range(_ITERATIONS):
            distance_m = np.linalg.norm(self.xy_m - place_m, axis=1)
            weight = self.probability / np.maximum(distance_m, _SMALLEST_M)
            place_m = weight @ self.xy_m / weight.sum()
        return np.asarray(place_m)

    def expected_error_m(self, place_m: FloatArray) -> float:
        """Expected 2D distance of the source from a place (2,)."""
        return float(self.probability @ np.linalg.norm(self.xy_m - place_m, axis=1))

    def region_m2(self, share: float) -> float:
        """Area of the smallest region that holds the source with probability `share`."""
        return float(self.cell_m2[self.region(share)].sum())

    def region(self, share: float) -> np.ndarray:
        """Indices of the cells of the smallest region that holds the source with `share`."""
        order, reached = self._by_density()
        return order[: np.searchsorted(reached, share) + 1]

    def within(self, kept: BoolArray) -> Posterior:
        """What is left once the source is known to be in some of the cells (a mask (N,)).

        Raises:
            UnusableFlightError: those cells hold no probability.
        """
        held = float(self.probability[kept].sum())
        if held <= 0.0:
            raise UnusableFlightError("the source is nowhere in the area, by the flight's power")
        return Posterior(
            self.xy_m[kept], self.probability[kept] / held, self.cell_m2[kept], self.cell_aspect
        )

    def share_up_to(self, place_m: FloatArray) -> float:
        """Probability of the smallest region that reaches a place (2,).

        The place lies in the 90 % region if this is at most 0.9. Over many flights it is uniform
        between 0 and 1 if the probabilities are right.
        """
        order, reached = self._by_density()
        nearest = int(np.argmin(np.linalg.norm(self.xy_m - place_m, axis=1)))
        rank = int(np.flatnonzero(order == nearest)[0])
        before = reached[rank - 1] if rank else 0.0
        return float((before + reached[rank]) / 2.0)

    def _by_density(self) -> tuple[np.ndarray, FloatArray]:
        order = np.argsort(-self.probability / self.cell_m2, kind="stable")
        return order, np.cumsum(self.probability[order])


@dataclass(frozen=True)
class Estimate:
    """A position, and the posterior it comes from if there is one.

    Attributes:
        position_m: (2,) east, north.
    """

    position_m: FloatArray
    posterior: Posterior | None = None

    @property
    def expected_error_m(self) -> float:
        """Expected 2D error by the estimator's own account, NaN without a posterior."""
        if self.posterior is None:
            return float("nan")
        return self.posterior.expected_error_m(self.position_m)

    @property
    def unresolved(self) -> str:
        """Why the flight hardly says where the source is, in words; empty if it does, or if the
        estimator gives no posterior."""
        if self.posterior is None:
            return ""
        covered = self.posterior.region_m2(0.9) / self.posterior.cell_m2.sum()
        if covered <= _RESOLVED_SHARE:
            return ""
        return f"not resolved: the 90 % region covers {100 * covered:.0f} % of the source area"
