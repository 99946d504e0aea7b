"""Worlds: the same for every path, with the shadowing that was asked for."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from support.flights import FIELD, simulator

from rfsl.flights.cells import MINIMUM_CELLS, FlightCells
from rfsl.geometry.frames import Box
from rfsl.simulation.worlds import ShadowingField, World

AREA = Box(0.0, 300.0, 0.0, 260.0)


@cache
def world(index: int = 0, share: float = 0.7) -> World:
    return World.draw(simulator(), (share, share), 200, 5, "validation", index)


def straight(count: int, y_m: float = 100.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells of a flight to the east."""
    along_m = 10.0 * (np.arange(count) + 0.5)
    position_m = np.column_stack([along_m, np.full(count, y_m), np.full(count, 30.0)])
    return position_m, np.full(count, np.pi / 2), along_m


def logged(cells: FlightCells | None) -> FlightCells:
    assert cells is not None
    return cells


def test_the_field_has_unit_variance_and_exponential_correlation() -> None:
    rng = np.random.default_rng(1)
    fields = [ShadowingField.draw(AREA, 20.0, rng).values for _ in range(30)]
    step_m = ShadowingField.draw(AREA, 20.0, rng).step_m
    assert np.mean([values.var() for values in fields]) == pytest.approx(1.0, abs=0.05)
    for apart in (1, 8, 16):
        products = [values * np.roll(values, apart, axis=1) for values in fields]
        expected = np.exp(-apart * step_m / 20.0)
        assert np.mean(products) == pytest.approx(expected, abs=0.05)


def test_a_place_has_one_value() -> None:
    field = ShadowingField.draw(AREA, 20.0, np.random.default_rng(2))
    places_m = np.array([[10.0, 20.0], [200.0, 30.0], [10.0, 20.0]])
    first, _, again = field(places_m)
    assert first == again
    # The nearest value counts.
    assert field(places_m[:1] + 0.4 * field.step_m) in field.values


def test_a_flight_that_goes_on_keeps_what_it_had_logged() -> None:
    whole, part = (logged(world().fly(*straight(count))) for count in (28, 20))
    count = part.rss_db.size
    assert MINIMUM_CELLS <= count < whole.rss_db.size
    np.testing.assert_array_equal(part.rss_db, whole.rss_db[:count])
    np.testing.assert_array_equal(part.attitude_rad, whole.attitude_rad[:count])
    np.testing.assert_array_equal(part.position_m, whole.position_m[:count])


def test_a_world_depends_on_its_number_alone() -> None:
    again = World.draw(simulator(), (0.7, 0.7), 200, 5, "validation", 0)
    other = World.draw(simulator(), (0.7, 0.7), 200, 5, "test", 0)
    np.testing.assert_array_equal(again.source_xy_m, world().source_xy_m)
    np.testing.assert_array_equal(again.field.values, world().field.values)
    assert not np.array_equal(other.source_xy_m, world().source_xy_m)


@pytest.mark.parametrize(("share", "alike"), [(1.0, 1.0), (0.0, 0.0)])
def test_coming_back_meets_the_field_again(share: float, alike: float) -> None:
    """The residual of the same cells, flown at the start and once more later, in 20 worlds."""
    calm = FIELD.residual.model_copy(update={"uncorrelated": 0.0})
    drawn_by = simulator(FIELD.model_copy(update={"residual": calm}), lost_share=0.0)
    position_m, course_rad, along_m = straight(25)
    twice_m = np.concatenate([position_m, position_m])
    courses = np.concatenate([course_rad, course_rad])
    twice = np.concatenate([along_m, along_m + 500.0])
    found = []
    for number in range(20):
        drawn = World.draw(drawn_by, (share, share), 200, 5, "validation", number)
        unit = np.sqrt(share) * drawn.field(twice_m[:, :2])
        unit += np.sqrt(1.0 - share) * drawn.path_unit[:50]
        found.append(np.corrcoef(unit[:25], unit[25:])[0, 1])
        cells = drawn.fly(twice_m, courses, twice)
        if share == 1.0 and cells is not None and cells.rss_db.size == 50:
            # Only roll and pitch differ between the two visits.
            assert np.abs(cells.rss_db[:25] - cells.rss_db[25:]).max() < 3.0
    assert np.mean(found) == pytest.approx(alike, abs=0.25)


def test_too_short_a_flight_logs_nothing() -> None:
    assert world().fly(*straight(MINIMUM_CELLS - 1)) is None


def test_a_source_inside_the_flight_area() -> None:
    drawn = [world(index) for index in range(20)]
    box = simulator().flight_area
    for one in drawn:
        x_m, y_m = one.source_xy_m
        inside = box.west_m <= x_m <= box.east_m and box.south_m <= y_m <= box.north_m
        assert one.inside == inside
    assert 0 < sum(one.inside for one in drawn) < 20
