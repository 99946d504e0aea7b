"""Estimates: a position, and the posterior probability of the source over cells of an area."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.errors import UnusableFlightError

_ITERATIONS = 100
_SMALLEST_M = 1e-3
#: Unresolved: the 90 % region covers more than this share of the area.
_RESOLVED_SHARE = 0.5
#: The energy score takes the cells of the smallest region with this probability.
_SCORED_SHARE = 0.999
#: Cells whose distances to all others are held at once.
_BLOCK = 256
#: A blur looks this many standard deviations far: exp(−9² / 2) is below the rounding of 1.
_REACH = 9.0
_TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Posterior:
    """Probability of the source over cells of the source area.

    Attributes:
        xy_m: (N, 2) centres x_i of the cells, east and north.
        probability: (N,) probability p_i of each cell; Σ p_i = 1.
        cell_m2: (N,) areas A_i of the cells, which may differ.
        cell_aspect: width (east-west) of every cell divided by its height (north-south).

    See also:
        `rfsl.localizers.scored_grid.refined_posterior`: makes one from a score.

    Example:
        Three cells of 1 m² in a row.

        >>> centres_m = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
        >>> row = Posterior(centres_m, np.array([0.2, 0.5, 0.3]), np.ones(3))
        >>> row.region(0.6).tolist()
        [1, 2]
        >>> row.region_m2(1.0)
        3.0
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
        """Posterior of a density over the cells: p_i = f_i A_i / Σ_j f_j A_j.

        Args:
            xy_m: (N, 2) centres of the cells.
            log_density: (N,) log f_i, up to a constant; or (R, N) for the mean of R posteriors.
            cell_m2: (N,) areas A_i.
            cell_aspect: width of every cell divided by its height.

        Example:
            The same density in cells of 1 and 3 m².

            >>> centres_m, area_m2 = np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([1.0, 3.0])
            >>> Posterior.of(centres_m, np.zeros(2), area_m2).probability.tolist()
            [0.25, 0.75]
        """
        rows = np.atleast_2d(log_density)
        weight = np.exp(rows - rows.max(axis=1, keepdims=True)) * cell_m2
        probability = (weight / weight.sum(axis=1, keepdims=True)).mean(axis=0)
        return cls(xy_m, probability, cell_m2, cell_aspect)

    def blurred(self, std_m: float) -> Posterior:
        """Posterior with a further Gaussian uncertainty σ of the position, kept within the cells.

        p'_i = Σ_j k_ij p_j with k_ij = g_ij A_i / Σ_l g_lj A_l and g_ij = exp(−|x_i − x_j|² / 2σ²).
        Each cell spreads its own probability over the others, so the sum stays 1. Only cells
        within 9 σ count: farther ones would change nothing that a number can hold. So time and
        memory grow with the number of cells, and not with its square.

        Args:
            std_m: σ, at least 0.

        Example:
            All probability is in the middle of three cells; 1 / (1 + 2 exp(−½)) of it stays.

            >>> centres_m = np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
            >>> certain = Posterior(centres_m, np.array([0.0, 1.0, 0.0]), np.ones(3))
            >>> certain.blurred(1.0).probability.round(3).tolist()
            [0.274, 0.452, 0.274]
        """
        if std_m == 0.0:
            return self
        from scipy.spatial import cKDTree  # here, since it loads slowly

        tree, count = cKDTree(self.xy_m), len(self.xy_m)
        probability = np.zeros(count)
        for first in range(0, count, _BLOCK):
            block = slice(first, first + _BLOCK)
            pairs = cKDTree(self.xy_m[block]).sparse_distance_matrix(
                tree, _REACH * std_m, output_type="ndarray"
            )
            source, target = pairs["i"], pairs["j"]
            kernel = np.exp(-0.5 * np.square(pairs["v"] / std_m)) * self.cell_m2[target]
            spread = self.probability[block] / np.bincount(source, kernel)
            probability += np.bincount(target, kernel * spread[source], count)
        return replace(self, probability=probability)

    def median_m(self) -> FloatArray:
        """Position (2,) of smallest expected 2D error: argmin_x Σ p_i |x − x_i|.

        This is the geometric median, by 100 of Weiszfeld's iterations from the mean:
        x ← Σ w_i x_i / Σ w_i with w_i = p_i / max(|x − x_i|, 1 mm).

        See also:
            `expected_error_m`: the sum that is smallest here.

        Example:
            The median of a symmetric posterior is its centre.

            >>> corners_m = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 2.0], [4.0, 2.0]])
            >>> Posterior(corners_m, np.full(4, 0.25), np.ones(4)).median_m().round(6).tolist()
            [2.0, 1.0]
        """
        place_m = self.probability @ self.xy_m
        for _ in range(_ITERATIONS):
            distance_m = np.linalg.norm(self.xy_m - place_m, axis=1)
            weight = self.probability / np.maximum(distance_m, _SMALLEST_M)
            place_m = weight @ self.xy_m / weight.sum()
        return np.asarray(place_m)

    def expected_error_m(self, place_m: FloatArray) -> float:
        """Expected 2D distance of the source from a position x (2,): Σ p_i |x − x_i|.

        Example:
            >>> centres_m = np.array([[0.0, 0.0], [3.0, 4.0]])
            >>> two = Posterior(centres_m, np.array([0.8, 0.2]), np.ones(2))
            >>> two.expected_error_m(np.zeros(2))
            1.0
        """
        return float(self.probability @ np.linalg.norm(self.xy_m - place_m, axis=1))

    def region_m2(self, share: float) -> float:
        """Area of the smallest region that contains the source with probability `share`.

        See also:
            `region`: its cells. `rfsl.localizers.regions.Region`: its shape.
        """
        return float(self.cell_m2[self.region(share)].sum())

    def region(self, share: float) -> np.ndarray:
        """Cells of the smallest region that contains the source with probability `share`.

        This is the highest-density region: cells are taken by falling density p_i / A_i until their
        probabilities add up to `share`.

        Returns:
            (M,) indices of the cells, by falling density.
        """
        order, reached = self._by_density()
        return order[: np.searchsorted(reached, share) + 1]

    def within(self, kept: BoolArray) -> Posterior:
        """Posterior once the source is known to be in some of the cells: p_i / Σ_kept p_j.

        Args:
            kept: (N,) mask of those cells.

        Raises:
            UnusableFlightError: the probability of those cells is zero.
        """
        held = float(self.probability[kept].sum())
        if held <= 0.0:
            raise UnusableFlightError("the flight's RSS places the source nowhere in the area")
        return Posterior(
            self.xy_m[kept], self.probability[kept] / held, self.cell_m2[kept], self.cell_aspect
        )

    def share_up_to(self, place_m: FloatArray) -> float:
        """Probability of the smallest region that reaches a position (2,).

        Cells are taken by falling density up to the cell that contains the position; that cell
        counts half. The position lies in the 90 % region if the result is at most 0.9. For the true
        positions of many flights the results are uniform between 0 and 1 if the probabilities are
        right.

        Example:
            The cell of 0.3 comes after that of 0.5, so 0.5 + 0.3 / 2.

            >>> centres_m = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
            >>> row = Posterior(centres_m, np.array([0.2, 0.5, 0.3]), np.ones(3))
            >>> round(row.share_up_to(np.array([2.1, 0.0])), 2)
            0.65
        """
        order, reached = self._by_density()
        rank = int(np.flatnonzero(order == self.cell_at(place_m))[0])
        before = reached[rank - 1] if rank else 0.0
        return float((before + reached[rank]) / 2.0)

    def cell_at(self, place_m: FloatArray) -> int:
        """Index of the cell that contains a position (2,), or of the nearest cell outside them all.

        Example:
            A cell of 4 m² beside one of 1 m²: the middle between both centres is in the larger one.

            >>> centres_m = np.array([[0.0, 0.0], [1.5, 0.0]])
            >>> Posterior(centres_m, np.array([0.5, 0.5]), np.array([4.0, 1.0])).cell_at(
            ...     np.array([0.8, 0.0])
            ... )
            0
        """
        height_m = np.sqrt(self.cell_m2 / self.cell_aspect)
        size_m = np.column_stack([height_m * self.cell_aspect, height_m])
        return int(np.argmin((np.abs(self.xy_m - place_m) / size_m).max(axis=1)))

    def log_density_at(self, place_m: FloatArray) -> float:
        """Natural logarithm of the density (per m²) at a position (2,): ln(p_i / A_i) of its cell.

        Its mean at the true positions of many flights is the logarithmic score, which is largest
        for the true probabilities (Gneiting & Raftery, "Strictly proper scoring rules, prediction,
        and estimation", 2007). Its resolution is that of the cells. A probability of zero counts as
        the smallest positive number, so that one such flight does not hide all others.

        Example:
            >>> centres_m = np.array([[0.0, 0.0], [2.0, 0.0]])
            >>> even = Posterior(centres_m, np.full(2, 0.5), np.full(2, 4.0))
            >>> round(float(np.exp(even.log_density_at(np.zeros(2)))), 3)
            0.125
        """
        cell = self.cell_at(place_m)
        return float(np.log(max(self.probability[cell], _TINY) / self.cell_m2[cell]))

    def energy_score_m(self, place_m: FloatArray) -> float:
        """Energy score at a position y (2,): Σ p_i |x_i − y| − ½ Σ p_i p_j |x_i − x_j|, in metres.

        It is the continuous ranked probability score in two dimensions (Gneiting & Raftery, 2007).
        At the true positions of many flights its mean is smallest for the true probabilities. For a
        single certain position it is the error. Cells that hold the last 0.1 % are left out.

        Example:
            >>> certain = Posterior(np.array([[3.0, 4.0]]), np.ones(1), np.ones(1))
            >>> certain.energy_score_m(np.zeros(2))
            5.0
        """
        from scipy.spatial.distance import cdist  # here, since it loads slowly

        kept = self.region(_SCORED_SHARE)
        xy_m, share = self.xy_m[kept], self.probability[kept] / self.probability[kept].sum()
        blocks = np.array_split(np.arange(len(kept)), len(kept) // _BLOCK + 1)
        between_m = sum(share[block] @ cdist(xy_m[block], xy_m) @ share for block in blocks)
        return float(share @ np.linalg.norm(xy_m - place_m, axis=1) - 0.5 * between_m)

    def _by_density(self) -> tuple[np.ndarray, FloatArray]:
        order = np.argsort(-self.probability / self.cell_m2, kind="stable")
        return order, np.cumsum(self.probability[order])


@dataclass(frozen=True)
class Estimate:
    """A position, and its posterior if the localizer has one.

    Attributes:
        position_m: (2,) east, north.
        posterior: probability of the source over cells; None if the localizer has none.
    """

    position_m: FloatArray
    posterior: Posterior | None = None

    @property
    def expected_error_m(self) -> float:
        """Expected 2D error of the position by its own posterior; NaN without one."""
        if self.posterior is None:
            return float("nan")
        return self.posterior.expected_error_m(self.position_m)

    @property
    def unresolved(self) -> str:
        """Why the flight does not resolve the position, in words.

        Empty if it does, or if there is no posterior. A flight does not resolve the position if the
        90 % region covers more than half of the area.
        """
        if self.posterior is None:
            return ""
        covered = self.posterior.region_m2(0.9) / self.posterior.cell_m2.sum()
        if covered <= _RESOLVED_SHARE:
            return ""
        return f"not resolved: the 90 % region covers {100 * covered:.0f} % of the source area"
