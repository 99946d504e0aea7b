"""Keys of the classical localizers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rfsl.config.base import NonNegative, Positive, Settings


class KrigingSettings(Settings):
    """What the Gaussian-process likelihood takes where no calibration says it."""

    shadowing_std_db: Positive = Field(
        8.0, description="spread of the correlated shadowing, without a calibration"
    )
    shadowing_distance_m: Positive = Field(
        20.0, description="distance over which it falls to 1/e, without a calibration"
    )
    uncorrelated: NonNegative = Field(
        0.4,
        description="spread of the part that each cell has of its own, relative to "
        "shadowing_std_db, without a calibration",
    )
    tail_freedom: Annotated[float, Field(gt=2.0)] = Field(
        5.0, description="degrees of freedom of its innovations, without a calibration"
    )
    scale_spread: NonNegative = Field(
        0.25,
        description="log-normal spread of the factor that a flight's spreads share, without a "
        "calibration",
    )
    gain_std_db: NonNegative = Field(
        6.0, description="spread of a smooth gain over the depression, without a calibration"
    )
    azimuth_std_db: NonNegative = Field(
        3.0, description="spread of each body-azimuth term, without a calibration"
    )


class ParticleFilterSettings(Settings):
    """How the particle filter samples the source area, and what it takes the RSS to be."""

    particles: Annotated[int, Field(ge=100)] = Field(
        2000, description="particles, at first uniform over the source area"
    )
    residual_std_db: Positive = Field(
        8.0, description="spread of a cell's RSS about the propagation model"
    )
    shadowing_distance_m: Positive = Field(
        20.0, description="distance over which its correlation falls to 1/e"
    )
    seed: Annotated[int, Field(ge=0)] = Field(0, description="of its draws, the same every flight")


class LocalizerSettings(Settings):
    """What the classical localizers share."""

    smoothing_s: NonNegative = Field(
        1.2, description="σ of the Gaussian that smooths RSS over time (20 grouped samples)"
    )
    cell_m: Positive = Field(
        10.0,
        description="distance flown over which samples are averaged; hovering counts once",
    )
    centroid_exponent: Positive = Field(
        1.0, description="weight of a place: received power (linear) to this power"
    )
    coarse_grid_m: Positive = Field(
        12.0,
        description="distance between the first candidates of localizers with a posterior; the "
        "likely ones are then refined",
    )
    grid_m: Positive = Field(4.0, description="distance between candidate positions")
    position_std_m: NonNegative = Field(
        3.0,
        description="uncertainty of the logged positions themselves, which no RSS shows",
    )
    kriging: KrigingSettings = Field(KrigingSettings(), description="Gaussian-process likelihood")
    particle_filter: ParticleFilterSettings = Field(
        ParticleFilterSettings(), description="sequential Monte Carlo"
    )
