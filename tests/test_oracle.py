"""Two-ray against an independent ray tracer, sionna-rt (optional: `pip install sionna-rt`).

On the CPU it needs LLVM: on Debian `apt install libllvm19` and
`DRJIT_LIBLLVM_PATH=/usr/lib/x86_64-linux-gnu/libLLVM.so.19.1`; older versions crash.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.propagation.models import MODELS

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


def test_two_ray_agrees_with_a_ray_tracer(tmp_path: Path) -> None:
    config = Config()
    rng = np.random.default_rng(0)
    uav_m = np.column_stack(
        [rng.uniform(10, 300, 200), rng.uniform(-150, 150, 200), rng.uniform(20, 50, 200)]
    )
    source_m = np.array([0.0, 0.0, config.scenario.source_height_m])
    ours = MODELS["two_ray"].build(config.scenario, config.propagation, None)
    free = MODELS["free_space"].build(config.scenario, config.propagation, None)
    level = np.zeros((1, 3))
    power_dbm = ours(uav_m, level, source_m[None])[0]
    scene = ground_scene(tmp_path, uav_m, source_m)
    expected_dbm = traced_dbm(scene, config.scenario.transmit_power_dbm)
    away_from_nulls = power_dbm > free(uav_m, level, source_m[None])[0] - 12.0
    assert away_from_nulls.sum() > 150
    difference_db = np.abs(power_dbm - expected_dbm)[away_from_nulls]
    print(f"largest difference {difference_db.max():.3f} dB over {difference_db.size} links")
    assert difference_db.max() < 0.1
