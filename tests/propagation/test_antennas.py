"""Antennas: energy, symmetry, and the chamber files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.ndimage import map_coordinates
from support.user_files import chamber_rows, write_chamber_file

from rfsl.arrays import FloatArray
from rfsl.config.propagation import AntennaSettings
from rfsl.errors import DataError
from rfsl.geometry.directions import Directions
from rfsl.propagation.antennas import (
    DIPOLE_MAXIMUM_GAIN,
    MeasuredAntenna,
    build_antenna,
    dipole_gain,
    read_chamber_file,
)


def test_dipole_radiates_what_it_is_fed() -> None:
    def ring(elevation: float) -> float:
        return float(
            dipole_gain(Directions.at(np.array([elevation]), np.zeros(1)))[0]
            * np.cos(elevation)
            / 2
        )

    assert quad(ring, -np.pi / 2, np.pi / 2)[0] == pytest.approx(1.0, abs=1e-6)
    assert 10 * np.log10(DIPOLE_MAXIMUM_GAIN) == pytest.approx(2.15, abs=0.005)


@given(st.floats(-np.pi / 2, np.pi / 2))
def test_dipole_is_symmetric_and_finite(elevation: float) -> None:
    up, down = dipole_gain(Directions.at(np.array([elevation, -elevation]), np.zeros(2)))
    assert up == pytest.approx(down)
    assert 0.0 <= up <= DIPOLE_MAXIMUM_GAIN * (1 + 1e-12)


def test_reads_directions(tmp_path: Path) -> None:
    def gain_db(elevation: float, azimuth: float) -> float:
        return 4.0 * np.sin(elevation) + 2.0 * np.cos(elevation) * np.cos(azimuth - 0.4)

    antenna = read_chamber_file(write_chamber_file(tmp_path / "a.txt", chamber_rows(gain_db)))
    rng = np.random.default_rng(2)
    elevation = rng.uniform(-np.pi / 2, np.pi / 2, 400)
    azimuth = rng.uniform(-3 * np.pi, 3 * np.pi, 400)
    expected = [gain_db(e, a) for e, a in zip(elevation, azimuth, strict=True)]
    np.testing.assert_allclose(
        10 * np.log10(antenna(Directions.at(elevation, azimuth))), expected, atol=0.01
    )


def test_isotropic_table_has_efficiency_one(tmp_path: Path) -> None:
    antenna = read_chamber_file(
        write_chamber_file(tmp_path / "i.txt", chamber_rows(lambda e, a: 0.0))
    )
    assert antenna.efficiency() == pytest.approx(1.0, abs=1e-3)


def test_polarizations(tmp_path: Path) -> None:
    """E(phi) is horizontal, E(theta) vertical; their powers add up to the total."""
    path = write_chamber_file(tmp_path / "p.txt", chamber_rows(lambda e, a: 1.0 + np.sin(e)))
    angles = Directions.at(np.array([0.3]), np.array([1.0]))
    vertical = read_chamber_file(path, "vertical")(angles)
    horizontal = read_chamber_file(path, "horizontal")(angles)
    assert 10 * np.log10(vertical) == pytest.approx(1.0 + np.sin(0.3), abs=0.01)
    assert 10 * np.log10(horizontal) == pytest.approx(-99.0, abs=0.01)


def test_the_pole_is_one_direction(tmp_path: Path) -> None:
    antenna = read_chamber_file(
        write_chamber_file(tmp_path / "z.txt", chamber_rows(lambda e, a: 3 * np.sin(e)))
    )
    up = antenna(Directions.at(np.full(50, np.pi / 2), np.linspace(-7, 7, 50)))
    np.testing.assert_allclose(10 * np.log10(up), 3.0, atol=1e-5)


def test_mounting(tmp_path: Path) -> None:
    """A pattern that grows upwards: hung upside down it grows downwards, tilted it leans."""
    path = write_chamber_file(tmp_path / "u.txt", chamber_rows(lambda e, a: 5 * np.sin(e)))
    settings = AntennaSettings(pattern="measured", file=str(path))
    elevation, azimuth = np.radians([80.0, -80.0, 0.0, 0.0]), np.radians([0.0, 0.0, 30.0, 210.0])

    def gains_db(**changes: object) -> FloatArray:
        antenna = build_antenna(settings.model_copy(update=changes))
        return 10 * np.log10(antenna(Directions.at(elevation, azimuth)))

    steep = 5 * np.sin(np.radians(80.0))
    assert gains_db() == pytest.approx([steep, -steep, 0.0, 0.0], abs=0.01)
    assert gains_db(upside_down=True) == pytest.approx([-steep, steep, 0.0, 0.0], abs=0.01)
    leaning = gains_db(tilt_deg=20.0, tilt_azimuth_deg=30.0)[2:]
    expected = 5 * np.sin(np.radians(20.0))
    assert leaning == pytest.approx([expected, -expected], abs=0.02)


@given(st.floats(-1.5, 1.5), st.floats(-3, 3), st.floats(0, 90), st.floats(0, 360))
def test_mounting_moves_no_energy(
    elevation: float, azimuth: float, tilt_deg: float, toward_deg: float
) -> None:
    """The gain of a tilted dipole is that of the angle from its leaning axis."""
    antenna = build_antenna(AntennaSettings(tilt_deg=tilt_deg, tilt_azimuth_deg=toward_deg))
    tilt, toward = np.radians([tilt_deg, toward_deg])
    axis = np.array([np.sin(tilt) * np.cos(toward), np.sin(tilt) * np.sin(toward), np.cos(tilt)])
    level = np.cos(elevation)
    ray = np.array([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)])
    above = np.arcsin(np.clip(axis @ ray, -1, 1))
    found = antenna(Directions.at(np.array([elevation]), np.array([azimuth])))
    assert found[0] == pytest.approx(
        dipole_gain(Directions.at(np.array([above]), np.zeros(1)))[0], abs=1e-6
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:3000] + rows[3100:],
        lambda rows: rows[::2],
        lambda rows: [  # angles swapped
            "\t".join([row.split("\t")[1], row.split("\t")[0], *row.split("\t")[2:]])
            for row in rows
        ],
        lambda rows: ["nonsense"],
        lambda rows: [row.replace("\t", ",") for row in rows],
        lambda rows: [
            "\t".join([str(np.degrees(float(c))) for c in row.split("\t")[:2]] + ["0"] * 5)
            for row in rows
        ],
    ],
)
def test_bad_chamber_files(tmp_path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = write_chamber_file(tmp_path / "bad.txt", change(chamber_rows(lambda e, a: 0.0)))
    with pytest.raises(DataError, match=r"bad\.txt"):
        read_chamber_file(path)


@pytest.mark.afar
@pytest.mark.parametrize(
    ("name", "efficiency"),
    [
        ("RM-WB1-DN-BLK Right Side Up", 0.665),
        ("RM-WB1-DN-BLK Upside Down", 0.692),
        ("SA-1400-5900", 0.174),
    ],
)
def test_measured_efficiencies(afar_folder: Path, name: str, efficiency: float) -> None:
    antenna = read_chamber_file(afar_folder / "antenna" / f"{name}-F3300.txt")
    assert antenna.efficiency() == pytest.approx(efficiency, abs=0.001)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_table_is_interpolated_as_scipy_does(kind: type[np.floating]) -> None:
    rng = np.random.default_rng(5)
    gain = rng.uniform(0.1, 2.0, (61, 121)).astype(np.float32)
    gain[[0, -1]] = gain[[0, -1], :1]
    gain[:, -1] = gain[:, 0]
    corners = np.radians([-90.0, -87.0, 0.0, 87.0, 90.0])
    elevation = np.concatenate([rng.uniform(-np.pi / 2, np.pi / 2, 3000), corners])
    azimuth = np.concatenate(
        [rng.uniform(-np.pi, np.pi, 3000), np.radians([-180, 180, 0, -3, 177])]
    )
    ours = MeasuredAntenna(gain)(Directions.at(elevation.astype(kind), azimuth.astype(kind)))
    row, column = (elevation / np.pi + 0.5) * 60, np.mod(azimuth / (2 * np.pi), 1.0) * 120
    expected = map_coordinates(gain, [row, column], order=1, mode="nearest", output=float)
    assert ours.dtype == kind
    np.testing.assert_allclose(ours, expected, atol=1e-4 if kind is np.float32 else 1e-7)
