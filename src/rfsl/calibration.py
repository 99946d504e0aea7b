"""Calibration of the leg-shadowing loss Υ on flights that left the scored location out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict

from rfsl.config import FlightSettings, PropagationSettings, ScenarioSettings
from rfsl.errors import CalibrationError
from rfsl.flights import Flight
from rfsl.propagation import build_propagation
from rfsl.propagation.geometry import body_direction, body_rotation, link_geometry
from rfsl.propagation.legs import behind_leg


class Calibration(BaseModel):
    """Result of a calibration, as stored in results/calibration/{fold}.json.

    Attributes:
        fold: location left out.
        trials: trials used.
        offset_db: power constant of each trial's flight, over the model.
        fitted_beta: β as the least squares give it.
        beta: the β to simulate with: never below zero, since a leg cannot amplify.
        reference_distance_m: d_0.
        mean_shadowed_distance_m: mean distance d_sh over the shadowed samples.
        shadowing_loss_db: Υ = 10 β log10(d_sh / d_0) at that distance.
        shadowed_samples, unshadowed_samples: how many samples decided.
        residual_std_db: spread of what the fit leaves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fold: str
    trials: tuple[str, ...]
    offset_db: dict[str, float]
    fitted_beta: float
    beta: float
    reference_distance_m: float
    mean_shadowed_distance_m: float
    shadowing_loss_db: float
    shadowed_samples: int
    unshadowed_samples: int
    residual_std_db: float


@dataclass(frozen=True)
class CalibrationFlight:
    """A flight over a known source."""

    trial: str
    flight: Flight
    source_xy_m: tuple[float, float]


def calibrate(
    fold: str,
    flights: Sequence[CalibrationFlight],
    scenario: ScenarioSettings,
    propagation: PropagationSettings,
    settings: FlightSettings,
) -> Calibration:
    """Fit β of equation 8 by linear least squares, with each flight's unknown offset removed.

    Only locked samples with the source less than δ below the horizontal take part: there, samples
    behind a leg stand beside samples that are not, at the same elevations. The model is
    P_measured - P_two-ray(attitude) = offset(flight) - [behind a leg] 10 β log10(d / d_0). The
    offsets and β are solved together. The source's height is the simulator's, since Υ is used
    there.

    Raises:
        CalibrationError: no flight, or none of the samples is behind a leg, or all are.
    """
    if not flights:
        raise CalibrationError(
            f"calibration without {fold}: no calibration trial is at another location. Add one to "
            "calibration.trials, or fix propagation.legs.beta"
        )
    model = build_propagation("enhanced_two_ray", scenario, _without_loss(propagation))
    residuals, shadows, distances, groups = [], [], [], []
    for group, item in enumerate(flights):
        flight = item.flight.samples(_locked(item.flight, settings))
        source_m = np.array([[*item.source_xy_m, scenario.source_height_m]])
        geometry = link_geometry(flight.position_m, source_m)
        low = geometry.depression_rad[0] < np.radians(propagation.legs.maximum_elevation_deg)
        flight = flight.samples(low)
        if len(flight) == 0:
            continue
        geometry = link_geometry(flight.position_m, source_m)
        _, azimuth_rad = body_direction(
            body_rotation(flight.attitude_rad),
            geometry.east_m,
            geometry.north_m,
            geometry.up_m,
            geometry.direct_m,
        )
        predicted_dbm = model(flight.position_m, flight.attitude_rad, source_m)[0]
        residuals.append(flight.rss_db - predicted_dbm)
        shadows.append(behind_leg(azimuth_rad, geometry.depression_rad, propagation.legs)[0])
        distances.append(geometry.direct_m[0])
        groups.append(np.full(len(flight), group))
    if not residuals:
        raise CalibrationError(_nothing_behind(fold, flights, propagation))
    residual_db, behind = np.concatenate(residuals), np.concatenate(shadows)
    distance_m, group_of = np.concatenate(distances), np.concatenate(groups)
    if not behind.any() or behind.all():
        raise CalibrationError(_nothing_behind(fold, flights, propagation))
    present = np.unique(group_of)
    decades = np.log10(distance_m / propagation.legs.reference_distance_m)
    design = np.column_stack(
        [*(group_of == group for group in present), np.where(behind, -10.0 * decades, 0.0)]
    ).astype(float)
    solution, *_ = np.linalg.lstsq(design, residual_db, rcond=None)
    fitted_beta = float(solution[-1])
    beta = max(fitted_beta, 0.0)
    mean_distance_m = float(distance_m[behind].mean())
    return Calibration(
        fold=fold,
        trials=tuple(item.trial for item in flights),
        offset_db={
            flights[group].trial: float(value)
            for group, value in zip(present, solution[:-1], strict=True)
        },
        fitted_beta=fitted_beta,
        beta=beta,
        reference_distance_m=propagation.legs.reference_distance_m,
        mean_shadowed_distance_m=mean_distance_m,
        shadowing_loss_db=10.0
        * beta
        * float(np.log10(mean_distance_m / propagation.legs.reference_distance_m)),
        shadowed_samples=int(behind.sum()),
        unshadowed_samples=int((~behind).sum()),
        residual_std_db=float(np.std(residual_db - design @ solution)),
    )


def _without_loss(propagation: PropagationSettings) -> PropagationSettings:
    legs = propagation.legs.model_copy(update={"beta": 0.0})
    return propagation.model_copy(update={"legs": legs})


def _locked(flight: Flight, settings: FlightSettings) -> np.ndarray:
    unknown = ~np.isfinite(flight.quality_db)
    return unknown | (flight.quality_db > settings.lock_quality_db)


def _nothing_behind(
    fold: str, flights: Sequence[CalibrationFlight], propagation: PropagationSettings
) -> str:
    return (
        f"calibration without {fold}: in {', '.join(item.trial for item in flights)} no locked "
        f"sample has the source behind a leg and less than "
        f"{propagation.legs.maximum_elevation_deg:g} deg below the horizontal, beside others that "
        "are not. Add flights to calibration.trials, or fix propagation.legs.beta"
    )
