"""Two-ray against an independent ray tracer, sionna-rt (optional: `pip install sionna-rt`).

On the CPU it needs LLVM: on Debian `apt install libllvm19` and
`DRJIT_LIBLLVM_PATH=/usr/lib/x86_64-linux-gnu/libLLVM.so.19.1`; older versions crash.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support.ray_tracer import ground_scene, traced_dbm

from rfsl.config.config import Config
from rfsl.propagation.models import MODELS


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
