"""Line of sight between the UAV over each pixel and the source."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray

#: Least number of samples of a line for each pixel of its length over the ground.
_SAMPLES_PER_PIXEL = 4


def line_of_sight(
    height_m: Float32Array, pixel_m: float, uav_height_m: float, source_m: FloatArray
) -> BoolArray:
    """Whether the straight line from the UAV over each pixel's centre to the source is free.

    Each pixel is a block of its height. A line is sampled at a quarter of a pixel or finer. If a
    sample lies below the top of its block, the source is hidden. The pixels of the source and of
    the UAV hide nothing.

    Args:
        height_m: (H, W) height of the ground and what stands on it.
        pixel_m: size of a pixel.
        uav_height_m: height of the UAV, above the same zero as `height_m`.
        source_m: (3,) distance from the west edge, from the south edge, and height above the same
            zero.

    Returns:
        (H, W).

    Example:
        A wall in the third of five columns hides a source in the first from a UAV in the last two.

        >>> height_m = np.zeros((1, 5), dtype=np.float32)
        >>> height_m[0, 2] = 9.0
        >>> line_of_sight(height_m, 1.0, 10.0, np.array([0.5, 0.5, 1.0])).tolist()
        [[True, True, True, False, False]]
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
    # The UAV flies level. So after the same share of the way all lines are at one height, their
    # column depends only on the UAV's column, and their row only on its row.
    for share in (np.arange(samples) + 0.5) / samples:
        line_m = source_m[2] + share * (uav_height_m - source_m[2])
        if line_m >= highest_m and uav_height_m >= source_m[2]:
            break  # the lines are above everything, and rise further
        row = np.floor(y_px + share * (rows - y_px) + 0.5).astype(int).clip(0, rows[-1])
        column = np.floor(x_px + share * (columns - x_px) + 0.5).astype(int).clip(0, columns[-1])
        own = (row == rows)[:, None] & (column == columns)
        hidden |= (height.take(row, axis=0).take(column, axis=1) > line_m) & ~own
    return ~hidden
