"""What the training of a heatmap's network makes small."""

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
    """Mean squared error of heatmaps and of the positions read off them; a scalar.

    `weight` times the heatmap's error, plus the rest times the position's (LocHeatmap: 0.8 and
    0.2). LocHeatmap leaves the unit of the position open. Here it is half the map's side: in
    pixels, errors of many px² would drown those of a heatmap between 0 and 1.

    Args:
        heatmap, target: (B, H, W).
        position_px, source_px: (B, 2) as (column, row).
        pixels: of a map in each direction.
        weight: from 0 to 1.

    Raises:
        ValueError: shapes that differ (they would be broadcast to each other).
    """
    for name, one, other in (
        ("heatmaps", heatmap, target),
        ("positions", position_px, source_px),
    ):
        if one.shape != other.shape:
            raise ValueError(
                f"{name} of shape {tuple(one.shape)} against targets of {tuple(other.shape)}"
            )
    scale = 2.0 / pixels
    position_error = mse_loss(scale * position_px, scale * source_px)
    return weight * mse_loss(heatmap, target) + (1.0 - weight) * position_error
