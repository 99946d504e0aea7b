"""What the ideal posterior would miss on the very flights that are scored.

The Cramér-Rao bound knows no source area, so on a flight that says little it is far beyond it. The
ideal posterior on redraws of the flight's RSS says what error to expect there of one who is told
everything but the place.
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
    """Rows of `RedrawnTable` of one trial; none at times by which the flight is unusable.

    Args:
        simulator: of the calibration of the trial's fold.
        ideal: for the same calibration.
        seed: the config's.
        redraws: of the flight's RSS, for each time.
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
