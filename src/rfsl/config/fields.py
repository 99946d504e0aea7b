"""Keys of the benchmark on flights of many fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from rfsl.config.base import Horizons, Latitude, Longitude, Name, Positive, Settings
from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import Area


def _check_changes(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(changes) - set(FlightSettings.model_fields))
    if unknown:
        allowed = ", ".join(sorted(FlightSettings.model_fields))
        raise ValueError(f"unknown {', '.join(unknown)}; allowed: {allowed}")
    FlightSettings.model_validate(changes)
    return changes


#: Keys of `flights:` that a set or a trial changes.
FlightChanges = Annotated[dict[str, Any], AfterValidator(_check_changes)]


class FieldSource(Settings):
    """A source whose position is known."""

    latitude_deg: Latitude = Field(description="where it is")
    longitude_deg: Longitude = Field(description="where it is")
    known: str = Field(description="how its position is known, in words")


class FieldTrial(Settings):
    """One receive channel of one flight over one source."""

    file: str = Field(description="its log: a name in the registry, or a path")
    beside: list[str] = Field(
        [], description="files that the log needs beside it, such as positions: names or paths"
    )
    positions: str | None = Field(
        None, description="one of those, if it has to be named: see localize.positions"
    )
    flight: Name = Field(description="the flight; its receive channels share it and are averaged")
    source: Name = Field(description="its source, one of the set's")
    flights: FlightChanges = Field(
        {}, description="keys of flights: that differ for this trial, as `columns`"
    )


class FieldSet(Settings):
    """Flights of one campaign over known sources in one area."""

    title: str = Field(description="name in figures and tables")
    area: Area = Field(description="where the source may be")
    frequency_hz: Positive = Field(description="carrier frequency")
    source_height_m: Positive = Field(description="height of the source's antenna above ground")
    sources: Annotated[dict[Name, FieldSource], Field(min_length=1)] = Field(
        description="the sources by name"
    )
    flights: FlightChanges = Field(
        {}, description="keys of flights: that differ for this set, as `columns`"
    )
    grid_m: Positive | None = Field(
        None,
        description="distance between candidates, for a large area; null: localizers.grid_m",
    )
    carried: bool = Field(
        True,
        description="whether the carried calibration may be scored here; false for the flights "
        "that it was made from",
    )
    trials: Annotated[dict[Name, FieldTrial], Field(min_length=1)] = Field(
        description="the trials by name"
    )

    @model_validator(mode="after")
    def _fits(self) -> FieldSet:
        for name, source in self.sources.items():
            high = self.area.south_deg <= source.latitude_deg <= self.area.north_deg
            width_deg = (self.area.east_deg - self.area.west_deg) % 360.0
            wide = (source.longitude_deg - self.area.west_deg) % 360.0 <= width_deg
            if not (high and wide):
                raise ValueError(
                    f"the source {name} at {source.latitude_deg}, {source.longitude_deg} lies "
                    "outside area; check the order of latitude and longitude, or enlarge the area"
                )
        for name, trial in self.trials.items():
            if trial.source not in self.sources:
                raise ValueError(
                    f"the trial {name} names source {trial.source}; sources has only "
                    f"{', '.join(self.sources)}"
                )
        return self


class FieldEstimator(Settings):
    """An estimator of the benchmark."""

    mode: Name = Field(description="one of modes:, with a classical localizer")
    calibration: Literal["none", "aerpaw", "within"] = Field(
        "none",
        description="`aerpaw`: the carried one; `within`: from the other sources of the set, or "
        "from its other flights if it has one source",
    )
    label: str = Field(description="name in figures and tables")


class FieldResults(Settings):
    """Results that another program made, to be scored beside the estimators."""

    file: str = Field(description="the results file: docs/explanation/benchmark.md describes it")
    label: str = Field(description="name in figures and tables")


class FieldsSettings(Settings):
    """The benchmark on flights of many fields: docs/explanation/benchmark.md."""

    folder: str | None = Field(
        None,
        description="folder that already holds the files, a folder for each set; the environment "
        "variable RFSL_FIELDS_DIR does the same; null: fetched into data/fields/",
    )
    missing: Literal["error", "skip"] = Field(
        "error",
        description="`skip`: files that are not in the folder are rows `not at hand` of the table, "
        "and nothing is fetched",
    )
    times_s: Horizons = Field(
        [180, 600], description="times of the estimates, beside those from whole flights"
    )
    estimators: Annotated[dict[Name, FieldEstimator], Field(min_length=1)] = Field(
        {
            "strongest": FieldEstimator(mode="strongest_rss", label="strongest RSS"),
            "centroid": FieldEstimator(mode="weighted_centroid", label="weighted centroid"),
            "least_squares": FieldEstimator(
                mode="linear_least_squares", label="linear least squares"
            ),
            "grid": FieldEstimator(mode="grid_free_space", label="grid, free space"),
            "particle_filter": FieldEstimator(
                mode="particle_filter_free_space", label="particle filter, free space"
            ),
            "kriging": FieldEstimator(mode="kriging_free_space", label="kriging, out of the box"),
            "kriging_aerpaw": FieldEstimator(
                mode="kriging_calibrated",
                calibration="aerpaw",
                label="kriging, AERPAW's calibration",
            ),
            "kriging_within": FieldEstimator(
                mode="kriging_calibrated",
                calibration="within",
                label="kriging, calibrated in the set",
            ),
        },
        description="estimators by name, in the order of the table",
    )
    reference: Name = Field(
        "kriging", description="the estimator that the others are compared with, flight by flight"
    )
    results: dict[Name, FieldResults] = Field(
        {}, description="results of other teams by name; they are scored like the estimators"
    )
    bootstrap_samples: Annotated[int, Field(ge=100)] = Field(
        2000, description="bootstrap samples (of flights) for the intervals"
    )
    sets: dict[Name, FieldSet] = Field(
        {}, description="the sets by name; each file of config/fields/ adds one"
    )

    @model_validator(mode="after")
    def _reference_exists(self) -> FieldsSettings:
        if self.reference not in self.estimators:
            raise ValueError(
                f"reference names {self.reference}; estimators has only "
                f"{', '.join(self.estimators)}"
            )
        twice = sorted(set(self.results) & set(self.estimators))
        if twice:
            raise ValueError(
                f"results and estimators both have {', '.join(twice)}; choose another name"
            )
        return self
