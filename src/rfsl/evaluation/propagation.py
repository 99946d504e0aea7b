"""Errors of propagation models on the RSS of a real flight (Figure 5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rfsl.calibration.links import CalibrationFlight, links_of
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.files import FlightFile
from rfsl.io.schemas import PropagationErrorTable
from rfsl.propagation.spec import PropagationModel


def propagation_errors(
    item: FlightFile,
    models: Mapping[str, PropagationModel],
    source_height_m: float,
    settings: FlightSettings,
) -> pd.DataFrame:
    """Rows of `PropagationErrorTable` for one trial.

    Each model is evaluated at the flown positions and attitudes. The error is measured less
    predicted RSS over the locked samples, less its median, because measured power has an unknown
    constant. This is the same for every model.

    Args:
        item: the trial.
        models: propagation models by name.
        source_height_m: height of the source's antenna.
        settings: define which samples are locked.

    Raises:
        FlightError: no sample of the flight is locked.
    """
    source_xy_m = item.source_m[:2]
    links = links_of(
        CalibrationFlight(item.trial, item.flight, source_xy_m), source_height_m, settings
    )
    if not links.locked.any():
        raise FlightError(f"trial {item.trial}: the receiver is locked in none of its samples")
    source_m = np.array([[*source_xy_m, source_height_m]])
    parts = []
    for name, model in models.items():
        predicted_db = model(item.flight.position_m, item.flight.attitude_rad, source_m)[0]
        error_db = (item.flight.rss_db - predicted_db)[links.locked]
        parts.append(
            pd.DataFrame(
                {
                    "model": name,
                    "time_s": links.time_s[links.locked],
                    "distance_m": links.distance_m[links.locked],
                    "depression_deg": np.degrees(links.depression_rad[links.locked]),
                    "body_azimuth_deg": np.degrees(links.azimuth_rad[links.locked]),
                    "error_db": error_db - np.median(error_db),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame[list(PropagationErrorTable.to_schema().columns)]
