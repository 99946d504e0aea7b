"""Decoders of heatmaps, the heatmaps they are trained on, and the loss."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kornia.geometry.subpix import spatial_expectation2d, spatial_softmax2d

from rfsl.config.radiomaps import Decoder
from rfsl.networks.heatmap.decoders import decoder, expectation_px, probability
from rfsl.networks.heatmap.losses import heatmap_loss
from rfsl.networks.heatmap.targets import gaussian_target, log_distance_target, pixel_distance_px

BETA = 16.0
DECODERS = get_args(Decoder)
MEANS = ("dsnt", "soft_argmax")
seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    """Numbers of either sign, float64."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


@pytest.mark.parametrize("shape", [(3, 12, 12), (2, 7, 12)])
def test_decoders_agree_with_kornia(shape: tuple[int, int, int]) -> None:
    heatmap = drawn(1, *shape)
    positive = heatmap.numpy().clip(min=0)
    for name, weights in (
        ("dsnt", torch.from_numpy(positive / positive.sum(axis=(1, 2), keepdims=True))[:, None]),
        ("soft_argmax", spatial_softmax2d(heatmap[:, None], temperature=1 / BETA)),
    ):
        expected = spatial_expectation2d(weights, normalized_coordinates=False)[:, 0]
        torch.testing.assert_close(decoder(name, BETA)(heatmap), expected)
        torch.testing.assert_close(probability(name, heatmap, BETA), weights[:, 0])


@pytest.mark.parametrize("name", DECODERS)
def test_x_is_the_column(name: Decoder) -> None:
    heatmap = torch.zeros(2, 8, 10)
    heatmap[0, 2, 9] = heatmap[1, 7, 0] = 1000.0
    position_px = decoder(name, BETA)(heatmap)
    torch.testing.assert_close(position_px, torch.tensor([[9.0, 2.0], [0.0, 7.0]]))


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_a_symmetric_map_decodes_to_its_middle(seed: int) -> None:
    heatmap = drawn(seed, 1, 8, 11)
    symmetric = heatmap + heatmap.flip(1, 2)
    for name in MEANS:
        middle = torch.tensor([[5.0, 3.5]], dtype=torch.float64)
        torch.testing.assert_close(decoder(name, BETA)(symmetric), middle)


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(0, 8), st.integers(0, 5))
def test_the_estimate_moves_with_the_map(seed: int, columns: int, rows: int) -> None:
    # So low around the map's content that soft-argmax gives it no weight.
    heatmap = torch.full((1, 12, 12), -1e3, dtype=torch.float64)
    heatmap[0, :7, :4] = drawn(seed, 7, 4)
    heatmap[0, 3, 2] = 5.0
    moved = heatmap.roll((rows, columns), dims=(1, 2))
    shift = torch.tensor([[columns, rows]], dtype=torch.float64)
    for name in DECODERS:
        decode = decoder(name, BETA)
        torch.testing.assert_close(decode(moved), decode(heatmap) + shift)


@settings(max_examples=50, deadline=None)
@given(seeds, st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_what_does_not_matter(seed: int, factor: float, offset: float) -> None:
    """DSNT goes by shares of the positive part, soft-argmax by differences."""
    heatmap = drawn(seed, 2, 9, 9)
    for name, other in (
        ("dsnt", factor * heatmap),
        ("dsnt", heatmap.clamp(min=0)),
        ("soft_argmax", heatmap + offset),
    ):
        decode = decoder(name, BETA)
        torch.testing.assert_close(decode(other), decode(heatmap))


@pytest.mark.parametrize("name", MEANS)
def test_gradient(name: Decoder) -> None:
    heatmap = drawn(3, 2, 5, 6)
    heatmap = torch.where(heatmap.abs() < 0.01, 0.01, heatmap)  # off the corner of DSNT's cut
    heatmap.requires_grad_()
    assert torch.autograd.gradcheck(decoder(name, 2.0), (heatmap,))


def test_argmax_has_no_gradient() -> None:
    assert not decoder("argmax", BETA)(drawn(4, 1, 5, 5).requires_grad_()).requires_grad


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_soft_argmax_becomes_argmax(seed: int) -> None:
    heatmap = drawn(seed, 3, 9, 7)
    sharp, soft = decoder("soft_argmax", 1e9)(heatmap), decoder("argmax", BETA)(heatmap)
    torch.testing.assert_close(sharp, soft)
    assert not torch.allclose(decoder("soft_argmax", 1.0)(heatmap), soft)


@pytest.mark.parametrize("level", [0.0, -1.0, 1e-9, 1e-44])
def test_dsnt_of_nothing_is_the_middle(level: float) -> None:
    heatmap = torch.full((2, 6, 6), level)
    heatmap[1, 4, 1] = 1.0  # beside a map that holds something
    heatmap.requires_grad_()
    position_px = decoder("dsnt", BETA)(heatmap)
    torch.testing.assert_close(position_px, torch.tensor([[2.5, 2.5], [1.0, 4.0]]))
    position_px.sum().backward()
    assert heatmap.grad is not None and heatmap.grad.isfinite().all()
    assert not heatmap.grad[0].any()


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_probability_is_what_the_decoder_averages(seed: int) -> None:
    heatmap = drawn(seed, 2, 6, 8)
    for name in DECODERS:
        weights = probability(name, heatmap, BETA)
        assert (weights >= 0).all()
        torch.testing.assert_close(weights.sum(dim=(1, 2)), torch.ones(2, dtype=torch.float64))
        same = "soft_argmax" if name == "argmax" else name
        torch.testing.assert_close(expectation_px(weights), decoder(same, BETA)(heatmap))


@pytest.mark.parametrize("name", DECODERS)
def test_half_precision_is_decoded_in_single(name: Decoder) -> None:
    heatmap = drawn(5, 2, 300, 300).to(torch.bfloat16)
    expected = decoder(name, BETA)(heatmap.to(torch.float32))
    with torch.autocast("cpu", torch.bfloat16):
        for same in (heatmap, heatmap.to(torch.float32)):
            position_px = decoder(name, BETA)(same)
            assert position_px.dtype == torch.float32
            torch.testing.assert_close(position_px, expected, rtol=1e-6, atol=1e-4)


def test_an_unknown_decoder_is_named() -> None:
    with pytest.raises(ValueError, match="no decoder is called 'median'"):
        decoder("median", BETA)
    with pytest.raises(ValueError, match="no decoder is called 'median'; there are argmax, dsnt"):
        probability("median", torch.zeros(1, 2, 2), BETA)


sources = st.tuples(st.floats(-0.5, 15.5), st.floats(-0.5, 15.5))


@settings(max_examples=50, deadline=None)
@given(sources)
def test_targets_pixel_by_pixel(source: tuple[float, float]) -> None:
    source_px = torch.tensor([source], dtype=torch.float64)
    logarithmic, gaussian = (
        log_distance_target(source_px, 16)[0].numpy(),
        gaussian_target(source_px, 16, 2.5)[0].numpy(),
    )
    expected = np.empty((2, 16, 16))
    for row in range(16):
        for column in range(16):
            distance_px = math.dist(source, (column, row))
            path = 50 * math.log10(10 * max(distance_px, 0.1))
            expected[0, row, column] = 1 - path / (50 * math.log10(10 * math.hypot(16, 16)))
            expected[1, row, column] = math.exp(-(distance_px**2) / 12.5)
    np.testing.assert_allclose(logarithmic, expected[0], atol=1e-12)
    np.testing.assert_allclose(gaussian, expected[1], atol=1e-12)
    assert logarithmic.min() > 0 and logarithmic.max() <= 1


def test_targets_at_the_source_and_at_the_diagonal() -> None:
    source_px = torch.tensor([[5.0, 2.0], [-0.5, -0.5]], dtype=torch.float64)
    for target in (log_distance_target(source_px, 16), gaussian_target(source_px, 16, 3.0)):
        assert target[0, 2, 5] == 1.0
        assert (target[0] == 1.0).sum() == 1
    # The diagonal goes from corner to corner of the map.
    far = torch.tensor([[-16.0, -16.0]], dtype=torch.float64)
    torch.testing.assert_close(
        log_distance_target(far, 16)[0, 0, 0], torch.tensor(0.0, dtype=torch.float64)
    )


@pytest.mark.parametrize("name", DECODERS)
def test_targets_decode_to_their_source(name: Decoder) -> None:
    between = 0.0 if name == "argmax" else 0.3
    source_px = torch.tensor([[20.0 + between, 11.0 - between]], dtype=torch.float64)
    if name == "soft_argmax":  # its weights are Gaussian if the heatmap is a parabola
        heatmap = -0.2 * pixel_distance_px(source_px, 32) ** 2 / BETA
    else:
        heatmap = gaussian_target(source_px, 32, 1.5)
    torch.testing.assert_close(decoder(name, BETA)(heatmap), source_px, atol=1e-4, rtol=0)


def test_loss() -> None:
    target = gaussian_target(torch.tensor([[3.0, 3.0]]), 8, 1.0)
    source_px = torch.tensor([[3.0, 3.0]])
    half_a_side_px = source_px + torch.tensor([[4.0, -4.0]])
    cases = (
        (target, source_px, 0.8, 0.0),
        (target + 2.0, source_px, 0.8, 0.8 * 4.0),
        (target, half_a_side_px, 0.8, 0.2),
        (target - 2.0, half_a_side_px, 0.3, 0.3 * 4.0 + 0.7),
    )
    for heatmap, position_px, weight, expected in cases:
        loss = heatmap_loss(heatmap, target, position_px, source_px, 8, weight)
        torch.testing.assert_close(loss, torch.tensor(expected))


def test_loss_does_not_broadcast() -> None:
    maps, positions = torch.zeros(3, 8, 8), torch.zeros(3, 2)
    with pytest.raises(ValueError, match=r"heatmaps of shape \(3, 1, 8, 8\)"):
        heatmap_loss(maps[:, None], maps, positions, positions, 8, 0.8)
    with pytest.raises(ValueError, match=r"positions of shape \(2,\)"):
        heatmap_loss(maps, maps, positions[0], positions, 8, 0.8)
