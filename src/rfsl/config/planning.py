"""Keys of the planners: the benchmark in simulated worlds."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from rfsl.config.base import Horizons, Name, NonNegative, Positive, Settings, two_rising
from rfsl.config.localizers import LocalizerSettings

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class PlanningSettings(Settings):
    """Policies that choose the way in flight, compared in simulated worlds."""

    policies: list[Name] = Field(
        [
            *("spiral", "lawnmower", "shrinking_rectangles", "strongest"),
            *("upper_confidence", "mutual_information", "expected_error", "star_oracle"),
        ],
        min_length=1,
        description="policies that are compared; the first is the one that the others are "
        "compared with",
    )
    worlds: Annotated[int, Field(ge=2)] = Field(
        40, description="simulated worlds, the same for every policy"
    )
    shards: Annotated[int, Field(ge=1)] = Field(
        4,
        description="jobs that the worlds of a policy are spread over; changes no number",
    )
    times_s: Horizons = Field(
        [180, 600], description="times of the estimates; the flight ends at the last"
    )
    height_m: Positive = Field(30.0, description="height of the flights above ground")
    heights_m: Annotated[list[Positive], AfterValidator(two_rising)] = Field(
        [20.0, 110.0], description="smallest and largest height above ground (`rfsl plan`)"
    )
    place_shares: Annotated[list[Share], AfterValidator(two_rising)] = Field(
        [0.5, 0.9],
        description="share of the correlated variance of a world's shadowing that belongs to the "
        "place, so that a UAV that comes back meets it again; uniform between these",
    )
    assumed_place_share: Share = Field(
        0.7, description="the share that planners and estimates assume"
    )
    cell_m: Positive = Field(20.0, description="length of the cells of simulated flights")
    coarse_grid_m: Positive = Field(
        20.0, description="distance between the first candidate positions of the estimates"
    )
    grid_m: Positive = Field(6.5, description="distance between the refined ones")
    stretches_m: list[Positive] = Field(
        [100.0, 200.0], description="lengths of the stretches of the parts of a flight"
    )
    position_std_m: NonNegative = Field(
        3.0, description="spread of the common error of a flight's logged positions"
    )

    @model_validator(mode="after")
    def _shards_have_worlds(self) -> PlanningSettings:
        if self.shards > self.worlds:
            raise ValueError(
                f"shards: found {self.shards}, more than the {self.worlds} worlds; name fewer"
            )
        return self

    def localizers(self, settings: LocalizerSettings) -> LocalizerSettings:
        """The settings of localizers with the benchmark's cells, grids and stretches.

        The share of a flight that a part of it keeps depends on the number of its cells
        (`localizers.bagging.cells`), which is scaled with their length.
        """
        bagging = settings.bagging.model_copy(
            update={
                "stretches_m": self.stretches_m,
                "cells": settings.bagging.cells * settings.cell_m / self.cell_m,
            }
        )
        return settings.model_copy(
            update={
                "cell_m": self.cell_m,
                "coarse_grid_m": self.coarse_grid_m,
                "grid_m": self.grid_m,
                "position_std_m": self.position_std_m,
                "bagging": bagging,
            }
        )
