"""An independent ray tracer over flat ground, sionna-rt, where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rfsl.arrays import FloatArray
from rfsl.config.config import Config

rt = pytest.importorskip("sionna.rt", reason="sionna-rt is not installed (optional oracle)")


GROUND = """<scene version="2.1.0"><shape type="rectangle" id="ground"><transform name="to_world">
<scale x="3000" y="3000"/></transform><bsdf type="itu-radio-material" id="mat-g">
<string name="type" value="concrete"/><float name="thickness" value="0.1"/></bsdf></shape>
</scene>"""


def ground_scene(folder: Path, uav_m: FloatArray, source_m: FloatArray) -> Any:
    """Half-wave dipoles at each UAV position and at the source, over flat ground of permittivity
    2."""
    path = folder / "ground.xml"
    path.write_text(GROUND)
    scene = rt.load_scene(str(path))
    scene.frequency = Config().scenario.frequency_hz
    # A slab of a kilometre that absorbs a little: no echo comes back from its lower face.
    ground = rt.RadioMaterial(
        "flat", relative_permittivity=2.0, conductivity=0.001, thickness=1000.0
    )
    scene.add(ground)
    for thing in scene.objects.values():
        thing.radio_material = ground
    dipole = {"num_rows": 1, "num_cols": 1, "pattern": "hw_dipole", "polarization": "V"}
    scene.tx_array = scene.rx_array = rt.PlanarArray(**dipole)
    scene.add(rt.Transmitter("source", position=source_m.tolist()))
    for index, position in enumerate(uav_m):
        scene.add(rt.Receiver(f"uav{index}", position=position.tolist()))
    return scene


def traced_dbm(scene: Any, transmit_power_dbm: float, rays: int = 1_000_000) -> FloatArray:
    """Received power at each receiver: line of sight and one specular reflection, coefficients of
    both paths added.

    Args:
        rays: sent out to find what reflects; the solver's default. On flat ground any will do.
    """
    paths = rt.PathSolver()(
        scene,
        max_depth=1,
        samples_per_src=rays,
        los=True,
        specular_reflection=True,
        diffuse_reflection=False,
        refraction=False,
    )
    coefficients, _ = paths.cir(normalize_delays=False, out_type="numpy")
    total = coefficients.reshape(len(scene.receivers), -1).sum(axis=1)
    return 20.0 * np.log10(np.abs(total)) + transmit_power_dbm
