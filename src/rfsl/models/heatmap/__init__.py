"""Networks on maps: completion of sparse maps, heatmaps of the source, decoders of its position."""

from rfsl.models.heatmap.build import ARCHITECTURES, build_network
from rfsl.models.heatmap.decoders import decoder, probability
from rfsl.models.heatmap.losses import heatmap_loss
from rfsl.models.heatmap.targets import gaussian_target, log_distance_target, pixel_distance_px

__all__ = [
    "ARCHITECTURES",
    "build_network",
    "decoder",
    "gaussian_target",
    "heatmap_loss",
    "log_distance_target",
    "pixel_distance_px",
    "probability",
]
