"""Networks of LocHeatmap's own recipe: layers, loss and training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support.map_scenes import EXACT, fresh_network, network_settings
from support.trainings import MAP_TRAINING, SCENES, TRAIN, VALIDATION
from torch import nn
from torch.nn.functional import mse_loss

from rfsl.config.radiomaps import HeatmapNetworkSettings
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.networks.heatmap.original import original_log_target, stretched
from rfsl.networks.heatmap.training import Objective, coverage_at, train_map_network
from rfsl.networks.torch_support import count_parameters
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor


def original(inputs: str, target: str, **others: Any) -> HeatmapNetworkSettings:
    return network_settings(inputs, target, **others).model_copy(update={"original": True})


def full_size(settings: HeatmapNetworkSettings, **completions: MapNetwork) -> MapNetwork:
    with torch.device("meta"):
        return MapNetwork(settings, completions, 128, 1.0)


def measured(count: int = 3) -> MeasuredScenes:
    rng = np.random.default_rng(0)
    surveyor = Surveyor(SCENES, EXACT, frozenset(), original=True)
    kinds, rates = ["pixels"] * count, [0.0] * count
    return surveyor.measured(TRAIN, np.arange(count), 0.3, kinds, rates, rng.spawn(count))


def tensors_of(scenes: MeasuredScenes) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(values) for name, values in scenes.inputs.maps.items()}


def with_completions() -> MapNetwork:
    return fresh_network(
        original("completed_rss completed_aoa", "log_distance"),
        completed_rss=fresh_network(original("rss height", "rss"), 1),
        completed_aoa=fresh_network(original("aoa height", "aoa"), 2),
    )


def test_parameters_are_those_of_the_original() -> None:
    """Counted from its own classes with their published channels."""
    completed = full_size(original("rss height", "rss"))
    assert count_parameters(completed.network) == 371_073
    assert count_parameters(full_size(original("aoa height", "aoa")).network) == 371_073
    both = "rss aoa height"
    dcae = original(both, "log_distance", architecture="dcae")
    assert count_parameters(full_size(dcae).network) == 667_093
    assert count_parameters(full_size(original(both, "log_distance")).network) == 22_323_216


def test_autoencoders_end_with_their_activation() -> None:
    for architecture, slope in (("modified_dcae", 0.01), ("dcae", 0.25)):
        settings = original("rss height", "rss", architecture=architecture)
        model = fresh_network(settings)
        *_, last = (m for m in model.network.modules() if isinstance(m, nn.Conv2d))
        nn.init.zeros_(last.weight)
        assert last.bias is not None
        nn.init.constant_(last.bias, -2.0)
        made = model(tensors_of(measured()))
        torch.testing.assert_close(made, torch.full_like(made, -2.0 * slope))


def test_weights_are_as_torch_draws_them() -> None:
    """Uniform up to 1 / √(k² C); ours are normal and larger."""
    ours = fresh_network(network_settings("rss aoa height", "log_distance"))
    theirs = fresh_network(original("rss aoa height", "log_distance"))
    for model, bounded in ((ours, False), (theirs, True)):
        layers = [m for m in model.network.modules() if isinstance(m, nn.Conv2d)]
        bound = [m.weight.shape[1:].numel() ** -0.5 for m in layers]
        within = [bool((m.weight.abs() <= b).all()) for m, b in zip(layers, bound, strict=True)]
        assert all(within) == bounded


def test_completed_maps_are_stretched_before_the_next_network() -> None:
    model, maps, shown = with_completions(), tensors_of(measured()), []
    model.network.register_forward_pre_hook(lambda _, inputs: shown.append(inputs[0]))
    model.train()(maps)
    assert shown[0].shape == (3, 2, 16, 16)
    torch.testing.assert_close(shown[0].amin((2, 3)), torch.zeros(3, 2))
    torch.testing.assert_close(shown[0].amax((2, 3)), torch.ones(3, 2))


@pytest.mark.parametrize("target", ["log_distance", "gaussian"])
def test_heatmaps_are_stretched_before_they_are_decoded(target: str) -> None:
    """A Gaussian one in training as well."""
    model, maps = fresh_network(original("rss aoa height", target)), tensors_of(measured())
    with torch.no_grad():
        raw, decoded = model.train()(maps), model.eval()(maps)
    torch.testing.assert_close(decoded, stretched(raw))
    assert torch.equal(raw, decoded) == (target == "gaussian")
    assert stretched(torch.ones(1, 1, 2, 2)).tolist() == [[[[0.0, 0.0], [0.0, 0.0]]]]


def test_the_log_target_pixel_by_pixel() -> None:
    target = original_log_target(torch.tensor([[3.3, 0.8]]), 8)[0].numpy()
    fall = np.zeros((8, 8))
    for row, column in np.ndindex(8, 8):
        distance_px = np.hypot(column - 3, row - 1)
        fall[row, column] = 0.0 if distance_px == 0 else -5.0 - 5.0 * np.log10(distance_px)
    np.testing.assert_allclose(target, 1.0 - fall / fall.min(), atol=1e-6)
    assert target[1, 3] == 1.0 and target.min() == 0.0


def test_the_loss() -> None:
    """0.8 of the heatmap's error and 0.2 of the position's in pixels, if there is a decoder."""
    scenes, made = measured(), torch.randn(3, 1, 16, 16)
    source_px = torch.from_numpy(scenes.source_px)
    objective = Objective(0.5, soft_argmax_beta=16.0)
    map_error = mse_loss(made[:, 0], original_log_target(source_px, 16))
    alone = fresh_network(original("rss", "log_distance", trained_decoder=None))
    torch.testing.assert_close(objective.loss(alone, scenes, made), map_error)
    model = fresh_network(original("rss", "log_distance"))
    position_error = mse_loss(objective.position_px(model, made), source_px.round())
    expected = 0.8 * map_error + 0.2 * position_error
    torch.testing.assert_close(objective.loss(model, scenes, made), expected)


def test_training_is_by_single_maps_of_random_pixels() -> None:
    calls: list[dict[str, Any]] = []

    class Recording(Surveyor):
        def measured(self, scenes: Any, rows: Any, coverage: float, *others: Any) -> MeasuredScenes:
            calls.append({"rows": list(rows), "coverage": coverage, "others": others})
            return super().measured(scenes, rows, coverage, *others)

    settings = MAP_TRAINING.model_copy(
        update={"epochs": 2, "first_coverage": 0.2, "coverage_step": 0.1, "learning_rate": 1e9}
    )
    model = fresh_network(original("rss height", "rss"))
    before = [value.clone() for value in model.network.parameters()]
    summary, history = train_map_network(
        model,
        Objective(0.8),
        TRAIN,
        VALIDATION,
        Recording(SCENES, EXACT, frozenset(), original=True),
        settings,
        np.random.default_rng(0),
        seed=0,
    )
    _, *steps = calls
    assert [len(call["rows"]) for call in steps] == [1] * 24
    assert [call["coverage"] for call in steps] == [
        *[coverage_at(settings, 0)] * 12,
        *[coverage_at(settings, 1)] * 12,
    ]
    for call in steps:
        kinds, rates, _ = call["others"]
        assert kinds == ["pixels"] and rates == [0.0]
    # Adam moves no weight by much more than its rate in a step, whatever the rate of AdamW.
    moved = [(a - b).abs().max() for a, b in zip(before, model.network.parameters(), strict=True)]
    assert 0.0 < max(moved) < 1.5 * 24 * settings.original_learning_rate
    assert summary.precision == "float32" and len(history) == 2
