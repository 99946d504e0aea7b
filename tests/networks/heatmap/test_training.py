"""Networks on maps with the completions that they see, and how both are trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from support.map_scenes import (
    EXACT,
    WIDTH,
    fresh_network,
    network_settings,
    zeroed_last_layer,
)
from support.trainings import (
    COMPLETED_AOA,
    COMPLETED_RSS,
    LOG,
    MAP_TRAINING,
    SCENES,
    TRAIN,
    VALIDATION,
    train_maps,
    with_completions,
)

from rfsl.config.radiomaps import HeatmapTrainingSettings
from rfsl.errors import DataError
from rfsl.io.records import read_json
from rfsl.networks.heatmap.network import MapNetwork, load_map_network, save_map_network
from rfsl.networks.heatmap.targets import gaussian_target, log_distance_target
from rfsl.networks.heatmap.training import (
    Objective,
    coverage_at,
    forward,
    save_trained_maps,
    tensors,
    train_map_network,
    training_generator,
)
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet


def measured(count: int = 3, seed: int = 0) -> MeasuredScenes:
    return Surveyor(SCENES, EXACT, frozenset({"rss_model"})).measured(
        TRAIN,
        np.arange(count),
        0.3,
        ["pixels"] * count,
        [0.0] * count,
        np.random.default_rng(seed).spawn(count),
    )


def maps_of(scenes: MeasuredScenes) -> dict[str, torch.Tensor]:
    return tensors(scenes.inputs.maps, torch.device("cpu"))


def weights_of(model: torch.nn.Module) -> dict[str, bytes]:
    return {name: value.numpy().tobytes() for name, value in model.state_dict().items()}


# The network


def test_measured_maps_are_those_of_the_completions_too() -> None:
    assert with_completions().measured == {"rss", "rss_model", "aoa", "height"}
    alone = fresh_network(
        network_settings("completed_aoa rss", "gaussian"),
        completed_aoa=fresh_network(COMPLETED_AOA),
    )
    assert alone.measured == {"rss", "aoa", "height"}
    assert fresh_network(network_settings("rss", "rss")).measured == {"rss"}


def test_a_network_sees_its_inputs_in_their_order() -> None:
    """Completed maps as the completion makes them, measured ones as they are."""
    model = fresh_network(
        network_settings("height completed_aoa rss", "gaussian"),
        completed_aoa=fresh_network(COMPLETED_AOA, 2),
    )
    maps, shown = maps_of(measured()), []
    model.network.register_forward_pre_hook(lambda _, inputs: shown.append(inputs[0]))
    made = model(maps)
    assert made.shape == (3, 1, 16, 16)
    with torch.no_grad():
        completed = model.completions[model.names.index("completed_aoa")](maps)
    assert completed.shape == (3, 2, 16, 16)
    expected = torch.cat([maps["height"], completed, maps["rss"]], dim=1)
    torch.testing.assert_close(shown[0], expected, check_stride=False)


def test_completions_are_not_trained_with_the_network() -> None:
    model = with_completions()
    before, own = weights_of(model.completions), weights_of(model.network)
    train_maps(model, Objective(0.8, soft_argmax_beta=16.0))
    assert weights_of(model.completions) == before
    assert all(weights_of(model.network)[name] != value for name, value in own.items())


def test_no_gradient_reaches_completions() -> None:
    model = with_completions()
    assert not any(p.requires_grad for p in model.completions.parameters())
    model.completions.requires_grad_(True)  # nor if they could take one
    model.train()
    assert model.network.training
    assert not any(module.training for module in model.completions.modules())
    model(maps_of(measured())).sum().backward()
    assert all(p.grad is None for p in model.completions.parameters())
    assert all(p.grad is not None for p in model.network.parameters())


@pytest.mark.parametrize(
    ("inputs", "target", "corrected"),
    [("rss rss_model height", "rss", "rss_model"), ("rss", "rss", "rss"), ("aoa", "aoa", "aoa")],
)
def test_a_correction_is_added(inputs: str, target: str, corrected: str) -> None:
    settings = network_settings(inputs, target, corrects=corrected)
    maps = maps_of(measured())
    nothing = zeroed_last_layer(fresh_network(settings))
    torch.testing.assert_close(nothing(maps), maps[corrected], rtol=0.0, atol=0.0)
    plain = fresh_network(network_settings(inputs, target))
    difference = fresh_network(settings)(maps) - plain(maps)
    torch.testing.assert_close(difference, maps[corrected], check_stride=False)


# Its file


def saved(model: MapNetwork, path: Path) -> Path:
    save_map_network(model, path)
    return path


def test_saved_networks_make_the_same_maps(tmp_path: Path) -> None:
    model, settings = (
        with_completions(),
        {"completed_rss": COMPLETED_RSS, "completed_aoa": COMPLETED_AOA, "log": LOG},
    )
    parts = [*model.completions, model]
    paths = [saved(part, tmp_path / f"{n}.safetensors") for n, part in enumerate(parts)]
    loaded = load_map_network(settings, paths, 16, WIDTH)
    assert not any(module.training for module in loaded.modules())
    assert loaded.measured == model.measured
    maps = maps_of(measured())
    with torch.no_grad():
        assert torch.equal(loaded(maps), model.eval()(maps))
    # A file holds its own network alone.
    again = load_map_network({"completed_aoa": COMPLETED_AOA}, paths[1:2], 16, WIDTH)
    assert weights_of(again.network) == weights_of(parts[1].network)
    with torch.no_grad():
        assert not torch.equal(load_map_network(settings, paths, 16, WIDTH)(maps), again(maps))


@pytest.mark.parametrize("wrong", ["width", "kind", "garbage", "absent"])
def test_what_is_no_file_of_the_network_is_refused(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "model.safetensors"
    if wrong == "garbage":
        path.write_bytes(b"not weights")
    elif wrong == "width":
        save_map_network(MapNetwork(COMPLETED_AOA, {}, 16, 0.5), path)
    elif wrong == "kind":
        saved(fresh_network(network_settings("aoa", "gaussian")), path)
    with pytest.raises(DataError) as error:
        load_map_network({"completed_aoa": COMPLETED_AOA}, [path], 16, WIDTH)
    assert str(error.value).startswith(f"{path}: not the weights of network completed_aoa")
    assert "maps of 16 pixels and width 0.02" in str(error.value)


# What is trained for


def objective_case(inputs: str, target: str) -> tuple[MapNetwork, MeasuredScenes]:
    return fresh_network(network_settings(inputs, target)), measured()


@pytest.mark.parametrize("target", ["rss", "aoa"])
def test_the_loss_of_a_completion_is_of_its_own_map(target: str) -> None:
    model, scenes = objective_case("rss aoa", target)
    truth = torch.from_numpy(scenes.rss if target == "rss" else scenes.aoa)
    objective = Objective(0.8)
    assert objective.loss(model, scenes, truth).item() == 0.0
    assert objective.loss(model, scenes, truth + 0.5).item() == pytest.approx(0.25)


@pytest.mark.parametrize("target", ["log_distance", "gaussian"])
def test_the_loss_of_a_heatmap(target: str) -> None:
    """Its own target makes none of the heatmap's part; a single bright pixel is decoded exactly."""
    scenes = measured()
    model = fresh_network(network_settings("rss", target, trained_decoder="dsnt"))
    std_px = 2.5 if target == "gaussian" else None
    source_px = torch.from_numpy(scenes.source_px)
    wanted = (
        gaussian_target(source_px, 16, 2.5)
        if target == "gaussian"
        else log_distance_target(source_px, 16)
    )
    heatmap_alone = Objective(1.0, std_px, None)
    assert heatmap_alone.loss(model, scenes, wanted[:, None]).item() == pytest.approx(0.0, abs=1e-9)
    assert heatmap_alone.loss(model, scenes, wanted[:, None] + 0.5).item() == pytest.approx(0.25)
    bright = torch.zeros(3, 1, 16, 16)
    bright[:, 0, 5, 11] = 3.0
    miss_px = np.array([11.0, 5.0]) - scenes.source_px
    found = Objective(0.0, std_px, None).loss(model, scenes, bright).item()
    assert found == pytest.approx(np.square(miss_px / 8.0).mean(), rel=1e-5)
    parts = Objective(0.25, std_px, None).loss(model, scenes, bright).item()
    first = heatmap_alone.loss(model, scenes, bright).item()
    assert parts == pytest.approx(0.25 * first + 0.75 * found, rel=1e-5)


def test_the_loss_decodes_as_the_network_says() -> None:
    """A soft-argmax of a small β stays near the middle."""
    scenes = measured()
    model = fresh_network(network_settings("rss", "log_distance"))
    bright = torch.zeros(3, 1, 16, 16)
    bright[:, 0, 5, 11] = 1.0
    soft, sharp = Objective(0.0, None, 1e-3), Objective(0.0, None, 100.0)
    np.testing.assert_allclose(soft.position_px(model, bright), np.full((3, 2), 7.5), atol=1e-3)
    np.testing.assert_allclose(sharp.position_px(model, bright), [[11.0, 5.0]] * 3, atol=1e-3)
    assert soft.loss(model, scenes, bright) != sharp.loss(model, scenes, bright)


# Training


def test_coverage_grows_by_steps() -> None:
    settings = MAP_TRAINING.model_copy(
        update={"first_coverage": 0.1, "coverage_step": 0.4, "epochs_per_step": 2}
    )
    found = [coverage_at(settings, epoch) for epoch in range(8)]
    assert found == pytest.approx([0.1, 0.1, 0.5, 0.5, 0.9, 0.9, 1.0, 1.0])


@dataclass(frozen=True)
class Recording(Surveyor):
    """Remembers what it was asked for."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def measured(
        self,
        scenes: SceneSet,
        rows: np.ndarray,
        coverage: float,
        samplings: Sequence[Any],
        noise_rates: Sequence[float],
        generators: Sequence[np.random.Generator],
    ) -> MeasuredScenes:
        call = {"rows": list(rows), "coverage": coverage, "kinds": list(samplings)}
        self.calls.append(call | {"rates": list(noise_rates), "known": scenes is VALIDATION})
        return super().measured(scenes, rows, coverage, samplings, noise_rates, generators)


def recorded(seed: int, settings: HeatmapTrainingSettings) -> list[dict[str, Any]]:
    recording = Recording(SCENES, EXACT, frozenset())
    train_map_network(
        fresh_network(network_settings("rss", "rss")),
        Objective(0.8),
        TRAIN,
        VALIDATION,
        recording,
        settings,
        np.random.default_rng(seed),
        seed=seed,
    )
    return recording.calls


def test_how_scenes_are_measured_while_training() -> None:
    settings = MAP_TRAINING.model_copy(
        update={"epochs": 4, "first_coverage": 0.2, "coverage_step": 0.1, "epochs_per_step": 2}
    )
    known, *calls = recorded(0, settings)
    assert known["known"] and known["rows"] == list(range(5))
    assert [len(call["rows"]) for call in calls] == [5, 5, 2] * 4
    epochs = [[call["rows"] for call in calls[3 * n : 3 * n + 3]] for n in range(4)]
    for rows in epochs:
        assert sorted(np.concatenate(rows)) == list(range(12))
    assert len({str(rows) for rows in epochs}) == 4
    for number, call in enumerate(calls):
        assert 0.2 <= call["coverage"] <= coverage_at(settings, number // 3)
    # One coverage as long as it does not grow, then many.
    assert {call["coverage"] for call in calls[:6]} == {0.2}
    assert len({call["coverage"] for call in calls[6:]}) == 6
    assert {kind for call in calls for kind in call["kinds"]} == {"pixels", "spiral"}
    rates = [rate for call in calls for rate in call["rates"]]
    assert min(rates) >= 0.0 and max(rates) <= 0.5 and len(set(rates)) == 48
    # What is validated on is the same for every network.
    other = recorded(1, settings)
    assert other[0] == known
    assert other[1] != calls[0]


def test_training_follows_from_its_seeds() -> None:
    objective = Objective(0.8, soft_argmax_beta=16.0)
    first, again, other, fresh = (with_completions() for _ in range(4))
    summaries = [
        train_maps(model, objective, s) for model, s in ((first, 3), (again, 3), (other, 4))
    ]
    assert weights_of(first) == weights_of(again) != weights_of(other)
    assert weights_of(first.network) != weights_of(fresh.network)
    assert summaries[0][1] == summaries[1][1] != summaries[2][1]


@pytest.mark.parametrize(
    ("inputs", "target", "objective"),
    [
        ("rss height", "gaussian", Objective(0.8, 3.0, 16.0)),
        ("aoa", "log_distance", Objective(0.8, None, 16.0)),
        ("rss height", "rss", Objective(0.8)),
        ("aoa height", "aoa", Objective(0.8)),
    ],
)
def test_training_learns(inputs: str, target: str, objective: Objective) -> None:
    model = fresh_network(network_settings(inputs, target))
    changes = {"epochs": 10, "learning_rate": 1e-2, "first_coverage": 0.3, "coverage_step": 0.0}
    summary, history = train_maps(model, objective, 0, MAP_TRAINING.model_copy(update=changes))
    losses = [line.training_loss for line in history]
    assert np.mean(losses[-2:]) < 0.8 * losses[0]
    assert [line.epoch for line in history] == list(range(1, 11))
    assert {line.coverage for line in history} == {0.3}
    assert summary.epochs == 10 and summary.scenes == 12 and summary.device == "cpu"
    assert summary.validation_loss == history[-1].validation_loss
    own = sum(parameter.numel() for parameter in model.network.parameters())
    assert summary.parameters == own
    if target in ("rss", "aoa"):
        assert summary.validation_error_m is None
    else:
        assert summary.validation_error_m is not None
        assert 0.0 < summary.validation_error_m < 16 * 12.0


def test_the_validation_error_is_in_metres() -> None:
    """A network of nothing but zeros decodes the middle of the map."""
    model = zeroed_last_layer(fresh_network(network_settings("rss", "log_distance")))
    still = MAP_TRAINING.model_copy(
        update={"epochs": 1, "learning_rate": 1e-30, "weight_decay": 0.0}
    )
    summary, _ = train_maps(model, Objective(0.8, None, 16.0), 0, still)
    middle_m = np.full(2, 16 * 12.0 / 2.0)
    expected_m = np.linalg.norm(VALIDATION.source_m[:, :2] - middle_m, axis=1).mean()
    assert summary.validation_error_m == pytest.approx(expected_m, rel=1e-4)


@pytest.mark.parametrize("cause", ["scenes", "learning_rate", "validation"])
def test_a_loss_that_is_not_finite_ends_the_training(cause: str) -> None:
    model, settings = fresh_network(network_settings("rss height", "rss")), MAP_TRAINING
    training, validation = TRAIN, VALIDATION
    if cause == "learning_rate":
        settings = MAP_TRAINING.model_copy(update={"learning_rate": 1e35})
    elif cause == "scenes":
        training = replace(TRAIN, height_m=np.full_like(TRAIN.height_m, np.nan))
    else:
        validation = replace(VALIDATION, height_m=np.full_like(VALIDATION.height_m, np.nan))
    with pytest.raises(DataError, match=r"seed 5: the loss is .*(nan|inf).*learning_rate"):
        train_maps(model, Objective(0.8), 5, settings, training, validation)


def test_generators_of_trainings_differ() -> None:
    keys = [
        (1, "los_nlos", "log", 0),
        (2, "los_nlos", "log", 0),
        (1, "free_space", "log", 0),
        (1, "los_nlos", "gaussian", 0),
        (1, "los_nlos", "log", 1),
    ]
    found = [int(training_generator(*key).integers(2**63)) for key in keys]
    assert len(set(found)) == 5
    assert found[0] == int(training_generator(*keys[0]).integers(2**63))


def test_half_precision_makes_nearly_the_same() -> None:
    model, scenes = with_completions().eval(), measured()
    with torch.no_grad():
        exact, rounded = forward(model, scenes), forward(model, scenes, "bfloat16")
    assert exact.dtype == rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(rounded, exact, rtol=0.1, atol=0.05)


def test_what_is_kept_of_a_training(tmp_path: Path) -> None:
    model = fresh_network(COMPLETED_AOA)
    summary, history = train_maps(model, Objective(0.8))
    paths = [tmp_path / name for name in ("model.safetensors", "history.csv", "summary.json")]
    save_trained_maps(model, summary, history, *paths)
    loaded = load_map_network({"completed_aoa": COMPLETED_AOA}, paths[:1], 16, WIDTH)
    assert weights_of(loaded.network) == weights_of(model.network)
    lines = pd.read_csv(paths[1])
    assert list(lines.columns) == ["epoch", "coverage", "training_loss", "validation_loss"]
    assert lines["training_loss"].tolist() == [line.training_loss for line in history]
    assert lines["validation_loss"].tolist() == [line.validation_loss for line in history]
    record = read_json(paths[2])
    assert record["seed"] == 0 and record["validation_error_m"] is None
    assert record["validation_loss"] == history[-1].validation_loss


def test_a_heatmap_without_a_decoder_has_the_error_of_the_map_alone() -> None:
    """As LocHeatmap trains on RSS alone and on AoA alone."""
    scenes = measured()
    model = fresh_network(network_settings("rss", "log_distance", trained_decoder=None))
    made = torch.randn(3, 1, 16, 16)
    target = log_distance_target(torch.from_numpy(scenes.source_px), 16)
    found = Objective(0.8).loss(model, scenes, made)
    torch.testing.assert_close(found, (made[:, 0] - target).square().mean())
    # Its validation error is that of the largest pixel.
    brightest_px = Objective(0.8).position_px(model, made)
    rows, columns = np.unravel_index(made.flatten(1).argmax(dim=1).numpy(), (16, 16))
    np.testing.assert_array_equal(brightest_px, np.stack([columns, rows], axis=1))


def test_whole_maps_are_shown_without_noise() -> None:
    recording = Recording(SCENES, EXACT, frozenset())
    settings = network_settings("rss", "rss").model_copy(update={"whole_map": True})
    summary, _ = train_map_network(
        fresh_network(settings),
        Objective(0.8),
        TRAIN,
        VALIDATION,
        recording,
        MAP_TRAINING,
        np.random.default_rng(0),
        seed=0,
    )
    assert summary.precision == "float32"
    for call in recording.calls:
        assert call["coverage"] == 1.0
        assert set(call["kinds"]) == {"pixels"} and set(call["rates"]) == {0.0}
    _, *first = recording.calls[:4]
    assert sorted(np.concatenate([call["rows"] for call in first])) == list(range(12))
