"""The fix: a position from one flight log, with its regions and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import UnusableFlightError
from rfsl.fixes.area_files import AreaSource
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.choice import Choice
from rfsl.fixes.held import HeldElsewhere, held_elsewhere
from rfsl.fixes.located_log import located_log, outside_area
from rfsl.fixes.log_files import log_files
from rfsl.fixes.record import LogFile
from rfsl.flights.cutting import MINIMUM_SAMPLES, first_seconds
from rfsl.flights.flight import Flight
from rfsl.flights.lock import acquired_by_power, held_samples, lock_status, locked_by_quality
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.build import build_localizers
from rfsl.localizers.coverage import SHARES
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.regions import Place, Region, places
from rfsl.localizers.spec import Localizer

#: A region that comes this close to the edge of the area reaches it.
_AT_EDGE_M = 0.1
#: Parts of the 90 % region that are closer to each other are one place.
_APART_M = 40.0
#: The estimate is compared with the one this long before the end of the flight.
_LATE_S = 180.0
#: The strongest stretch of the track is this share of its samples that hold the signal.
_STRONGEST_SHARE = 0.02
#: By so much the signal should be stronger where the track came closest to the region.
_UNEXPLAINED_DB = 10.0
#: What to do about a quality of another kind than flights.lock_quality_db is for.
_OTHER_QUALITY = (
    "If the quality is an SNR or another figure than that of the channel sounder, leave quality_db "
    "out (--columns quality_db=) or set flights.lock_quality_db for it"
)
#: Names of all warnings, in the order in which a fix has them.
FLAGS = (
    *("no_probability", "unresolved", "edge_of_area", "several_places"),
    *("estimate_between_places", "short_track", "outside_area", "strongest_elsewhere", "jumped"),
)


@dataclass(frozen=True)
class Settings:
    """The blocks of the config that a fix depends on.

    `flights` has the length of the flight that is used, from `localize.duration_s`.
    """

    scenario: ScenarioSettings
    flights: FlightSettings
    localizers: LocalizerSettings


@dataclass(frozen=True)
class Fix:
    """What one flight says about an unknown source.

    Attributes:
        source: the log, as the user named it.
        flight: the flight that was read from it, up to `localize.duration_s`.
        held: (S,) mask of the samples that hold the signal; the estimate uses these.
        area: where the source may be; its scenario sets the local frame.
        choice: the mode that made the estimate.
        estimate: the position with its posterior; None if there is no estimate.
        regions: the 50 % and the 90 % region; empty if the mode gives no probability.
        places: separate places where the source may be, the most probable first; empty if the mode
            gives no probability.
        reason: why there is no estimate; empty otherwise.
        notes: what was left out, what is missing, and warnings.
        flags: names of the warnings, for programs: some of `FLAGS`.
        log_files: the files of the log.
        elsewhere: how often such regions held the source on other real flights; None if no table
            says so.
    """

    source: Path
    flight: Flight
    held: BoolArray
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


def localize(
    log: str | Path,
    given_area: AreaSource | None,
    choice: Choice,
    settings: Settings,
    results: Path | None = None,
    positions: str | Path | None = None,
    positions_offset_s: float = 0.0,
) -> Fix:
    """Estimate the position of the source from one flight log.

    A flight that cannot be used gives a fix without an estimate; its reason says why.

    Args:
        log: file or folder of a log, of any known format.
        given_area: file or shape of the area; None: `scenario.source_area`, or the box
            round the track if the flight is far away from that.
        choice: the mode that makes the estimate.
        settings: blocks of the config.
        results: folder of the workflow's results, which may say how often regions hold.
        positions: file with the positions, if the log holds the power alone.
        positions_offset_s: added to the clock of the positions.

    Raises:
        FlightError: the log cannot be read, or it is from another place than the area.
        DataError: the area, the calibration or the table of coverage cannot be read, or the area is
            too large.
        ConfigError: the area is too large for the grid of a localizer that has only one.
    """
    area, whole = located_log(
        log, given_area, settings.scenario, settings.flights, positions, positions_offset_s
    )
    flight = first_seconds(whole, settings.flights, str(log), "localize.duration_s")
    held = held_samples(flight, settings.flights)
    dropped = _dropped(whole, flight, settings.flights)
    notes = [*whole.notes, *area.notes, *dropped, *choice.notes]
    usable, reason = lock_status(flight, settings.flights)
    if not usable:
        reason = f"{reason}. {_OTHER_QUALITY}"
    estimate = None
    if usable:
        localizers = build_localizers(
            choice.params, choice.files, area.scenario, settings.localizers, settings.flights
        )
        localizer = next(iter(localizers.values()))
        try:
            estimate, outside = _within(localizer(flight), area)
            notes += outside
        except UnusableFlightError as error:
            reason = str(error)
    files = log_files(log, positions)
    fix = Fix(Path(log), flight, held, area, choice, estimate, (), (), reason, (), (), files)
    warnings: list[tuple[str, str]] = []
    if estimate is not None:
        if estimate.posterior is not None:
            fix = replace(
                fix,
                regions=tuple(Region.of(estimate.posterior, share) for share in SHARES),
                places=tuple(places(estimate.posterior, _APART_M)),
                elsewhere=held_elsewhere(results, choice.mode, float(flight.time_s[-1])),
            )
        earlier = _earlier(localizer, flight, area, settings.flights)
        warnings = [
            *_beware(fix, estimate, settings.localizers.grid_m),
            *outside_area(area, flight),
            *_strongest_elsewhere(fix),
            *_jump(estimate, fix.places, earlier),
        ]
    texts = [text for _, text in warnings]
    flags = tuple(dict.fromkeys(flag for flag, _ in warnings))
    return replace(fix, notes=(*notes, *texts), flags=flags)


def _earlier(
    localizer: Localizer, flight: Flight, area: SourceArea, settings: FlightSettings
) -> Estimate | None:
    """Estimate from all of the flight but its last three minutes; None if there is none."""
    before = flight.until(float(flight.time_s[-1]) - _LATE_S)
    if len(before) < MINIMUM_SAMPLES or not lock_status(before, settings)[0]:
        return None
    try:
        return _within(localizer(before), area)[0]
    except UnusableFlightError:
        return None


def _strongest_elsewhere(fix: Fix) -> Iterator[tuple[str, str]]:
    """A warning if the signal was strongest far from the source, by the fix's own 90 % region.

    The power falls with 20 dB a decade of distance. If the track came so much closer to the region
    elsewhere that the signal should have been stronger there by 10 dB, the region does not explain
    where it was strongest.
    """
    if not fix.regions:
        return
    position_m, rss_db = fix.flight.position_m[fix.held], fix.flight.rss_db[fix.held]
    away_m = shapely.distance(shapely.points(position_m[:, :2]), fix.regions[-1].shape_m)
    slant_m = np.hypot(away_m, position_m[:, 2] - fix.area.scenario.source_height_m)
    count = max(1, round(_STRONGEST_SHARE * rss_db.size))
    strongest_m = float(np.median(slant_m[np.argsort(-rss_db)[:count]]))
    if 20.0 * np.log10(strongest_m / slant_m.min()) > _UNEXPLAINED_DB:
        yield (
            "strongest_elsewhere",
            f"the signal was strongest {strongest_m:.0f} m from the 90 % region, though the flight "
            f"came within {slant_m.min():.0f} m of it: antennas and shadowing may explain that, "
            "and so may a second transmitter or a wrong clock",
        )


def _jump(
    estimate: Estimate, found: Sequence[Place], earlier: Estimate | None
) -> Iterator[tuple[str, str]]:
    """A warning if the most probable place is new: outside the 90 % region of the earlier estimate.

    An estimate between two places may lie outside every region, so it is not compared itself.

    Args:
        found: places of the estimate, the most probable first.
    """
    if earlier is None or earlier.posterior is None or not found:
        return
    if earlier.posterior.share_up_to(found[0].position_m) > SHARES[-1]:
        moved_m = float(np.linalg.norm(estimate.position_m - earlier.position_m))
        yield (
            "jumped",
            f"the estimate moved by {moved_m:.0f} m in the last {_LATE_S / 60.0:g} minutes, and "
            "the most probable place lies outside the 90 % region of before: fly on, or from "
            "another side, to confirm it",
        )


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


def _beware(fix: Fix, estimate: Estimate, grid_m: float) -> Iterator[tuple[str, str]]:
    """Warnings for the reader of an estimate: the flag and the text of each."""
    place = shapely.Point(estimate.position_m)
    if not fix.regions:
        yield (
            "no_probability",
            f"{fix.choice.mode} gives no probability: there is no expected error and no region",
        )
    if estimate.unresolved:
        yield "unresolved", estimate.unresolved
    edge_m = fix.area.polygon_m.boundary
    cut = [r for r in fix.regions if r.shape_m.distance(edge_m) < _AT_EDGE_M]
    if cut or fix.area.to_edge_m(estimate.position_m) < grid_m:
        what = f"{100 * cut[0].share:.0f} % region reaches" if cut else "estimate is at"
        yield (
            "edge_of_area",
            f"the {what} the edge of the area: the source may be outside it; check the area "
            f"({fix.area.name})",
        )
    if len(fix.places) > 1:
        listed = ", ".join(f"{100 * place.probability:.0f} %" for place in fix.places)
        yield (
            "several_places",
            f"the source may be at {len(fix.places)} separate places, with probabilities {listed}",
        )
    for found in fix.regions[-1:]:
        if not found.shape_m.covers(place):
            yield (
                "estimate_between_places",
                "the estimate lies outside its own 90 % region, because the expected error is "
                "smallest there: search the region, not the point",
            )
    spread_m = np.ptp(fix.flight.position_m[fix.held, :2], axis=0)
    if np.hypot(*spread_m) < 50.0:
        yield (
            "short_track",
            f"the samples that hold the signal lie within only {np.hypot(*spread_m):.0f} m: fly "
            "wider for a better fix",
        )


def used_duration_s(fix: Fix) -> float:
    """Duration (s) of a fix's flight, from its first to its last sample."""
    times_s: FloatArray = fix.flight.time_s
    return float(times_s[-1] - times_s[0])
