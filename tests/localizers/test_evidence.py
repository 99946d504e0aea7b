"""Evidence for a source: for a signal, against noise, and little either way for a short flight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rfsl.config.config import Config
from rfsl.errors import UnusableFlightError
from rfsl.flights.cells import FlightCells
from rfsl.geometry.frames import Box
from rfsl.localizers.evidence import STRONG, is_noise, log_evidence
from rfsl.localizers.methods.kriging import SPEC, kriging_scorer
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Surroundings
from rfsl.propagation.models import MODELS

SOURCE_M = np.array([120.0, 170.0, 5.0])


@pytest.fixture(scope="module")
def around() -> Surroundings:
    config = Config()
    return Surroundings(
        Box(west_m=0.0, east_m=250.0, south_m=0.0, north_m=250.0),
        5.0,
        config.localizers.model_copy(update={"coarse_grid_m": 40.0, "grid_m": 20.0}),
        config.flights,
        MODELS["free_space"].build(config.scenario, config.propagation, None),
        gain_shape=config.calibration,
    )


def lawnmower(cells: int, seed: int, signal: float) -> FlightCells:
    """A flight to and fro at 30 m; `signal` is the share of the RSS that a source makes, in dB."""
    rng = np.random.default_rng(seed)
    along_m = 10.0 * np.arange(cells) + 5.0
    line = along_m // 250.0
    x_m = np.where(line % 2 == 0, along_m % 250.0, 250.0 - along_m % 250.0)
    position_m = np.column_stack([x_m, 25.0 * line, np.full(cells, 30.0)])
    away_m = np.linalg.norm(position_m - SOURCE_M, axis=1)
    rss_db = rng.normal(0.0, 2.0, cells) - signal * 20.0 * np.log10(away_m)
    none_m = np.empty((0, 3))
    return FlightCells(position_m, 0.0 * position_m, rss_db, along_m, none_m, none_m)


@pytest.mark.parametrize("seed", range(3))
def test_a_signal_and_noise(around: Surroundings, seed: int) -> None:
    scorer = kriging_scorer(around)
    assert log_evidence(scorer, lawnmower(250, seed, 1.0), around.area) > 2.0 * STRONG
    assert log_evidence(scorer, lawnmower(250, seed, 0.0), around.area) < -STRONG
    # A short flight tells neither.
    assert abs(log_evidence(scorer, lawnmower(12, seed, 0.0), around.area)) < STRONG


def test_a_long_flight_is_told_by_some_of_its_cells(around: Surroundings) -> None:
    scorer = kriging_scorer(around)
    whole = lawnmower(1000, 0, 0.0)
    seen: list[int] = []

    def counting(cells: FlightCells, parts: np.ndarray) -> object:
        seen.append(cells.rss_db.size)
        return scorer(cells, parts)

    assert log_evidence(counting, whole, around.area) < -STRONG  # type: ignore[arg-type]
    assert seen == [400]


def test_a_likely_place_settles_it(around: Surroundings) -> None:
    scorer = kriging_scorer(around)
    asked: list[int] = []

    def counting(cells: FlightCells, parts: np.ndarray) -> object:
        score = scorer(cells, parts)

        def of(xy_m: np.ndarray) -> np.ndarray:
            asked.append(len(xy_m))
            return score(xy_m)

        return of

    source_m = SOURCE_M[None, :2]
    assert not is_noise(counting, lawnmower(250, 0, 1.0), around.area, source_m)  # type: ignore[arg-type]
    assert sum(asked) == 5  # the source and four far away
    assert is_noise(counting, lawnmower(250, 0, 0.0), around.area, source_m)  # type: ignore[arg-type]


def test_noise_is_unusable(around: Surroundings) -> None:
    localizer = SPEC.build(around)
    assert isinstance(localizer, ScoredGrid)
    noise, signal = lawnmower(250, 0, 0.0), lawnmower(250, 0, 1.0)
    with pytest.raises(UnusableFlightError, match="the receiver heard noise alone"):
        localizer.check_signal(noise, localizer.locate(noise))
    found = localizer.locate(signal)
    localizer.check_signal(signal, found)
    assert np.hypot(*(found.position_m - SOURCE_M[:2])) < 40.0
    # A score that is no likelihood has no such odds.
    other = replace(localizer, is_likelihood=False)
    other.check_signal(noise, other.locate(noise))
