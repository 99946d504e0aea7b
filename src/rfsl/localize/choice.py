"""Which mode makes the estimate: the wanted one if what it needs is there, else the fallback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.calibrated import read_calibration
from rfsl.errors import ConfigError


@dataclass(frozen=True)
class Choice:
    """The mode that makes the estimate.

    Attributes:
        mode: its name in the config.
        params: its plain values, as `Plan.localize_modes` gives them.
        calibration: file that it uses, if any.
        calibrated_on: trials of that calibration.
        notes: why it is not the one that was wanted.
    """

    mode: str
    params: Mapping[str, Any]
    calibration: Path | None
    calibrated_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose_mode(modes: Mapping[str, Mapping[str, Any]], calibration: Path | None) -> Choice:
    """The first mode that has what it needs; the notes say what the others lack.

    Args:
        modes: plain values by name, most wanted first, as `Plan.localize_modes` gives them.
        calibration: where a calibration on all flights is if there is one; None where there cannot
            be one, because no logged flight is configured to calibrate on.

    Raises:
        ConfigError: none has what it needs.
        DataError: the calibration is there and cannot be read.
    """
    notes: list[str] = []
    for mode, params in modes.items():
        lack = _lack(params, calibration)
        if lack is None:
            if notes:
                notes[-1] += f"; {mode} is used instead"
            used = calibration if params["needs_calibration"] else None
            fitted = read_calibration(used)
            trials = () if fitted is None else fitted.trials
            return Choice(mode, params, used, trials, tuple(notes))
        notes.append(f"{mode} is not used: {lack}")
    raise ConfigError(
        f"localize: {'; '.join(notes)}. Name a mode that needs neither under localize.fallback"
    )


def _lack(params: Mapping[str, Any], calibration: Path | None) -> str | None:
    """What a mode needs and is not there, in words; None if nothing is missing."""
    if params["needs_training"]:
        return "it is a network, and trained weights are not taken for a single flight yet"
    if not params["needs_calibration"]:
        return None
    if calibration is None:
        return (
            "it needs a calibration on real flights, and the config has no logged trial to "
            "calibrate on"
        )
    if not calibration.is_file():
        return f"it needs a calibration on real flights, and there is no {calibration}"
    fitted = read_calibration(calibration)
    if fitted is not None and set(fitted.kinds) == {"synthetic"}:
        return (
            f"it needs a calibration on real flights, and {calibration} was calibrated on "
            "synthetic ones, which say nothing of a real flight"
        )
    return None
