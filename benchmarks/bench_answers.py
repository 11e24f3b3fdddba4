"""Answers as they come: with gaps, ordinal, in groups, bootstrapped; by ecosurvey and lavaan.

    python benchmarks/bench_answers.py [--rows 1200] [--repeats 3] [--no-lavaan] [--slow]

Processor time on one thread, the best of the repeats; lavaan's of one run. ``--slow`` lets lavaan
fit the answers with gaps too, which takes it minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from bench_sem import best
from workload import MODEL, NAMES, answers

import ecosurvey as es

HERE = Path(__file__).parent
WORK = {
    "FIML": "FIML, 5 % missing",
    "FIML_MLR": "FIML with MLR, 5 % missing",
    "WLSMV": "WLSMV, five categories",
    "WLSMV_measures": "WLSMV with all fit measures",
    "polychoric": "Polychoric correlations",
    "invariance": "Configural and scalar, two groups, compared",
    "bootstrap": "Bootstrap, one replicate (ML)",
}


def workloads(n: int) -> dict[str, pd.DataFrame]:
    """Return the answers with gaps, as five categories, and in two groups."""
    rng = np.random.default_rng(7)
    plain = answers(n)
    gaps = plain.mask(rng.random(plain.shape) < 0.05)
    cuts = [-1.3, -0.5, 0.3, 1.1]
    ordinal = pd.DataFrame(np.searchsorted(cuts, plain.to_numpy()) + 1, columns=NAMES)
    groups = plain.assign(group=np.where(np.arange(n) % 2, "b", "a"))
    return {"gaps": gaps, "ordinal": ordinal, "groups": groups}


def own_times(data: dict[str, pd.DataFrame], repeats: int) -> dict[str, float]:
    gaps, ordinal, groups = data["gaps"], data["ordinal"], data["groups"]
    plain = es.cfa(MODEL, ordinal)
    units = count(1)

    def other() -> pd.DataFrame:
        """Return the answers in another unit: what was kept of answers fitted before is no help."""
        return gaps * (1 + 1e-3 * next(units))

    def both() -> object:
        equal = ["loadings", "intercepts"]
        fits = (
            es.cfa(MODEL, groups, group="group"),
            es.cfa(MODEL, groups, group="group", group_equal=equal),
        )
        return es.compare(*fits)

    return {
        "FIML": best(lambda: es.cfa(MODEL, other(), missing="fiml"), repeats),
        "FIML_MLR": best(lambda: es.cfa(MODEL, other(), missing="fiml", estimator="MLR"), repeats),
        "WLSMV": best(lambda: es.cfa(MODEL, ordinal, ordered=True), repeats),
        "WLSMV_measures": best(lambda: es.cfa(MODEL, ordinal, ordered=True).fit_measures, repeats),
        "polychoric": best(lambda: es.polychoric(ordinal), repeats),
        "invariance": best(both, repeats),
        "bootstrap": best(lambda: plain.bootstrap(200, seed=1), 1) / 200,
        "chisq": es.cfa(MODEL, gaps, missing="fiml").fit_measures["chisq"],
    }


def lavaan_times(data: dict[str, pd.DataFrame], *, slow: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in data.items():
            frame.to_csv(Path(folder) / f"{name}.csv", index=False)
        (Path(folder) / "model.txt").write_text(MODEL + "\n", encoding="utf-8")
        script = [shutil.which("Rscript") or "Rscript", str(HERE / "lavaan_answers.R"), folder]
        run = subprocess.run(
            [*script, *(["slow"] if slow else [])], capture_output=True, text=True, check=True
        )
    return dict(json.loads(run.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-lavaan", action="store_true")
    parser.add_argument("--slow", action="store_true")
    asked = parser.parse_args()
    data = workloads(asked.rows)
    found = {"ecosurvey": own_times(data, asked.repeats)}
    if not asked.no_lavaan and shutil.which("Rscript"):
        found["lavaan"] = lavaan_times(data, slow=asked.slow)
    print(f"{'':46}" + "".join(f"{name:>14}" for name in found) + f"{'times faster':>15}")
    for key, title in WORK.items():
        times = [engine.get(key) for engine in found.values()]
        shown = "".join(f"{1e3 * t:>11.1f} ms" if t is not None else f"{'-':>14}" for t in times)
        ratio = f"{times[1] / times[0]:.0f}" if len(times) > 1 and times[1] is not None else ""
        print(f"{title:46}{shown}{ratio:>15}")
    print(
        f"{'chi-square (FIML)':46}"
        + "".join(
            f"{engine['chisq']:>14.4f}" if "chisq" in engine else f"{'-':>14}"
            for engine in found.values()
        )
    )


if __name__ == "__main__":
    main()
