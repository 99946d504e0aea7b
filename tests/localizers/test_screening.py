"""Screening: the posterior of a long flight is that without it."""

from __future__ import annotations

import numpy as np
import pytest

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.flights.cells import FlightCells
from rfsl.geometry.frames import Box
from rfsl.localizers import scored_grid
from rfsl.localizers.methods.kriging import SPEC
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.screening import screened, screening_cells
from rfsl.localizers.spec import Surroundings
from rfsl.propagation.models import MODELS

CONFIG = Config()
AREA = Box(west_m=0.0, east_m=900.0, south_m=0.0, north_m=900.0)


def lawnmower(cells: int, seed: int) -> FlightCells:
    """Lines of 900 m, flown to and fro over a source at (330, 570), in rough shadowing."""
    rng = np.random.default_rng(seed)
    along_m = 10.0 * np.arange(cells) + 5.0
    line = along_m // 900.0
    x_m = np.where(line % 2 == 0, along_m % 900.0, 900.0 - along_m % 900.0)
    position_m = np.column_stack([x_m, 31.0 * line % 900.0, np.full(cells, 40.0)])
    shadowing_db = 5.0 * rng.standard_t(4, cells // 3 + 1).repeat(3)[:cells]
    away_m = np.linalg.norm(position_m - [330.0, 570.0, 5.0], axis=1)
    none_m = np.empty((0, 3))
    rss_db = shadowing_db - 20.0 * np.log10(away_m)
    return FlightCells(position_m, 0.0 * position_m, rss_db, along_m, none_m, none_m)


def posterior(cells: FlightCells) -> Posterior:
    model = MODELS["free_space"].build(CONFIG.scenario, CONFIG.propagation, None)
    surroundings = Surroundings(
        AREA,
        CONFIG.scenario.source_height_m,
        CONFIG.localizers.model_copy(update={"coarse_grid_m": 75.0, "grid_m": 37.5}),
        CONFIG.flights,
        model,
        gain_shape=CONFIG.calibration,
    )
    localizer = SPEC.build(surroundings)
    assert isinstance(localizer, scored_grid.ScoredGrid)
    found = localizer.locate(cells).posterior
    assert found is not None
    return found


@pytest.mark.parametrize(("cells", "seed"), [(1600, 0), (2200, 1), (4200, 2)])
def test_the_posterior_is_that_without_screening(
    cells: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    flown = lawnmower(cells, seed)
    scored: list[int] = []
    prepared = scored_grid.screened

    def counted(screenings: list, score: object) -> object:  # type: ignore[type-arg]
        def of(xy_m: FloatArray) -> FloatArray:
            scored.append(len(xy_m))
            return score(xy_m)  # type: ignore[operator, no-any-return]

        return prepared(screenings, of)

    monkeypatch.setattr(scored_grid, "screened", counted)
    quick, of_quick = posterior(flown), sum(scored)
    scored.clear()
    monkeypatch.setattr(scored_grid, "screening_cells", lambda count: [])
    whole = posterior(flown)
    assert of_quick < sum(scored)
    np.testing.assert_array_equal(quick.xy_m, whole.xy_m)
    np.testing.assert_allclose(quick.probability, whole.probability, rtol=0.0, atol=1e-9)


def test_short_flights_are_not_screened() -> None:
    assert screening_cells(1500) == []
    few, more = screening_cells(4100)
    assert (few.sum(), more.sum()) == (256, 1024)
    assert np.diff(np.flatnonzero(few)).max() < 3 * 4100 / 256


def test_the_best_candidate_is_scored_and_the_hopeless_one_is_not() -> None:
    asked: list[FloatArray] = []

    def score(xy_m: FloatArray) -> FloatArray:
        asked.append(xy_m)
        return -np.abs(xy_m.T)

    places_m = np.array([[0.0, 5.0], [29.0, 0.0], [31.0, 0.0]])
    found = screened([lambda xy_m: -xy_m[None, :, 0]], score)(places_m)
    assert len(asked[0]) == 2
    np.testing.assert_array_equal(found, [[0.0, -29.0, -np.inf], [-5.0, 0.0, -np.inf]])
