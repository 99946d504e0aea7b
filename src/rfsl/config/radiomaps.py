"""Keys of radio maps, and of the networks that find the source on them (LocHeatmap)."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from rfsl.config.base import Name, NonNegative, Positive, Settings, rising

Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Shares = Annotated[list[Share], Field(min_length=1), AfterValidator(rising)]
Rates = Annotated[list[NonNegative], Field(min_length=1), AfterValidator(rising)]

#: Networks halve a map several times.
MapSize = Literal[16, 32, 64, 128, 256, 512]
#: Shortest side and least height of a building; clearance of the UAV above everything.
SHORTEST_SIDE_M, LOWEST_BUILDING_M, CLEARANCE_M = 8.0, 4.0, 2.0
#: LocHeatmap's own propagation: one law with line of sight, one without.
LOS_NLOS = "los_nlos"
#: In place of a propagation: the scenes of `heatmaps.folder`. What its pictures hold.
MAP_FOLDER, FOLDER_CHANNELS = "map_folder", ("rss", "height")
MapDataset = Literal["RadioMapSeer", "RadioMap3DSeer"]
#: What a UAV measures in some pixels, the height of the ground, and what follows from both.
RawChannel = Literal["rss", "aoa", "height", "rss_model"]
Architecture = Literal["locunet", "dcae", "modified_dcae", "skipped_dcae"]
#: Type of the numbers that a training computes with.
Precision = Literal["float32", "bfloat16"]
Target = Literal["rss", "aoa", "log_distance", "gaussian"]
Decoder = Literal["argmax", "dsnt", "soft_argmax"]
Flown = Literal["spiral", "lawnmower", "random_waypoints"]
Sampling = Literal["pixels", "spiral", "lawnmower", "random_waypoints"]

#: Inputs that many networks share.
_COMPLETED, _MEASURED = "completed_rss completed_aoa", "rss aoa height"
_SKIPPED, _ORIGINAL = "completed_rss_skips completed_aoa_skips", "rss_original aoa_original"


class SceneSettings(Settings):
    """Scenes: a square of ground with terrain and buildings, and a source on it."""

    pixels: MapSize = Field(64, description="pixels of a map in each direction (LocHeatmap: 128)")
    pixel_m: Positive = Field(6.0, description="size of a pixel; the map covers both areas")
    uav_height_m: Positive = Field(30.0, description="height of the UAV above the lowest ground")
    source_height_m: Positive = Field(1.5, description="height of the source above its ground")
    terrain_m: NonNegative = Field(6.0, description="largest height of the terrain")
    buildings: Annotated[int, Field(ge=0)] = Field(
        30, description="largest number of buildings; the number is uniform from zero"
    )
    building_m: Annotated[float, Field(ge=SHORTEST_SIDE_M)] = Field(
        50.0, description="longest side of a building"
    )
    building_height_m: Annotated[float, Field(ge=LOWEST_BUILDING_M)] = Field(
        20.0, description="largest height of a building"
    )
    train_scenes: Annotated[int, Field(ge=2)] = Field(600, description="scenes to train on")
    validation_scenes: Annotated[int, Field(ge=1)] = Field(
        60, description="scenes on which every epoch is measured"
    )
    test_scenes: Annotated[int, Field(ge=2)] = Field(200, description="scenes that are scored")
    shard_size: Annotated[int, Field(ge=1)] = Field(
        200, description="scenes in one file and one job; does not change any number"
    )

    @model_validator(mode="after")
    def _below_the_uav(self) -> SceneSettings:
        tallest_m = max(self.source_height_m, self.building_height_m if self.buildings else 0.0)
        needed_m = self.terrain_m + tallest_m + CLEARANCE_M
        if self.uav_height_m < needed_m:
            raise ValueError(
                f"uav_height_m: {self.uav_height_m:g} is too low; terrain_m with building_height_m "
                f"or source_height_m, and {CLEARANCE_M:g} m of clearance, need {needed_m:g} or more"
            )
        return self


class MapFolderSettings(Settings):
    """A folder of radio maps as pictures: docs/how-to/radio-maps.md."""

    path: str | None = Field(
        None,
        description="folder with gain/ and png/; null: none. Modes whose propagation is "
        "`map_folder` take their scenes from it",
    )
    dataset: MapDataset = Field(
        "RadioMapSeer", description="data set whose format the folder has, with its grey scales"
    )
    gains: Name = Field(
        "DPM",
        description="simulation, a folder of gain/ in RadioMapSeer: DPM, IRT2, IRT4, carsDPM, ...; "
        "RadioMap3DSeer has one only, in gain/ itself",
    )


class MeasurementSettings(Settings):
    """The errors of what a UAV measures of a scene."""

    aoa_los_std_rad: NonNegative = Field(
        0.02, description="error of the angle of arrival with line of sight"
    )
    aoa_nlos_std_rad: NonNegative = Field(
        0.5, description="error of the angle of arrival without line of sight"
    )
    rss_noise_db: NonNegative = Field(15.0, description="further error of RSS at a noise rate of 1")
    aoa_noise_rad: NonNegative = Field(
        0.4, description="further error of the angle of arrival at a noise rate of 1"
    )


class HeatmapTrainingSettings(Settings):
    """How the networks on maps are trained."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="trainings of each network, each from its own seed"
    )
    width: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        0.25, description="number of channels, as a share of the published one"
    )
    epochs: Annotated[int, Field(ge=1)] = Field(12, description="times that each scene is seen")
    batch_size: Annotated[int, Field(ge=1)] = Field(4, description="scenes in a batch")
    learning_rate: Positive = Field(2e-3, description="largest step size of AdamW (one cycle)")
    original_learning_rate: Positive = Field(
        1e-4, description="constant step size of Adam for networks with original: true"
    )
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")
    precision: Literal["measured", Precision] = Field(
        "measured",
        description="type of the numbers in training; measured: the fastest that the device has, "
        "timed once, with the order of channels in memory, and kept in "
        "results/models/heatmap/precision.json",
    )
    samplings: Annotated[list[Sampling], Field(min_length=1)] = Field(
        ["pixels", "spiral", "lawnmower", "random_waypoints"],
        description="where the UAV measures: one of these for each scene",
    )
    first_coverage: Share = Field(
        0.05, description="largest share of the pixels measured, in the first epochs"
    )
    coverage_step: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        0.01,
        description="growth of that share in a step; the coverage of a batch is uniform from "
        "first_coverage up to it",
    )
    epochs_per_step: Annotated[int, Field(ge=1)] = Field(1, description="epochs between two steps")
    largest_noise_rate: NonNegative = Field(
        0.5, description="the noise rate of each scene is uniform from zero up to this"
    )
    heatmap_weight: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.8,
        description="share of the heatmap's error in the loss; the rest is the position's error",
    )


class HeatmapNetworkSettings(Settings):
    """One network on maps."""

    architecture: Architecture = Field(description="layers of the network")
    inputs: Annotated[list[Name], Field(min_length=1)] = Field(
        description="maps that it sees: rss, aoa (both sparse), height, rss_model (the RSS by "
        "LocHeatmap's two laws from the position and level that explain the measurements best), or "
        "the name of a network that completes a map",
    )
    corrects: RawChannel | None = Field(
        None, description="input that it corrects: its output is added to that input"
    )
    target: Target = Field(
        description="its output: a completed map of RSS or AoA, or a heatmap that falls with the "
        "logarithm of the distance from the source or as a Gaussian",
    )
    trained_decoder: Literal["dsnt", "soft_argmax"] | None = Field(
        None,
        description="how the loss reads the position from a heatmap; null: the loss has the error "
        "of the map alone",
    )
    whole_map: bool = Field(
        False,
        description="whether it is trained and scored on complete maps without noise: what its "
        "layers alone cost, for results/tables/heatmap_whole_map.tsv",
    )

    original: bool = Field(
        False,
        description="whether maps, loss and training are as near to LocHeatmap's own as can be",
    )

    @property
    def completes(self) -> bool:
        """Whether its output is a completed map and no heatmap."""
        return self.target in ("rss", "aoa")

    @model_validator(mode="after")
    def _corrects_what_it_sees(self) -> HeatmapNetworkSettings:
        alike = {"rss": {"rss", "rss_model"}, "aoa": {"aoa"}}.get(self.target, set())
        allowed = sorted(alike & set(self.inputs))
        if self.corrects is not None and self.corrects not in allowed:
            raise ValueError(
                f"corrects: found {self.corrects}; allowed: null or an input of the same kind as "
                f"the target {self.target} ({', '.join(allowed) or 'there is none'})"
            )
        return self

    @property
    def of_locheatmap(self) -> bool:
        """Whether LocHeatmap has such a network, so that it can be an original one."""
        own = self.whole_map or self.corrects is not None or "rss_model" in self.inputs
        return not own and self.architecture != "skipped_dcae"

    @model_validator(mode="after")
    def _original_exists(self) -> HeatmapNetworkSettings:
        if self.original and not self.of_locheatmap:
            raise ValueError(
                "original: found true, but LocHeatmap has no network with skipped_dcae, corrects, "
                "whole_map or the input rss_model"
            )
        return self

    @model_validator(mode="after")
    def _decoder_fits(self) -> HeatmapNetworkSettings:
        if self.completes and self.trained_decoder is not None:
            raise ValueError(f"trained_decoder: a network with target {self.target} takes none")
        if self.whole_map and self.target != "rss":
            raise ValueError(
                f"whole_map: found true for target {self.target}; only a network with target rss "
                "can be shown the whole map"
            )
        return self


class HeatmapScoreSettings(Settings):
    """The conditions under which the modes are scored; one of them is swept at a time."""

    coverages: Shares = Field(
        [0.05, 0.09, 0.13, 0.17, 0.21], description="shares of the pixels measured"
    )
    noise_rates: Rates = Field([0.0, 0.25, 0.5, 0.75, 1.0], description="noise rates")
    flights: Annotated[list[Flown], Field(min_length=1)] = Field(
        ["spiral", "lawnmower", "random_waypoints"],
        description="trajectories of the flights: one of these for each scene; the modes are "
        "scored on random pixels and along flights",
    )
    coverage: Share = Field(
        0.13, description="share of the pixels measured while the noise is swept"
    )
    noise_rate: NonNegative = Field(0.0, description="noise rate while the coverage is swept")


class HeatmapSettings(Settings):
    """LocHeatmap: completion of sparse radio maps, and heatmaps of the source's position."""

    scenes: SceneSettings = Field(SceneSettings(), description="simulated scenes")
    folder: MapFolderSettings = Field(
        MapFolderSettings(), description="radio maps of others, in place of simulated ones"
    )
    measurement: MeasurementSettings = Field(
        MeasurementSettings(), description="errors of the measurements"
    )
    training: HeatmapTrainingSettings = Field(
        HeatmapTrainingSettings(), description="training of networks on maps"
    )
    score: HeatmapScoreSettings = Field(HeatmapScoreSettings(), description="scoring on scenes")
    soft_argmax_beta: Positive = Field(16.0, description="β of the soft-argmax")
    gaussian_std_px: Positive = Field(3.0, description="σ of the Gaussian heatmap")
    original: bool = Field(
        False, description="whether every network that LocHeatmap has is as near to it as can be"
    )
    networks: dict[Name, HeatmapNetworkSettings] = Field(
        {
            name: HeatmapNetworkSettings(
                architecture=architecture,
                inputs=inputs.split(),
                target=target,
                trained_decoder=decoder,
                corrects=corrected,
                whole_map=name.startswith("whole_"),
                original=name.endswith("_original"),
            )
            for name, architecture, inputs, target, decoder, corrected in (
                ("completed_rss", "modified_dcae", "rss height", "rss", None, None),
                ("completed_aoa", "modified_dcae", "aoa height", "aoa", None, None),
                ("log", "locunet", _COMPLETED, "log_distance", "soft_argmax", None),
                ("gaussian", "locunet", _COMPLETED, "gaussian", "dsnt", None),
                ("rss_only", "locunet", "completed_rss", "log_distance", None, None),
                ("aoa_only", "locunet", "completed_aoa", "log_distance", None, None),
                ("dcae", "dcae", _MEASURED, "log_distance", "soft_argmax", None),
                ("dcae_simple", "modified_dcae", _MEASURED, "log_distance", "soft_argmax", None),
                ("locunet", "locunet", _MEASURED, "log_distance", "dsnt", None),
                ("locunet_softargmax", "locunet", _MEASURED, "log_distance", "soft_argmax", None),
                (
                    "corrected_rss",
                    "modified_dcae",
                    "rss rss_model height",
                    "rss",
                    None,
                    "rss_model",
                ),
                ("completed_rss_skips", "skipped_dcae", "rss height", "rss", None, None),
                ("completed_aoa_skips", "skipped_dcae", "aoa height", "aoa", None, None),
                ("log_skips", "locunet", _SKIPPED, "log_distance", "soft_argmax", None),
                ("rss_original", "modified_dcae", "rss height", "rss", None, None),
                ("aoa_original", "modified_dcae", "aoa height", "aoa", None, None),
                ("log_original", "locunet", _ORIGINAL, "log_distance", "soft_argmax", None),
                (
                    "locunet_softargmax_original",
                    "locunet",
                    _MEASURED,
                    "log_distance",
                    "soft_argmax",
                    None,
                ),
                ("whole_rss", "modified_dcae", "rss height", "rss", None, None),
                ("whole_rss_skips", "skipped_dcae", "rss height", "rss", None, None),
                (
                    "rss_only_corrected",
                    "locunet",
                    "corrected_rss",
                    "log_distance",
                    "soft_argmax",
                    None,
                ),
                (
                    "log_corrected",
                    "locunet",
                    "corrected_rss completed_aoa",
                    "log_distance",
                    "soft_argmax",
                    None,
                ),
            )
        },
        description="networks on maps by name; a mode names one of them and a decoder",
    )

    @model_validator(mode="after")
    def _inputs_exist(self) -> HeatmapSettings:
        raw = get_args(RawChannel)
        completions = [
            name
            for name, network in self.networks.items()
            if network.completes and not network.whole_map
        ]
        taken = set(raw) & set(self.networks)
        if taken:
            raise ValueError(f"networks: {', '.join(sorted(taken))} is the name of a measured map")
        for name, network in self.networks.items():
            allowed = [*raw] if network.completes else [*raw, *completions]
            mixed = sorted(
                item
                for item in set(network.inputs) & set(completions)
                if self.networks[item].original != network.original
            )
            if mixed:
                raise ValueError(
                    f"networks.{name}.inputs: found {', '.join(mixed)}, whose original: is not "
                    f"that of {name} ({str(network.original).lower()}); it has to be the same"
                )
            unknown = sorted(set(network.inputs) - set(allowed))
            if unknown:
                raise ValueError(
                    f"networks.{name}.inputs: found {', '.join(unknown)}; allowed: "
                    f"{', '.join(allowed)} (the measured maps, the height, and for a heatmap the "
                    "networks that complete a map from those)"
                )
        return self
