"""From logs that grow to a fix, again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from threadpoolctl import threadpool_limits

from rfsl.api import Asked
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.cautions import LATE_S
from rfsl.fixes.fix import fix_of, flown_log, localizer_of
from rfsl.fixes.flown import Fix, FlownLog
from rfsl.fixes.located_log import located_logs
from rfsl.flights.cells import flight_cells
from rfsl.flights.flight import Flight
from rfsl.localizers.growing import GrowingLocalizer, NeededScorer
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Localizer


@dataclass
class Tracker:
    """The fix of a flight that goes on.

    Attributes:
        asked: settings and mode, as of `rfsl.localize`.
        log: the log of the flight, or of its power alone.
        positions: that of the positions, if the log has none.

    Each fix is what `rfsl.localize` makes of the log as it is then, with two differences. The
    posterior grows (`GrowingLocalizer`), within 1 % of the expected error. The warning of a jump
    compares with the update of three minutes before.
    """

    asked: Asked
    log: Path
    positions: Path | None = None
    _area: SourceArea | None = None
    _localizer: Localizer | GrowingLocalizer | None = None
    _before: deque[tuple[float, Estimate]] = field(default_factory=deque)

    def fix(self) -> Fix:
        """The fix by what the logs hold now.

        Raises:
            FlightError: they hold no flight yet; the message says what is missing.
            DataError: the area or the calibration cannot be read.
        """
        settings, asked = self.asked.settings, self.asked
        with threadpool_limits(1):
            area, (whole,) = located_logs(
                [self.log],
                asked.area,
                settings.scenario,
                settings.flights,
                self.positions,
                asked.positions_offset_s,
            )
            flown = flown_log(self.log, whole, settings)
            if self._area is None or not _same(area, self._area):
                self._area, self._localizer = area, self._built(area)
                self._before.clear()
            return fix_of(
                [flown],
                area,
                asked.choice,
                settings,
                asked.results,
                self._locate,
                self._earlier,
            )

    def _built(self, area: SourceArea) -> Localizer | GrowingLocalizer:
        built = localizer_of(area, self.asked.choice, self.asked.settings)
        if isinstance(built, ScoredGrid) and isinstance(built.scorer, NeededScorer):
            return GrowingLocalizer(built)
        return built

    def _locate(self, used: Sequence[FlownLog]) -> Estimate:
        """The estimate, which is kept for `_earlier`."""
        (log,) = used
        settings = self.asked.settings
        if isinstance(self._localizer, GrowingLocalizer):
            cells = flight_cells(log.flight, settings.localizers.cell_m, settings.flights)
            found = self._localizer.locate(cells)
        else:
            assert self._localizer is not None
            found = self._localizer(log.flight)
        self._before.append((float(log.flight.time_s[-1]), found))
        return found

    def _earlier(self, flight: Flight) -> Estimate | None:
        """The last estimate that is at least three minutes old; None if there is none."""
        end_s = float(flight.time_s[-1])
        while len(self._before) > 1 and self._before[1][0] <= end_s - LATE_S:
            self._before.popleft()
        if not self._before or self._before[0][0] > end_s - LATE_S:
            return None
        return self._before[0][1]


def _same(one: SourceArea, other: SourceArea) -> bool:
    return one.scenario == other.scenario and bool(one.polygon_m.equals(other.polygon_m))
