"""Keys of the work: trials, data sets, features, training, modes, figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rfsl.config.base import (
    Name,
    NonNegative,
    Positive,
    Representation,
    Settings,
)


class TrialsSettings(Settings):
    """Which flights exist, and which of them are scored."""

    table: str = Field(
        "config/trials/embedded.tsv",
        description="tab-separated table of trials: one row a flight, with its source's position",
    )
    evaluate: list[Name] = Field(
        ["synthetic_1", "synthetic_2"],
        min_length=1,
        description="trials that are scored, in the order of the figures",
    )


class AfarDataSettings(Settings):
    """Where the public AERPAW AFAR files come from."""

    folder: str | None = Field(
        None,
        description=(
            "folder that already holds the files (itself or in flights/ and antenna/); the "
            "environment variable RFSL_AFAR_DIR does the same. null: fetch them into data/afar/"
        ),
    )


class FlightSettings(Settings):
    """How a flight log becomes a flight."""

    minimum_height_m: NonNegative = Field(
        15.0, description="take-off and landing legs below this height are cut off"
    )
    duration_s: Positive = Field(600.0, description="only the first so many seconds are kept")
    afar_height_correction_m: float = Field(
        3.0, description="added to the height of AFAR logs, which reads about 3 m low"
    )
    lock_quality_db: float = Field(
        57.0,
        description="channel-sounder quality above which the receiver is locked (72 against 42)",
    )
    minimum_locked_fraction: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.02, description="a flight with a smaller locked share of its samples is not usable"
    )


class SimulationSettings(Settings):
    """How much is simulated."""

    train_sources: Annotated[int, Field(ge=2)] = Field(600, description="sources to train on")
    validation_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources that stop the training and choose its weights"
    )
    test_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources for the simulated test error"
    )
    attitude_range_deg: NonNegative = Field(
        5.0, description="simulated roll, pitch and yaw are uniform within ± this"
    )
    receivers: dict[Name, Name] = Field(
        {
            "free_space": "plain",
            "two_ray": "plain",
            "enhanced_two_ray": "plain",
            "calibrated": "field",
        },
        description="which of `receivers:` each propagation model is simulated with",
    )
    shard_size: Annotated[int, Field(ge=1)] = Field(
        300, description="sources in one file and one job; does not change any number"
    )


class ClusteredSettings(Settings):
    """The paper's 3D clustering (III-A, III-B)."""

    group_size: Annotated[int, Field(ge=1)] = Field(2, description="N_g: samples averaged into one")
    smoothing_sigma_samples: NonNegative = Field(
        20.0, description="σ of the Gaussian over grouped samples, cut at 3 σ: k_s = 6σ + 1 taps"
    )
    clusters: Annotated[int, Field(ge=13)] = Field(
        20, description="C_k: clusters of a flight (the network's pooling needs 13 or more)"
    )
    strongest: Annotated[int, Field(ge=1)] = Field(
        40, description="n_t: strongest samples averaged in each cluster"
    )


class NormalizedSettings(Settings):
    """The paper's plain variant: grouped RSS, min-max normalized, in the order of time."""

    group_size: Annotated[int, Field(ge=1)] = Field(
        40,
        description="N_g: samples averaged into one; the paper's 2 gives 10,000 inputs",
    )


class PreprocessingSettings(Settings):
    """From a flight to the network's input."""

    clustered: ClusteredSettings = Field(
        ClusteredSettings(), description="representation `clustered`"
    )
    normalized: NormalizedSettings = Field(
        NormalizedSettings(), description="representation `normalized`"
    )


class TrainingSettings(Settings):
    """How a network is trained; simulated validation sources stop it and choose its weights."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="networks trained per mode, each from its own seed"
    )
    maximum_epochs: Annotated[int, Field(ge=1)] = Field(40, description="epochs at the most")
    patience_epochs: Annotated[int, Field(ge=1)] = Field(
        12, description="stop after so many epochs without a smaller validation error"
    )
    batch_size: Annotated[int, Field(ge=2)] = Field(32, description="sources in a batch")
    learning_rate: Positive = Field(1e-3, description="step size of Adam at the start")
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")


class ModeSettings(Settings):
    """One way to localize: a representation and the simulator it was trained on."""

    representation: Representation = Field(description="what the network sees")
    propagation: Name = Field(description="propagation model of the simulator it is trained on")
    label: str = Field(description="name in figures and tables")


class Fig4aSettings(Settings):
    """Figure 4(a): the clusters of a flight."""

    trial: Name | None = Field(
        None, description="trial whose flight is shown; null: the first of trials.evaluate"
    )


class Fig5Settings(Settings):
    """Figure 5: how well each propagation model predicts the measured RSS."""

    trials: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None,
        description="trials whose flights are compared (and drawn in Figure 1), each with the "
        "calibration of its fold; null: those of trials.evaluate",
    )
    models: list[Name] = Field(
        ["free_space", "two_ray", "enhanced_two_ray", "calibrated"],
        min_length=1,
        description="propagation models compared",
    )


class Fig6aSettings(Settings):
    """Figure 6(a): error per trial and mean."""

    modes: list[Name] = Field(
        ["clustered_enhanced_two_ray", "normalized_enhanced_two_ray", "clustered_free_space"],
        min_length=1,
        description="modes shown, from left to right",
    )
    published: str | None = Field(
        "config/published/fig6a.tsv",
        description="table of the paper's own values (trial and mode to metres); null: none marked",
    )


class FigureSettings(Settings):
    """What the figures show."""

    fig4a: Fig4aSettings = Field(Fig4aSettings(), description="clusters of a flight")
    fig5: Fig5Settings = Field(Fig5Settings(), description="error of the propagation models")
    fig6a: Fig6aSettings = Field(Fig6aSettings(), description="bars of the localization error")
