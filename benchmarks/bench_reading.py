"""A large file of answers, read whole and in one pass: time and peak memory.

    python benchmarks/bench_reading.py [--rows 1000000]

Each way runs in a process of its own, whose peak of resident memory is told (Linux, macOS).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import ecosurvey as es

QUESTIONNAIRE = Path(__file__).parents[1] / "instruments" / "ecosystem.yaml"


def write_answers(path: Path, rows: int) -> None:
    """Write 60 items of five points with 2 % gaps."""
    names = [item.id for item in es.load_instrument(QUESTIONNAIRE).items]
    rng = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(["respondent_id", *names]) + "\n")
        for start in range(0, rows, 50_000):
            count = min(50_000, rows - start)
            level = 3 + 0.7 * rng.normal(size=(count, 1))
            x = np.clip(np.round(level + 0.8 * rng.normal(size=(count, len(names)))), 1, 5)
            text = x.astype(int).astype(str)
            text[rng.random(text.shape) < 0.02] = ""
            lines = (f"B{start + n}," + ",".join(row) for n, row in enumerate(text))
            out.write("\n".join(lines) + "\n")


def measure(way: str, path: Path) -> None:
    """Read the file and print seconds of processor time and GiB."""
    instrument = es.load_instrument(QUESTIONNAIRE)
    start = time.process_time()
    if way == "whole":
        es.read_responses(path, instrument)
    else:
        es.read_moments(path, instrument)
    seconds = time.process_time() - start
    unit = 2**30 if sys.platform == "darwin" else 2**20
    print(f"{seconds:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.2f} GiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--way", choices=["whole", "one pass"])
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.way:
        measure(asked.way, asked.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        write_answers(path, asked.rows)
        print(f"{asked.rows:,} rows x 60 items, {path.stat().st_size / 2**20:.0f} MiB")
        for way in ("whole", "one pass"):
            script = [sys.executable, __file__, "--way", way, "--file", str(path)]
            run = subprocess.run(script, capture_output=True, text=True, check=True)
            print(f"{way:>9}: {run.stdout.strip()}")


if __name__ == "__main__":
    main()
