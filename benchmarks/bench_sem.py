"""The same confirmatory factor analysis by ecosurvey, lavaan and semopy; and a million rows.

    python benchmarks/bench_sem.py [--rows 1200] [--repeats 5] [--million]
                                   [--no-lavaan] [--no-semopy]

Times are of a whole call: text and data in, estimates, standard errors and tests out. The small
table shows processor time on one thread, the best of the repeats, since that hardly depends on what
else the machine does; the large one shows seconds by the clock. lavaan runs through Rscript where
that is found.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from workload import FACTORS, ITEMS, MODEL, answers

from ecosurvey.sem import cfa
from ecosurvey.sem.modification import modification_indices

HERE = Path(__file__).parent
WORK = {
    "ML": "CFA, ML",
    "ML_measures": "CFA, ML, with all fit measures",
    "MLR": "CFA, MLR",
    "MLM": "CFA, MLM",
    "modification": "Modification indices",
}


def best(work: Callable[[], object], repeats: int) -> float:
    """Processor seconds of the fastest of some runs, after one to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def own_times(data: object, repeats: int) -> dict[str, float]:
    fit = cfa(MODEL, data)
    return {
        "ML": best(lambda: cfa(MODEL, data), repeats),
        "ML_measures": best(lambda: cfa(MODEL, data).fit_measures, repeats),
        "MLR": best(lambda: cfa(MODEL, data, estimator="MLR"), repeats),
        "MLM": best(lambda: cfa(MODEL, data, estimator="MLM"), repeats),
        "modification": best(lambda: modification_indices(fit.fit), repeats),
        "chisq": fit.fit_measures["chisq"],
    }


def lavaan_times(data: object, repeats: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        rows, model = Path(folder) / "data.csv", Path(folder) / "model.txt"
        data.to_csv(rows, index=False)  # type: ignore[attr-defined]
        model.write_text(MODEL + "\n", encoding="utf-8")
        script = [shutil.which("Rscript") or "Rscript", str(HERE / "lavaan_times.R")]
        run = subprocess.run(
            [*script, str(rows), str(model), str(repeats)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return dict(json.loads(run.stdout))


def semopy_times(data: object) -> dict[str, float]:
    """One run with its own settings: estimates, standard errors, and its fit statistics."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger().setLevel(logging.ERROR)
        import semopy

        def fitted() -> object:
            model = semopy.Model(MODEL)
            model.fit(data)
            model.inspect()
            return model

        start = time.process_time()
        model = fitted()
        plain = time.process_time() - start
        start = time.process_time()
        stats = semopy.calc_stats(model)
        return {
            "ML": plain,
            "ML_measures": plain + time.process_time() - start,
            "chisq": float(stats["chi2"].iloc[0]),
        }


def table(found: dict[str, dict[str, float]]) -> None:
    engines = list(found)
    print(f"{'':34}" + "".join(f"{name:>14}" for name in engines) + f"{'times faster':>16}")
    for key, title in WORK.items():
        own = found["ecosurvey"][key]
        cells = [found[name].get(key) for name in engines]
        shown = "".join(f"{1e3 * c:>11.1f} ms" if c is not None else f"{'-':>14}" for c in cells)
        others = [f"{c / own:.0f}" for c in cells[1:] if c is not None]
        print(f"{title:34}{shown}{' / '.join(others):>16}")
    print(f"{'chi-square':34}" + "".join(f"{found[name]['chisq']:>14.6f}" for name in engines))


MILLION = """
import resource, sys, time
sys.path.insert(0, {here!r})
import pandas
from workload import MODEL, answers
from ecosurvey.sem import cfa
cfa(MODEL, answers(1000), estimator={estimator!r})
data = answers({n})
held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
start = time.perf_counter()
fit = cfa(MODEL, data, estimator={estimator!r})
whole = time.perf_counter() - start
from ecosurvey.sem.estimate import estimate
start = time.perf_counter()
estimate(fit.fit.model, fit.fit.method)
past = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(whole, past, held, peak, fit.converged)
"""


def large(estimator: str) -> None:
    """Time and memory of one fit, each size in a process of its own."""
    print(f"\n{estimator}: {FACTORS * ITEMS} items, many rows")
    print(f"{'rows':>10}{'whole call':>14}{'past moments':>15}{'data held':>12}{'peak':>10}")
    for n in (10_000, 100_000, 1_000_000):
        code = MILLION.format(here=str(HERE), n=n, estimator=estimator)
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        whole, past, held, peak, converged = run.stdout.split()
        note = "" if converged == "True" else "  not converged"
        print(
            f"{n:>10,}{1e3 * float(whole):>11.0f} ms{1e3 * float(past):>12.0f} ms"
            f"{float(held):>8.2f} GiB{float(peak):>6.2f} GiB{note}"
        )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rows", type=int, default=1200)
    ask.add_argument("--repeats", type=int, default=5)
    ask.add_argument("--million", action="store_true", help="also 10,000 to 1,000,000 rows")
    ask.add_argument("--no-lavaan", action="store_true")
    ask.add_argument("--no-semopy", action="store_true")
    asked = ask.parse_args()
    data = answers(asked.rows)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    threads = f"BLAS threads {os.environ['OPENBLAS_NUM_THREADS']}"
    print(f"{FACTORS} factors x {ITEMS} items, {asked.rows} rows; {machine}, {threads}\n")
    found = {"ecosurvey": own_times(data, asked.repeats)}
    if not asked.no_lavaan and shutil.which("Rscript"):
        times = lavaan_times(data, min(asked.repeats, 3))
        found[f"lavaan {times['version']}"] = times
    if not asked.no_semopy:
        found["semopy"] = semopy_times(data)
    table(found)
    if asked.million:
        for estimator in ("ML", "MLR"):
            large(estimator)


if __name__ == "__main__":
    main()
