"""LocHeatmap's own recipe, for networks with `original: true`: layers, loss, and training.

Source: https://github.com/MOYU114/LocHeatmap. `rfsl.radiomaps.original_encoding` has the maps.
docs/explanation/decisions.md says what differs in the other networks, and why.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from rfsl.config.radiomaps import HeatmapTrainingSettings
from rfsl.networks.heatmap.targets import pixel_distance_px

#: Weights of the error of the heatmap, and of the position in pixels.
_HEATMAP_WEIGHT, _POSITION_WEIGHT = 0.8, 0.2


def with_torchs_weights(network: nn.Module) -> nn.Module:
    """A network whose convolutions start with the weights that torch draws by default."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    return network


def stretched(maps: Tensor) -> Tensor:
    """Maps (B, C, H, W), each from 0 at its smallest pixel to 1 at its largest.

    Example:
        >>> stretched(torch.tensor([[[[-1.0, 0.0, 3.0]]]])).tolist()
        [[[[0.0, 0.25, 1.0]]]]
    """
    lowest, highest = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
    return (maps - lowest) / (highest - lowest).clamp(min=torch.finfo(maps.dtype).tiny)


def original_log_target(source_px: Tensor, pixels: int) -> Tensor:
    """Heatmap −5 − 5 log10(d), 0 at the source's own pixel, stretched; (B, pixels, pixels).

    d is the distance in pixels from the pixel of the source. So the heatmap is 0 at the farthest
    pixel of each map.

    Args:
        source_px: (B, 2) as (column, row); rounded to the middle of its pixel.
        pixels: H = W.
    """
    distance_px = pixel_distance_px(source_px.round(), pixels)
    fall = -5.0 - 5.0 * torch.log10(distance_px.clamp(min=1.0))
    return stretched(torch.where(distance_px < 1.0, 0.0, fall)[:, None])[:, 0]


def original_loss(
    heatmap: Tensor, target: Tensor, position_px: Tensor | None, source_px: Tensor
) -> Tensor:
    """0.8 of the heatmap's mean squared error, and 0.2 of the position's in pixels; a scalar.

    Args:
        heatmap, target: (B, H, W).
        position_px: (B, 2) as (column, row); None: the heatmap's error alone.
        source_px: (B, 2); rounded to the middle of its pixel.
    """
    error = mse_loss(heatmap, target)
    if position_px is None:
        return error
    return _HEATMAP_WEIGHT * error + _POSITION_WEIGHT * mse_loss(position_px, source_px.round())


def original_training(settings: HeatmapTrainingSettings) -> HeatmapTrainingSettings:
    """Single maps of random pixels without noise, in float32."""
    changes = {
        "batch_size": 1,
        "samplings": ["pixels"],
        "largest_noise_rate": 0.0,
        "precision": "float32",
    }
    return settings.model_copy(update=changes)


def original_optimizer(
    network: nn.Module, settings: HeatmapTrainingSettings
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Adam at a constant rate, `original_learning_rate`."""
    optimizer = torch.optim.Adam(network.parameters(), settings.original_learning_rate, fused=True)
    return optimizer, torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0)
