"""Small networks of each kind, and what they are trained on in tests."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from rfsl.config.radiomaps import HeatmapTrainingSettings, MeasurementSettings, SceneSettings
from rfsl.features.files import Features
from rfsl.networks.checkpoints import Checkpoint
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.networks.heatmap.training import (
    HeatmapEpoch,
    HeatmapSummary,
    Objective,
    train_map_network,
)
from rfsl.networks.realadaptrnet.training import (
    Scaling,
)
from rfsl.networks.set_network.network import SetNetwork, constants_of
from rfsl.networks.set_network.score import ScoringNetwork
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.simulation.flights import FlightSimulator
from support.flights import FIELD, simulator
from support.map_scenes import (
    WIDTH,
    fresh_network,
    network_settings,
    scene_set,
)

# RealAdaptRNet


def sources(count: int, seed: int) -> Features:
    """Sixty noisy linear functions of the position: easy to invert."""
    rng = np.random.default_rng(seed)
    xy_m = rng.uniform(-100, 100, (count, 2)).astype(np.float32)
    weights = np.random.default_rng(0).standard_normal((2, 60)) / 100
    features = xy_m @ weights + 0.02 * rng.standard_normal((count, 60))
    return Features(xy_m, features.astype(np.float32))


SCALING = Scaling(np.zeros(60, np.float32), np.ones(60, np.float32), (0.0, 0.0), (100.0, 100.0))


def as_torchs(weight: Tensor, kernel: int) -> Tensor:
    """Weights (C', kernel C) as those of Conv1d, (C', C, kernel)."""
    return weight.view(len(weight), kernel, -1).transpose(1, 2)


# Set networks


def few_flights(count: int = 30) -> FlightSimulator:
    """Draws that many flights to train on, and five of the other kinds."""
    return simulator(train_flights=count, validation_flights=5, test_flights=5)


def set_network(seed: int = 0) -> SetNetwork:
    torch.manual_seed(seed)
    return SetNetwork(constants_of(FIELD, 5.0), 8).eval()


def scoring(trained: SetNetwork) -> ScoringNetwork:
    return ScoringNetwork({name: value.numpy() for name, value in trained.state_dict().items()})


# Networks on maps


SCENES = SceneSettings(pixels=16, pixel_m=12.0, buildings=6)
TRAIN, VALIDATION = scene_set(SCENES, 12), scene_set(SCENES, 5, "validation")
MAP_TRAINING = HeatmapTrainingSettings(
    epochs=2, batch_size=5, width=WIDTH, samplings=["pixels", "spiral"], precision="float32"
)
COMPLETED_RSS = network_settings("rss rss_model height", "rss", corrects="rss_model")
COMPLETED_AOA = network_settings("aoa height", "aoa")
LOG = network_settings("completed_rss completed_aoa", "log_distance")


def full_surveyor(channels: str = "rss aoa height rss_model") -> Surveyor:
    return Surveyor(SCENES, MeasurementSettings(), frozenset(channels.split()))


def with_completions() -> MapNetwork:
    return fresh_network(
        LOG,
        completed_rss=fresh_network(COMPLETED_RSS, 1),
        completed_aoa=fresh_network(COMPLETED_AOA, 2),
    )


def train_maps(
    model: MapNetwork,
    objective: Objective,
    seed: int = 0,
    settings: HeatmapTrainingSettings = MAP_TRAINING,
    training: SceneSet = TRAIN,
    validation: SceneSet = VALIDATION,
    checkpoint: Checkpoint | None = None,
) -> tuple[HeatmapSummary, tuple[HeatmapEpoch, ...]]:
    rng = np.random.default_rng(seed)
    return train_map_network(
        model,
        objective,
        training,
        validation,
        full_surveyor(),
        settings,
        rng,
        seed=seed,
        checkpoint=checkpoint,
    )
