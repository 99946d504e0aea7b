"""Keys of the classical localizers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rfsl.config.base import NonNegative, Positive, Settings


class KrigingSettings(Settings):
    """Parameters of the Gaussian-process likelihood where no calibration gives them."""

    shadowing_std_db: Positive = Field(
        8.0, description="spread of the correlated shadowing, without a calibration"
    )
    shadowing_distance_m: Positive = Field(
        20.0, description="distance over which its correlation falls to 1/e, without a calibration"
    )
    uncorrelated: NonNegative = Field(
        0.4,
        description="spread of the part that every cell has of its own, relative to "
        "shadowing_std_db, without a calibration",
    )
    tail_freedom: Annotated[float, Field(gt=2.0)] = Field(
        5.0, description="degrees of freedom of the shadowing's innovations, without a calibration"
    )
    scale_spread: NonNegative = Field(
        0.25,
        description="log-normal spread of the factor common to all shadowing spreads of a flight, "
        "without a calibration",
    )
    gain_std_db: NonNegative = Field(
        6.0, description="spread of a smooth gain over the depression, without a calibration"
    )
    azimuth_std_db: NonNegative = Field(
        3.0, description="spread of each body-azimuth term, without a calibration"
    )
    shared_gain: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.5,
        description="share of the gain error's variance that flights over one source have in "
        "common, if several logs are fused",
    )


class ParticleFilterSettings(Settings):
    """The particle filter: its particles, and its model of the RSS."""

    particles: Annotated[int, Field(ge=100)] = Field(
        500,
        description="particles for each part of the flight, at first uniform over the source area",
    )
    residual_std_db: Positive = Field(
        8.0, description="spread of a cell's RSS about the propagation model"
    )
    shadowing_distance_m: Positive = Field(
        20.0, description="distance over which its correlation falls to 1/e"
    )
    seed: Annotated[int, Field(ge=0)] = Field(
        0, description="seed of its draws, the same for every flight"
    )


class BaggingSettings(Settings):
    """Bagging: a posterior is the mean of the posteriors of many parts of the flight."""

    stretches_m: list[Positive] = Field(
        [50.0, 100.0, 200.0, 400.0],
        description="lengths of the stretches of path that a part has or has not; four parts for "
        "each; none: the likelihood of the whole flight is taken at its word",
    )
    cells: Positive = Field(
        200.0,
        description="parts of a flight of fewer cells keep more than half of it, as "
        "cells / (cells + cells of the flight) says",
    )


#: The likelihood of the whole flight is taken at its word.
NO_BAGGING = BaggingSettings(stretches_m=[])


class LocalizerSettings(Settings):
    """What the classical localizers share."""

    smoothing_s: NonNegative = Field(
        1.2, description="σ of the Gaussian that smooths RSS over time (20 grouped samples)"
    )
    cell_m: Positive = Field(
        10.0,
        description="samples are averaged over cells of this length along the path, so hovering "
        "counts once",
    )
    centroid_exponent: Positive = Field(
        1.0, description="a place has the weight of its linear received power raised to this"
    )
    coarse_grid_m: Positive = Field(
        12.0,
        description="distance between the first candidate positions of localizers with a "
        "posterior; the likely ones are then refined",
    )
    grid_m: Positive = Field(4.0, description="distance between candidate positions")
    position_std_m: NonNegative = Field(
        3.0,
        description="uncertainty of the logged positions themselves, which the RSS does not show",
    )
    bagging: BaggingSettings = Field(
        BaggingSettings(),
        description="how far a likelihood is trusted: localizers with a posterior average over "
        "parts of the flight",
    )
    kriging: KrigingSettings = Field(KrigingSettings(), description="Gaussian-process likelihood")
    particle_filter: ParticleFilterSettings = Field(
        ParticleFilterSettings(), description="sequential Monte Carlo"
    )
