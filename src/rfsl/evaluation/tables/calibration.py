"""Table of the calibrations, one for each location left out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from rfsl.propagation.calibration_file import Calibration


def calibration_rows(calibrations: Sequence[Calibration]) -> pd.DataFrame:
    """One row per calibration, for results/tables/calibration.tsv.

    Returns:
        Columns left_out (fold), trials (that it used), leg loss (fitted_beta, beta_low, beta_high,
        fitted_shadowing_loss_db, shadowing_loss_low_db, shadowing_loss_high_db, simulated_beta,
        shadowed_samples), gain (gain_at_…_deg_db at each depression, largest_gain_std_db), spread
        of shadowing at low, middle and high depression (residual_std_…_db), correlation_distance_m,
        shadowing_place_share, and the receiver (floor_db, acquisition_db, release_db).
    """
    rows = []
    for item in calibrations:
        fitted_db, low_db, high_db = item.legs.interval_db
        rows.append(
            {
                "left_out": item.fold,
                "trials": ", ".join(item.trials),
                "fitted_beta": item.legs.fitted_beta,
                "beta_low": item.legs.beta_low,
                "beta_high": item.legs.beta_high,
                "fitted_shadowing_loss_db": fitted_db,
                "shadowing_loss_low_db": low_db,
                "shadowing_loss_high_db": high_db,
                "simulated_beta": item.legs.beta,
                "shadowed_samples": item.legs.shadowed_samples,
                **{
                    f"gain_at_{angle:g}_deg_db": gain
                    for angle, gain in zip(
                        item.profile.depression_deg, item.profile.gain_db, strict=True
                    )
                },
                "largest_gain_std_db": max(item.profile.gain_std_db),
                "residual_std_low_db": item.residual.std_db[0],
                "residual_std_middle_db": item.residual.std_db[1],
                "residual_std_high_db": item.residual.std_db[2],
                "correlation_distance_m": item.residual.correlation_distance_m,
                "shadowing_place_share": item.residual.place_share,
                "floor_db": item.tracking.floor_db,
                "acquisition_db": item.tracking.acquisition_db,
                "release_db": item.tracking.release_db,
            }
        )
    return pd.DataFrame(rows)
