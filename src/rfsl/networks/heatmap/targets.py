"""Targets: the heatmaps that a network learns to make, from the position of the source."""

from __future__ import annotations

import math

import torch
from torch import Tensor

#: Distance from the source at which the logarithmic heatmap is 0 before scaling.
NEAREST_PX = 0.1


def pixel_distance_px(position_px: Tensor, pixels: int) -> Tensor:
    """Distance in pixels of each pixel's centre from a position; (B, pixels, pixels).

    Args:
        position_px: (B, 2) as (column, row). Centres of pixels are at integers; a position may lie
            between them.
        pixels: H = W.

    Example:
        >>> float(pixel_distance_px(torch.zeros(1, 2), 5)[0, 4, 3])
        5.0
    """
    centre = torch.arange(pixels, dtype=position_px.dtype, device=position_px.device)
    x_px, y_px = position_px[:, 0, None, None], position_px[:, 1, None, None]
    return torch.hypot(centre - x_px, centre[:, None] - y_px)


def log_distance_target(source_px: Tensor, pixels: int) -> Tensor:
    """Heatmap that falls with the logarithm of the distance from the source; (B, pixels, pixels).

    h(d) = 1 − f(d) / f(√2 · pixels) with f(d) = −5 − 5 log10(d), where d is the distance in pixels,
    at least 0.1. So h is 1 at the source and 0 at a distance of the map's diagonal; for a source on
    the map it lies in (0, 1]. f is LocHeatmap's heatmap, with 0 = f(0.1) at the source's own pixel.

    Args:
        source_px: (B, 2) as (column, row); may lie between centres of pixels.
        pixels: H = W.

    See also:
        `gaussian_target`: the other target. `rfsl.networks.heatmap.losses.heatmap_loss`: its use.

    Example:
        >>> target = log_distance_target(torch.tensor([[3.0, 1.0]]), 8)
        >>> float(target[0, 1, 3]), int(target.argmax()) == 1 * 8 + 3
        (1.0, True)
    """
    distance_px = pixel_distance_px(source_px, pixels).clamp(min=NEAREST_PX)
    lowest = -5.0 - 5.0 * math.log10(math.sqrt(2.0) * pixels)
    return 1.0 - (-5.0 - 5.0 * torch.log10(distance_px)) / lowest


def gaussian_target(source_px: Tensor, pixels: int, std_px: float) -> Tensor:
    """Heatmap exp(−d² / 2σ²) of the distance d from the source; (B, pixels, pixels), at most 1.

    Args:
        source_px: (B, 2) as (column, row); may lie between centres of pixels.
        pixels: H = W.
        std_px: σ in pixels, positive.

    See also:
        `log_distance_target`: the other target.

    Example:
        At a distance of σ it is exp(−½).

        >>> round(float(gaussian_target(torch.zeros(1, 2), 8, std_px=3.0)[0, 0, 3]), 3)
        0.607
    """
    return torch.exp(-0.5 * (pixel_distance_px(source_px, pixels) / std_px) ** 2)
