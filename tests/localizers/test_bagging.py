"""Parts of a flight, and posteriors averaged over them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.flights import FIELD, simulator, surroundings

from rfsl.arrays import FloatArray
from rfsl.config.localizers import NO_BAGGING, BaggingSettings
from rfsl.localizers.bagging import flight_parts, whole_flight
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.spec import CellLocalizer
from rfsl.propagation.models.calibrated import Calibrated

DEFAULT = BaggingSettings()
LONG_M = np.arange(0.0, 4000.0, 10.0)


def test_a_long_flight_is_cut_into_halves() -> None:
    parts = flight_parts(LONG_M, DEFAULT)
    assert parts.shape == (16, LONG_M.size)
    assert np.all(np.abs(parts.mean(axis=1) - 0.5) < 0.06)
    assert np.all(parts.sum(axis=0) == 8)  # every cell counts equally
    halves = flight_parts(LONG_M, BaggingSettings(stretches_m=[100.0], cells=1))
    for one, other in ((0, 2), (1, 3)):
        assert np.array_equal(halves[one], ~halves[other])


@given(
    count=st.integers(5, 500),
    step_m=st.floats(1.0, 60.0),
    gap_m=st.floats(0.0, 500.0),
    cells=st.floats(1.0, 1000.0),
)
def test_parts_of_any_flight(count: int, step_m: float, gap_m: float, cells: float) -> None:
    """Each has five cells at least; on average they keep the share that the settings say."""
    along_m = step_m * np.arange(count) + gap_m * (np.arange(count) > count // 2)
    parts = flight_parts(along_m, BaggingSettings(cells=cells))
    assert parts.shape[1] == count and 1 <= len(parts) <= 16
    assert np.all(parts.sum(axis=1) >= 5)
    if step_m * count > 4000.0:
        share = max(0.5, cells / (cells + count))
        assert parts.mean() == pytest.approx(share, abs=0.12)


def test_without_stretches_the_flight_is_its_only_part() -> None:
    assert flight_parts(LONG_M, NO_BAGGING).tolist() == whole_flight(LONG_M.size).tolist()
    few_m = np.arange(4.0)
    assert flight_parts(few_m, DEFAULT).tolist() == [[True] * 4]


def test_a_part_has_the_likelihood_of_its_cells_alone() -> None:
    """What the parts share is computed once, and changes nothing."""
    cells = simulator().draw(1, "test", 0).cells
    likelihood = CellLikelihood(Calibrated(FIELD.profile), FIELD.profile, FIELD.residual)
    places_m = np.array([[50.0, 20.0, 5.0], [-30.0, 80.0, 5.0], [10.0, -60.0, 5.0]])
    number = np.arange(cells.rss_db.size)
    parts = np.array([number < 12, number % 3 != 0])
    held = replace(cells, quiet_position_m=np.empty((0, 3)), quiet_attitude_rad=np.empty((0, 3)))
    found = likelihood.of_parts(held, places_m, parts)
    for row, part in zip(found, parts, strict=True):
        np.testing.assert_allclose(row, likelihood(held.part(part), places_m), rtol=1e-9)


@pytest.mark.slow
def test_the_regions_are_no_smaller_than_what_the_parts_disagree_by() -> None:
    """In worlds as the model says, bagged regions hold at least as often as they say."""
    world = simulator()
    spec = LOCALIZERS["kriging"]
    bagged, plain = spec.build(surroundings()), spec.build(surroundings(bagging=NO_BAGGING))
    assert isinstance(bagged, CellLocalizer) and isinstance(plain, CellLocalizer)
    shares, areas_m2 = [], []
    for number in range(10):
        flight = world.draw(2, "test", number)
        wide, narrow = bagged.locate(flight.cells).posterior, plain.locate(flight.cells).posterior
        assert wide is not None and narrow is not None
        shares.append(wide.share_up_to(flight.source_xy_m))
        areas_m2.append((wide.region_m2(0.9), narrow.region_m2(0.9)))
    assert np.mean(np.array(shares) <= 0.9) > 0.85
    wide_m2, narrow_m2 = np.mean(areas_m2, axis=0)
    assert narrow_m2 < wide_m2 < 4.0 * narrow_m2


def test_parts_that_disagree_leave_both_places() -> None:
    """The mean of posteriors keeps what each part says; their product would keep neither."""
    xy_m: FloatArray = np.array([[0.0, 0.0], [100.0, 0.0], [50.0, 0.0]])
    log_density = np.array([[0.0, -50.0, -20.0], [-50.0, 0.0, -20.0]])
    both = Posterior.of(xy_m, log_density, np.ones(3))
    np.testing.assert_allclose(both.probability, [0.5, 0.5, 0.0], atol=1e-8)
    alone = Posterior.of(xy_m, log_density[0], np.ones(3))
    np.testing.assert_allclose(alone.probability, [1.0, 0.0, 0.0], atol=1e-8)
