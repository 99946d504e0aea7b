"""Table of the size and speed of RealAdaptRNet, compared with the published numbers."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from rfsl.networks.realadaptrnet.network import RealAdaptRNet, count_flops
from rfsl.networks.realadaptrnet.training import locate
from rfsl.networks.torch_support import count_parameters

#: Inputs, parameters and FLOPs of both variants in the paper (arXiv:2502.13969, section IV).
PUBLISHED = {
    "clustered": (60, 0.2e6, 1.3e6),
    "normalized": (10_000, 6.7e6, 331.98e6),
}
_REPEATS = 50


def complexity_table() -> pd.DataFrame:
    """One row per variant at the paper's input sizes, and one row for their ratio.

    FLOPs are those of one estimate, two per multiply-add of convolutions and matrix products, by
    torch's counter. Latency is the median wall time of one estimate on the CPU, from features.

    Returns:
        Columns variant, inputs, parameters, published_parameters, flops, published_flops,
        cpu_latency_s.
    """
    rows = []
    for variant, (inputs, parameters, flops) in PUBLISHED.items():
        ones = np.ones(inputs, np.float32)
        model = RealAdaptRNet(0 * ones, ones, (0.0, 0.0), (1.0, 1.0)).eval()
        rows.append(
            {
                "variant": variant,
                "inputs": float(inputs),
                "parameters": float(count_parameters(model)),
                "published_parameters": parameters,
                "flops": float(count_flops(model)),
                "published_flops": flops,
                "cpu_latency_s": _latency_s(model, ones[None]),
            }
        )
    table = pd.DataFrame(rows)
    numbers = table.drop(columns="variant")
    ratio = numbers.iloc[1] / numbers.iloc[0]
    return pd.concat(
        [table, pd.DataFrame([{"variant": "ratio", **ratio.to_dict()}])], ignore_index=True
    )


def _latency_s(model: RealAdaptRNet, features: np.ndarray) -> float:
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        locate(model, features)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
