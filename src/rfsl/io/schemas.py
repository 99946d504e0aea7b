"""Columns of the tables between stages, with their units, and what is checked.

The first line of each class's docstring is "path: what a row is"; docs/reference/files.md shows it.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa


class FlightTable(pa.DataFrameModel):
    """results/flights/{trial}.parquet: one row per sample, and per reading not received."""

    time_s: float = pa.Field(ge=0.0, description="seconds since the first sample")
    x_m: float = pa.Field(description="east")
    y_m: float = pa.Field(description="north")
    z_m: float = pa.Field(description="up")
    roll_deg: float = pa.Field(description="right wing down positive")
    pitch_deg: float = pa.Field(description="nose up positive")
    yaw_deg: float = pa.Field(description="clockwise from north")
    rss_db: float = pa.Field(
        description="received power over an unknown constant; minus infinity if not received"
    )
    quality_db: float = pa.Field(nullable=True, description="channel-sounder quality")

    class Config:
        strict = True
        ordered = True

    @pa.dataframe_check
    @classmethod
    def time_rises(cls, frame: pd.DataFrame) -> bool:
        return bool(frame["time_s"].is_monotonic_increasing)


class TrajectoryTable(pa.DataFrameModel):
    """results/trajectory.parquet: one row per sample to simulate."""

    time_s: float = pa.Field(ge=0.0, description="seconds since the first sample")
    x_m: float = pa.Field(description="east")
    y_m: float = pa.Field(description="north")
    z_m: float = pa.Field(gt=0.0, description="up")

    class Config:
        strict = True
        ordered = True


class FeatureTable(pa.DataFrameModel):
    """results/features/.../{split}.parquet: one row per source (the vectors are checked apart)."""

    source_x_m: float = pa.Field(description="east")
    source_y_m: float = pa.Field(description="north")

    class Config:
        strict = True
        ordered = True


class PropagationErrorTable(pa.DataFrameModel):
    """results/propagation/{trial}.parquet: one row per propagation model and locked sample."""

    model: str = pa.Field(description="propagation model")
    time_s: float = pa.Field(ge=0.0, description="time since the start of the flight")
    distance_m: float = pa.Field(gt=0.0, description="direct distance to the source")
    depression_deg: float = pa.Field(description="angle of the source below the horizontal")
    body_azimuth_deg: float = pa.Field(
        description="azimuth of the source in the body frame, counter-clockwise from the right"
    )
    error_db: float = pa.Field(description="measured minus predicted, less the median")

    class Config:
        strict = True
        ordered = True


class EvaluationTable(pa.DataFrameModel):
    """results/evaluation/{mode}/{fold}/{after_s}s.parquet: a row per trial and seed."""

    trial: str = pa.Field(description="its name in the trials table")
    flight: str = pa.Field(description="trajectory flown")
    location: str = pa.Field(description="where the source was")
    kind: str = pa.Field(
        isin=["testbed", "emulated", "synthetic"], description="real, digital twin, field model"
    )
    after_s: int = pa.Field(gt=0, description="the estimate uses the flight up to this time")
    seed: int = pa.Field(ge=0, description="seed of the training; 0 if nothing is trained")
    estimate_x_m: float = pa.Field(nullable=True, description="estimate, east")
    estimate_y_m: float = pa.Field(nullable=True, description="estimate, north")
    source_x_m: float = pa.Field(description="true position, east")
    source_y_m: float = pa.Field(description="true position, north")
    error_m: float = pa.Field(nullable=True, ge=0.0, description="2D distance to the true source")
    simulated_error_m: float = pa.Field(
        nullable=True, ge=0.0, description="mean error over the simulated test sources"
    )
    latency_s: float = pa.Field(nullable=True, ge=0.0, description="time from samples to position")
    expected_error_m: float = pa.Field(
        nullable=True, ge=0.0, description="expected 2D error by the estimator's own posterior"
    )
    region_50_m2: float = pa.Field(
        nullable=True, gt=0.0, description="area of the smallest region of 50 % probability"
    )
    region_90_m2: float = pa.Field(nullable=True, gt=0.0, description="the same, 90 %")
    source_share: float = pa.Field(
        nullable=True,
        in_range={"min_value": 0.0, "max_value": 1.0},
        description="probability of the smallest region that reaches the source; the source is in "
        "the 90 % region if this is at most 0.9",
    )
    log_density: float = pa.Field(
        nullable=True,
        description="natural logarithm of the posterior density (per m²) at the source",
    )
    energy_score_m: float = pa.Field(
        nullable=True,
        ge=0.0,
        description="energy score of the posterior at the source; the error itself for a posterior "
        "that is certain",
    )
    usable: bool = pa.Field(description="whether there is an estimate")
    reason: str = pa.Field(
        description="why there is no estimate, or why the flight does not tell the place; or empty"
    )

    class Config:
        strict = True
        ordered = True


class BoundTable(pa.DataFrameModel):
    """results/evaluation/bounds.parquet: one row per trial and time of the estimate."""

    trial: str = pa.Field(description="its name in the trials table")
    after_s: int = pa.Field(gt=0, description="from the flight up to this time")
    cramer_rao_m: float = pa.Field(
        nullable=True,
        gt=0.0,
        description="smallest root-mean-square 2D error of any unbiased estimate; infinite if the "
        "flight does not tell the place",
    )

    class Config:
        strict = True
        ordered = True


class RedrawnTable(pa.DataFrameModel):
    """results/evaluation/redrawn.parquet: one row per trial, time of the estimate and redraw."""

    trial: str = pa.Field(description="its name in the trials table")
    after_s: int = pa.Field(gt=0, description="from the flight up to this time")
    number: int = pa.Field(ge=0, description="number of the redraw of the flight's RSS")
    error_m: float = pa.Field(ge=0.0, description="2D error of the ideal posterior")

    class Config:
        strict = True
        ordered = True


class SimulatedTable(pa.DataFrameModel):
    """results/evaluation/simulated/{mode}/{fold}.parquet: one row per simulated flight."""

    index: int = pa.Field(ge=0, description="number of the flight in split `test`")
    trajectory: str = pa.Field(description="kind of the trajectory")
    inside: bool = pa.Field(description="whether the source is inside the flight area")
    error_m: float = pa.Field(ge=0.0, description="2D distance to the true source")
    expected_error_m: float = pa.Field(
        ge=0.0, description="expected 2D error by the estimator's own posterior"
    )
    source_share: float = pa.Field(
        in_range={"min_value": 0.0, "max_value": 1.0},
        description="probability of the smallest region that reaches the source",
    )
    log_density: float = pa.Field(
        description="natural logarithm of the posterior density (per m²) at the source",
    )
    energy_score_m: float = pa.Field(
        ge=0.0,
        description="energy score of the posterior at the source; the error itself for a posterior "
        "that is certain",
    )
    region_50_m2: float = pa.Field(
        gt=0.0, description="area of the smallest region of 50 % probability"
    )
    region_90_m2: float = pa.Field(gt=0.0, description="the same, 90 %")

    class Config:
        strict = True
        ordered = True


class PlanningTable(pa.DataFrameModel):
    """results/evaluation/planning/{policy}/{shard}.parquet: one row per world and time."""

    world: int = pa.Field(ge=0, description="number of the world")
    flown: str = pa.Field(description="fold whose calibration the world was drawn from")
    planned: str = pa.Field(description="fold whose calibration the flight was planned by")
    inside: bool = pa.Field(description="whether the source is inside the flight area")
    after_s: int = pa.Field(gt=0, description="the estimate uses the flight up to this time")
    source_x_m: float = pa.Field(description="true position, east")
    source_y_m: float = pa.Field(description="true position, north")
    estimate_x_m: float = pa.Field(description="estimate, east")
    estimate_y_m: float = pa.Field(description="estimate, north")
    error_m: float = pa.Field(ge=0.0, description="2D distance to the true source")
    expected_error_m: float = pa.Field(
        ge=0.0, description="expected 2D error by the estimator's own posterior"
    )
    region_50_m2: float = pa.Field(
        gt=0.0, description="area of the smallest region of 50 % probability"
    )
    region_90_m2: float = pa.Field(gt=0.0, description="the same, 90 %")
    source_share: float = pa.Field(
        in_range={"min_value": 0.0, "max_value": 1.0},
        description="probability of the smallest region that reaches the source",
    )
    log_density: float = pa.Field(
        description="natural logarithm of the posterior density (per m²) at the source",
    )
    energy_score_m: float = pa.Field(
        ge=0.0, description="energy score of the posterior at the source"
    )
    path_m: float = pa.Field(ge=0.0, description="length of the path flown up to that time")
    waypoints: int = pa.Field(ge=0, description="waypoints reached up to that time")
    decision_s: float = pa.Field(
        ge=0.0, description="processor time of the slowest decision of the flight"
    )

    class Config:
        strict = True
        ordered = True


class HeatmapTable(pa.DataFrameModel):
    """results/evaluation/heatmap/{mode}.parquet: one row per test scene, condition and seed."""

    scene: int = pa.Field(ge=0, description="number of the scene in split `test`")
    seed: int = pa.Field(ge=0, description="seed of the training")
    sampling: str = pa.Field(isin=["pixels", "flight"], description="where the UAV measured")
    coverage: float = pa.Field(gt=0.0, le=1.0, description="share of the pixels measured")
    noise_rate: float = pa.Field(ge=0.0, description="factor of the added measurement noise")
    error_m: float = pa.Field(ge=0.0, description="2D distance to the true source")
    expected_error_m: float = pa.Field(
        nullable=True, ge=0.0, description="expected 2D error by the heatmap"
    )

    class Config:
        strict = True
        ordered = True
