"""Reads and checks the trials table."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import ValidationError

from rfsl.config.config import Config
from rfsl.errors import ConfigError, did_you_mean
from rfsl.flights.trial import ALL_FOLD, NO_FOLD, Trial
from rfsl.geometry.frames import Box, LocalFrame

#: Key of the cells that a row has beyond its columns.
_MORE = "(beyond the columns)"


def read_trials(config: Config) -> dict[str, Trial]:
    """Read and check the trials table of a config; rows by trial, in the order of the file.

    Raises:
        ConfigError: the file is missing, a row is wrong (the message has its line), two rows have
            the same name, a configured trial has no row, or a source is outside the source area.
    """
    path = Path(config.trials.table)
    rows = trial_rows(path)
    for where, trial in rows.items():
        _check_source(where, trial, config)
    trials = {trial.trial: trial for trial in rows.values()}
    for key, names in (
        ("trials.evaluate", config.trials.evaluate),
        ("calibration.trials", config.calibration.trials),
        ("figures.fig4a.trial", [t for t in [config.figures.fig4a.trial] if t is not None]),
        ("figures.fig5.trials", config.figures.fig5.trials),
        ("figures.fig6a.trials", config.figures.fig6a.trials),
        ("figures.fig6b.trials", config.figures.fig6b.trials),
        ("figures.replay.trials", config.figures.replay.trials),
    ):
        check_listed(key, names or [], trials, path)
    return trials


def trial_rows(path: Path) -> dict[str, Trial]:
    """Rows of a trials table in its order, by where each stands, in words for messages.

    Tabs separate its columns, or commas if the first line has no tab.

    Raises:
        ConfigError: the file cannot be read, its columns are others, a value is wrong, two rows
            have the same name, or format, kind and path do not fit together.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = handle.readline()
            handle.seek(0)
            delimiter = "\t" if "\t" in header else ","
            reader = csv.DictReader(handle, delimiter=delimiter, restkey=_MORE)
            columns = list(reader.fieldnames or [])
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, ValueError, csv.Error) as error:  # no UTF-8, or a zero byte in the name
        raise ConfigError(f"trials.table: {path} cannot be read: {error}") from error
    needed = [name for name, field in Trial.model_fields.items() if field.is_required()]
    allowed = [name for name in Trial.model_fields if name not in needed]
    if sorted(set(columns) - set(allowed)) != sorted(needed) or len(set(columns)) < len(columns):
        raise ConfigError(
            f"{path}, line 1: found columns {', '.join(columns) or '(none)'}; "
            f"needed, separated by tabs or commas: {', '.join(needed)}; allowed as well: "
            f"{', '.join(allowed)}"
        )
    trials: dict[str, Trial] = {}
    for line, row in rows:
        trial = _parse(path, line, row)
        if trial.trial in {other.trial for other in trials.values()}:
            raise ConfigError(f"{path}, line {line}: trial {trial.trial} is listed twice")
        where = f"{path}, line {line}, trial {trial.trial}"
        _check_row(where, trial)
        for other in trials.values():
            if other.flight == trial.flight and other.flight_label != trial.flight_label:
                raise ConfigError(
                    f"{where}, column flight_label: found {trial.flight_label!r}, but trial "
                    f"{other.trial} of the same flight has {other.flight_label!r}; use one label "
                    "for a flight"
                )
        trials[where] = trial
    return trials


def check_listed(key: str, names: Sequence[str], trials: Collection[str], path: Path) -> None:
    """Check that a table lists all trials that a key names.

    Raises:
        ConfigError: it does not.
    """
    unknown = [name for name in names if name not in trials]
    if unknown:
        raise ConfigError(
            f"{key}: found {', '.join(unknown)}.{did_you_mean(unknown, trials)} "
            f"{path} has only {', '.join(trials)}"
        )


def _parse(path: Path, line: int, row: dict[str, str]) -> Trial:
    try:
        return Trial.model_validate(row)
    except ValidationError as error:
        detail = error.errors()[0]
        column = str(detail["loc"][0]) if detail["loc"] else "row"
        raise ConfigError(
            f"{path}, line {line}, column {column}: found {detail['input']!r}; {detail['msg']}"
        ) from None


def _check_row(where: str, trial: Trial) -> None:
    if trial.location in {NO_FOLD, ALL_FOLD}:
        raise ConfigError(
            f"{where}: a location cannot be called {trial.location!r}; choose another name"
        )
    if (trial.format == "embedded") != (trial.kind == "synthetic"):
        raise ConfigError(
            f"{where}: found format {trial.format} with kind {trial.kind}; kind must be synthetic "
            "for format embedded, and only for it"
        )
    if (trial.format == "embedded") != (trial.path == ""):
        raise ConfigError(f"{where}: path must be empty for format embedded, and only for it")


def _check_source(where: str, trial: Trial, config: Config) -> None:
    frame = LocalFrame.of(config.scenario)
    x_m, y_m, _ = trial.source_position_m(frame)
    outside_m = Box.of(config.scenario.source_area, frame).distance_outside_m(x_m, y_m)
    if outside_m > 0.0:
        raise ConfigError(
            f"{where}: the source at {trial.source_lat_deg}, {trial.source_lon_deg} lies "
            f"{outside_m:,.0f} m outside scenario.source_area, where no estimate can fall. "
            "Check the order of latitude and longitude, or enlarge the area"
        )
