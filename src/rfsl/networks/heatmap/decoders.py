"""From a heatmap to a position: argmax, DSNT and soft-argmax.

Positions are (x, y) = (column, row) in pixels, with the centres of pixels at integers.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from rfsl.config.radiomaps import Decoder


def expectation_px(weights: Tensor) -> Tensor:
    """Expected position (B, 2) of weights w (B, H, W) that sum to 1: (Σ w · column, Σ w · row).

    Example:
        >>> weights = torch.zeros(1, 4, 4)
        >>> weights[0, 1, 0] = weights[0, 1, 3] = 0.5
        >>> expectation_px(weights).tolist()
        [[1.5, 1.0]]
    """
    rows, columns = (
        torch.arange(size, dtype=weights.dtype, device=weights.device) for size in weights.shape[1:]
    )
    # Marginals and sums, because autocast would round a matrix product to half precision.
    x_px = (weights.sum(dim=1) * columns).sum(dim=1)
    y_px = (weights.sum(dim=2) * rows).sum(dim=1)
    return torch.stack([x_px, y_px], dim=1)


def _softmax(heatmap: Tensor, beta: float) -> Tensor:
    weights = torch.softmax(beta * _single_or_better(heatmap).flatten(1), dim=1)
    return weights.reshape(heatmap.shape)


def _rectified(heatmap: Tensor, beta: float) -> Tensor:
    positive = torch.relu(_single_or_better(heatmap))
    total = positive.sum(dim=(1, 2), keepdim=True)
    # If nothing is above zero: equal weights, and a gradient of zero instead of NaN.
    empty = total <= torch.finfo(total.dtype).eps
    share = positive / torch.where(empty, 1.0, total)
    return torch.where(empty, 1.0 / (heatmap.shape[1] * heatmap.shape[2]), share)


def _single_or_better(heatmap: Tensor) -> Tensor:
    """At least float32, because bfloat16 cannot represent 257 px."""
    return heatmap.to(torch.promote_types(heatmap.dtype, torch.float32))


def _argmax(heatmap: Tensor, beta: float) -> Tensor:
    flat = heatmap.flatten(1).argmax(dim=1)
    columns = heatmap.shape[2]
    position_px = torch.stack([flat % columns, flat // columns], dim=1)
    return position_px.to(torch.promote_types(heatmap.dtype, torch.float32))


#: Weight of each pixel, from a heatmap (B, H, W) and β. Argmax has no weights of its own.
_WEIGHTS: dict[Decoder, Callable[[Tensor, float], Tensor]] = {
    "argmax": _softmax,
    "dsnt": _rectified,
    "soft_argmax": _softmax,
}


def probability(name: Decoder, heatmap: Tensor, beta: float) -> Tensor:
    """Probability (B, H, W) of each pixel by which a decoder reads a heatmap; each map sums to 1.

    - ``soft_argmax``: w = exp(β h) / Σ exp(β h).
    - ``dsnt``: w = max(h, 0) / Σ max(h, 0), or the same everywhere if no h is above zero.
    - ``argmax``: as ``soft_argmax`` with the same β, since a single pixel has no expected error.

    For DSNT and soft-argmax the position that `decoder` reads is the expectation of w.

    Args:
        name: the decoder.
        heatmap: h, (B, H, W).
        beta: β of the soft-argmax.

    Raises:
        ValueError: no decoder of that name.

    Example:
        >>> heatmap = torch.tensor([[[-1.0, 1.0], [0.0, 3.0]]])
        >>> probability("dsnt", heatmap, beta=1.0).tolist()
        [[[0.0, 0.25], [0.0, 0.75]]]
    """
    return _weights(name)(heatmap, beta)


def decoder(name: Decoder, beta: float) -> Callable[[Tensor], Tensor]:
    """A function that reads positions (B, 2), as (column, row) in pixels, from heatmaps (B, H, W).

    - ``argmax``: argmax h, the first of equal pixels. It has no gradient.
    - ``dsnt``: Σ w · (column, row) with w = max(h, 0) / Σ max(h, 0) (Nibali et al., "Numerical
      coordinate regression with convolutional neural networks", 2018). If nothing is above zero
      (except by rounding), this is the middle of the map.
    - ``soft_argmax``: Σ w · (column, row) with w = exp(β h) / Σ exp(β h).

    Positions are float32, or float64 if the heatmap is.

    Args:
        name: one of these.
        beta: β of the soft-argmax; the others do not use it.

    Raises:
        ValueError: no decoder of that name.

    See also:
        `probability`: the weights w.

    Example:
        If one pixel stands out, all decoders read its position.

        >>> heatmap = torch.zeros(1, 8, 8)
        >>> heatmap[0, 2, 5] = 1.0
        >>> names = ("argmax", "dsnt", "soft_argmax")
        >>> [decoder(name, beta=50.0)(heatmap).tolist() for name in names]
        [[[5.0, 2.0]], [[5.0, 2.0]], [[5.0, 2.0]]]
    """
    if name == "argmax":
        return lambda heatmap: _argmax(heatmap, beta)
    weights = _weights(name)
    return lambda heatmap: expectation_px(weights(heatmap, beta))


def _weights(name: Decoder) -> Callable[[Tensor, float], Tensor]:
    if name not in _WEIGHTS:
        raise ValueError(f"no decoder is called {name!r}; there are {', '.join(_WEIGHTS)}")
    return _WEIGHTS[name]
