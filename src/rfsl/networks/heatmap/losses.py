"""Loss of a network that makes heatmaps."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import mse_loss


def heatmap_loss(
    heatmap: Tensor,
    target: Tensor,
    position_px: Tensor,
    source_px: Tensor,
    pixels: int,
    weight: float,
) -> Tensor:
    """Weighted mean squared error of heatmaps and of the positions read from them; a scalar.

    loss = w · mean (heatmap − target)² + (1 − w) · mean (2 (position − source) / pixels)²

    LocHeatmap has w = 0.8 and leaves the unit of the position open. Here the unit is half the side
    of the map: in pixels, the errors of positions would dominate those of heatmaps between 0 and 1.

    Args:
        heatmap, target: (B, H, W).
        position_px, source_px: (B, 2) as (column, row).
        pixels: H = W.
        weight: w, from 0 to 1.

    Raises:
        ValueError: the shapes differ (they would be broadcast to each other).

    See also:
        `rfsl.networks.heatmap.targets`, `rfsl.networks.heatmap.decoders`.

    Example:
        The heatmap is right; the position is off by half a map in one of two coordinates.

        >>> import torch
        >>> heatmap = torch.zeros(1, 8, 8)
        >>> position_px, source_px = torch.tensor([[4.0, 0.0]]), torch.zeros(1, 2)
        >>> round(float(heatmap_loss(heatmap, heatmap, position_px, source_px, 8, weight=0.8)), 3)
        0.1
    """
    for name, one, other in (
        ("heatmaps", heatmap, target),
        ("positions", position_px, source_px),
    ):
        if one.shape != other.shape:
            raise ValueError(
                f"{name} of shape {tuple(one.shape)}, but targets of {tuple(other.shape)}"
            )
    scale = 2.0 / pixels
    position_error = mse_loss(scale * position_px, scale * source_px)
    return weight * mse_loss(heatmap, target) + (1.0 - weight) * position_error
