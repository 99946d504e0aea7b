"""Networks on maps: completion of sparse maps, heatmaps of the source, decoders of its position."""

from rfsl.models.heatmap.build import ARCHITECTURES, build_network
from rfsl.models.heatmap.decoders import decoder, probability
from rfsl.models.heatmap.losses import heatmap_loss
from rfsl.models.heatmap.network import (
    MapNetwork,
    channels_last,
    load_map_network,
    save_map_network,
)
from rfsl.models.heatmap.targets import gaussian_target, log_distance_target, pixel_distance_px

__all__ = [
    "ARCHITECTURES",
    "MapNetwork",
    "build_network",
    "channels_last",
    "decoder",
    "gaussian_target",
    "heatmap_loss",
    "load_map_network",
    "log_distance_target",
    "pixel_distance_px",
    "probability",
    "save_map_network",
]
