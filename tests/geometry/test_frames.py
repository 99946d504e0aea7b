"""Geodesy against pyproj, and boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from rfsl.config.config import Config
from rfsl.geometry.frames import Box, LocalFrame, first_off_globe

FRAME = LocalFrame.of(Config().scenario)


@given(st.floats(-500, 500), st.floats(-500, 500))
def test_round_trip(x_m: float, y_m: float) -> None:
    back = FRAME.to_local(*FRAME.to_geodetic(x_m, y_m))
    # The way back drops the height of the plane over the ellipsoid, 4 cm at the corners.
    assert np.allclose(back, (x_m, y_m), atol=1e-4)


def test_against_pyproj() -> None:
    pipeline = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=cart +ellps=WGS84 "
        "+step +proj=topocentric +ellps=WGS84 "
        f"+lon_0={FRAME.origin_longitude_deg} +lat_0={FRAME.origin_latitude_deg} +h_0=0"
    )
    latitude_deg, longitude_deg = np.array([35.7285, 35.7301]), np.array([-78.6990, -78.6965])
    x_m, y_m, _ = pipeline.transform(longitude_deg, latitude_deg, np.zeros(2))
    np.testing.assert_allclose(FRAME.to_local(latitude_deg, longitude_deg), (x_m, y_m), atol=1e-6)


def test_published_positions() -> None:
    """The paper gives Trial 1 at (17.67, 194.29) and Trial 2 at (206, 275.80)."""
    assert FRAME.to_local(35.72911779, -78.69918128) == pytest.approx((17.67, 194.29), abs=0.5)
    assert FRAME.to_local(35.72985129, -78.69711002) == pytest.approx((206.0, 275.80), abs=1.1)


def test_positions_on_the_globe() -> None:
    latitude_deg = np.array([np.nan, 35.7, -90.0, 90.1])
    longitude_deg = np.array([-78.7, np.nan, 180.0, -78.7])
    assert first_off_globe(latitude_deg[:3], longitude_deg[:3]) is None
    assert first_off_globe(latitude_deg, longitude_deg) == 3
    assert first_off_globe(longitude_deg[:3], latitude_deg[:3]) == 2


def test_boxes() -> None:
    box = Box(0.0, 10.0, 0.0, 4.0)
    assert box.distance_outside_m(5.0, 2.0) == 0.0
    assert box.distance_outside_m(13.0, 8.0) == 5.0
    assert box.center_m == (5.0, 2.0)
    assert box.half_size_m == (5.0, 2.0)
    assert box.overlap(Box(5.0, 20.0, -5.0, 3.0)) == Box(5.0, 10.0, 0.0, 3.0)
    with pytest.raises(ValueError, match="do not overlap"):
        box.overlap(Box(11.0, 20.0, 0.0, 4.0))
