"""What the reader of a fix should beware of: warnings, each with a flag for programs and a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from rfsl.fixes.flown import Fix
from rfsl.fixes.located_log import outside_area
from rfsl.localizers.coverage import SHARES
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.regions import Place

#: The estimate is compared with the one this long before the end of the flight.
LATE_S = 180.0
#: The strongest stretch of the track is this share of its samples that hold the signal.
_STRONGEST_SHARE = 0.02
#: By so much the signal should be stronger where the track came closest to the region.
_UNEXPLAINED_DB = 10.0
#: Below this height buildings and trees shadow the receiver, which the model does not know.
_NEAR_GROUND_M = 5.0
#: A region that comes this close to the edge of the area reaches it.
_AT_EDGE_M = 0.1
#: Names of all warnings, in the order in which a fix has them.
FLAGS = (
    *("no_probability", "unresolved", "edge_of_area", "several_places"),
    *("estimate_between_places", "short_track", "near_ground", "outside_area"),
    *("strongest_elsewhere", "jumped"),
)


def cautions(
    fix: Fix, estimate: Estimate, earlier: Estimate | None, grid_m: float
) -> Iterator[tuple[str, str]]:
    """The flag and the text of each warning, in the order of `FLAGS`.

    Args:
        fix: the fix, with its regions and places.
        estimate: its estimate.
        earlier: the estimate of three minutes before the end of the flight, if there is one.
        grid_m: distance between candidate positions.
    """
    yield from _beware(fix, estimate, grid_m)
    yield from outside_area(fix.area, fix.track_m)
    yield from _strongest_elsewhere(fix)
    yield from _jump(estimate, fix.places, earlier)


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
    spread_m = np.ptp(fix.track_m[fix.held], axis=0)
    if np.hypot(*spread_m) < 50.0:
        yield (
            "short_track",
            f"the samples that hold the signal lie within only {np.hypot(*spread_m):.0f} m: fly "
            "wider for a better fix",
        )
    heights_m = np.concatenate([log.flight.position_m[log.held, 2] for log in fix.logs])
    if heights_m.size and np.median(heights_m) < _NEAR_GROUND_M:
        yield (
            "near_ground",
            f"the receiver was {np.median(heights_m):.1f} m above ground: there, buildings and "
            "trees shadow farther than the model assumes, and in a city regions hold the source "
            "less often than they say",
        )


def _strongest_elsewhere(fix: Fix) -> Iterator[tuple[str, str]]:
    """A warning if the signal was strongest far from the source, by the fix's own 90 % region.

    The power falls with 20 dB a decade of distance. If the track came so much closer to the region
    elsewhere that the signal should have been stronger there by 10 dB, the region does not explain
    where it was strongest.
    """
    if not fix.regions:
        return
    for log in fix.logs:
        position_m, rss_db = log.flight.position_m[log.held], log.flight.rss_db[log.held]
        if not rss_db.size:
            continue
        away_m = shapely.distance(shapely.points(position_m[:, :2]), fix.regions[-1].shape_m)
        slant_m = np.hypot(away_m, position_m[:, 2] - fix.area.scenario.source_height_m)
        count = max(1, round(_STRONGEST_SHARE * rss_db.size))
        strongest_m = float(np.median(slant_m[np.argsort(-rss_db)[:count]]))
        if 20.0 * np.log10(strongest_m / slant_m.min()) > _UNEXPLAINED_DB:
            of_log = f" of {log.name}" if len(fix.logs) > 1 else ""
            yield (
                "strongest_elsewhere",
                f"the signal{of_log} was strongest {strongest_m:.0f} m from the 90 % region, "
                f"though the flight came within {slant_m.min():.0f} m of it: antennas and "
                "shadowing may explain that, and so may a second transmitter or a wrong clock",
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
            f"the estimate moved by {moved_m:.0f} m in the last {LATE_S / 60.0:g} minutes, and "
            "the most probable place lies outside the 90 % region of before: fly on, or from "
            "another side, to confirm it",
        )
