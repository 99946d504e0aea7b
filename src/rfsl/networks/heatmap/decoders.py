"""From a heatmap to a position: argmax, DSNT and soft-argmax.

Positions are (x, y) = (column, row) in pixels, with the centres of pixels at integers.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from rfsl.config.radiomaps import Decoder


def expectation_px(weights: Tensor) -> Tensor:
    """Expected position (B, 2) of weights (B, H, W) that sum to one in each map."""
    rows, columns = (
        torch.arange(size, dtype=weights.dtype, device=weights.device) for size in weights.shape[1:]
    )
    # By marginals and sums: autocast would round a matrix product to half precision.
    x_px = (weights.sum(dim=1) * columns).sum(dim=1)
    y_px = (weights.sum(dim=2) * rows).sum(dim=1)
    return torch.stack([x_px, y_px], dim=1)


def _softmax(heatmap: Tensor, beta: float) -> Tensor:
    weights = torch.softmax(beta * _single_or_better(heatmap).flatten(1), dim=1)
    return weights.reshape(heatmap.shape)


def _rectified(heatmap: Tensor, beta: float) -> Tensor:
    positive = torch.relu(_single_or_better(heatmap))
    total = positive.sum(dim=(1, 2), keepdim=True)
    # Nothing is above zero: the same weight everywhere, and a gradient of zero instead of NaN.
    empty = total <= torch.finfo(total.dtype).eps
    share = positive / torch.where(empty, 1.0, total)
    return torch.where(empty, 1.0 / (heatmap.shape[1] * heatmap.shape[2]), share)


def _single_or_better(heatmap: Tensor) -> Tensor:
    """In float32 at least: bfloat16 does not even tell 257 px from 256."""
    return heatmap.to(torch.promote_types(heatmap.dtype, torch.float32))


def _argmax(heatmap: Tensor, beta: float) -> Tensor:
    flat = heatmap.flatten(1).argmax(dim=1)
    columns = heatmap.shape[2]
    position_px = torch.stack([flat % columns, flat // columns], dim=1)
    return position_px.to(torch.promote_types(heatmap.dtype, torch.float32))


#: Weight of each pixel by a heatmap (B, H, W) and β. Argmax has none of its own.
_WEIGHTS: dict[Decoder, Callable[[Tensor, float], Tensor]] = {
    "argmax": _softmax,
    "dsnt": _rectified,
    "soft_argmax": _softmax,
}


def probability(name: Decoder, heatmap: Tensor, beta: float) -> Tensor:
    """Probability of each pixel by which a decoder reads a heatmap; (B, H, W), sums to one.

    The position of `decoder` is its expectation for DSNT and soft-argmax. A single pixel would say
    nothing of an error, so for argmax it is that of soft-argmax, with the same β.

    Args:
        name: the decoder.
        heatmap: (B, H, W).
        beta: β of the soft-argmax.

    Raises:
        ValueError: no decoder of that name.
    """
    return _weights(name)(heatmap, beta)


def decoder(name: Decoder, beta: float) -> Callable[[Tensor], Tensor]:
    """What reads positions in pixels (B, 2), as (column, row), off heatmaps (B, H, W).

    - ``argmax``: the pixel of the largest value, the first of equal ones. It has no gradient.
    - ``dsnt``: negative values cut to zero, divided by the sum, then the expected coordinates
      (Nibali et al., "Numerical coordinate regression with convolutional neural networks", 2018);
      the middle of the map where nothing is above zero (but for rounding).
    - ``soft_argmax``: softmax of β times the heatmap, then the expected coordinates.

    Positions are float32, or float64 where the heatmap is.

    Args:
        name: one of these.
        beta: β of the soft-argmax; the others do without.

    Raises:
        ValueError: no decoder of that name.
    """
    if name == "argmax":
        return lambda heatmap: _argmax(heatmap, beta)
    weights = _weights(name)
    return lambda heatmap: expectation_px(weights(heatmap, beta))


def _weights(name: Decoder) -> Callable[[Tensor, float], Tensor]:
    if name not in _WEIGHTS:
        raise ValueError(f"no decoder is called {name!r}; there are {', '.join(_WEIGHTS)}")
    return _WEIGHTS[name]
