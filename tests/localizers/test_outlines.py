"""Outlines of regions: they hold their share, lie in each other, and lose nothing."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.geometry.frames import Box
from rfsl.localizers.outlines import outline_m
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.regions import Region
from rfsl.localizers.scored_grid import refined_posterior

AREA = Box(west_m=0.0, east_m=300.0, south_m=0.0, north_m=200.0)


def peaks(
    places_m: list[tuple[float, float]], spread_m: float, coarse_m: float = 12.0
) -> Posterior:
    """Gaussian peaks over an area, on a grid that is refined where they are."""

    def score(xy_m: np.ndarray) -> np.ndarray:
        away = [
            -0.5 * np.square((xy_m - place) / spread_m).sum(axis=1) for place in np.array(places_m)
        ]
        return np.logaddexp.reduce(away, axis=0)[None]

    return refined_posterior(score, AREA, coarse_m=coarse_m, fine_m=4.0)


def held(posterior: Posterior, shape_m: shapely.Geometry) -> float:
    """Probability inside a shape, if it is even within each cell."""
    height_m = np.sqrt(posterior.cell_m2 / posterior.cell_aspect)
    half_m = np.column_stack([height_m * posterior.cell_aspect, height_m]) / 2.0
    low_m, high_m = posterior.xy_m - half_m, posterior.xy_m + half_m
    cells = shapely.box(*low_m.T, *high_m.T)
    inside_m2 = shapely.area(shapely.intersection(cells, shape_m))
    return float(posterior.probability @ (inside_m2 / posterior.cell_m2))


place = st.tuples(st.floats(0.0, 300.0), st.floats(0.0, 200.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(place, min_size=1, max_size=3), st.floats(2.0, 60.0))
def test_an_outline_holds_its_share(places_m: list[tuple[float, float]], spread_m: float) -> None:
    posterior = peaks(places_m, spread_m)
    shapes = [outline_m(posterior, share) for share in (0.5, 0.9)]
    largest = float(posterior.probability.max())
    box = shapely.box(0.0, 0.0, 300.0, 200.0)
    for shape_m, share in zip(shapes, (0.5, 0.9), strict=True):
        assert shape_m.is_valid and not shape_m.is_empty
        assert held(posterior, shape_m) == pytest.approx(share, abs=0.02 + largest)
        assert box.buffer(1e-6).covers(shape_m)
        assert shapely.get_num_coordinates(shape_m) < 600
    inner, outer = shapes
    assert outer.buffer(1.0).covers(inner)


def test_it_has_no_stairs() -> None:
    """The outline of a round peak is as long as that of a circle, a union of cells by 4 / pi."""
    posterior = peaks([(150.0, 100.0)], 20.0, coarse_m=4.0)
    shape_m = Region.of(posterior, 0.9).shape_m
    radius_m = 20.0 * np.sqrt(-2.0 * np.log(0.1))
    assert shape_m.area == pytest.approx(np.pi * radius_m**2, rel=0.02)
    assert shape_m.length == pytest.approx(2.0 * np.pi * radius_m, rel=0.02)


def test_two_peaks_are_two_parts() -> None:
    shape_m = Region.of(peaks([(60.0, 60.0), (240.0, 140.0)], 8.0), 0.9).shape_m
    assert len(shapely.get_parts(shape_m)) == 2


def test_a_ring_has_a_hole() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    ring = [(150.0 + 70.0 * np.cos(a), 100.0 + 70.0 * np.sin(a)) for a in angles]
    shape_m = Region.of(peaks(ring, 8.0), 0.9).shape_m
    assert sum(len(part.interiors) for part in shapely.get_parts(shape_m)) >= 1
    assert not shapely.contains_xy(shape_m, 150.0, 100.0)


def test_at_the_edge_it_reaches_the_edge() -> None:
    shape_m = Region.of(peaks([(0.0, 100.0)], 15.0), 0.9).shape_m
    assert shape_m.bounds[0] == pytest.approx(0.0, abs=1e-6)


def test_it_stays_within_the_area() -> None:
    triangle = shapely.Polygon([(0.0, 0.0), (300.0, 0.0), (0.0, 200.0)])
    posterior = peaks([(140.0, 100.0)], 30.0)
    masked = posterior.within(shapely.contains_xy(triangle, *posterior.xy_m.T))
    shape_m = Region.of(masked, 0.9, triangle).shape_m
    assert triangle.buffer(1e-6).covers(shape_m)
    assert held(masked, shape_m) == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_cells_are_not_lost(count: int) -> None:
    xy_m = np.array([[10.0 * number, 0.0] for number in range(count)])
    posterior = Posterior(xy_m, np.full(count, 1.0 / count), np.full(count, 100.0))
    assert Region.of(posterior, 1.0).area_m2 == pytest.approx(100.0 * count, rel=0.05)
    assert Region.of(posterior, 0.5).area_m2 > 20.0


def test_one_cell_of_many() -> None:
    xy_m = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), axis=-1).reshape(-1, 2)
    probability = np.zeros(81)
    probability[40] = 1.0
    found = Region.of(Posterior(xy_m, probability, np.ones(81)), 0.9)
    assert 0.2 < found.area_m2 < 4.0
    assert shapely.contains_xy(found.shape_m, 4.0, 4.0)
