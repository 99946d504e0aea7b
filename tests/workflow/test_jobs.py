"""What a job limits, whatever it loads."""

from __future__ import annotations

import json

from support.processes import python


def test_a_job_keeps_to_its_threads() -> None:
    """BLAS, OpenMP and torch, whether they are loaded before the job starts or within it."""
    code = """
import json, os
from types import SimpleNamespace
import numpy as np
import torch
from threadpoolctl import threadpool_info
from rfsl.workflow.jobs import job
snakemake = SimpleNamespace(
    threads=1, log=[], rule="mine", wildcards={}, input=[], params={}
)
with job(snakemake):
    import sklearn.cluster  # brings an OpenMP of its own
    np.ones((200, 200)) @ np.ones((200, 200))
    torch.ones(200, 200) @ torch.ones(200, 200)
    pools = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}
    print(json.dumps([pools, torch.get_num_threads(), os.environ["OMP_NUM_THREADS"]]))
"""
    pools, of_torch, of_children = json.loads(python(code))
    assert len(pools) >= 2  # OpenBLAS and OpenMP at least
    assert set(pools.values()) == {1}, pools
    assert of_torch == 1
    assert of_children == "1"
