"""LocUNet: a U-Net from maps to a heatmap of the source's position."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rfsl.networks.heatmap.layers import LEAKY_SLOPE, convolution, scaled, upsampling

#: Channels, kernel and average pool of each layer of the encoder (Yapar et al., 2022).
ENCODER = (
    (20, 3, 1),
    (50, 5, 2),
    (60, 5, 2),
    (70, 5, 1),
    (90, 5, 2),
    (100, 5, 1),
    (120, 5, 2),
    (120, 3, 1),
    (135, 5, 1),
    (150, 5, 2),
    (225, 5, 1),
    (300, 5, 2),
    (400, 5, 1),
    (500, 5, 2),
)


def encoder_layers(pixels: int) -> tuple[tuple[int, int, int], ...]:
    """Layers of `ENCODER` for maps of that size.

    From 128 pixels on these are all layers. For smaller maps they end with the pool that leaves one
    pixel.

    Raises:
        ValueError: a pool would halve an odd number of pixels. A map needs a power of two pixels in
            each direction, or a multiple of 128.

    Example:
        >>> len(encoder_layers(64)), len(encoder_layers(128))
        (12, 14)
    """
    left = pixels
    kept = 0
    for number, (_, _, pool) in enumerate(ENCODER, start=1):
        if pool == 1:
            continue
        if left == 1 and kept:
            break
        if left < 2 or left % 2:
            raise ValueError(
                "LocUNet takes maps of a power of two pixels (2, 4, ..., 128) or of a multiple of "
                f"128 in each direction, found {pixels}"
            )
        left //= 2
        kept = number
    return ENCODER[:kept]


class LocUNet(nn.Module):
    """LocUNet as LocHeatmap uses it: (B, inputs, H, W) to (B, outputs, H, W).

    Yapar et al., "Real-time outdoor localization using radio maps: a deep learning approach", 2022.
    Each layer of the encoder is a convolution, LeakyReLU and, in some layers, an average pool. The
    decoder mirrors the encoder. A decoder layer that undoes a pool is a 1x1 convolution and
    bilinear upsampling; any other is a convolution with the encoder's kernel. Each ends with
    LeakyReLU, and the encoder's output of the same size is appended to its own. Two more
    convolutions, to which the input is appended each time, make the heatmap. With three inputs,
    128 pixels and width 1 there are 22,323,216 parameters.

    Args:
        inputs: number of input channels.
        pixels: H = W.
        width: share of the published numbers of channels (each at least 4).
        outputs: number of output channels.

    Raises:
        ValueError: the pools do not divide the size (see `encoder_layers`), or the width is not
            positive.

    Example:
        >>> LocUNet(inputs=3, pixels=16, width=0.05)(torch.zeros(2, 3, 16, 16)).shape
        torch.Size([2, 1, 16, 16])
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        super().__init__()
        encoder: list[nn.Module] = []
        decoder: list[nn.Module] = []
        published = encoder_layers(pixels)
        before = inputs
        for number, (channels, kernel, pool) in enumerate(published):
            after = scaled(channels, width)
            layers: list[nn.Module] = [
                convolution(before, after, kernel),
                nn.LeakyReLU(LEAKY_SLOPE, inplace=True),
            ]
            encoder.append(nn.Sequential(*layers, *([nn.AvgPool2d(pool)] if pool > 1 else [])))
            if number:
                # This undoes the layer. Its input has a skip appended, except at the bottom.
                below = after if number + 1 == len(published) else 2 * after
                # A 1x1 convolution and bilinear upsampling commute, because the weights of the
                # latter sum to one. With the convolution first it costs a quarter.
                undo = (
                    [convolution(below, before, kernel)]
                    if pool == 1
                    else [convolution(below, before, 1), upsampling()]
                )
                decoder.append(nn.Sequential(*undo, nn.LeakyReLU(LEAKY_SLOPE, inplace=True)))
            before = after
        first = scaled(ENCODER[0][0], width)
        self.encoder = nn.ModuleList(encoder)
        self.decoder = nn.ModuleList(reversed(decoder))
        self.merge = nn.Sequential(
            convolution(2 * first + inputs, first, 5), nn.LeakyReLU(LEAKY_SLOPE, inplace=True)
        )
        self.heatmap = nn.Sequential(
            convolution(first + inputs, outputs, 5), nn.LeakyReLU(LEAKY_SLOPE, inplace=True)
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Heatmaps (B, outputs, H, W) from maps (B, inputs, H, W)."""
        skips: list[Tensor] = []
        x = maps
        for layer in self.encoder:
            x = layer(x)
            skips.append(x)
        for layer, skip in zip(self.decoder, reversed(skips[:-1]), strict=True):
            x = torch.cat([layer(x), skip], dim=1)
        merged = self.merge(torch.cat([x, maps], dim=1))
        heatmap: Tensor = self.heatmap(torch.cat([merged, maps], dim=1))
        return heatmap
