"""The calibration of one fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfsl.calibration.gain_and_shadowing import fit_field
from rfsl.calibration.leg_loss import fit_leg_loss
from rfsl.calibration.links import CalibrationFlight, links_of
from rfsl.calibration.tracking import fit_tracking
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import CalibrationError
from rfsl.flights.cells import flight_cells
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models import MODELS
from rfsl.randomness import Stream, generator


def calibrate(
    fold: str,
    flights: Sequence[CalibrationFlight],
    scenario: ScenarioSettings,
    propagation: PropagationSettings,
    settings: CalibrationSettings,
    flight_settings: FlightSettings,
    seed: int,
) -> Calibration:
    """Calibrate on flights at other locations than the fold's.

    The source's height is the simulator's (`scenario.source_height_m`), which uses the result.

    Args:
        fold: the location that is left out, or `all`.
        seed: the config's seed, for the bootstrap of β.

    Raises:
        CalibrationError: no flight, or flights that do not determine the result.
    """
    if not flights:
        raise CalibrationError(
            f"calibration without {fold}: no calibration trial is at another location. Add one to "
            "calibration.trials, or fix propagation.legs.beta"
        )
    height_m = scenario.source_height_m
    links = [links_of(item, height_m, flight_settings) for item in flights]
    without_loss = propagation.model_copy(
        update={"legs": propagation.legs.model_copy(update={"beta": 0.0})}
    )
    model = MODELS["enhanced_two_ray"].build(scenario, without_loss, None)
    predicted_dbm = [
        model(
            item.flight.position_m,
            item.flight.attitude_rad,
            np.array([[*item.source_xy_m, height_m]]),
        )[0]
        for item in flights
    ]
    rng = generator(seed, Stream.CALIBRATION, fold)
    legs = fit_leg_loss(
        fold, links, predicted_dbm, propagation.legs, settings.bootstrap_samples, rng
    )
    cells = [flight_cells(item.flight, settings.cell_m, flight_settings) for item in flights]
    fit = fit_field(flights, cells, height_m, settings)
    return Calibration(
        fold=fold,
        trials=tuple(item.trial for item in flights),
        kinds=tuple(sorted({item.kind for item in flights})),
        offset_db=dict(zip((item.trial for item in flights), fit.offset_db.tolist(), strict=True)),
        legs=legs,
        profile=fit.profile,
        residual=fit.residual,
        tracking=fit_tracking(
            links, fit.profile, fit.offset_db, flight_settings.acquisition_hold_s
        ),
        about=settings.about,
        frequency_hz=scenario.frequency_hz,
    )
