"""Where the time of a whole run goes: python benchmarks/bench_report.py [BOOTSTRAPS] [JOBS]."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import ecosurvey as es


def _spent() -> float:
    """Return processor seconds of this process; those of its helpers are in the last line."""
    own = os.times()
    return own.user + own.system


def main() -> None:
    bootstraps = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else -1
    es.load_instrument("instruments/ecosystem.yaml")  # what importing costs is no part of it
    marks: list[tuple[str, float, float]] = []

    def begin(step: es.Text) -> None:
        marks.append((step.en, time.perf_counter(), _spent()))

    with tempfile.TemporaryDirectory() as folder:
        es.analyze(
            "instruments/ecosystem.yaml", "data/sample/ecosystem_wave1.csv",
            Path(folder) / "results", seed=1, bootstrap=bootstraps, jobs=jobs, on_step=begin,
        )  # fmt: skip
    marks.append(("", time.perf_counter(), _spent()))
    print(f"{'step':<40} {'clock':>8} {'processor':>10}")
    for (name, clock, spent), (_, clock_, spent_) in pairwise(marks):
        print(f"{name:<40} {clock_ - clock:7.1f}s {spent_ - spent:9.1f}s")
    whole = marks[-1][1] - marks[0][1]
    print(f"{'together':<40} {whole:7.1f}s {marks[-1][2] - marks[0][2]:9.1f}s")


if __name__ == "__main__":
    main()
