"""Localizers with the files of their fold, as the workflow asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.config.calibration import GainShapeSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import Localizer, Surroundings
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.models import MODELS

_RESULTS = Path("results")


@dataclass(frozen=True)
class FittedFiles:
    """Fitted files of a fold that a mode uses.

    Attributes:
        calibration: calibration/{fold}.json.
        weights: of the set networks, in the order of their seeds.
        pool: weights by which networks and kriging are combined.
    """

    calibration: Path | None = None
    weights: tuple[Path, ...] = ()
    pool: Path | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], results: Path = _RESULTS) -> FittedFiles:
        """From the paths of `Core.fitted_files`; the results may lie in another folder."""

        def path(name: str | None) -> Path | None:
            return None if name is None else results / Path(name).relative_to(_RESULTS)

        weights = tuple(results / Path(name).relative_to(_RESULTS) for name in values["weights"])
        return cls(path(values["calibration"]), weights, path(values["pool"]))

    def paths(self) -> list[Path]:
        """All of them."""
        paths = (self.calibration, *self.weights, self.pool)
        return [path for path in paths if path is not None]


def build_localizers(
    mode: Mapping[str, Any],
    files: FittedFiles,
    scenario: ScenarioSettings,
    settings: LocalizerSettings,
    flights: FlightSettings,
) -> dict[int, Localizer]:
    """The localizers of a mode for one trial, by seed: one for each network, else one of seed 0.

    Args:
        mode: plain values: localizer; with a propagation model its name and its settings as
            `propagation` and `model`; with networks the length of their cells as `set_cell_m`; for
            localizers that assume a gain, its shape as `gain_shape`.
        files: of the trial's fold.

    Raises:
        DataError: one of them cannot be read.
    """
    spec = LOCALIZERS[mode["localizer"]]
    model = None
    fitted = read_calibration(files.calibration)
    if "propagation" in mode:
        model = MODELS[mode["propagation"]].build(
            scenario, PropagationSettings(**mode["model"]), fitted
        )
    shape = GainShapeSettings(**mode["gain_shape"]) if "gain_shape" in mode else None
    area = Box.of(scenario.source_area, LocalFrame.of(scenario))
    chosen = {0: files.weights}
    if spec.networks == "each":
        chosen = {seed: files.weights[seed : seed + 1] for seed in range(len(files.weights))}
    return {
        seed: spec.build(
            Surroundings(
                area=area,
                source_height_m=scenario.source_height_m,
                settings=settings,
                flights=flights,
                model=model,
                calibration=fitted,
                weights=weights,
                pool=files.pool,
                set_cell_m=mode.get("set_cell_m", 0.0),
                gain_shape=shape,
            )
        )
        for seed, weights in chosen.items()
    }
