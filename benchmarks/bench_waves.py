"""Many large waves compared: time and memory by waves and rows.

    python benchmarks/bench_waves.py                 # 20 waves of 5,000 and of 50,000 as moments
    python benchmarks/bench_waves.py --rows          # also two waves as rows

The questionnaire is the study's; answers are five-point ones drawn from one factor a construct, the
same in all waves, so that every alert is a false one. Each wave is drawn, reduced to its moments
and forgotten, as a study folder would read one wave after another.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.waves import WaveMoments, compare_waves, wave_moments

ASKED = Path(__file__).parents[1] / "instruments" / "ecosystem.yaml"
CUTS = np.array([-1.9, -1.15, -0.35, 0.85])


def answers(asked: Instrument, n: int, seed: int) -> pd.DataFrame:
    """Draw five-point answers to all items."""
    rng = np.random.default_rng(seed)
    columns = {}
    for items in asked.scales().values():
        factor = rng.standard_normal(n)
        for item in items:
            response = 0.76 * factor + 0.65 * rng.standard_normal(n)
            columns[item] = 1.0 + np.searchsorted(CUTS, response)
    return pd.DataFrame(columns)


def moments(asked: Instrument, waves: int, n: int) -> tuple[list[tuple[str, WaveMoments]], float]:
    """Return the waves' moments, and the processor time that they took, drawing left out."""
    found, spent = [], 0.0
    for k in range(waves):
        wave = answers(asked, n, k)
        start = time.process_time()
        found.append((f"{2000 + k}", wave_moments(wave)))
        spent += time.process_time() - start
    return found, spent


def peak() -> float:
    """Return the largest memory of the process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true", help="also two waves as rows")
    parser.add_argument("--waves", type=int, default=20)
    chosen = parser.parse_args()
    asked = load_instrument(ASKED)
    print("| | moments | comparison | peak memory | false alarms |\n|---|---:|---:|---:|---:|")
    for n in (5_000, 50_000):
        waves, spent = moments(asked, chosen.waves, n)
        start = time.process_time()
        found = compare_waves(asked, waves)
        took = time.process_time() - start
        name = f"{chosen.waves} waves of {n:,} respondents"
        alarms = sum(c.kind == "mean" for c in found.alerts)
        numbers = f"{spent:.1f} s | {took:.1f} s | {peak():.2f} GiB | {alarms}"
        print(f"| {name} | {numbers} |", flush=True)
    if chosen.rows:
        two = [(str(k), answers(asked, 1_000, k)) for k in range(2)]
        for estimator in ("WLSMV", "MLR"):
            start = time.process_time()
            compare_waves(asked, two, estimator=estimator)
            took = time.process_time() - start
            name = f"2 waves of 1,000, rows, {estimator}"
            print(f"| {name} | – | {took:.1f} s | {peak():.2f} GiB | – |")


if __name__ == "__main__":
    main()
