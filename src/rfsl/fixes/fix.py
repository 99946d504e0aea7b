"""The fix: a position from one flight log, or from several over one source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import ConfigError, UnusableFlightError
from rfsl.fixes.area_files import AreaSource
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.cautions import LATE_S, cautions
from rfsl.fixes.choice import Choice
from rfsl.fixes.flown import Fix, FlownLog
from rfsl.fixes.held import held_elsewhere
from rfsl.fixes.located_log import located_logs
from rfsl.fixes.log_files import log_files
from rfsl.fixes.record import LogFile
from rfsl.flights.cells import flight_cells, fused_cells
from rfsl.flights.cutting import MINIMUM_SAMPLES, first_seconds
from rfsl.flights.flight import Flight
from rfsl.flights.lock import acquired_by_power, held_samples, lock_status, locked_by_quality
from rfsl.localizers.build import build_localizers
from rfsl.localizers.coverage import SHARES
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.regions import Region, places
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import CellLocalizer, Localizer

#: Parts of the 90 % region that are closer to each other are one place.
_APART_M = 40.0
#: Carrier frequencies that differ by a larger share are different.
_SAME_FREQUENCY = 0.1
#: What to do about a quality of another kind than flights.lock_quality_db is for.
_OTHER_QUALITY = (
    "If the quality is an SNR or another figure than that of the channel sounder, leave quality_db "
    "out (--columns quality_db=) or set flights.lock_quality_db for it"
)


@dataclass(frozen=True)
class Settings:
    """The blocks of the config that a fix depends on.

    `flights` has the length of the flight that is used, from `localize.duration_s`.
    """

    scenario: ScenarioSettings
    flights: FlightSettings
    localizers: LocalizerSettings


def localize(
    logs: Sequence[str | Path],
    given_area: AreaSource | None,
    choice: Choice,
    settings: Settings,
    results: Path | None = None,
    positions: str | Path | None = None,
    positions_offset_s: float = 0.0,
) -> Fix:
    """Estimate the position of the source from one flight log, or from several over one source.

    Flights that cannot be used give a fix without an estimate; its reason says why. Of several
    logs, those that cannot be used are left out, with a note.

    Args:
        logs: files or folders of logs, of any known format.
        given_area: file or shape of the area; None: `scenario.source_area`, or the box
            round the tracks if a flight is far away from that.
        choice: the mode that makes the estimate.
        settings: blocks of the config.
        results: folder of the workflow's results, which may say how often regions hold.
        positions: file with the positions, if there is one log, which holds the power alone.
        positions_offset_s: added to the clock of the positions.

    Raises:
        FlightError: a log cannot be read, or it is from another place than the area.
        DataError: the area, the calibration or the table of coverage cannot be read, or the area is
            too large.
        ConfigError: the area is too large for the grid of a localizer that has only one, or there
            are several logs and the mode or the positions are for one.
    """
    _check_several(logs, choice, positions)
    area, wholes = located_logs(
        logs, given_area, settings.scenario, settings.flights, positions, positions_offset_s
    )
    flown = [
        flown_log(log, whole, settings, len(logs) > 1)
        for log, whole in zip(logs, wholes, strict=True)
    ]

    def locate(used: Sequence[FlownLog]) -> Estimate:
        return _located(localizer(), used, settings)

    def earlier(flight: Flight) -> Estimate | None:
        return _earlier(localizer(), flight, settings.flights)

    @cache
    def localizer() -> Localizer:
        return localizer_of(area, choice, settings)

    files = log_files(*logs, positions)
    return fix_of(flown, area, choice, settings, results, locate, earlier, files)


def localizer_of(area: SourceArea, choice: Choice, settings: Settings) -> Localizer:
    """The localizer of a mode for an area.

    Raises:
        DataError: the calibration or trained networks cannot be read.
        ConfigError: the area is too large for its grid.
    """
    localizers = build_localizers(
        choice.params, choice.files, area.scenario, settings.localizers, settings.flights
    )
    return next(iter(localizers.values()))


def fix_of(
    flown: Sequence[FlownLog],
    area: SourceArea,
    choice: Choice,
    settings: Settings,
    results: Path | None,
    locate: Callable[[Sequence[FlownLog]], Estimate],
    earlier: Callable[[Flight], Estimate | None],
    files: tuple[LogFile, ...] = (),
) -> Fix:
    """The fix of logs that were read, with its regions, places, notes and warnings.

    Args:
        flown: the logs, in the area's local frame.
        area, choice, settings, results: as for `localize`.
        locate: the estimate for the area's box from the logs that can be used; it may raise
            UnusableFlightError.
        earlier: the estimate from a flight without its last three minutes; None if there is none.
        files: the files of the logs.
    """
    used = [log for log in flown if not log.reason]
    notes = [
        *dict.fromkeys(note for log in flown for note in log.notes),
        *area.notes,
        *choice.notes,
        *_other_frequency(choice, area.scenario),
    ]
    reason = "; ".join(
        log.reason if len(flown) == 1 else f"{log.name}: {log.reason}" for log in flown
    )
    estimate = None
    if used:
        notes += [f"{log.name} is not used: {log.reason}" for log in flown if log.reason]
        try:
            estimate, outside = _within(locate(used), area)
            notes += outside
            reason = ""
        except UnusableFlightError as error:
            reason = str(error)
    fix = Fix(tuple(flown), area, choice, estimate, (), (), reason, (), (), files)
    if estimate is None:
        return replace(fix, notes=tuple(notes))
    before = None
    if estimate.posterior is not None:
        fix = replace(
            fix,
            regions=tuple(Region.of(estimate.posterior, share, area.polygon_m) for share in SHARES),
            places=tuple(places(estimate.posterior, _APART_M)),
        )
    if len(flown) == 1:
        flight = flown[0].flight
        found = earlier(flight)
        before = None if found is None else _before(found, area)
        if estimate.posterior is not None:
            elsewhere = held_elsewhere(results, choice.mode, float(flight.time_s[-1]))
            fix = replace(fix, elsewhere=elsewhere)
    warned = list(cautions(fix, estimate, before, settings.localizers.grid_m))
    flags = tuple(dict.fromkeys(flag for flag, _ in warned))
    return replace(fix, notes=(*notes, *(text for _, text in warned)), flags=flags)


def _check_several(
    logs: Sequence[str | Path], choice: Choice, positions: str | Path | None
) -> None:
    """Check that several logs, if there are several, can be fused.

    Raises:
        ConfigError: they cannot.
    """
    if len(logs) < 2:
        return
    if positions is not None:
        raise ConfigError(
            f"localize.positions: found {positions} beside {len(logs)} logs; positions in a file "
            "of their own can be joined with one log only"
        )
    if not LOCALIZERS[choice.params["localizer"]].fuses:
        raise ConfigError(
            f"{choice.mode} makes an estimate from one log, and {len(logs)} were named; name a "
            "mode with the localizer kriging first in localize.modes (--estimator)"
        )
    repeated = sorted({str(log) for log in logs if list(map(str, logs)).count(str(log)) > 1})
    if repeated:
        raise ConfigError(f"{repeated[0]} was named twice; a log counts once")


def flown_log(
    log: str | Path, whole: Flight, settings: Settings, several: bool = False
) -> FlownLog:
    """A log with what is used of it; its notes have its name if there are several."""
    flight = first_seconds(whole, settings.flights, str(log), "localize.duration_s")
    usable, reason = lock_status(flight, settings.flights)
    held = held_samples(flight, settings.flights)
    if usable and several:
        try:
            flight_cells(flight, settings.localizers.cell_m, settings.flights)
        except UnusableFlightError as error:
            usable, reason = False, str(error)
    elif not usable:
        reason = f"{reason}. {_OTHER_QUALITY}"
    notes = [*whole.notes, *_dropped(whole, flight, settings.flights)]
    if several:
        notes = [f"{Path(log).name}: {note}" for note in notes]
        held = held & usable
    return FlownLog(Path(log), flight, held, tuple(notes), "" if usable else reason)


def _located(localizer: Localizer, used: Sequence[FlownLog], settings: Settings) -> Estimate:
    """The estimate from one flight, or from the fused cells of several."""
    if len(used) == 1:
        return localizer(used[0].flight)
    assert isinstance(localizer, CellLocalizer)  # `_check_several` says so
    cell_m = settings.localizers.cell_m
    cells = fused_cells([flight_cells(log.flight, cell_m, settings.flights) for log in used])
    found = localizer.locate(cells)
    if isinstance(localizer, ScoredGrid):
        localizer.check_signal(cells, found)
    return found


def _earlier(localizer: Localizer, flight: Flight, settings: FlightSettings) -> Estimate | None:
    """Estimate from all of the flight but its last three minutes; None if there is none."""
    before = flight.until(float(flight.time_s[-1]) - LATE_S)
    if len(before) < MINIMUM_SAMPLES or not lock_status(before, settings)[0]:
        return None
    try:
        return localizer(before)
    except UnusableFlightError:
        return None


def _before(estimate: Estimate, area: SourceArea) -> Estimate | None:
    """An earlier estimate, restricted to the area; None if it had no probability there."""
    try:
        return _within(estimate, area)[0]
    except UnusableFlightError:
        return None


def _within(estimate: Estimate, area: SourceArea) -> tuple[Estimate, list[str]]:
    """Restrict an estimate, made for the box, to the area's polygon; a note says what changed."""
    if area.is_box:
        return estimate, []
    posterior = estimate.posterior
    if posterior is None:
        place_m = area.nearest_m(estimate.position_m)
        moved_m = float(np.linalg.norm(place_m - estimate.position_m))
        note = f"the estimate lay {moved_m:.0f} m outside {area.name} and was moved to its edge"
        return Estimate(place_m), [note] if moved_m > 0.0 else []
    kept = area.holds(posterior.xy_m)
    outside = 1.0 - float(posterior.probability[kept].sum())
    masked = posterior.within(kept)
    note = f"{100 * outside:.0f} % of the probability lay outside {area.name} and was removed"
    return Estimate(masked.median_m(), masked), [note] if outside >= 0.005 else []


def _dropped(whole: Flight, flight: Flight, settings: FlightSettings) -> Iterator[str]:
    """Notes on the parts of the log that are not used."""
    if len(whole) > len(flight):
        yield (
            f"only the first {settings.duration_s:g} s of the {whole.time_s[-1]:.0f} s above "
            f"{settings.minimum_height_m:g} m are used (localize.duration_s)"
        )
    total = len(flight)
    early = int((~acquired_by_power(flight, settings)).sum())
    if early:
        yield f"{early} of {total} samples before the receiver found the signal are not used"
    if np.isnan(flight.quality_db).all():
        yield "the log has no quality figure, so samples without the signal may be among those used"
    unlocked = int((~locked_by_quality(flight, settings)).sum())
    if unlocked:
        yield (
            f"{unlocked} of {total} samples without lock (quality up to "
            f"{settings.lock_quality_db:g} dB) are not used"
        )


def _other_frequency(choice: Choice, scenario: ScenarioSettings) -> Iterator[str]:
    """A note if the calibration is of another carrier frequency."""
    made = None if choice.calibration is None else choice.calibration.frequency_hz
    if made is not None and abs(scenario.frequency_hz / made - 1.0) > _SAME_FREQUENCY:
        yield (
            f"the calibration is of {made / 1e6:g} MHz, and this flight of "
            f"{scenario.frequency_hz / 1e6:g} MHz, so antennas and ground may differ: compare with "
            "--calibration none"
        )
