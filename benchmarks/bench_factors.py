"""Time the factor analysis of ecosurvey beside that of R's psych, on this machine.

    python benchmarks/bench_factors.py            # needs Rscript with psych for the comparison

Both run on one thread. R's times leave out starting R and reading data.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from ecosurvey.factors import efa, parallel_analysis
from ecosurvey.reliability import alpha, htmt, omega_hierarchical

R_SCRIPT = """
suppressMessages({library(psych); library(jsonlite)}); options(mc.cores = 1)
x <- read.csv("answers.csv")
time <- function(f, n = 5) { f(); median(replicate(n, system.time(f())[["elapsed"]])) }
write_json(list(
  `parallel analysis, 100 draws` = time(function() suppressMessages(suppressWarnings(
    fa.parallel(x, fa = "pc", n.iter = 100, plot = FALSE, quant = .95, sim = TRUE))), 1),
  `efa, 8 factors, minres, oblimin` = time(function() suppressWarnings(fa(x, 8))),
  `alpha of 5 items` = time(function() alpha(x[1:5])),
  `omega hierarchical` = time(function() suppressMessages(suppressWarnings(
    omega(x, 8, plot = FALSE))))
), "times.json", auto_unbox = TRUE, digits = 6)
"""


def answers(n: int = 1200, k: int = 8, per: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    loadings = np.kron(np.eye(k), np.full((per, 1), 0.7))
    factors = rng.normal(size=(n, k)) * 0.8 + rng.normal(size=(n, 1)) * 0.6
    latent = factors @ loadings.T + rng.normal(size=(n, k * per)) * 0.71
    codes = np.clip(np.round(3 + latent), 1, 5)
    return pd.DataFrame(codes, columns=[f"q{i + 1}" for i in range(k * per)])


def median_time(job: Callable[[], object], repeats: int = 5) -> float:
    job()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        job()
        times.append(perf_counter() - start)
    return float(np.median(times))


def main() -> None:
    data = answers()
    scales = {f"c{j}": [f"q{5 * j + i + 1}" for i in range(5)] for j in range(8)}
    first = list(data.columns[:5])
    own = {
        "parallel analysis, 100 draws": median_time(lambda: parallel_analysis(data, 100, seed=1)),
        "parallel analysis, 1000 draws": median_time(lambda: parallel_analysis(data, seed=1), 3),
        "efa, 8 factors, minres, oblimin": median_time(lambda: efa(data, 8, n_starts=1)),
        "efa, the same, 10 rotation starts": median_time(lambda: efa(data, 8)),
        "efa, the same, own engine": median_time(lambda: efa(data, 8, n_starts=1, engine="own")),
        "alpha of 5 items": median_time(lambda: alpha(data, first)),
        "omega hierarchical": median_time(lambda: omega_hierarchical(data, 8)),
        "htmt of 8 constructs, 1000 resamples": median_time(
            lambda: htmt(data, scales, n_boot=1000, seed=1), 3
        ),
    }
    psych = times_in_r(data) if shutil.which("Rscript") else {}
    print(f"{'40 items, N = 1200':40} {'ecosurvey':>10} {'psych':>10} {'faster':>8}")
    for job, seconds in own.items():
        there = psych.get(job)
        beside = f"{there:10.4f} {there / seconds:7.0f}x" if there else f"{'—':>10} {'':>8}"
        print(f"{job:40} {seconds:10.4f} {beside}")


def times_in_r(data: pd.DataFrame) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        data.to_csv(Path(folder) / "answers.csv", index=False)
        (Path(folder) / "time.R").write_text(R_SCRIPT, "utf-8")
        subprocess.run(
            ["Rscript", "time.R"], cwd=folder, check=True, capture_output=True, text=True
        )
        times: dict[str, float] = json.loads((Path(folder) / "times.json").read_text("utf-8"))
    return times


if __name__ == "__main__":
    main()
