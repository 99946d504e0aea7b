"""Errors of the ideal posterior on simulated repeats of the scored flights.

The Cramér-Rao bound does not know the source area, so on a flight with little information it is far
larger than the area. The ideal posterior (`rfsl.evaluation.simulated.Ideal`) knows the area and the
gain of each flight. Its errors on redraws of a flight's RSS are the errors to expect there if only
position, level, shadowing and the error of the logged positions are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.evaluation.simulated import Ideal
from rfsl.flights.cells import usable_cells
from rfsl.flights.files import FlightFile
from rfsl.io.schemas import RedrawnTable
from rfsl.randomness import Stream, generator
from rfsl.simulation.flights import FlightSimulator


def redrawn_errors(
    item: FlightFile,
    estimate_after_s: Sequence[int],
    simulator: FlightSimulator,
    ideal: Ideal,
    settings: FlightSettings,
    *,
    seed: int,
    redraws: int,
) -> pd.DataFrame:
    """Rows of `RedrawnTable` of one trial; there are none for times at which it is unusable.

    Args:
        item: the trial.
        estimate_after_s: times; the flight up to each of them is used.
        simulator: draws RSS from the calibration of the trial's fold.
        ideal: ideal posterior for the same calibration.
        settings: define which samples hold the signal.
        seed: the config's.
        redraws: number of redraws of the flight's RSS for each time.
    """
    source_xy_m = np.array(item.source_m[:2])
    rows = []
    for after_s in estimate_after_s:
        cells = usable_cells(item.flight.until(after_s), simulator.cell_m, settings)
        if cells is None:
            continue
        for number in range(redraws):
            rng = generator(seed, Stream.REDRAWN_FLIGHT, item.trial, after_s, number)
            estimate = ideal(simulator.redraw(cells, source_xy_m, rng))
            error_m = float(np.linalg.norm(estimate.position_m - source_xy_m))
            rows.append((item.trial, after_s, number, error_m))
    return pd.DataFrame(rows, columns=list(RedrawnTable.to_schema().columns))
