"""Keys of the work: trials, data sets, features, training, localizers, modes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from rfsl.config.base import Horizons, Name, NonNegative, Positive, Representation, Settings
from rfsl.config.radiomaps import Decoder


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
    estimate_after_s: Horizons = Field(
        [600],
        description="an estimate is made from the flight up to each of these times, by a network "
        "trained for it; figures show the last",
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
    maximum_distance_m: Positive = Field(
        10000.0,
        description="positions farther than this from the scenario's origin are of another place, "
        "or wrong: left out, or an error where they are most of the log",
    )
    maximum_height_m: Positive = Field(
        150.0,
        description="heights above this (most rules allow 120 m above ground) tell of feet, or of "
        "heights above sea level: left out, or an error where they are many",
    )
    maximum_speed_m_s: Positive = Field(
        60.0, description="a faster flight is an error: its times or positions are in another unit"
    )
    maximum_interval_s: Positive = Field(
        5.0,
        description="a longer typical time between readings is an error: times are in another unit",
    )
    afar_height_correction_m: float = Field(
        3.0, description="added to the height of AFAR logs, which reads about 3 m low"
    )
    lock_quality_db: float = Field(
        57.0,
        description="channel-sounder quality above which the receiver is locked (72 against 42)",
    )
    acquisition_range_db: Positive = Field(
        25.0,
        description="the signal counts as acquired with the first power within this of the "
        "flight's strongest",
    )
    acquisition_hold_s: Positive = Field(
        2.0, description="power is taken as medians over so long to tell its acquisition"
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
    partition: Literal["xy_rss", "rss", "xy", "neighbour_graph"] = Field(
        "xy_rss",
        description="how samples are cut into clusters: k-means on standardized x, y and RSS (the "
        "paper's), on RSS alone, on x and y alone; or Ward's merging of neighbours on the graph of "
        "nearest neighbours in x, y and RSS",
    )
    rss_scale: Literal["standardized", "raw"] = Field(
        "standardized",
        description="RSS in the features: standardized over the flight, or in dB as measured, "
        "which no uncalibrated receiver shares with a simulator",
    )
    order: Literal["rss", "time"] = Field(
        "rss",
        description="order of the clusters, over which the network convolves: by falling RSS, or "
        "by the mean time of their samples",
    )
    unlocked: Literal["kept", "dropped"] = Field(
        "kept",
        description="samples of a flown log without lock, whose RSS is the receiver's floor; the "
        "paper does not speak of them",
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


class ComputeSettings(Settings):
    """Where networks are trained."""

    device: Literal["auto", "cpu", "gpu"] = Field(
        "auto",
        description="`auto`: a GPU if the job sees one, else the CPU; `gpu`: a job that sees none "
        "fails; `cpu`: never a GPU",
    )
    gpus: Annotated[int, Field(ge=0)] = Field(
        0, description="GPUs that each training job asks the cluster for"
    )


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


class ModeSettings(Settings):
    """One way to localize: a network and its simulator, or a classical localizer."""

    localizer: Name = Field(
        "realadaptrnet",
        description="the network, `heatmap`, or a classical one: a module of "
        "src/rfsl/localizers/methods/",
    )
    representation: Representation | None = Field(
        None, description="what the network sees; a network needs one"
    )
    propagation: Name | None = Field(
        None, description="propagation model of its simulator, or of its likelihood"
    )
    network: Name | None = Field(
        None, description="which of heatmaps.networks; localizer `heatmap` needs one"
    )
    decoder: Decoder | None = Field(
        None, description="what reads the position off its heatmap; localizer `heatmap` needs one"
    )
    label: str = Field(description="name in figures and tables")
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = Field(
        None, description="colour in every figure, as #RRGGBB; null: by its place among the modes"
    )
    training: dict[Name, int | float] = Field(
        {}, description="keys of training: that differ for this mode, but `seeds`"
    )

    @field_validator("training")
    @classmethod
    def _training_exists(cls, changed: dict[str, int | float]) -> dict[str, int | float]:
        allowed = sorted(set(TrainingSettings.model_fields) - {"seeds"})
        unknown = sorted(set(changed) - set(allowed))
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; allowed: {', '.join(allowed)}")
        TrainingSettings.model_validate(changed)
        return changed


class LocalizeSettings(Settings):
    """A position from one flight log over an unknown source: docs/how-to/localize.md."""

    modes: Annotated[list[Name], Field(min_length=1)] = Field(
        ["ensemble_calibrated", "kriging_calibrated", "kriging_free_space"],
        description="modes, most wanted first: the first that finds the calibration and the "
        "trained weights it needs makes the estimate; the last needs neither",
    )
    area: str | None = Field(
        None,
        description="KML file with the one polygon in which the source may be; null: "
        "scenario.source_area",
    )


class AblationSettings(Settings):
    """What is changed, one key at a time, to see what it is worth."""

    mode: Name = Field(
        "clustered_two_ray",
        description="mode that is changed; with a propagation model that needs no calibration one "
        "training serves every trial",
    )
    sweeps: dict[Name, Annotated[list[int | float | str], Field(min_length=1)]] = Field(
        {
            "partition": ["xy_rss", "rss", "xy", "neighbour_graph"],
            "clusters": [13, 20, 30],
            "strongest": [1, 40, 160],
            "order": ["rss", "time"],
            "rss_scale": ["standardized", "raw"],
            "unlocked": ["kept", "dropped"],
        },
        description="keys of preprocessing.<representation of the mode>, each with its values; the "
        "other keys keep what preprocessing: says",
    )
