"""Results do not depend on the order of the jobs, nor on how many run at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.checkouts import FIGURE, TINY, checkout, differing, results, snakemake, told

pytestmark = pytest.mark.workflow


def test_results_do_not_depend_on_cores_shards_and_order(finished: Path, tmp_path: Path) -> None:
    """One core, other shards, and the network that was trained last trained first."""
    folder = checkout(tmp_path)
    first = "results/models/normalized_enhanced_two_ray/location_3/600s/seed1/model.safetensors"
    for target in (first, FIGURE):
        run = snakemake(
            folder, "--cores", "1", target, *TINY, "--config", "simulation={shard_size: 7}"
        )
        assert run.returncode == 0, told(run)
    made = {k: v for k, v in results(folder).items() if not k.startswith("simulation/")}
    assert {"tables/fig6a.tsv", "figures/fig6a.pdf", first.removeprefix("results/")} <= set(made)
    assert differing(made, results(finished)) == []
