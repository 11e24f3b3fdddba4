"""Times of planning: python benchmarks/bench_power.py [REPLICATES].

The sample study's model (60 items, 15 first-order and 2 second-order constructs, 18 paths), answers
in five categories, at the size of the sample wave, on two cores.
"""

from __future__ import annotations

import sys
import time

import ecosurvey as es

SIZE = 1_150


def main(replicates: int) -> None:
    asked = es.load_instrument("instruments/ecosystem.yaml")
    cases = [("ML", 0.0), ("MLR", 0.0), ("MLR", 0.02), ("MLR", 0.1)]
    es.power(asked, SIZE, replicates=16, estimator="ML", seed=1, jobs=2)  # the workers begin
    print(f"{'':<24}{'by the clock':>14}{'processor, each':>18}{'power of H1a':>14}")
    for estimator, missing in cases:
        assumed = es.Assumptions(effect=0.1, missing=missing)
        begun = time.perf_counter()
        found = es.power(
            asked, SIZE, assumed, replicates=replicates, estimator=estimator, seed=1, jobs=2
        )
        clock = time.perf_counter() - begun
        few, before = 20, time.process_time()
        es.power(asked, SIZE, assumed, replicates=few, estimator=estimator, seed=1)
        each = (time.process_time() - before) / few
        row = found.of("H1a")[0]
        told = f"{estimator}, {missing:.0%} left out" if missing else estimator
        print(f"{told:<24}{clock:>12.1f} s{1000 * each:>15.0f} ms{row.power:>14.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
