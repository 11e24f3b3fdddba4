"""The workload all engines are given: 8 factors, 40 items, made from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

FACTORS, ITEMS = 8, 5
NAMES = [f"f{i + 1}_{j + 1}" for i in range(FACTORS) for j in range(ITEMS)]
MODEL = "\n".join(
    f"f{i + 1} =~ " + " + ".join(f"f{i + 1}_{j + 1}" for j in range(ITEMS)) for i in range(FACTORS)
)


def answers(n: int, seed: int = 20250101) -> pd.DataFrame:
    """n rows of standard normal items, loadings .60 to .85, factors correlated .4."""
    rng = np.random.default_rng(seed)
    loading = rng.uniform(0.60, 0.85, FACTORS * ITEMS)
    common = rng.standard_normal((n, 1)) * np.sqrt(0.4)
    factors = common + rng.standard_normal((n, FACTORS)) * np.sqrt(0.6)
    items = rng.standard_normal((n, FACTORS * ITEMS))
    items *= np.sqrt(1 - loading**2)
    for item in range(FACTORS * ITEMS):
        items[:, item] += loading[item] * factors[:, item // ITEMS]
    return pd.DataFrame(items, columns=NAMES, copy=False)
