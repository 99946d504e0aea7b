"""Modes on radio maps: their scores, the table of them, and what they make of a flight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.ndimage import label
from support.flights import flight_file, flight_of
from support.map_scenes import (
    FEW,
    FLIGHTS,
    SCENES,
    SCORE,
    Marking,
    fresh_network,
    network_settings,
    reader,
    scene_set,
    surveyor,
)
from torch import Tensor

from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.evaluation.heatmaps import (
    Condition,
    HeatmapReader,
    heatmap_candidate,
    heatmap_scores,
    search_scores,
    surveyed,
)
from rfsl.evaluation.tables.heatmaps import heatmap_table
from rfsl.evaluation.trials import Candidate, evaluate_trial
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.io.schemas import HeatmapTable
from rfsl.networks.heatmap.network import save_map_network
from rfsl.radiomaps.batches import MeasuredScenes
from rfsl.radiomaps.measurement import Measurement
from rfsl.radiomaps.raster import MapSquare

TEST = scene_set(SCENES, 52, "test")


# Conditions


def test_one_cause_is_swept_at_a_time() -> None:
    found = Condition.all_of(SCORE)
    pairs = [(0.1, 0.0), (0.3, 0.0), (0.2, 0.0), (0.2, 0.5)]
    assert found == [
        Condition(sampling, *pair) for sampling in ("pixels", "flight") for pair in pairs
    ]
    # What both sweeps share is scored once.
    crossing = SCORE.model_copy(update={"coverage": 0.3})
    assert len(Condition.all_of(crossing)) == len(set(Condition.all_of(crossing))) == 2 * 3


def under(sampling: str, coverage: float, noise_rate: float, rows: range) -> MeasuredScenes:
    condition = Condition(sampling, coverage, noise_rate)
    return surveyed(surveyor(), FEW, rows, condition, FLIGHTS, 9)


def test_more_coverage_is_a_longer_flight() -> None:
    short, long = (under("flight", share, 0.0, range(6)) for share in (0.1, 0.3))
    for one, other in zip(short.measurements, long.measurements, strict=True):
        assert (one.measured.sum(), other.measured.sum()) == (26, 77)
        assert not (one.measured & ~other.measured).any()
        assert pieces(one) == pieces(other) == 1
    assert all(pieces(item) > 5 for item in under("pixels", 0.1, 0.0, range(6)).measurements)


def pieces(item: Measurement) -> int:
    """Into how many the measured pixels fall."""
    return int(label(item.measured, structure=np.ones((3, 3)))[1])


@pytest.mark.parametrize("sampling", ["pixels", "flight"])
def test_more_noise_is_the_same_errors_larger(sampling: str) -> None:
    calm, some, more = (under(sampling, 0.2, rate, range(6)) for rate in (0.0, 0.25, 1.0))
    for one, two, three in zip(
        calm.measurements, some.measurements, more.measurements, strict=True
    ):
        np.testing.assert_array_equal(two.measured, one.measured)
        np.testing.assert_allclose(
            three.rss_dbm - one.rss_dbm, 4.0 * (two.rss_dbm - one.rss_dbm), atol=1e-3
        )
        assert np.nanstd(three.rss_dbm - one.rss_dbm) == pytest.approx(15.0, rel=0.4)


def test_a_scene_is_measured_alike_beside_any_others() -> None:
    alone, beside = under("flight", 0.2, 0.5, range(3, 4)), under("flight", 0.2, 0.5, range(6))
    np.testing.assert_array_equal(alone.measurements[0].rss_dbm, beside.measurements[3].rss_dbm)
    np.testing.assert_array_equal(alone.source_px[0], beside.source_px[3])
    others = [item.measured for item in beside.measurements]
    assert len({mask.tobytes() for mask in others}) == 6
    elsewhere = surveyed(
        surveyor(), FEW, range(6), Condition("flight", 0.2, 0.5), FLIGHTS, 10
    ).measurements
    assert (elsewhere[3].measured != others[3]).any()


def test_flights_are_of_the_kinds_asked_for() -> None:
    """A spiral's first pixels hang together; each scene has one of the kinds."""
    condition = Condition("flight", 0.1, 0.0)
    spirals = surveyed(surveyor(), TEST, range(12), condition, ["spiral"], 9).measurements
    mixed = surveyed(surveyor(), TEST, range(12), condition, FLIGHTS, 9).measurements
    same = [
        bool((one.measured == other.measured).all())
        for one, other in zip(spirals, mixed, strict=True)
    ]
    assert 0 < sum(same) < 12


# Scores


def test_scores_are_distances_in_metres() -> None:
    """Over every scene, condition and seed, once each; the last scenes are a batch of their own."""
    corners = [(3, 5), (12, 0)]
    readers = [reader(Marking(*place), "dsnt") for place in corners]
    scores = HeatmapTable.validate(heatmap_scores(readers, TEST, surveyor(), SCORE, 9))
    assert len(scores) == 52 * 2 * 8
    keys = ["scene", "seed", "sampling", "coverage", "noise_rate"]
    assert not scores.duplicated(keys).any()
    by_condition = scores.groupby(keys[2:]).size()
    assert set(by_condition.index) == {
        (c.sampling, c.coverage, c.noise_rate) for c in Condition.all_of(SCORE)
    }
    assert (by_condition == 104).all()
    for seed, (column, row) in enumerate(corners):
        place_m = 12.0 * (np.array([column, row]) + 0.5)
        error_m = np.linalg.norm(TEST.source_m[:, :2] - place_m, axis=1)
        part = scores[scores["seed"] == seed]
        np.testing.assert_allclose(part["error_m"], error_m[part["scene"]], rtol=1e-5)
    # All of DSNT's probability is in the marked pixel.
    np.testing.assert_allclose(scores["expected_error_m"], 0.0, atol=1e-9)


def test_the_expected_error_is_that_of_the_probability() -> None:
    scores = heatmap_scores([reader(Marking(3, 5), "argmax", 4.0)], FEW, surveyor(), SCORE, 9)
    rows, columns = np.indices((16, 16))
    distance_m = 12.0 * np.hypot(columns - 3, rows - 5)
    weight = np.ones((16, 16))
    weight[5, 3] = np.exp(4.0)
    expected_m = (weight * distance_m).sum() / weight.sum()
    np.testing.assert_allclose(scores["expected_error_m"], expected_m, rtol=1e-5)


def test_scores_of_the_search() -> None:
    scores = HeatmapTable.validate(search_scores(FEW, surveyor(), SCORE, 9))
    assert len(scores) == 6 * 8
    assert scores["expected_error_m"].isna().all()
    assert set(scores["seed"]) == {0}
    calm = scores[(scores["noise_rate"] == 0.0) & (scores["sampling"] == "pixels")]
    assert calm["error_m"].median() < 0.5 * SCENES.pixel_m
    noisy = scores[(scores["noise_rate"] == 0.5)]
    assert noisy["error_m"].median() > calm["error_m"].median()


def test_readers_of_every_seed(tmp_path: Path) -> None:
    """Each has its own completion and network."""
    parts = {
        "completed_aoa": network_settings("aoa", "aoa"),
        "log": network_settings("completed_aoa height", "log_distance"),
    }
    paths, made = [], []
    maps = surveyed(surveyor(), FEW, range(6), Condition("pixels", 0.2, 0.0), FLIGHTS, 9)
    for seed in range(2):
        completion = fresh_network(parts["completed_aoa"], 10 + seed)
        model = fresh_network(parts["log"], seed, completed_aoa=completion)
        for name, part in (("completed_aoa", completion), ("log", model)):
            paths.append(tmp_path / f"{name}{seed}.safetensors")
            save_map_network(part, paths[-1])
        made.append(reader(model.eval(), "soft_argmax", 9.0)(maps.inputs.maps))
    mode = {
        "networks": {name: settings.model_dump() for name, settings in parts.items()},
        "decoder": "soft_argmax",
        "soft_argmax_beta": 9.0,
        "width": 0.02,
    }
    found = HeatmapReader.of_seeds(mode, paths, 2, 16)
    assert len(found) == 2
    for item, (position_px, weights) in zip(found, made, strict=True):
        again_px, again = item(maps.inputs.maps)
        np.testing.assert_allclose(again_px, position_px, atol=1e-5)
        np.testing.assert_allclose(again, weights, atol=1e-7)
        np.testing.assert_allclose(again.sum(axis=(1, 2)), 1.0, atol=1e-5)
    assert np.abs(made[0][0] - made[1][0]).max() > 1e-3


# Table


def rows_of(errors_m: list[list[float]], coverage: float = 0.1) -> pd.DataFrame:
    """Scores of one condition, by scene and seed."""
    return pd.DataFrame(
        [
            {
                "scene": scene,
                "seed": seed,
                "sampling": "pixels",
                "coverage": coverage,
                "noise_rate": 0.0,
                "error_m": error_m,
                "expected_error_m": 2.0 * error_m,
            }
            for scene, each in enumerate(errors_m)
            for seed, error_m in enumerate(each)
        ]
    )


def test_the_table_by_hand() -> None:
    """The bootstrap draws scenes with both of their networks, so its ends are scenes."""
    frame = rows_of([[3.0, 4.0], [5.0, 12.0]])
    table = heatmap_table({"m": frame}, {"m": "M"}, 1)
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["mode"], row["label"], row["sampling"]) == ("m", "M", "pixels")
    assert (row["coverage"], row["noise_rate"], row["scenes"], row["seeds"]) == (0.1, 0.0, 2, 2)
    assert row["rmse_m"] == pytest.approx(np.sqrt((9 + 16 + 25 + 144) / 4))
    assert row["low_m"] == pytest.approx(np.sqrt((9 + 16) / 2))
    assert row["high_m"] == pytest.approx(np.sqrt((25 + 144) / 2))
    by_seed_m = np.sqrt([(9 + 25) / 2, (16 + 144) / 2])
    assert row["seed_std_m"] == pytest.approx(np.std(by_seed_m, ddof=1))
    assert row["mean_error_m"] == pytest.approx(6.0)
    assert row["median_error_m"] == pytest.approx(4.5)
    assert row["expected_error_m"] == pytest.approx(12.0)


def test_the_table_of_many_scenes() -> None:
    errors_m = np.random.default_rng(0).rayleigh(10.0, (400, 1)).tolist()
    parts = [rows_of(errors_m, 0.3), rows_of(errors_m[:1], 0.1)]
    scores = {"b": pd.concat(parts), "a": parts[0]}
    table = heatmap_table(scores, {"a": "A", "b": "B"}, 1)
    assert table["mode"].tolist() == ["b", "b", "a"]
    assert table["coverage"].tolist() == [0.1, 0.3, 0.3]
    one, many, other = (table.iloc[number] for number in range(3))
    assert np.isnan(one[["low_m", "high_m"]].astype(float)).all()
    assert np.isnan(table["seed_std_m"]).all()
    assert many["low_m"] < many["rmse_m"] < many["high_m"]
    # The squares of a Rayleigh have a standard deviation of their mean.
    width_m = 2.0 * 1.96 * np.mean(np.square(errors_m)) / np.sqrt(400) / (2.0 * many["rmse_m"])
    assert many["high_m"] - many["low_m"] == pytest.approx(width_m, rel=0.25)
    # Numbers of a mode do not change with the modes beside it, but with the seed.
    assert other["rmse_m"] == many["rmse_m"] and other["low_m"] != many["low_m"]
    alone = heatmap_table({"a": parts[0]}, {"a": "A"}, 1)
    pd.testing.assert_series_equal(alone.iloc[0], other, check_names=False)
    assert heatmap_table({"a": parts[0]}, {"a": "A"}, 2)["low_m"][0] != other["low_m"]


# Real flights

SQUARE = MapSquare(west_m=-50.0, south_m=20.0, pixels=16, pixel_m=12.0)
AREA = Box(-25.0, 105.0, 45.0, 150.0)


class Strongest(torch.nn.Module):
    """In place of a network: its heatmap is the measured RSS itself."""

    def __init__(self, measured: str = "rss height") -> None:
        super().__init__()
        self.measured = frozenset(measured.split())
        self.settings = network_settings("rss height", "log_distance")
        self.seen: list[dict[str, Tensor]] = []

    def forward(self, maps: dict[str, Tensor]) -> Tensor:
        self.seen.append(maps)
        return maps["rss"]


def flight_over(source_m: tuple[float, float], offset_m: float = 0.0) -> Flight:
    """Rows over the map, one for each of its rows, and power that falls with the distance."""
    x_m = np.arange(-50.0, 142.0, 4.0) + 1.0
    rows_m = 20.0 + 12.0 * (np.arange(16) + 0.5)
    position_m = np.column_stack(
        [np.tile(x_m, 16) + offset_m, np.repeat(rows_m, x_m.size), np.full(16 * x_m.size, 30.0)]
    )
    distance_m = np.linalg.norm(position_m - np.array([*source_m, 1.5]), axis=1)
    return flight_of(position_m, 17.0 - 20.0 * np.log10(distance_m), interval_s=0.5)


def candidate_of(model: torch.nn.Module, decoder: str = "argmax", beta: float = 16.0) -> Candidate:
    return heatmap_candidate(
        reader(model, decoder, beta),
        SQUARE,
        AREA,
        600,
        FlightSettings(),
        source_height_m=1.5,
        seed=3,
    )


@pytest.mark.parametrize("source_m", [(40.0, 60.0), (-15.0, 140.0), (95.0, 50.0)])
def test_an_estimate_is_in_local_metres(source_m: tuple[float, float]) -> None:
    model = Strongest()
    candidate = candidate_of(model)
    assert (candidate.after_s, candidate.seed) == (600, 3)
    estimate = candidate.estimate(flight_over(source_m))
    assert np.abs(estimate.position_m - source_m).max() <= 0.5 * 12.0 + 4.0
    [maps] = model.seen
    assert set(maps) == {"rss", "height"}
    assert not maps["height"].any()
    assert (maps["rss"] > 0.0).all()


@pytest.mark.parametrize("decoder", ["argmax", "dsnt", "soft_argmax"])
def test_the_posterior_lies_in_the_source_area(decoder: str) -> None:
    model = Strongest()
    posterior = candidate_of(model, decoder).estimate(flight_over((40.0, 60.0))).posterior
    assert posterior is not None
    assert posterior.probability.sum() == pytest.approx(1.0)
    assert (AREA.clip(posterior.xy_m) == posterior.xy_m).all()
    assert (posterior.cell_m2 == 144.0).all()
    # Centres from -20 m to 100 m and from 50 m to 146 m.
    assert len(posterior.xy_m) == 11 * 9
    heatmap = model.seen[0]["rss"][0, 0].numpy().astype(float)
    weight = heatmap if decoder == "dsnt" else np.exp(16.0 * heatmap)
    column, row = np.round(SQUARE.to_px(posterior.xy_m)).astype(int).T
    expected = weight[row, column] / weight[row, column].sum()
    np.testing.assert_allclose(posterior.probability, expected, rtol=1e-4)


def test_samples_that_the_receiver_did_not_hold_are_left_out() -> None:
    flight = flight_over((40.0, 60.0))
    rss_db, quality_db = flight.rss_db.copy(), flight.quality_db.copy()
    rss_db[-40:], quality_db[-40:] = rss_db.max() + 1.0, 42.0
    bad = Flight(flight.time_s, flight.position_m, flight.attitude_rad, rss_db, quality_db)
    model = Strongest()
    estimate = candidate_of(model).estimate(bad)
    assert np.abs(estimate.position_m - [40.0, 60.0]).max() <= 10.0
    assert (model.seen[0]["rss"] == 0.0).any()


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ("rss aoa", ["angles of arrival"]),
        ("rss aoa rss_model", ["angles of arrival"]),
    ],
)
def test_what_no_flight_has_is_told(measured: str, told: list[str]) -> None:
    flight = flight_over((40.0, 60.0))
    item = flight_file(flight, (40.0, 60.0, 1.5))
    candidate = candidate_of(Strongest(measured))
    row = evaluate_trial(item, candidate, FlightSettings()).iloc[0]
    assert not row["usable"] and np.isnan(row["error_m"])
    for text in told:
        assert text in row["reason"]
    able = evaluate_trial(item, candidate_of(Strongest()), FlightSettings()).iloc[0]
    assert able["usable"] and able["error_m"] < 15.0
    assert 0.0 < able["expected_error_m"] < 200.0


def test_the_model_of_a_flight_needs_no_level() -> None:
    """Its map is that of the laws from the place found; a constant in the RSS changes nothing."""
    flight = flight_over((40.0, 60.0))
    louder = replace(flight, rss_db=flight.rss_db + 31.0)
    model = Strongest("rss_model height")
    for flown in (flight, louder):
        estimate = candidate_of(model).estimate(flown)
        assert np.abs(estimate.position_m - [40.0, 60.0]).max() <= 10.0
    first, second = (seen["rss_model"].numpy()[0, 0] for seen in model.seen)
    np.testing.assert_allclose(second, first, atol=1e-4)
    row, column = np.unravel_index(first.argmax(), first.shape)
    place_m = SQUARE.to_m(np.array([column, row]))
    assert np.abs(place_m - [40.0, 60.0]).max() <= 12.0
    # Both are encoded alike, and flown over open ground the law with line of sight holds.
    measured = model.seen[0]["rss"].numpy()[0, 0]
    assert np.abs(first - measured)[measured > 0.0].mean() < 1.0 / 60.0


def test_an_original_network_needs_power_in_dbm() -> None:
    """Its maps run up to 0 dBm, and the level of a flight's RSS is unknown."""
    flight, model = flight_over((40.0, 60.0)), Strongest()
    model.settings = model.settings.model_copy(update={"original": True})
    item = flight_file(flight, (40.0, 60.0, 1.5))
    row = evaluate_trial(item, candidate_of(model), FlightSettings()).iloc[0]
    assert not row["usable"]
    assert "needs RSS in dBm, while the flight's RSS has an unknown constant" in row["reason"]


def test_a_flight_that_is_never_held_is_told() -> None:
    """Strong only once the quality is lost, but locked for most of the time by quality alone."""
    flight = flight_over((40.0, 60.0))
    rss_db, quality_db = flight.rss_db.copy(), flight.quality_db.copy()
    rss_db[-40:], quality_db[-40:] = rss_db.max() + 90.0, 42.0
    never = Flight(flight.time_s, flight.position_m, flight.attitude_rad, rss_db, quality_db)
    item = flight_file(never, (40.0, 60.0, 1.5))
    row = evaluate_trial(item, candidate_of(Strongest()), FlightSettings()).iloc[0]
    assert not row["usable"]
    assert row["reason"] == "the receiver held the signal nowhere on the map"


def test_a_flight_beside_the_map_is_told() -> None:
    with pytest.raises(UnusableFlightError, match="held the signal nowhere on the map"):
        candidate_of(Strongest()).estimate(flight_over((40.0, 60.0), offset_m=500.0))
