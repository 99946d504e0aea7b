"""Two-ray beside a ray tracer, sionna-rt, over flat ground with one reflection (optional)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from paper_spiral import SCENARIO, model, sources_m, trajectory
from ratios import Row, Timed

pytest.importorskip("sionna.rt", reason="sionna-rt is not installed (optional oracle)")

from support.ray_tracer import ground_scene, traced_dbm

#: With its default of a million rays it takes 170 times as long, for the same on flat ground.
LINKS, RAYS = 2000, 1000


def test_two_ray_beside_a_ray_tracer(tmp_path: Path, ratio_row: Callable[..., Row]) -> None:
    uav_m = trajectory().position_m
    source_m = sources_m(1)
    traced_m = uav_m[:: len(uav_m) // LINKS][:LINKS]
    scene = ground_scene(tmp_path, traced_m, source_m[0])
    level = np.zeros((1, 3), np.float32)
    used, free = model("two_ray"), model("free_space")
    each_m, from_m = uav_m.astype(np.float32), source_m.astype(np.float32)
    ours_dbm = used(traced_m, level, source_m)[0]
    strong = ours_dbm > free(traced_m, level, source_m)[0] - 12.0
    assert strong.mean() > 0.5
    theirs_dbm = traced_dbm(scene, SCENARIO.transmit_power_dbm, RAYS)
    assert np.abs(ours_dbm - theirs_dbm)[strong].max() < 0.1
    ratio_row(
        Timed("two-ray, links to one source", lambda: used(each_m, level, from_m), len(uav_m)),
        Timed(
            "sionna-rt, one reflection, all cores",
            lambda: traced_dbm(scene, SCENARIO.transmit_power_dbm, RAYS),
            LINKS,
        ),
        unit="links/s",
        to_reach="",
    )
