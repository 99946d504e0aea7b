"""Keys of the features that RealAdaptRNet sees, and of the ablation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rfsl.config.base import Name, NonNegative, Settings


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
        description="how samples become clusters: k-means on standardized x, y and RSS (`xy_rss`, "
        "the paper's), on RSS alone or on x and y alone; or Ward's merging on the graph of nearest "
        "neighbours in x, y and RSS (`neighbour_graph`)",
    )
    rss_scale: Literal["standardized", "raw"] = Field(
        "standardized",
        description="RSS in the features: standardized over the flight, or in dB as measured "
        "(`raw`; an uncalibrated receiver has another level than the simulator)",
    )
    order: Literal["rss", "time"] = Field(
        "rss",
        description="order of the clusters, along which the network convolves: by falling RSS, or "
        "by the mean time of their samples",
    )
    unlocked: Literal["kept", "dropped"] = Field(
        "dropped",
        description="whether a flight keeps samples without lock, whose RSS is the receiver's "
        "floor; the paper does not mention them, but its Figure 5 can only have locked ones",
    )


class NormalizedSettings(Settings):
    """The paper's plain variant: grouped RSS, min-max normalized, in the order of time."""

    group_size: Annotated[int, Field(ge=1)] = Field(
        40,
        description="N_g: samples averaged into one; the paper's 2 gives 10,000 inputs",
    )
    unlocked: Literal["kept", "interpolated"] = Field(
        "kept",
        description="whether a flight keeps samples without lock, whose RSS is the receiver's "
        "floor, or has the RSS of its locked samples interpolated over them",
    )


class PreprocessingSettings(Settings):
    """From a flight to the network's input."""

    clustered: ClusteredSettings = Field(
        ClusteredSettings(), description="representation `clustered`"
    )
    normalized: NormalizedSettings = Field(
        NormalizedSettings(), description="representation `normalized`"
    )


class AblationSettings(Settings):
    """Which keys are changed, one at a time, to see what each is worth."""

    mode: Name = Field(
        "clustered_two_ray",
        description="mode that is changed; if its propagation model needs no calibration, one "
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
        "other keys keep their values in preprocessing:",
    )
