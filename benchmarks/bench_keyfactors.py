"""Processor times of the key factor study on the sample: python benchmarks/bench_keyfactors.py."""

from __future__ import annotations

import time
from collections.abc import Callable

import ecosurvey as es
from ecosurvey.cleaning import clean_by_policy
from ecosurvey.keyfactors import (
    MediationClaim,
    equivalent_models,
    factor_study,
    group_factors,
    influence,
    mediations,
    moderation,
    specification_curve,
)


def timed(what: str, work: Callable[[], object]) -> None:
    start = time.process_time()
    work()
    print(f"{what:<46} {time.process_time() - start:7.2f} s")


def main() -> None:
    asked = es.load_instrument("instruments/ecosystem.yaml")
    policies = clean_by_policy(es.read_responses("data/sample/ecosystem_wave1.csv", asked))
    rows = {policy: policies[policy].frame for policy in ("default", "hard_only", "screening_only")}
    frame = rows["default"]
    text = asked.structural_syntax() or ""
    fit = es.sem(text, frame, estimator="MLR", missing="fiml")
    ends = {i.id: (i.scale.points[0], i.scale.points[-1]) for i in asked.items}
    outcome, named = asked.outcome or "", asked.candidates
    claims = [MediationClaim(m.id, m.path, m.sign) for m in asked.mediations]
    timed("factor study", lambda: factor_study(fit, outcome, named, ends=ends, seed=1))
    timed("influence of every row", lambda: influence(fit, outcome, named))
    timed("equivalent models of 18 paths", lambda: equivalent_models(fit))
    timed("13 mediations, 10,000 draws", lambda: mediations(fit, claims, seed=1))
    timed("one latent interaction", lambda: moderation(text, frame, "ENT", "TEC", "PLT"))
    timed(
        "ranking by role, 999 permutations",
        lambda: group_factors(text, frame, "role", outcome, named, n_permutations=999, seed=1),
    )
    timed(
        "specification curve, 200 analyses, one worker",
        lambda: specification_curve(
            fit, rows, outcome, named, controls=["coop_years"], limit=200, jobs=1, seed=1,
            ordered=[item.id for item in asked.items],
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
