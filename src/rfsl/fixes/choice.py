"""Which mode makes the estimate: the first that has what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rfsl.errors import ConfigError
from rfsl.localizers.build import FittedFiles
from rfsl.propagation.calibration_file import Calibration, read_calibration
from rfsl.propagation.carried import carried_calibrations

#: `localize.calibration`: that of the workflow's results, or none at all.
RESULTS, NONE = "results", "none"


@dataclass(frozen=True)
class Choice:
    """The mode that makes the estimate.

    Attributes:
        mode: its name in the config.
        params: its plain values, as `LocalizePlan.modes` gives them.
        files: calibration and weights that it uses, if any.
        calibration: that calibration, as it was read.
        notes: why the modes before it are not used, and what the calibration holds for.
    """

    mode: str
    params: Mapping[str, Any]
    files: FittedFiles
    calibration: Calibration | None = None
    notes: tuple[str, ...] = ()

    @property
    def calibrated_on(self) -> tuple[str, ...]:
        """Trials of the calibration."""
        return () if self.calibration is None else self.calibration.trials


def choose_mode(
    modes: Mapping[str, Mapping[str, Any]], results: Path | None, calibration: str = RESULTS
) -> Choice:
    """The first mode that has the files it needs; the notes say what the modes before it lack.

    Args:
        modes: plain values by name, most wanted first, as `LocalizePlan.modes` gives them.
        results: folder of the workflow's results; None if there can be no calibration on real
            flights in it, because the config has no logged trial to calibrate on.
        calibration: `localize.calibration` of the config.

    Raises:
        ConfigError: no mode has the files it needs, or the calibration is no file.
        DataError: a calibration file exists but cannot be read.
    """
    files = _Files(results, calibration)
    notes: list[str] = []
    for mode, params in modes.items():
        lack = files.lack(params)
        if lack is None:
            if notes:
                notes[-1] += f"; {mode} is used instead"
            used = files.of(params)
            fitted = read_calibration(used.calibration)
            if fitted is None:
                return Choice(mode, params, used, None, tuple(notes))
            return Choice(mode, params, used, fitted, (*notes, files.holds_for(fitted)))
        notes.append(f"{mode} is not used: {lack}")
    raise ConfigError(
        f"localize: {'; '.join(notes)}. End localize.modes with a mode that needs neither a "
        "calibration nor trained networks"
    )


def calibration_file(calibration: str) -> Path | None:
    """The file of `localize.calibration`; None for `results` and `none`.

    Raises:
        ConfigError: it is neither a known name nor a file.
    """
    if calibration in (RESULTS, NONE):
        return None
    carried = carried_calibrations()
    path = carried.get(calibration, Path(calibration))
    if not path.is_file():
        raise ConfigError(
            f"localize.calibration: found {calibration}, which is no file; allowed are a file of "
            f"`rfsl calibrate`, {', '.join(carried)}, {RESULTS} and {NONE}"
        )
    return path


@dataclass(frozen=True)
class _Files:
    """Where calibration and networks come from.

    Attributes:
        results, calibration: see `choose_mode`.
    """

    results: Path | None
    calibration: str

    @cached_property
    def given(self) -> Path | None:
        """The calibration that is named, unless it is that of the results."""
        return calibration_file(self.calibration)

    def of(self, params: Mapping[str, Any]) -> FittedFiles:
        """Calibration and weights of a mode."""
        files = FittedFiles.of(params["files"], *([] if self.results is None else [self.results]))
        if files.calibration is None or self.given is None:
            return files
        return replace(files, calibration=self.given)

    def lack(self, params: Mapping[str, Any]) -> str | None:
        """What a mode lacks, in words; None if nothing is missing."""
        if params["files"] is None:
            return "its networks are trained for flights of fixed lengths over one trajectory"
        files = self.of(params)
        if files.calibration is None:
            return None
        if self.calibration == NONE:
            return "it needs a calibration, and localize.calibration is none"
        if self.given is not None:
            return (
                "its networks belong to the calibration of the results, and localize.calibration "
                f"is {self.calibration}"
                if files.weights
                else None
            )
        return self._lack_of_results(files)

    def _lack_of_results(self, files: FittedFiles) -> str | None:
        """What the results lack, in words; None if nothing is missing."""
        assert files.calibration is not None
        other = "(--calibration aerpaw takes that of AERPAW's hexacopter)"
        if self.results is None:
            return (
                "it needs a calibration on real flights, and the config has no logged trial to "
                f"calibrate on {other}"
            )
        if not files.calibration.is_file():
            return (
                "it needs a calibration on real flights, and the results have no "
                f"{self._named(files.calibration)} {other}"
            )
        fitted = read_calibration(files.calibration)
        if fitted is not None and set(fitted.kinds) == {"synthetic"}:
            return (
                f"it needs a calibration on real flights, and {self._named(files.calibration)} was "
                "calibrated on synthetic ones, which say nothing about a real flight"
            )
        missing = [path for path in files.paths() if not path.is_file()]
        if missing:
            return f"it needs trained networks, and the results have no {self._named(missing[0])}"
        return None

    def _named(self, path: Path) -> str:
        """A file of the results; where they lie is nothing for a fix that is passed on."""
        assert self.results is not None
        return path.relative_to(self.results).as_posix()

    def holds_for(self, fitted: Calibration) -> str:
        """A note on the calibration that is used: its name, and what it holds for."""
        name = self.calibration if self.given is None else self.given.stem
        about = fitted.about or "the aircraft, antennas and receiver of its flights"
        count = len(fitted.trials)
        flights = f"{count} flight{'s' if count > 1 else ''} over known sources"
        return f"the calibration ({name}, from {flights}) holds for {about}"
