"""Propagation: closed forms and identities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfsl.config.config import Config
from rfsl.config.propagation import LegSettings, PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.directions import Directions
from rfsl.geometry.links import link_geometry
from rfsl.propagation.antennas import MeasuredAntenna
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.ground import fresnel_vertical
from rfsl.propagation.legs import behind_leg, leg_loss_db
from rfsl.propagation.models import MODELS
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.models.enhanced_two_ray import EnhancedTwoRay
from rfsl.propagation.spec import PropagationModel
from rfsl.propagation.two_ray_sum import Antennas, Radio, two_ray_amplitude_squared

SCENARIO = Config().scenario
SETTINGS = Config().propagation
LEVEL = np.zeros((1, 3))
heights = st.floats(1.0, 100.0)
ranges = st.floats(1.0, 2000.0)
angles = st.floats(-np.pi, np.pi)


def build(
    name: str,
    beta: float = 0.0,
    scenario: ScenarioSettings = SCENARIO,
    settings: PropagationSettings = SETTINGS,
) -> PropagationModel:
    legs = settings.legs.model_copy(update={"beta": beta})
    return MODELS[name].build(scenario, settings.model_copy(update={"legs": legs}), None)


def power_dbm(
    name: str,
    uav_m: np.ndarray,
    source_m: np.ndarray,
    attitude_rad: np.ndarray = LEVEL,
    beta: float = 0.0,
    scenario: ScenarioSettings = SCENARIO,
    settings: PropagationSettings = SETTINGS,
) -> np.ndarray:
    model = build(name, beta, scenario, settings)
    return model(np.atleast_2d(uav_m), attitude_rad, np.atleast_2d(source_m))


def test_friis() -> None:
    """P_t + 20 log10(λ/4πd) by hand: 41 dBm, 3.32 GHz, 100 m gives -41.87 dBm."""
    power = power_dbm("free_space", np.array([0.0, 0.0, 105.0]), np.array([0.0, 0.0, 5.0]))
    assert power[0, 0] == pytest.approx(41.0 - 82.87, abs=0.01)


def test_free_space_falls_20_db_a_decade() -> None:
    uav_m = np.array([[10.0**k, 0.0, 5.0] for k in (1, 2, 3, 4)])
    power = power_dbm("free_space", uav_m, np.array([0.0, 0.0, 5.0]))[0]
    np.testing.assert_allclose(np.diff(power), -20.0, atol=1e-9)


def test_two_ray_falls_40_db_a_decade_beyond_the_breakpoint() -> None:
    """Breakpoint 4 h_t h_r / λ = 66 km for 30 m and 5 m; lower antennas bring it near."""
    distance_m = np.array([2e4, 2e5])
    uav_m = np.column_stack([distance_m, np.zeros(2), np.full(2, 3.0)])
    wavelength_m = 299_792_458.0 / SCENARIO.frequency_hz
    assert distance_m[0] > 10 * 4 * 3.0 * 2.0 / wavelength_m
    power = power_dbm("two_ray", uav_m, np.array([0.0, 0.0, 2.0]))[0]
    assert power[0] - power[1] == pytest.approx(40.0, abs=0.1)


def test_two_ray_swings_by_at_most_6_db_over_free_space_with_dipole_gain() -> None:
    uav_m = np.column_stack([np.linspace(50, 2000, 5000), np.zeros(5000), np.full(5000, 30.0)])
    source_m = np.array([0.0, 0.0, 5.0])
    excess = power_dbm("two_ray", uav_m, source_m) - power_dbm("free_space", uav_m, source_m)
    # Two dipoles give 2 x 2.15 dB at most, a perfect reflection doubles the amplitude.
    assert excess.max() < 2 * 2.151 + 6.021
    assert excess.max() > 6.0
    assert excess.min() < -10.0


@given(ranges, heights, heights, angles)
def test_reciprocity(distance_m: float, low_m: float, high_m: float, azimuth_rad: float) -> None:
    """Exchanging the ends of a level link changes nothing."""
    there = np.array([distance_m * np.cos(azimuth_rad), distance_m * np.sin(azimuth_rad), high_m])
    here = np.array([0.0, 0.0, low_m])
    for name in ("free_space", "two_ray"):
        np.testing.assert_allclose(
            power_dbm(name, there, here), power_dbm(name, here, there), atol=1e-9
        )


@given(ranges, heights, heights, angles)
def test_enhanced_is_two_ray_without_tilt_and_loss(
    distance_m: float, low_m: float, high_m: float, azimuth_rad: float
) -> None:
    uav_m = np.array([distance_m * np.cos(azimuth_rad), distance_m * np.sin(azimuth_rad), high_m])
    source_m = np.array([0.0, 0.0, low_m])
    np.testing.assert_allclose(
        power_dbm("enhanced_two_ray", uav_m, source_m),
        power_dbm("two_ray", uav_m, source_m),
        atol=1e-9,
    )


@given(angles)
def test_yaw_alone_does_not_change_an_unshadowed_link(yaw_rad: float) -> None:
    uav_m, source_m = np.array([0.0, 0.0, 30.0]), np.array([40.0, 10.0, 5.0])
    turned = power_dbm("enhanced_two_ray", uav_m, source_m, np.array([[0.0, 0.0, yaw_rad]]), 0.5)
    assert turned[0, 0] == pytest.approx(power_dbm("two_ray", uav_m, source_m)[0, 0])


@given(st.floats(1.5, 20.0))
def test_grazing_and_brewster(epsilon: float) -> None:
    assert fresnel_vertical(np.array([1e-9]), epsilon)[0] == pytest.approx(-1.0, abs=1e-6)
    brewster = np.sin(np.arctan(1.0 / np.sqrt(epsilon)))
    assert fresnel_vertical(np.array([brewster]), epsilon)[0] == pytest.approx(0.0, abs=1e-12)
    normal = (np.sqrt(epsilon) - 1.0) / (np.sqrt(epsilon) + 1.0)
    assert fresnel_vertical(np.array([1.0]), epsilon)[0] == pytest.approx(normal)


def test_leg_shadow_has_the_stated_edges() -> None:
    legs = LegSettings()
    azimuth = np.radians([33.9, 34.1, 39, 43.9, 44.1, -90, 270 - 360 + 5.1, 150 - 360, 39])
    depression = np.radians([5, 5, 5, 5, 5, 5, 5, 9.9, 10.1])
    expected = [False, True, True, True, False, True, False, True, False]
    np.testing.assert_array_equal(behind_leg(azimuth, depression, legs), expected)
    assert leg_loss_db(np.array([100.0]), 0.3, legs)[0] == pytest.approx(6.0)


def test_leg_loss_in_the_model() -> None:
    """A source ahead to the right, at 39 deg, behind a leg; turning by 60 deg frees it."""
    distance_m = 300.0
    azimuth = np.radians(39.0)
    uav_m = np.array([0.0, 0.0, 30.0])
    source_m = np.array([distance_m * np.cos(azimuth), distance_m * np.sin(azimuth), 5.0])
    free = power_dbm("two_ray", uav_m, source_m)[0, 0]
    shadowed = power_dbm("enhanced_two_ray", uav_m, source_m, LEVEL, 0.4)[0, 0]
    assert free - shadowed == pytest.approx(4.0 * np.log10(np.hypot(distance_m, 25.0)))
    turned = np.radians([[0.0, 0.0, 60.0]])
    assert power_dbm("enhanced_two_ray", uav_m, source_m, turned, 0.4)[0, 0] == pytest.approx(free)


@pytest.mark.parametrize("name", ["free_space", "two_ray", "enhanced_two_ray"])
def test_single_precision_is_enough(name: str) -> None:
    rng = np.random.default_rng(0)
    uav_m = np.column_stack([rng.uniform(0, 250, (500, 2)), np.full(500, 30.0)])
    source_m = np.column_stack([rng.uniform(0, 300, (40, 2)), np.full(40, 5.0)])
    attitude_rad = rng.uniform(-0.09, 0.09, (500, 3))
    model = build(name, 0.3)
    double = model(uav_m, attitude_rad, source_m)
    single = model(*(a.astype(np.float32) for a in (uav_m, attitude_rad, source_m)))
    assert single.dtype == np.float32
    error_db = np.abs(single - double)
    # Nulls and the edges of leg shadows are sharp; they are rare.
    assert np.quantile(error_db, 0.999) < 0.02


@pytest.mark.parametrize("level_flight", [True, False])
def test_measured_antennas_in_single_precision(level_flight: bool) -> None:
    """As the simulator computes it, against float64, where the power is no deep null."""
    rng = np.random.default_rng(1)
    elevation = np.radians(np.arange(-90.0, 91.0, 3.0))[:, None]
    lobes_db = 3.0 * np.cos(elevation) * np.cos(4 * np.radians(np.arange(0.0, 361.0, 3.0)))
    gain = np.cos(elevation) ** 2 * 10.0 ** (lobes_db / 10.0) + 0.01
    antenna = MeasuredAntenna(gain.astype(np.float32))
    height_m = np.full(4000, 30.0) if level_flight else rng.uniform(20.0, 50.0, 4000)
    uav_m = np.column_stack([rng.uniform(0, 250, (4000, 2)), height_m])
    source_m = np.column_stack([rng.uniform(0, 300, (5, 2)), np.full(5, 5.0)])
    attitude_rad = rng.uniform(-0.09, 0.09, (5, 4000, 3))
    legs = SETTINGS.legs.model_copy(update={"azimuths_deg": []})  # shadows have sharp edges
    model = EnhancedTwoRay(Radio.of(SCENARIO), Antennas(antenna, antenna), legs, 0.3)
    double = model(uav_m, attitude_rad, source_m)
    single = model(*(a.astype(np.float32) for a in (uav_m, attitude_rad, source_m)))
    free = power_dbm("free_space", uav_m, source_m)
    strong = double > free - 30.0
    assert strong.mean() > 0.9
    assert np.abs(single - double)[strong].max() < 0.05


def test_a_level_flight_is_one_of_many_heights() -> None:
    """Heights that are all equal are not handled one by one; the numbers are the same."""
    rng = np.random.default_rng(2)
    uav_m = np.column_stack([rng.uniform(0, 250, (50, 2)), np.full(50, 30.0)])
    source_m = np.column_stack([rng.uniform(0, 300, (3, 2)), np.full(3, 5.0)])
    climbing_m = np.concatenate([uav_m, [[0.0, 0.0, 31.0]]])
    for name in ("free_space", "two_ray", "enhanced_two_ray"):
        level = power_dbm(name, uav_m, source_m, beta=0.3)
        np.testing.assert_array_equal(
            level, power_dbm(name, climbing_m, source_m, beta=0.3)[:, :-1]
        )


def test_an_attitude_per_source() -> None:
    rng = np.random.default_rng(3)
    uav_m = np.column_stack([rng.uniform(0, 200, (7, 2)), np.full(7, 30.0)])
    source_m = np.column_stack([rng.uniform(0, 200, (4, 2)), np.full(4, 5.0)])
    attitude_rad = rng.uniform(-0.1, 0.1, (4, 7, 3))
    model = build("enhanced_two_ray", 0.3)
    together = model(uav_m, attitude_rad, source_m)
    apart = [model(uav_m, attitude_rad[i], source_m[i : i + 1])[0] for i in range(4)]
    np.testing.assert_allclose(together, apart, rtol=1e-12)


def test_antennas_are_used_at_their_own_ends() -> None:
    def up_only(directions: Directions) -> np.ndarray:
        return np.where(directions.z > 0, 1.0, 1e-6)

    model = build("enhanced_two_ray", 0.0)
    assert isinstance(model, EnhancedTwoRay)
    ends = model.antennas
    uav_m, source_m = np.array([[0.0, 0.0, 30.0]]), np.array([[100.0, 0.0, 5.0]])
    normal = model(uav_m, LEVEL, source_m)[0, 0]
    # The source looks up at the UAV: little changes. The UAV looks down at it: 60 dB go.
    looking_up = replace(model, antennas=replace(ends, source=up_only))
    assert abs(looking_up(uav_m, LEVEL, source_m)[0, 0] - normal) < 10.0
    looking_away = replace(model, antennas=replace(ends, uav=up_only))
    assert looking_away(uav_m, LEVEL, source_m)[0, 0] < normal - 45.0


@given(st.floats(0.0, 80.0), st.floats(0.5, 300.0))
def test_a_source_above_the_aircraft_has_a_power_too(height_m: float, distance_m: float) -> None:
    """Outside what is simulated; the formulas hold, the gain profile keeps its lowest node."""
    uav_m, source_m = np.array([[0.0, 0.0, 30.0]]), np.array([[distance_m, 0.0, height_m]])
    for name in ("free_space", "two_ray", "enhanced_two_ray"):
        assert np.isfinite(power_dbm(name, uav_m, source_m, LEVEL, 0.3)).all()
    assert np.isfinite(Calibrated(PROFILE)(uav_m, LEVEL, source_m)).all()


def test_impossible_geometry() -> None:
    with pytest.raises(ValueError, match="the distance is zero"):
        power_dbm("free_space", np.array([1.0, 2.0, 30.0]), np.array([1.0, 2.0, 30.0]))
    with pytest.raises(ValueError, match="lies below it"):
        power_dbm("two_ray", np.array([1.0, 2.0, -30.0]), np.array([1.0, 2.0, 5.0]))


def test_models_say_what_they_need() -> None:
    needs = {name: spec.needs_calibration(SETTINGS) for name, spec in MODELS.items()}
    known = {
        "free_space": False,
        "two_ray": False,
        "enhanced_two_ray": True,
        "calibrated": True,
    }
    assert known.items() <= needs.items()
    fixed = SETTINGS.model_copy(update={"legs": SETTINGS.legs.model_copy(update={"beta": 0.2})})
    assert not MODELS["enhanced_two_ray"].needs_calibration(fixed)
    for name in ("enhanced_two_ray", "calibrated"):
        with pytest.raises(ValueError, match=r"needs (β|a calibration)"):
            MODELS[name].build(SCENARIO, SETTINGS, None)


PROFILE = GainProfile(
    depression_deg=(5.0, 20.0, 60.0),
    gain_db=(40.0, 50.0, 45.0),
    gain_std_db=(0.0, 0.0, 0.0),
    low_db=(1.0, 0.0, -6.0, 0.0),
    high_db=(4.0, 0.0),
    covariance_db2=(),
)


@pytest.mark.parametrize(
    ("depression_deg", "azimuth_deg", "gain_db"),
    [
        (5.0, 90.0, 40.0 + 1.0 - 6.0),  # ahead
        (5.0, 0.0, 40.0 + 6.0),  # to the right, where cos 2a is -1
        (12.5, 270.0, 45.0 - 1.0 - 6.0),  # behind, half-way between nodes
        (60.0, 90.0, 49.0),
        (80.0, 270.0, 41.0),  # beyond the last node
    ],
)
def test_gain_profile(depression_deg: float, azimuth_deg: float, gain_db: float) -> None:
    found = PROFILE(np.radians([depression_deg]), np.radians([azimuth_deg]))
    assert found[0] == pytest.approx(gain_db)


def test_calibrated_falls_with_distance_and_turns_with_the_aircraft() -> None:
    model = Calibrated(PROFILE)
    near, far = np.array([0.0, 100.0, 30.0]), np.array([0.0, 200.0, 55.0])
    source_m = np.array([[0.0, 0.0, 5.0]])
    uav_m = np.stack([near, far])  # the same depression, twice the distance
    power = model(uav_m, np.zeros((2, 3)), source_m)[0]
    assert power[0] - power[1] == pytest.approx(20 * np.log10(2))
    headings = np.radians([[0.0, 0.0, 0.0], [0.0, 0.0, 90.0]])
    tail, side = model(np.stack([near, near]), headings, source_m)[0]
    # Heading north the source is at the tail; heading east it is on the right-hand side.
    assert tail - side == pytest.approx(-1.0 - 6.0 - 6.0)


def test_energy_of_the_lobes() -> None:
    """Averaged over whole fringes, the two rays' powers add up, whatever their phase."""
    distance_m = np.linspace(60.0, 62.0, 200_001)
    uav_m = np.column_stack([distance_m, np.zeros_like(distance_m), np.full_like(distance_m, 90.0)])
    geometry = link_geometry(uav_m, np.array([[0.0, 0.0, 60.0]]))
    radio = Radio.of(SCENARIO)
    ones = np.ones_like(geometry.direct_m)
    phase = 2 * np.pi / radio.wavelength_m * geometry.path_difference_m[0]
    fringes = np.abs(np.cumsum(np.diff(phase))) // (2 * np.pi)
    whole = np.flatnonzero(np.diff(fringes)) + 1
    assert whole.size >= 5
    part = slice(int(whole[0]), int(whole[-1]))
    together = two_ray_amplitude_squared(geometry, radio, ones, ones)[0, part].mean()
    gamma = fresnel_vertical(np.sin(geometry.grazing_rad), radio.relative_permittivity)
    apart = (geometry.direct_m**-2 + (gamma / geometry.reflected_m) ** 2)[0, part].mean()
    assert together == pytest.approx(apart, rel=0.01)
