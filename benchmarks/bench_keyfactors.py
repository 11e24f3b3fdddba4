"""Times of the key factor study on the sample: python benchmarks/bench_keyfactors.py."""

from __future__ import annotations

import time
from collections.abc import Callable

import ecosurvey as es
from ecosurvey.keyfactors import factor_study, influence, specification_curve


def timed(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{what:<40} {time.perf_counter() - start:7.2f} s")


def main() -> None:
    asked = es.load_instrument("instruments/ecosystem.yaml")
    kept = es.clean(es.read_responses("data/sample/ecosystem_wave1.csv", asked))
    text = asked.structural_syntax() or ""
    fit = es.sem(text, kept.frame, estimator="MLR", missing="fiml")
    ends = {i.id: (i.scale.points[0], i.scale.points[-1]) for i in asked.items}
    outcome, named = asked.outcome or "", asked.candidates
    timed("factor study", lambda: factor_study(fit, outcome, named, ends=ends, seed=1))
    timed("influence of every row", lambda: influence(fit, outcome, named))
    timed(
        "specification curve, 200 analyses",
        lambda: specification_curve(
            fit, kept.frame, outcome, named, controls=["coop_years"], limit=200, jobs=2, seed=1
        ),
    )


if __name__ == "__main__":
    main()
