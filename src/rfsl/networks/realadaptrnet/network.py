"""RealAdaptRNet: the paper's one-dimensional ResNet followed by a multilayer perceptron."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from rfsl.arrays import Float32Array
from rfsl.config.base import MINIMUM_INPUTS
from rfsl.networks.realadaptrnet.layers import MeanPool, NormedConvolution


class ResidualBlock(nn.Module):
    """Two convolutions with batch norm and a skip connection: (B, L, C) to (B, L, C').

    y = ReLU(BN(W₂ * ReLU(BN(W₁ * x))) + W₀ x), where * is a convolution along the sequence and W₀
    is a 1x1 convolution.

    Args:
        channels_in, channels_out: C and C'.
        kernels: lengths of W₁ and W₂; odd.

    Example:
        >>> ResidualBlock(48, 64, (3, 1)).eval()(torch.zeros(2, 13, 48)).shape
        torch.Size([2, 13, 64])
    """

    def __init__(self, channels_in: int, channels_out: int, kernels: tuple[int, int]) -> None:
        super().__init__()
        first, second = kernels
        self.body = nn.Sequential(
            NormedConvolution(channels_in, channels_out, first),
            NormedConvolution(channels_out, channels_out, second, relu=False),
        )
        self.skip = nn.Linear(channels_in, channels_out)  # applied to every element of the sequence

    def forward(self, x: Tensor) -> Tensor:
        """Sequences (B, L, C') from sequences (B, L, C)."""
        return torch.relu(self.body(x) + self.skip(x))


class RealAdaptRNet(nn.Module):
    """Regression of a source position from the feature vector of a flight (III-C, Fig. 4b).

    x̂ = center + half_size · perceptron(convolutions((features − offset) / scale)). The scaling is
    stored with the weights: features go in as the feature files have them, and a position in metres
    comes out.

    | layer | kernel, stride | channels |
    |---|---|---|
    | convolution | 7, 2 | 48 |
    | mean pool | 2, 2 | 48 |
    | residual block | 3 and 1 | 64 |
    | mean pool | 4, 2 | 64 |
    | residual block | 1 and 3 | 128 |
    | mean pool | 3, 3 | 128 |
    | residual block | 1 and 3 | 128 |
    | perceptron | | 128, 64, 32, 2 |

    The paper leaves widths and strides open. With these, the numbers of parameters and FLOPs are
    within 5 % of the published ones of both variants (60 and 10,000 inputs).

    Args:
        feature_offset, feature_scale: (F,), by `rfsl.features.representations.input_scaling`.
        center_m, half_size_m: centre and half size (east, north) of the source area.

    Raises:
        ValueError: too few inputs for the network's strides and pools.

    See also:
        `rfsl.networks.realadaptrnet.training.train`.

    Example:
        >>> import numpy as np
        >>> from rfsl.networks.torch_support import count_parameters
        >>> ones = np.ones(60, dtype=np.float32)
        >>> model = RealAdaptRNet(0 * ones, ones, (0.0, 0.0), (100.0, 100.0)).eval()
        >>> model(torch.zeros(5, 60)).shape, count_parameters(model)
        (torch.Size([5, 2]), 193474)
    """

    feature_offset: Tensor
    feature_scale: Tensor
    center_m: Tensor
    half_size_m: Tensor

    def __init__(
        self,
        feature_offset: Float32Array,
        feature_scale: Float32Array,
        center_m: tuple[float, float],
        half_size_m: tuple[float, float],
    ) -> None:
        super().__init__()
        inputs = feature_offset.size
        if inputs < MINIMUM_INPUTS:
            raise ValueError(f"RealAdaptRNet needs {MINIMUM_INPUTS} inputs or more, found {inputs}")
        self.register_buffer("feature_offset", torch.from_numpy(feature_offset))
        self.register_buffer("feature_scale", torch.from_numpy(feature_scale))
        self.register_buffer("center_m", torch.tensor(center_m, dtype=torch.float32))
        self.register_buffer("half_size_m", torch.tensor(half_size_m, dtype=torch.float32))
        self.convolutions = nn.Sequential(
            NormedConvolution(1, 48, 7, stride=2, same=False),
            MeanPool(2, 2),
            ResidualBlock(48, 64, (3, 1)),
            MeanPool(4, 2),
            ResidualBlock(64, 128, (1, 3)),
            MeanPool(3, 3),
            ResidualBlock(128, 128, (1, 3)),
            nn.Flatten(),
        )
        with torch.no_grad():
            was_training = self.convolutions.training
            flat = self.convolutions.eval()(torch.zeros(1, inputs, 1)).shape[1]
            self.convolutions.train(was_training)
        self.perceptron = nn.Sequential(
            nn.Linear(flat, 128),
            nn.ReLU(),
            nn.Linear(128, 64),
            nn.ReLU(),
            nn.Linear(64, 32),
            nn.ReLU(),
            nn.Linear(32, 2),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Positions (B, 2) east, north in metres from features (B, F)."""
        scaled = (features - self.feature_offset) / self.feature_scale
        position: Tensor = self.perceptron(self.convolutions(scaled.unsqueeze(2)))
        return self.center_m + self.half_size_m * position


def count_flops(model: RealAdaptRNet) -> int:
    """Floating-point operations of one estimate, by torch's counter.

    Each multiply-add of a convolution or matrix product counts as two. Norms, pools and activations
    are not counted.
    """
    was_training = model.training
    model.eval()
    features = torch.zeros(1, model.feature_offset.numel(), device=model.feature_offset.device)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(features)
    model.train(was_training)
    return int(counter.get_total_flops())
