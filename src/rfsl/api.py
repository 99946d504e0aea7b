"""A fix from one log: what programs and notebooks call as `rfsl.localize`, and the command too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from rfsl.config.load import merge_overlays
from rfsl.fixes.area_files import AreaSource
from rfsl.fixes.choice import choose_mode
from rfsl.fixes.fix import Settings
from rfsl.fixes.fix import localize as local_fix
from rfsl.fixes.geodetic_fix import GeodeticFix
from rfsl.workflow.plan.plan import Plan

#: Changes to the config: a YAML file, or its content.
Overlay = str | Path | Mapping[str, Any]


def localize(
    log: str | Path,
    *,
    positions: str | Path | None = None,
    positions_offset_s: float | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    duration_s: float | None = None,
    area: AreaSource | None = None,
    estimator: str | None = None,
    source_height_m: float | None = None,
    frequency_hz: float | None = None,
    config: Overlay | Sequence[Overlay] = (),
    results: str | Path = "results",
) -> GeodeticFix:
    """Where a source is, by one flight log over it, and how sure that is.

    A flight that gives no estimate gives a fix all the same: `usable` is False, and `reason` says
    why.

    Args:
        log: file or folder of the log, of any format of docs/reference/flight-logs.md.
        positions: file with the positions, if the log holds the power alone.
        positions_offset_s: seconds added to the clock of the positions, if they were logged
            separately; None: as the config has it, 0 by default.
        columns: names of the log's columns, such as `{"rss_db": "rssi"}`; an empty name leaves a
            column out.
        where: values that the rows have to have, such as `{"channel": "11"}`.
        duration_s: length of the flight that is used; None: as the config has it, the whole flight
            by default.
        area: file with the polygons in which the source may be (KML, KMZ, GeoJSON, QGroundControl
            plan), or their shape in longitude and latitude, such as one of shapely; None:
            `localize.area` of the config. If that names none, it is `scenario.source_area`, or the
            box round the track if the flight is far away from that.
        estimator: preferred mode, a key of `modes` in the config; None: the first of
            `localize.modes` that has the files it needs.
        source_height_m: height of the source's antenna above ground; None: as the config has it.
        frequency_hz: carrier frequency; None: as the config has it.
        config: changes to the default config, as YAML files or mappings; later ones win.
        results: folder of the workflow's results, with a calibration and trained networks if there
            are any.

    Raises:
        FlightError: the log cannot be read, or it is from another place than the area.
        ConfigError: a key of the config is wrong.
        DataError: the area or a file of the results cannot be read, or the area is too large.

    Example:
        >>> fix = localize("flight.csv", area="field.kml")               # doctest: +SKIP
        >>> fix.position.latitude_deg, fix.position.longitude_deg        # doctest: +SKIP
        (35.728844, -78.698174)
        >>> fix.to_kml("fix.kml")                                        # doctest: +SKIP
    """
    overlays = [config] if isinstance(config, str | Path | Mapping) else list(config)
    raw = merge_overlays(overlays)
    raw["localize"] = _preferring(raw["localize"], estimator)
    _change(
        raw,
        {
            "localize": {
                "positions": positions and str(positions),
                "positions_offset_s": positions_offset_s,
                "duration_s": duration_s,
            },
            "scenario": {"source_height_m": source_height_m, "frequency_hz": frequency_hz},
            "flights": {"columns": columns or {}, "where": where or {}},
        },
    )
    plan = Plan.of_one_flight(raw)
    settings = Settings(plan.config.scenario, plan.localize.flights(), plan.config.localizers)
    choice = choose_mode(plan.localize.modes(), Path(results))
    block = plan.config.localize
    given = block.area if area is None else area
    # The matrices are small: threads would only wait for each other.
    with threadpool_limits(1):
        found = local_fix(
            log,
            given,
            choice,
            settings,
            Path(results),
            block.positions,
            block.positions_offset_s,
        )
    return GeodeticFix(found)


def _change(block: Any, changes: Mapping[str, Any]) -> None:
    """Set the keys of nested blocks that are not None; a malformed block stays as it is."""
    if not isinstance(block, dict):
        return
    for key, value in changes.items():
        if isinstance(value, Mapping):
            _change(block.get(key), value)
        elif value is not None:
            block[key] = value


def _preferring(block: Any, estimator: str | None) -> Any:
    """The block `localize` with the preferred mode first; a malformed one stays as it is."""
    if not isinstance(block, dict):
        return block
    changed = dict(block)
    if estimator is not None and isinstance(block.get("modes"), list):
        others = [mode for mode in block["modes"] if mode != estimator]
        # The last mode needs no files: if it is preferred, the others are not needed.
        last = block["modes"][-1:] == [estimator]
        changed["modes"] = [estimator] if last else [estimator, *others]
    return changed
