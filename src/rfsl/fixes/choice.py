"""Which mode makes the estimate: the first that has what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.errors import ConfigError
from rfsl.localizers.build import FittedFiles
from rfsl.propagation.calibration_file import read_calibration


@dataclass(frozen=True)
class Choice:
    """The mode that makes the estimate.

    Attributes:
        mode: its name in the config.
        params: its plain values, as `LocalizePlan.modes` gives them.
        files: calibration and weights that it uses, if any.
        calibrated_on: trials of that calibration.
        notes: why the modes before it are not used.
    """

    mode: str
    params: Mapping[str, Any]
    files: FittedFiles
    calibrated_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose_mode(modes: Mapping[str, Mapping[str, Any]], results: Path | None) -> Choice:
    """The first mode that has the files it needs; the notes say what the modes before it lack.

    Args:
        modes: plain values by name, most wanted first, as `LocalizePlan.modes` gives them.
        results: folder of the workflow's results; None if there can be no calibration on real
            flights, because the config has no logged trial to calibrate on.

    Raises:
        ConfigError: no mode has the files it needs.
        DataError: a calibration file exists but cannot be read.
    """
    notes: list[str] = []
    for mode, params in modes.items():
        lack = _lack(params, results)
        if lack is None:
            if notes:
                notes[-1] += f"; {mode} is used instead"
            files = _files(params, results)
            fitted = read_calibration(files.calibration)
            trials = () if fitted is None else fitted.trials
            return Choice(mode, params, files, trials, tuple(notes))
        notes.append(f"{mode} is not used: {lack}")
    raise ConfigError(
        f"localize: {'; '.join(notes)}. End localize.modes with a mode that needs neither a "
        "calibration nor trained networks"
    )


def _lack(params: Mapping[str, Any], results: Path | None) -> str | None:
    """What a mode lacks, in words; None if nothing is missing."""
    if params["files"] is None:
        return "its networks are trained for flights of fixed lengths over one trajectory"
    files = _files(params, results)
    if files.calibration is None:
        return None
    if results is None:
        return (
            "it needs a calibration on real flights, and the config has no logged trial to "
            "calibrate on"
        )
    if not files.calibration.is_file():
        name = _named(files.calibration, results)
        return f"it needs a calibration on real flights, and the results have no {name}"
    fitted = read_calibration(files.calibration)
    if fitted is not None and set(fitted.kinds) == {"synthetic"}:
        return (
            f"it needs a calibration on real flights, and {_named(files.calibration, results)} was "
            "calibrated on synthetic ones, which say nothing about a real flight"
        )
    missing = [path for path in files.paths() if not path.is_file()]
    if missing:
        return f"it needs trained networks, and the results have no {_named(missing[0], results)}"
    return None


def _named(path: Path, results: Path) -> str:
    """A file of the results; where they lie is nothing for a fix that is passed on."""
    return path.relative_to(results).as_posix()


def _files(params: Mapping[str, Any], results: Path | None) -> FittedFiles:
    return FittedFiles.of(params["files"], *([] if results is None else [results]))
