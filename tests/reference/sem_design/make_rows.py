"""Writes rows.csv: answers by clusters and with weights, and rows_holes.csv: the same with gaps."""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent


def main() -> None:
    rng = np.random.default_rng(20240611)
    sizes = rng.integers(6, 22, 30)
    school = np.repeat(np.arange(1, 31), sizes)
    n = len(school)
    between = rng.normal(0, 0.5, (30, 2))[school - 1]
    w = rng.exponential(size=n)
    f = rng.normal(size=n) + between[:, 0] + 0.3 * w
    g = 0.4 * f + 0.2 * w + rng.normal(size=n) + between[:, 1]
    rows = pd.DataFrame(
        {"school": school, "region": np.where(rng.random(n) < 0.4, "north", "south")}
    )
    rows["weight"] = np.exp(rng.normal(0, 0.6, n) + 0.2 * f).round(4)
    for name, factor in (("x", f), ("y", g)):
        for i in range(3):
            shared = rng.normal(0, 0.3, 30)[school - 1]
            rows[f"{name}{i + 1}"] = 3 + (1 - 0.15 * i) * factor + shared + rng.standard_t(6, n)
    rows["w"] = w
    rows = rows.round(4)
    rows.to_csv(FOLDER / "rows.csv", index=False)
    items = [f"{name}{i}" for name in "xy" for i in (1, 2, 3)]
    rows[items] = rows[items].mask(rng.random((n, 6)) < 0.12)
    rows.to_csv(FOLDER / "rows_holes.csv", index=False)


if __name__ == "__main__":
    main()
