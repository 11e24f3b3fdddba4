"""Time the factor analysis of ecosurvey beside that of R's psych, on this machine.

    python benchmarks/bench_factors.py            # needs Rscript with psych for the comparison

Both run on one thread. R's times leave out starting R and reading data. Processor time hardly
depends on what else the machine does; time by the clock stands beside it.
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
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
import pandas as pd

from ecosurvey.correlation import polychoric
from ecosurvey.factors import efa, parallel_analysis
from ecosurvey.reliability import alpha, cross_loadings, htmt, omega_hierarchical

R_SCRIPT = """
suppressMessages({library(psych); library(jsonlite)}); options(mc.cores = 1)
x <- read.csv("answers.csv")
time <- function(f, n = 5) {
  if (n > 1) f()
  all <- replicate(n, { t <- proc.time(); f(); as.numeric(proc.time() - t)[1:3] })
  list(processor = median(all[1, ] + all[2, ]), clock = median(all[3, ]))
}
quiet <- function(code) suppressMessages(suppressWarnings(code))
write_json(list(
  `parallel analysis, 100 draws` = time(function() quiet(
    fa.parallel(x, fa = "pc", n.iter = 100, plot = FALSE, quant = .95, sim = TRUE)), 1),
  `parallel analysis on polychorics, 20 draws` = time(function() quiet(
    fa.parallel(x, fa = "pc", n.iter = 20, plot = FALSE, quant = .95, sim = FALSE,
                cor = "poly", correct = 0)), 1),
  `polychoric correlations` = time(function() quiet(polychoric(x, correct = 0)), 1),
  `efa, 8 factors, minres, oblimin` = time(function() quiet(fa(x, 8))),
  `efa, 8 factors, ml, oblimin` = time(function() quiet(fa(x, 8, fm = "ml"))),
  `alpha of 5 items` = time(function() alpha(x[1:5])),
  `omega hierarchical` = time(function() quiet(omega(x, 8, plot = FALSE)))
), "times.json", auto_unbox = TRUE, digits = 6)
"""


class Time(NamedTuple):
    """Seconds of the processor and by the clock."""

    processor: float
    clock: float


def answers(n: int = 1200, k: int = 8, per: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    loadings = np.kron(np.eye(k), np.full((per, 1), 0.7))
    factors = rng.normal(size=(n, k)) * 0.8 + rng.normal(size=(n, 1)) * 0.6
    latent = factors @ loadings.T + rng.normal(size=(n, k * per)) * 0.71
    codes = np.clip(np.round(3 + latent), 1, 5)
    return pd.DataFrame(codes, columns=[f"q{i + 1}" for i in range(k * per)])


def median_time(job: Callable[[], object], repeats: int = 5) -> Time:
    job()
    times = []
    for _ in range(repeats):
        used, start = process_time(), perf_counter()
        job()
        times.append((process_time() - used, perf_counter() - start))
    return Time(*(float(v) for v in np.median(times, axis=0)))


def main() -> None:
    data = answers()
    scales = {f"c{j}": [f"q{5 * j + i + 1}" for i in range(5)] for j in range(8)}
    first = list(data.columns[:5])

    def behind(draws: int) -> object:
        return parallel_analysis(data, draws, seed=1, correlation="polychoric")

    own = {
        "parallel analysis, 100 draws": median_time(lambda: parallel_analysis(data, 100, seed=1)),
        "parallel analysis, 1000 draws": median_time(lambda: parallel_analysis(data, seed=1), 3),
        "polychoric correlations": median_time(lambda: polychoric(data), 3),
        "parallel analysis on polychorics, 20 draws": median_time(lambda: behind(20), 3),
        "parallel analysis on polychorics, 100 draws": median_time(lambda: behind(100), 1),
        "efa, 8 factors, minres, oblimin": median_time(lambda: efa(data, 8, n_starts=1)),
        "efa, 8 factors, ml, oblimin": median_time(lambda: efa(data, 8, "ml", n_starts=1)),
        "efa, minres, 10 rotation starts": median_time(lambda: efa(data, 8)),
        "efa, minres, own engine": median_time(lambda: efa(data, 8, n_starts=1, engine="own")),
        "alpha of 5 items": median_time(lambda: alpha(data, first)),
        "omega hierarchical": median_time(lambda: omega_hierarchical(data, 8)),
        "cross-loadings of 8 constructs": median_time(lambda: cross_loadings(data, scales)),
        "htmt of 8 constructs, 1000 resamples": median_time(
            lambda: htmt(data, scales, n_boot=1000, seed=1), 3
        ),
    }
    show(own, times_in_r(data) if shutil.which("Rscript") else {})


def show(own: dict[str, Time], psych: dict[str, Time]) -> None:
    """Print the rows of the table in README.md: processor time, then time by the clock."""
    print("| 40 items, 1,200 rows | ecosurvey | psych | times faster | by the clock | psych |")
    print("|---|---:|---:|---:|---:|---:|")
    for job, here in own.items():
        there = psych.get(job)
        used, clock = (seconds(there.processor), seconds(there.clock)) if there else ("–", "–")
        faster = f"{there.processor / here.processor:.0f}" if there else ""
        row = (job, seconds(here.processor), used, faster, seconds(here.clock), clock)
        print(f"| {' | '.join(row)} |")


def seconds(value: float) -> str:
    """Return a time as people read it."""
    return f"{value:.1f} s" if value >= 1 else f"{1000 * value:.1f} ms"


def times_in_r(data: pd.DataFrame) -> dict[str, Time]:
    with tempfile.TemporaryDirectory() as folder:
        data.to_csv(Path(folder) / "answers.csv", index=False)
        (Path(folder) / "time.R").write_text(R_SCRIPT, "utf-8")
        subprocess.run(
            ["Rscript", "time.R"], cwd=folder, check=True, capture_output=True, text=True
        )
        found = json.loads((Path(folder) / "times.json").read_text("utf-8"))
    return {job: Time(**times) for job, times in found.items()}


if __name__ == "__main__":
    main()
