"""Loss behind the landing legs: β of equation 8 by linear least squares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.calibration.links import Links
from rfsl.config.propagation import LegSettings
from rfsl.errors import CalibrationError
from rfsl.propagation.calibration_file import LegLoss
from rfsl.propagation.legs import behind_leg

#: The bootstrap draws whole minutes, because samples within a minute are correlated.
_BLOCK_S = 60.0


def fit_leg_loss(
    fold: str,
    links: Sequence[Links],
    predicted_dbm: Sequence[FloatArray],
    settings: LegSettings,
    bootstrap_samples: int,
    rng: np.random.Generator,
) -> LegLoss:
    """Fit β of equation 8, together with an unknown offset of each flight.

        measured − predicted = offset(flight) − [behind a leg] · 10 β log10(d / d₀)

    Only locked samples with the source less than δ below the horizontal are used: there, samples
    behind a leg are compared with others at the same depression. Offsets and β are solved together
    by least squares. For fixed β an offset is a mean; with each flight's means removed, β is a
    single slope (Frisch-Waugh). The 90 % interval comes from a bootstrap over whole minutes.

    Args:
        fold: location left out, for the message.
        links: of the flights.
        predicted_dbm: two-ray power with the flown attitude and no leg loss, (S,) for each flight.
        settings: legs, Δ, δ and d₀.
        bootstrap_samples: number of resamplings.
        rng: draws them.

    Raises:
        CalibrationError: none of these samples is behind a leg, or all are.

    See also: `rfsl.propagation.legs`, the loss and what counts as behind a leg.
    """
    steps, residuals, groups, distances, blocks = [], [], [], [], []
    for number, (link, predicted) in enumerate(zip(links, predicted_dbm, strict=True)):
        low = link.locked & (link.depression_rad < np.radians(settings.maximum_elevation_deg))
        behind = behind_leg(link.azimuth_rad, link.depression_rad, settings)
        decades = np.log10(link.distance_m / settings.reference_distance_m)
        steps.append(np.where(behind, -10.0 * decades, 0.0)[low])
        residuals.append((link.rss_db - predicted)[low])
        groups.append(np.full(int(low.sum()), number))
        distances.append(link.distance_m[low])
        blocks.append(1000 * number + link.blocks(_BLOCK_S)[low])
    step, residual_db = np.concatenate(steps), np.concatenate(residuals)
    group, block = np.concatenate(groups), np.concatenate(blocks)
    behind = step != 0.0
    if not behind.any() or behind.all():
        raise CalibrationError(
            f"calibration without {fold}: in {', '.join(link.trial for link in links)} no locked "
            "sample has the source behind a leg, or none has it beside the legs, at less than "
            f"{settings.maximum_elevation_deg:g} deg below the horizontal; both are needed. Add "
            "flights to calibration.trials, or fix propagation.legs.beta"
        )
    fitted_beta, left_db = _slope(step, residual_db, group, np.ones_like(step))
    names, index = np.unique(block, return_inverse=True)
    draws = []
    for _ in range(bootstrap_samples):
        count = np.bincount(rng.integers(names.size, size=names.size), minlength=names.size)
        weight = count[index].astype(float)
        if (weight * behind).sum() > 0 and (weight * ~behind).sum() > 0:
            draws.append(_slope(step, residual_db, group, weight)[0])
    low_beta, high_beta = np.quantile(draws, [0.05, 0.95])
    beta = max(fitted_beta, 0.0)
    mean_m = float(np.concatenate(distances)[behind].mean())
    return LegLoss(
        fitted_beta=fitted_beta,
        beta_low=float(low_beta),
        beta_high=float(high_beta),
        beta=beta,
        reference_distance_m=settings.reference_distance_m,
        mean_shadowed_distance_m=mean_m,
        shadowing_loss_db=10.0 * beta * float(np.log10(mean_m / settings.reference_distance_m)),
        shadowed_samples=int(behind.sum()),
        unshadowed_samples=int((~behind).sum()),
        residual_std_db=float(np.std(left_db)),
    )


def _slope(
    step: FloatArray, residual_db: FloatArray, group: FloatArray, weight: FloatArray
) -> tuple[float, FloatArray]:
    """Weighted least-squares slope with a free mean in each group, and the residual."""
    total = np.maximum(np.bincount(group, weight), 1e-12)
    x = step - (np.bincount(group, weight * step) / total)[group]
    y = residual_db - (np.bincount(group, weight * residual_db) / total)[group]
    slope = float((weight * x * y).sum() / max((weight * x * x).sum(), 1e-12))
    return slope, y - slope * x
