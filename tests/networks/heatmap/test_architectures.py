"""The networks on maps, layer by layer."""

from __future__ import annotations

from typing import get_args

import pytest
import torch
from torch import nn
from torch.nn import functional

from rfsl.config.radiomaps import Architecture, HeatmapNetworkSettings, HeatmapSettings
from rfsl.networks.heatmap.autoencoders import DCAE, ModifiedDCAE, SkippedDCAE
from rfsl.networks.heatmap.build import ARCHITECTURES, build_network
from rfsl.networks.heatmap.locunet import ENCODER, LocUNet, encoder_layers
from rfsl.networks.heatmap.targets import gaussian_target
from rfsl.networks.torch_support import count_parameters

NAMES = get_args(Architecture)


def test_every_architecture_of_the_config_is_there() -> None:
    assert set(ARCHITECTURES) == set(NAMES)


@pytest.mark.parametrize("network", HeatmapSettings().networks.values())
def test_networks_of_the_config(network: HeatmapNetworkSettings) -> None:
    maps = torch.zeros(2, 5, 16, 16)
    outputs = 2 if network.target == "aoa" and not network.original else 1
    assert build_network(network, 5, 16, 0.1)(maps).shape == (2, outputs, 16, 16)


def test_parameters_of_locunet() -> None:
    with torch.device("meta"):
        assert count_parameters(LocUNet(3, 128, 1.0)) == 22_323_216


def test_parameters_of_autoencoders() -> None:
    inner = 64 * 64 * 9 + 64
    ends = (3 * 64 * 9 + 64) + (64 * 2 * 9 + 2)
    with torch.device("meta"):
        assert count_parameters(ModifiedDCAE(3, 64, 1.0, 2)) == ends + 10 * inner
        # PReLU has one slope after each convolution but the last.
        assert count_parameters(DCAE(3, 64, 1.0, 2)) == ends + 18 * inner + 19
        # Skips double what the first convolution of each level of the decoder sees.
        skipped = count_parameters(SkippedDCAE(3, 64, 1.0, 2))
        assert skipped == ends + 10 * inner + 3 * 64 * 64 * 9


def test_kinds_of_layers() -> None:
    def count(network: nn.Module) -> dict[str, int]:
        names = [type(module).__name__ for module in network.modules()]
        kinds = ("Conv2d", "LeakyReLU", "PReLU", "MaxPool2d", "AvgPool2d", "Upsample")
        return {kind: names.count(kind) for kind in kinds if kind in names}

    with torch.device("meta"):
        assert count(ModifiedDCAE(3, 64, 1.0)) == {
            "Conv2d": 12,
            "LeakyReLU": 11,
            "MaxPool2d": 3,
            "Upsample": 3,
        }
        assert count(SkippedDCAE(3, 64, 1.0)) == {
            "Conv2d": 12,
            "LeakyReLU": 11,
            "MaxPool2d": 1,
            "Upsample": 1,
        }
        assert count(DCAE(3, 64, 1.0)) == {
            "Conv2d": 20,
            "PReLU": 19,
            "AvgPool2d": 3,
            "Upsample": 3,
        }
        assert count(LocUNet(3, 128, 1.0)) == {
            "Conv2d": 29,
            "LeakyReLU": 29,
            "AvgPool2d": 7,
            "Upsample": 7,
        }


def test_small_maps_leave_deep_layers_out() -> None:
    assert encoder_layers(128) == encoder_layers(256) == ENCODER
    assert encoder_layers(64)[-1] == (300, 5, 2)
    assert encoder_layers(16)[-1] == (120, 5, 2)
    for pixels in (2, 4, 8, 16, 32, 64, 128):
        pools = [pool for _, _, pool in encoder_layers(pixels)]
        assert 2 ** pools.count(2) == pixels and pools[-1] == 2


@pytest.mark.parametrize("pixels", [-2, 0, 1, 24, 65, 96, 192])
def test_locunet_refuses_what_its_pools_do_not_divide(pixels: int) -> None:
    with pytest.raises(ValueError, match=f"power of two.*found {pixels}$"):
        LocUNet(3, pixels, 0.1)


@pytest.mark.parametrize("network", [DCAE, ModifiedDCAE, SkippedDCAE])
def test_autoencoders_refuse_what_their_pools_do_not_divide(network: type[nn.Module]) -> None:
    for pixels in (0, 4, 20):
        with pytest.raises(ValueError, match=f"multiple of 8 pixels.*found {pixels}$"):
            network(3, pixels, 0.1)
    assert network(3, 24, 0.1)(torch.zeros(1, 3, 24, 24)).shape == (1, 1, 24, 24)


@pytest.mark.parametrize("name", NAMES)
def test_width(name: Architecture) -> None:
    """Every layer but the ends has the published channels times the width, at least four."""

    def channels(width: float) -> list[int]:
        with torch.device("meta"):
            modules = ARCHITECTURES[name](3, 64, width).modules()
            return [m.out_channels for m in modules if isinstance(m, nn.Conv2d)][:-1]

    full = channels(1.0)
    assert channels(0.3) == [max(4, round(0.3 * number)) for number in full]
    assert channels(0.01) == [max(4, round(0.01 * number)) for number in full]
    assert min(channels(0.01)) == 4
    with pytest.raises(ValueError, match="positive, found 0"):
        ARCHITECTURES[name](3, 64, 0.0)


def published(network: LocUNet, maps: torch.Tensor) -> torch.Tensor:
    """LocUNet as it is written down, with upsampling before the 1x1 convolution."""
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]

    def apply(x: torch.Tensor) -> torch.Tensor:
        layer = convolutions.pop(0)
        return functional.leaky_relu(
            functional.conv2d(x, layer.weight, layer.bias, padding="same"), 0.2
        )

    used = encoder_layers(maps.shape[-1])
    outputs = [maps]
    for _, _, pool in used:
        outputs.append(functional.avg_pool2d(apply(outputs[-1]), pool))
    x = outputs[-1]
    for number in range(len(used) - 1, 0, -1):
        if used[number][2] == 2:
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = torch.cat([apply(x), outputs[number]], dim=1)
    heatmap = apply(torch.cat([apply(torch.cat([x, maps], dim=1)), maps], dim=1))
    assert not convolutions
    return heatmap


@pytest.mark.parametrize("pixels", [4, 32, 64])
def test_locunet_is_what_was_published(pixels: int) -> None:
    torch.manual_seed(0)
    network = LocUNet(3, pixels, 0.15).double()
    maps = torch.randn(2, 3, pixels, pixels, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(network(maps), published(network, maps))


@pytest.mark.parametrize("pixels", [16, 32, 64])
def test_locunet_sees_the_whole_map_from_everywhere(pixels: int) -> None:
    torch.manual_seed(1)
    maps = torch.randn(1, 2, pixels, pixels, dtype=torch.float64, requires_grad=True)
    LocUNet(2, pixels, 0.1).double()(maps)[0, 0, 0, 0].backward()
    assert maps.grad is not None and (maps.grad != 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_is_used(name: Architecture) -> None:
    torch.manual_seed(2)
    network = ARCHITECTURES[name](3, 16, 0.1)
    network(torch.randn(4, 3, 16, 16)).square().sum().backward()
    unused = [key for key, value in network.named_parameters() if not value.grad.any()]
    assert unused == []


@pytest.mark.parametrize("name", ["dcae", "modified_dcae", "skipped_dcae"])
def test_autoencoders_end_in_the_convolution(name: Architecture) -> None:
    """An offset of the last layer comes out as it is, whatever its sign."""
    network = ARCHITECTURES[name](3, 16, 0.1, 2).double()
    maps = torch.randn(1, 3, 16, 16, dtype=torch.float64)
    *_, last = (module for module in network.modules() if isinstance(module, nn.Conv2d))
    with torch.no_grad():
        before = network(maps)
        last.bias -= 10.0
        torch.testing.assert_close(network(maps), before - 10.0)


def skipped(network: SkippedDCAE, maps: torch.Tensor) -> torch.Tensor:
    """A U-Net as it is written down, level by level."""
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]

    def apply(x: torch.Tensor) -> torch.Tensor:
        layer = convolutions.pop(0)
        x = functional.conv2d(x, layer.weight, layer.bias, padding="same")
        return functional.leaky_relu(x, 0.01) if convolutions else x

    first = apply(apply(maps))
    second = apply(apply(functional.max_pool2d(first, 2)))
    third = apply(apply(functional.max_pool2d(second, 2)))
    x = functional.max_pool2d(third, 2)
    for seen in (third, second, first):
        x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = apply(apply(torch.cat([x, seen], dim=1)))
    return x


def test_skips_join_levels_of_the_same_size() -> None:
    torch.manual_seed(0)
    network = SkippedDCAE(3, 16, 0.15, 2).double()
    maps = torch.randn(2, 3, 16, 16, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(network(maps), skipped(network, maps))


@pytest.mark.parametrize("name", NAMES)
def test_channels_last_changes_no_number(name: Architecture) -> None:
    torch.manual_seed(3)
    network = ARCHITECTURES[name](3, 16, 0.1).double()
    maps = torch.randn(2, 3, 16, 16, dtype=torch.float64)
    expected = network(maps).detach()
    strided = network.to(memory_format=torch.channels_last)
    made = strided(maps.to(memory_format=torch.channels_last))
    torch.testing.assert_close(made, expected, check_stride=False)
    made.sum().backward()
    with torch.autocast("cpu", torch.bfloat16):
        rounded = strided.float()(maps.float()).double()
    torch.testing.assert_close(rounded, expected, rtol=0.05, atol=0.05, check_stride=False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [0.25, 0.5])
def test_fresh_weights_neither_swallow_the_signal_nor_raise_it(
    name: Architecture, width: float
) -> None:
    """Maps of one value each, since pools take noise out: their spread comes through."""
    torch.manual_seed(5)
    maps = torch.randn(16, 3, 1, 1).expand(-1, -1, 32, 32)
    with torch.no_grad():
        made = ARCHITECTURES[name](3, 32, width)(maps)
    assert 0.02 < (made - made.mean(dim=0)).std() < 5.0


@pytest.mark.parametrize("name", NAMES)
def test_learns_where_the_brightest_pixel_is(name: Architecture) -> None:
    torch.manual_seed(4)
    source_px = torch.tensor([[3.0, 11.0], [12.0, 2.0], [8.0, 7.0], [5.0, 5.0]])
    target = gaussian_target(source_px, 16, 2.0)
    maps = gaussian_target(source_px, 16, 0.3)[:, None]
    network = ARCHITECTURES[name](1, 16, 0.25)
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    losses = []
    for _ in range(80):
        loss = functional.mse_loss(network(maps)[:, 0], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * target.var().item()
