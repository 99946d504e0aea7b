"""Heatmaps that a network is to make of a source's place."""

from __future__ import annotations

import math

import torch
from torch import Tensor

#: Distance from the source at which the logarithmic heatmap is 0 before scaling.
NEAREST_PX = 0.1


def pixel_distance_px(position_px: Tensor, pixels: int) -> Tensor:
    """Distance of each pixel's centre from a position; (B, pixels, pixels).

    Args:
        position_px: (B, 2) as (column, row); centres of pixels are at integers, and a position may
            lie between them.
        pixels: of a map in each direction.
    """
    centre = torch.arange(pixels, dtype=position_px.dtype, device=position_px.device)
    x_px, y_px = position_px[:, 0, None, None], position_px[:, 1, None, None]
    return torch.hypot(centre - x_px, centre[:, None] - y_px)


def log_distance_target(source_px: Tensor, pixels: int) -> Tensor:
    """Heatmap that falls with the logarithm of the distance from the source; (B, pixels, pixels).

    −5 − 5 log10(d) with d in pixels, at least 0.1 so that it is 0 at the source (LocHeatmap sets
    the source's own pixel to 0), scaled linearly: 1 at the source, 0 at a distance of the map's
    diagonal, √2·`pixels`. For a source on the map it is therefore in (0, 1].

    Args:
        source_px: (B, 2) as (column, row); may lie between centres of pixels.
        pixels: of a map in each direction.
    """
    distance_px = pixel_distance_px(source_px, pixels).clamp(min=NEAREST_PX)
    lowest = -5.0 - 5.0 * math.log10(math.sqrt(2.0) * pixels)
    return 1.0 - (-5.0 - 5.0 * torch.log10(distance_px)) / lowest


def gaussian_target(source_px: Tensor, pixels: int, std_px: float) -> Tensor:
    """Heatmap exp(−d²/2σ²) of the distance d from the source; (B, pixels, pixels), at most 1.

    Args:
        source_px: (B, 2) as (column, row); may lie between centres of pixels.
        pixels: of a map in each direction.
        std_px: σ, positive.
    """
    return torch.exp(-0.5 * (pixel_distance_px(source_px, pixels) / std_px) ** 2)
