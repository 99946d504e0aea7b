"""Modes on radio maps, scored on simulated scenes and on real flights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from rfsl.arrays import Float32Array, FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.config.radiomaps import Decoder, HeatmapNetworkSettings, HeatmapScoreSettings, Sampling
from rfsl.errors import UnusableFlightError
from rfsl.evaluation.trials import Candidate
from rfsl.flights.flight import Flight
from rfsl.flights.lock import held_samples
from rfsl.geometry.frames import Box
from rfsl.io.schemas import HeatmapTable
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.networks.heatmap.decoders import decoder, probability
from rfsl.networks.heatmap.network import MapNetwork, load_map_network
from rfsl.networks.heatmap.targets import pixel_distance_px
from rfsl.networks.heatmap.training import forward, tensors
from rfsl.networks.torch_support import CPU
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.encoding import decode_rss, encode, encode_rss
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.original_encoding import decode_original_rss
from rfsl.radiomaps.raster import FlightRaster, MapSquare, rasterize
from rfsl.radiomaps.two_law_search import TwoLawSearch
from rfsl.randomness import Stream, generator

#: Positions (B, 2) and their expected errors (B,), in pixels.
_Located = tuple[FloatArray, FloatArray]
#: Ways to measure the scenes on which modes are scored: random pixels, and along a flight.
SAMPLINGS = ("pixels", "flight")
#: Inputs that no flight log has, in words.
_LACKING = {"aoa": "angles of arrival, which the flight's log does not have"}
#: Number of scenes that go through a network at once.
_BATCH = 50


@dataclass(frozen=True)
class Condition:
    """How scenes are measured.

    Attributes:
        sampling: one of `SAMPLINGS`.
        coverage: share of the pixels that are measured.
        noise_rate: see `rfsl.radiomaps.measurement.measure`.
    """

    sampling: str
    coverage: float
    noise_rate: float

    @classmethod
    def all_of(cls, settings: HeatmapScoreSettings) -> list[Condition]:
        """Every coverage at the set noise rate, and every noise rate at the set coverage."""
        swept = [(coverage, settings.noise_rate) for coverage in settings.coverages]
        swept += [(settings.coverage, rate) for rate in settings.noise_rates]
        pairs = product(SAMPLINGS, dict.fromkeys(swept))
        return [cls(sampling, coverage, rate) for sampling, (coverage, rate) in pairs]


def surveyed(
    surveyor: Surveyor,
    scenes: SceneSet,
    rows: Sequence[int],
    condition: Condition,
    flights: Sequence[Sampling],
    seed: int,
) -> MeasuredScenes:
    """Test scenes as measured under a condition.

    Flight and errors depend on seed, scene and sampling alone. So a larger coverage is a longer
    flight, and a larger noise rate makes the same errors larger.

    Args:
        surveyor: measures the scenes.
        scenes: test scenes.
        rows: numbers of the scenes.
        condition: sampling, coverage and noise rate.
        flights: kinds of trajectories; each scene has one of them.
        seed: the config's.
    """
    generators = [generator(seed, Stream.MEASUREMENT, condition.sampling, int(row)) for row in rows]
    kinds = [flights[int(rng.integers(len(flights)))] for rng in generators]
    return surveyor.measured(
        scenes,
        np.asarray(rows),
        condition.coverage,
        kinds if condition.sampling == "flight" else ["pixels"] * len(kinds),
        [condition.noise_rate] * len(kinds),
        generators,
    )


@dataclass(frozen=True)
class HeatmapReader:
    """A network, and the decoder that reads the position from its heatmap.

    Attributes:
        model: the network.
        decoder: name of the decoder.
        beta: β of the soft-argmax.
    """

    model: MapNetwork
    decoder: Decoder
    beta: float

    @classmethod
    def of_seeds(
        cls, mode: Mapping[str, Any], weights: Sequence[str | Path], seeds: int, pixels: int
    ) -> list[HeatmapReader]:
        """The readers of a mode, one for each seed.

        Args:
            mode: `HeatmapPlan.mode_params`.
            weights: files of completions and network of the first seed, then of the next, and so
                on.
            seeds: number of seeds.
            pixels: H = W.

        Raises:
            DataError: a file does not hold the weights of such a network.
        """
        networks = {name: HeatmapNetworkSettings(**item) for name, item in mode["networks"].items()}
        return [
            cls(
                load_map_network(networks, files, pixels, mode["width"]),
                mode["decoder"],
                mode["soft_argmax_beta"],
            )
            for files in parts(weights, seeds)
        ]

    def __call__(self, maps: dict[str, Float32Array]) -> tuple[FloatArray, FloatArray]:
        """Positions (B, 2) as (column, row), and the probability (B, H, W) of each pixel.

        Args:
            maps: (B, C, H, W) by name, as in `rfsl.radiomaps.encoding.MapInputs`.
        """
        return self.read(self.heatmap(maps))

    def read(self, heatmap: Tensor) -> tuple[FloatArray, FloatArray]:
        """Positions and probabilities like a call, from heatmaps (B, H, W)."""
        position_px = decoder(self.decoder, self.beta)(heatmap)
        weights = probability(self.decoder, heatmap, self.beta)
        return position_px.numpy().astype(float), weights.numpy().astype(float)

    def heatmap(self, maps: dict[str, Float32Array]) -> Tensor:
        """Heatmaps (B, H, W) of maps by name."""
        with torch.no_grad():
            made: Tensor = self.model(tensors(maps, CPU))
        return made[:, 0]


def heatmap_scores(
    readers: Sequence[HeatmapReader],
    scenes: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapScoreSettings,
    seed: int,
) -> pd.DataFrame:
    """Rows of `HeatmapTable`: every test scene, under every condition, for every seed.

    Args:
        readers: one for each seed, in their order.
        scenes: test scenes.
        surveyor: measures the scenes.
        settings: the conditions.
        seed: the config's.
    """

    def located(measured: MeasuredScenes, rows: range) -> Iterator[_Located]:
        for reader in readers:
            position_px, weights = reader(measured.inputs.maps)
            yield position_px, _expected_px(position_px, weights)

    return _scores(located, scenes, surveyor, settings, seed)


def search_scores(
    scenes: SceneSet, surveyor: Surveyor, settings: HeatmapScoreSettings, seed: int
) -> pd.DataFrame:
    """Rows of `HeatmapTable` of `rfsl.radiomaps.two_law_search`, which knows the two laws.

    Args:
        scenes: test scenes.
        surveyor: measures the scenes.
        settings: the conditions.
        seed: the config's.
    """

    def located(measured: MeasuredScenes, rows: range) -> Iterator[_Located]:
        found_m = [
            surveyor.search.fit(item.measured, item.rss_dbm, scenes.height_m[row]).source_m
            for item, row in zip(measured.measurements, rows, strict=True)
        ]
        position_px = np.array(found_m)[:, :2] / surveyor.scenes.pixel_m - 0.5
        yield position_px, np.full(len(rows), np.nan)

    return _scores(located, scenes, surveyor, settings, seed)


def _scores(
    located: Callable[[MeasuredScenes, range], Iterator[_Located]],
    scenes: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapScoreSettings,
    seed: int,
) -> pd.DataFrame:
    """Rows of `HeatmapTable`; `located` makes positions of measured scenes, for each seed."""
    parts = []
    count, pixel_m = len(scenes.source_m), surveyor.scenes.pixel_m
    for condition in Condition.all_of(settings):
        for start in range(0, count, _BATCH):
            rows = range(start, min(start + _BATCH, count))
            measured = surveyed(surveyor, scenes, rows, condition, settings.flights, seed)
            for number, (position_px, expected_px) in enumerate(located(measured, rows)):
                miss_px = np.linalg.norm(position_px - measured.source_px, axis=1)
                values = {
                    "scene": rows,
                    "seed": number,
                    "sampling": condition.sampling,
                    "coverage": condition.coverage,
                    "noise_rate": condition.noise_rate,
                    "error_m": pixel_m * miss_px,
                    "expected_error_m": pixel_m * expected_px,
                }
                parts.append(pd.DataFrame(values))
    return pd.concat(parts, ignore_index=True)[list(HeatmapTable.to_schema().columns)]


def parts(paths: Sequence[str | Path], count: int) -> list[Sequence[str | Path]]:
    """Paths cut into `count` equal parts, in their order.

    Example:
        >>> parts(["a", "b", "c", "d"], 2)
        [['a', 'b'], ['c', 'd']]
    """
    size = len(paths) // count
    return [paths[start : start + size] for start in range(0, len(paths), size)]


def _expected_px(position_px: FloatArray, weights: FloatArray) -> FloatArray:
    """Expected distance (B,) of the source from positions (B, 2), by weights (B, H, W)."""
    distance_px = pixel_distance_px(torch.from_numpy(position_px), weights.shape[-1]).numpy()
    return np.asarray((weights * distance_px).sum(axis=(1, 2)))


def flight_raster(flight: Flight, square: MapSquare, settings: FlightSettings) -> FlightRaster:
    """Mean RSS in each pixel, over the samples of a flight that hold the signal."""
    held = held_samples(flight, settings)
    return rasterize(flight.position_m[held], flight.rss_db[held], square)


def heatmap_candidate(
    reader: HeatmapReader,
    square: MapSquare,
    source_area: Box,
    after_s: int,
    flights: FlightSettings,
    *,
    source_height_m: float,
    seed: int,
) -> Candidate:
    """A mode on radio maps as an estimator for real flights.

    A flight becomes a sparse map (`flight_raster`); the ground is taken to be flat. The map
    `rss_model` is that of a search with the UAV at its mean height. The posterior is the decoder's
    probability of the pixels, restricted to the source area.

    Args:
        reader: network and decoder.
        square: where the map lies.
        source_area: where the source may be.
        after_s: time up to which the flight is used.
        flights: define which samples hold the signal.
        source_height_m: height of the source above ground.
        seed: number of the network.
    """
    lacking = [words for name, words in _LACKING.items() if name in reader.model.measured]
    if reader.model.settings.original:
        lacking.append("RSS in dBm, while the flight's RSS has an unknown constant")

    def estimate(flight: Flight) -> Estimate:
        if lacking:
            raise UnusableFlightError(f"the network needs {' and '.join(lacking)}")
        raster = flight_raster(flight, square, flights)
        if not raster.measured.any():
            raise UnusableFlightError("the receiver held the signal nowhere on the map")
        flat_m = np.zeros((1, square.pixels, square.pixels), np.float32)
        inputs = encode(raster.measured[None], raster.rss_db[None], None, flat_m, 1.0)
        if "rss_model" in reader.model.measured:
            uav_height_m = float(flight.position_m[held_samples(flight, flights), 2].mean())
            search = TwoLawSearch(square.pixel_m, uav_height_m, source_height_m)
            found = search.fit(raster.measured, raster.rss_db, flat_m[0])
            modelled_db = search.rss_db(found, flat_m[0])[None]
            inputs.maps["rss_model"] = encode_rss(modelled_db, inputs.reference_db)
        position_px, weights = reader(inputs.maps)
        rows, columns = np.indices(weights.shape[1:])
        xy_m = square.to_m(np.column_stack([columns.ravel(), rows.ravel()]))
        posterior = Posterior(xy_m, weights.ravel(), np.full(weights.size, square.pixel_m**2))
        inside = (source_area.clip(xy_m) == xy_m).all(axis=1)
        return Estimate(square.to_m(position_px[0]), posterior.within(inside))

    return Candidate(estimate, after_s, seed)


def completed_rss(network: MapNetwork, scenes: MeasuredScenes) -> FloatArray:
    """RSS maps (B, H, W) in dBm that a network completes."""
    with torch.no_grad():
        made = forward(network, scenes).cpu().numpy()
    decode = decode_original_rss if network.settings.original else decode_rss
    return decode(made, scenes.inputs.reference_db)
