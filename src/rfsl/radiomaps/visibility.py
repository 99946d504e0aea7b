"""Line of sight between the UAV over each pixel and the source."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray

#: Samples of a line per pixel of its length over the ground, or more.
_SAMPLES_PER_PIXEL = 4


def line_of_sight(
    height_m: Float32Array, pixel_m: float, uav_height_m: float, source_m: FloatArray
) -> BoolArray:
    """Whether the straight line from the UAV over each pixel's centre to the source is free.

    Each pixel is a block of its height. A line is sampled at a quarter of a pixel or finer; a
    sample below the top of its block hides the source. The source's own pixel and the UAV's hide
    nothing.

    Args:
        height_m: (H, W) of the ground and what stands on it.
        uav_height_m: height of the UAV, from where `height_m` counts.
        source_m: (3,) from the west edge, from the south edge, from where `height_m` counts.

    Returns:
        (H, W).
    """
    rows, columns = (np.arange(size) for size in height_m.shape)
    x_px, y_px = source_m[:2] / pixel_m - 0.5
    height = height_m.copy()
    source_row = np.clip(np.floor(y_px + 0.5), 0, rows[-1]).astype(int)
    source_column = np.clip(np.floor(x_px + 0.5), 0, columns[-1]).astype(int)
    height[source_row, source_column] = -np.inf
    highest_m = height.max()
    farthest_px = np.hypot(np.abs(rows - y_px).max(), np.abs(columns - x_px).max())
    samples = int(np.ceil(_SAMPLES_PER_PIXEL * farthest_px))
    hidden = np.zeros(height.shape, dtype=bool)
    # The UAV flies level: after a share of the way, all lines are at one height, and their column
    # depends on the UAV's column alone, as their row does on its row.
    for share in (np.arange(samples) + 0.5) / samples:
        line_m = source_m[2] + share * (uav_height_m - source_m[2])
        if line_m >= highest_m and uav_height_m >= source_m[2]:
            break  # and it rises further
        row = np.floor(y_px + share * (rows - y_px) + 0.5).astype(int).clip(0, rows[-1])
        column = np.floor(x_px + share * (columns - x_px) + 0.5).astype(int).clip(0, columns[-1])
        own = (row == rows)[:, None] & (column == columns)
        hidden |= (height.take(row, axis=0).take(column, axis=1) > line_m) & ~own
    return ~hidden
