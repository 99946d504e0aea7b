"""What programs and notebooks call as `rfsl.localize` and `rfsl.calibrate`, and the command too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from rfsl.calibration.links import CalibrationFlight
from rfsl.config.config import Config
from rfsl.config.load import merge_overlays, validate_config
from rfsl.errors import ConfigError
from rfsl.fixes.area_files import AreaSource
from rfsl.fixes.choice import Choice, calibration_file, choose_mode
from rfsl.fixes.fix import Settings
from rfsl.fixes.fix import localize as local_fix
from rfsl.fixes.geodetic_fix import GeodeticFix
from rfsl.fixes.planned import PlannedWay, Planner
from rfsl.flights.readers.logs import read_log
from rfsl.flights.trial import ALL_FOLD, Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.propagation.calibration_file import Calibration, read_calibration
from rfsl.workflow.data.registry import AFAR, load_registry, obtain
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.trials_table import check_listed, trial_rows

#: Changes to the config: a YAML file, or its content.
Overlay = str | Path | Mapping[str, Any]


def localize(
    log: str | Path | Sequence[str | Path],
    *,
    positions: str | Path | None = None,
    positions_offset_s: float | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    duration_s: float | None = None,
    area: AreaSource | None = None,
    estimator: str | None = None,
    calibration: str | Path | None = None,
    source_height_m: float | None = None,
    frequency_hz: float | None = None,
    config: Overlay | Sequence[Overlay] = (),
    results: str | Path = "results",
) -> GeodeticFix:
    """Where a source is, by one flight log over it or by several, and how sure that is.

    A flight that gives no estimate gives a fix all the same: `usable` is False, and `reason` says
    why.

    Args:
        log: file or folder of the log, of any format of docs/reference/flight-logs.md; or several,
            of flights over one source, which are fused.
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
        calibration: `aerpaw` for the one of AERPAW's hexacopter that the package carries, `none`,
            or a file, such as one of `calibrate`; None: as the config has it,
            `calibration/all.json` of the results by default.
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
    asked = prepared(
        positions=positions,
        positions_offset_s=positions_offset_s,
        columns=columns,
        where=where,
        duration_s=duration_s,
        area=area,
        estimator=estimator,
        calibration=calibration,
        source_height_m=source_height_m,
        frequency_hz=frequency_hz,
        config=config,
        results=results,
    )
    # The matrices are small: threads would only wait for each other.
    with threadpool_limits(1):
        logs = [log] if isinstance(log, str | Path) else list(log)
        found = local_fix(
            logs,
            asked.area,
            asked.choice,
            asked.settings,
            asked.results,
            asked.positions,
            asked.positions_offset_s,
        )
    return GeodeticFix(found)


@dataclass(frozen=True)
class Asked:
    """What `localize` needs beside the logs, from its arguments and the config.

    Attributes:
        settings: blocks of the config.
        choice: the mode that makes the estimate.
        area: file or shape of the area; None if none was named.
        results: folder of the workflow's results.
        positions: file with the positions, if the log holds the power alone.
        positions_offset_s: added to the clock of the positions.
    """

    settings: Settings
    choice: Choice
    area: AreaSource | None
    results: Path
    positions: str | None
    positions_offset_s: float


def prepared(
    *,
    positions: str | Path | None = None,
    positions_offset_s: float | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    duration_s: float | None = None,
    area: AreaSource | None = None,
    estimator: str | None = None,
    calibration: str | Path | None = None,
    source_height_m: float | None = None,
    frequency_hz: float | None = None,
    config: Overlay | Sequence[Overlay] = (),
    results: str | Path = "results",
) -> Asked:
    """The settings and the mode of `localize`, by the same arguments.

    Raises:
        ConfigError: a key of the config is wrong.
        DataError: a calibration cannot be read.
    """
    raw = _configured(config, columns, where, source_height_m, frequency_hz)
    raw["localize"] = _preferring(raw["localize"], estimator)
    changes = {
        "positions": positions and str(positions),
        "positions_offset_s": positions_offset_s,
        "duration_s": duration_s,
        "calibration": calibration and str(calibration),
    }
    _change(raw, {"localize": changes})
    plan = Plan.of_one_flight(raw)
    settings = Settings(plan.config.scenario, plan.localize.flights(), plan.config.localizers)
    block = plan.config.localize
    choice = choose_mode(plan.localize.modes(), Path(results), block.calibration)
    return Asked(
        settings,
        choice,
        block.area if area is None else area,
        Path(results),
        block.positions,
        block.positions_offset_s,
    )


def planner(
    fence: AreaSource,
    *,
    area: AreaSource | None = None,
    policy: str = "expected_error",
    calibration: str | Path | None = None,
    height_m: float | None = None,
    start_deg: tuple[float, float] | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    source_height_m: float | None = None,
    frequency_hz: float | None = None,
    config: Overlay | Sequence[Overlay] = (),
) -> Planner:
    """What chooses where to fly next within a fence.

    `next_waypoint` of the result takes arrays of what was measured so far, for programs that steer
    an aircraft; `first_way` is a whole way before the flight.

    Args:
        fence: file (KML, KMZ, GeoJSON, QGroundControl plan) or shape of where the UAV may fly.
        area: file or shape of where the source may be; None: the box round the fence.
        policy: one of docs/explanation/planning.md.
        calibration: `aerpaw` or a file of `calibrate`; None or `none`: free space, with an
            uncertain gain.
        height_m: of the flight above ground; None: `planning.height_m` of the config.
        start_deg: latitude and longitude of the first waypoint; None: the middle of the fence.
        columns, where: how logs are read; see `localize`.
        source_height_m, frequency_hz: see `localize`.
        config: changes to the default config; `spiral:` has speed, acceleration and turn time,
            `planning:` the times that count and the heights that are allowed.

    Raises:
        ConfigError: the policy or a key of the config is wrong.
        DataError: a file cannot be read.
        FenceError: the fence is in several parts, or does not hold start or height.
    """
    raw = _configured(config, columns, where, source_height_m, frequency_hz)
    file = None if calibration is None else calibration_file(str(calibration))
    return Planner.of(
        fence,
        validate_config(raw),
        area=area,
        policy=policy,
        calibration=read_calibration(file),
        height_m=height_m,
        start_deg=start_deg,
    )


def plan(log: str | Path | None, chooser: Planner) -> PlannedWay:
    """The next legs after a log, or without one a whole first way.

    Raises:
        FlightError: the log cannot be read.
        FenceError: the fence does not hold the way.
    """
    # The matrices are small: threads would only wait for each other.
    with threadpool_limits(1):
        if log is None:
            return chooser.first_way()
        return chooser.next_way(read_log(log, chooser.frame, chooser.config.flights.whole()))


def calibrate(
    table: str | Path,
    *,
    trials: Sequence[str] | None = None,
    about: str | None = None,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    source_height_m: float | None = None,
    frequency_hz: float | None = None,
    config: Overlay | Sequence[Overlay] = (),
) -> Calibration:
    """A calibration from flights over known sources: gain, shadowing and receiver.

    It is the one that the workflow makes for the fold `all`, which leaves no location out. A file
    of it (`rfsl.io.records.write_json` of its `model_dump()`) is what `localize` takes as
    `calibration`.

    Args:
        table: trials table, as docs/reference/files.md describes it. The path of a log is relative
            to the current folder or to that of the table, or a name in the registry of public data.
        trials: names of the rows that are used; None: `calibration.trials` of the config, or all
            rows with a log.
        about: aircraft, antennas and radio that it holds for, in words; None: as the config has it.
        columns, where: how the logs are read; see `localize`.
        source_height_m: height of the sources' antennas above ground; None: as the config has it.
        frequency_hz: carrier frequency; None: as the config has it.
        config: changes to the default config, as YAML files or mappings; later ones win.

    Raises:
        ConfigError: the table or a key of the config is wrong, or a log is missing.
        FlightError: a log cannot be read.
        CalibrationError: the flights do not determine the result.
    """
    from rfsl.calibration.calibrate import calibrate as fitted  # here, since it loads slowly

    raw = _configured(config, columns, where, source_height_m, frequency_hz)
    named = None if trials is None else list(trials)
    _change(raw, {"calibration": {"about": about, "trials": named}})
    settings = validate_config(raw)
    path = Path(table)
    rows = {trial.trial: trial for trial in trial_rows(path).values()}
    logged = [trial.trial for trial in rows.values() if trial.format != "embedded"]
    if not logged:
        raise ConfigError(
            f"{path}: no row has a log, and flights of the field model calibrate nothing; add rows "
            "of format log"
        )
    used = settings.calibration.trials or logged
    check_listed("calibration.trials", used, logged, path)
    with threadpool_limits(1):
        return fitted(
            ALL_FOLD,
            [_flown(rows[name], path, settings) for name in used],
            settings.scenario,
            settings.propagation,
            settings.calibration,
            settings.flights,
            settings.seed,
        )


def _flown(trial: Trial, table: Path, settings: Config) -> CalibrationFlight:
    """The flight of a row; far from the scenario, in a local frame whose origin is the source."""
    frame = LocalFrame.of(settings.scenario)
    if np.hypot(*trial.source_position_m(frame)[:2]) > settings.flights.maximum_distance_m:
        frame = LocalFrame(trial.source_lat_deg, trial.source_lon_deg)
    flight = read_log(_log_of(trial, table, settings), frame, settings.flights)
    x_m, y_m, _ = trial.source_position_m(frame)
    return CalibrationFlight(trial.trial, flight, (x_m, y_m), trial.kind)


def _log_of(trial: Trial, table: Path, settings: Config) -> Path:
    """The log of a row: by its path, beside the table, or from the registry.

    Raises:
        ConfigError: there is none.
        DataError: a file of the registry cannot be fetched.
    """
    for path in (Path(trial.path), table.parent / trial.path):
        if path.exists():
            return path
    resource = load_registry().get(trial.path)
    if resource is None:
        raise ConfigError(
            f"{table}, trial {trial.trial}: found path {trial.path}; there is no such file in the "
            f"current folder or in {table.parent}, and it is no name of the registry"
        )
    if not resource.path.is_file():
        configured = settings.afar.folder if resource.home is AFAR else settings.fields.folder
        obtain(resource, resource.path, resource.home.named(configured))
    return resource.path


def _configured(
    config: Overlay | Sequence[Overlay],
    columns: Mapping[str, str] | None,
    where: Mapping[str, str] | None,
    source_height_m: float | None,
    frequency_hz: float | None,
) -> Any:
    """The default config with its changes, later ones last, and how a call reads logs."""
    raw = merge_overlays([config] if isinstance(config, str | Path | Mapping) else list(config))
    _change(
        raw,
        {
            "scenario": {"source_height_m": source_height_m, "frequency_hz": frequency_hz},
            "flights": {"columns": columns or {}, "where": where or {}},
        },
    )
    return raw


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
