"""The records of a fix: its logs as they were flown, and what they say about the source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.choice import Choice
from rfsl.fixes.held import HeldElsewhere
from rfsl.fixes.record import LogFile
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.regions import Place, Region


@dataclass(frozen=True)
class FlownLog:
    """One log of a fix.

    Attributes:
        source: the log, as the user named it.
        flight: the flight that was read from it, up to `localize.duration_s`.
        held: (S,) mask of the samples that hold the signal; the estimate uses these. None is held
            if the log is not used.
        notes: what was left out of it.
        reason: why the log is not used; empty if it is.
    """

    source: Path
    flight: Flight
    held: BoolArray
    notes: tuple[str, ...]
    reason: str

    @property
    def name(self) -> str:
        """Name of the log without its folder, which is nothing for a fix that is passed on."""
        return self.source.name or self.source.resolve().name

    @property
    def duration_s(self) -> float:
        """Time from its first to its last sample."""
        return float(self.flight.time_s[-1] - self.flight.time_s[0])


@dataclass(frozen=True)
class Fix:
    """What one flight, or several, say about an unknown source.

    Attributes:
        logs: the logs, in the order in which they were named.
        area: where the source may be; its scenario sets the local frame.
        choice: the mode that made the estimate.
        estimate: the position with its posterior; None if there is no estimate.
        regions: the 50 % and the 90 % region; empty if the mode gives no probability.
        places: separate places where the source may be, the most probable first; empty if the mode
            gives no probability.
        reason: why there is no estimate; empty otherwise.
        notes: what was left out, what is missing, and warnings.
        flags: names of the warnings, for programs: some of `rfsl.fixes.cautions.FLAGS`.
        log_files: the files of the logs.
        elsewhere: how often such regions held the source on other real flights; None if no table
            says so.
    """

    logs: tuple[FlownLog, ...]
    area: SourceArea
    choice: Choice
    estimate: Estimate | None
    regions: tuple[Region, ...]
    places: tuple[Place, ...]
    reason: str
    notes: tuple[str, ...]
    flags: tuple[str, ...]
    log_files: tuple[LogFile, ...] = ()
    elsewhere: HeldElsewhere | None = None

    @property
    def frame(self) -> LocalFrame:
        """Local frame of all its positions: that of the area's scenario."""
        return LocalFrame.of(self.area.scenario)

    @property
    def name(self) -> str:
        """Names of the logs."""
        return ", ".join(log.name for log in self.logs)

    @property
    def track_m(self) -> FloatArray:
        """Positions (S, 2) of all samples of all logs."""
        return np.concatenate([log.flight.position_m[:, :2] for log in self.logs])

    @property
    def held(self) -> BoolArray:
        """Mask (S,) of those that hold the signal."""
        return np.concatenate([log.held for log in self.logs])
