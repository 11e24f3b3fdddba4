"""Waves from known latent models: what the ranking and the verdict say of them, over many seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from ecosurvey.keyfactors import (
    Distinguished,
    KeyFactors,
    Verdict,
    distinguish,
    effect_intervals,
    key_factors,
    verdict,
)
from ecosurvey.sem import SemResult, sem, simulate

MODEL = (
    "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2 + c3\nM =~ m1 + m2 + m3\n"
    "Y =~ y1 + y2 + y3\nM ~ A + B\nY ~ M + A + C"
)


@dataclass(frozen=True)
class Truth:
    """Paths between standardized A, B, C (correlated .3, .2, .2), M and Y."""

    am: float
    bm: float
    my: float
    ay: float
    cy: float

    def totals(self) -> dict[str, float]:
        """Standardized total effects on Y, by the rules for covariances of linear equations."""
        x = np.array([[1, 0.3, 0.2], [0.3, 1, 0.2], [0.2, 0.2, 1]])
        beta = np.zeros((5, 5))
        beta[3, :2] = self.am, self.bm
        beta[4, [3, 0, 2]] = self.my, self.ay, self.cy
        psi = np.zeros((5, 5))
        psi[:3, :3] = x
        psi[3, 3], psi[4, 4] = 0.7, 0.6
        spread = np.linalg.inv(np.eye(5) - beta)
        cov = spread @ psi @ spread.T
        effects = spread[4, :4] * np.sqrt(np.diag(cov)[:4] / cov[4, 4])
        return dict(zip("ABCM", (float(e) for e in effects), strict=True))

    def wave(self, n: int, seed: int) -> SemResult:
        """Fit the true model to one drawn wave."""
        drawn = simulate(
            "A =~ .8*a1 + .8*a2 + .7*a3; B =~ .8*b1 + .7*b2 + .8*b3; C =~ .8*c1 + .7*c2 + .8*c3;"
            "M =~ .8*m1 + .7*m2 + .7*m3; Y =~ .8*y1 + .8*y2 + .7*y3; A ~~ .3*B; A ~~ .2*C;"
            f"B ~~ .2*C; M ~ {self.am}*A + {self.bm}*B;"
            f"Y ~ {self.my}*M + {self.ay}*A + {self.cy}*C;"
            "A ~~ 1*A; B ~~ 1*B; C ~~ 1*C; M ~~ .7*M; Y ~~ .6*Y",
            n, seed=seed,
        )  # fmt: skip
        return sem(MODEL, drawn)


def _said(fit: SemResult) -> tuple[KeyFactors, Distinguished, Verdict]:
    ranking = key_factors(fit, "Y", n_draws=400, seed=1)
    apart = distinguish(fit, "Y", n_draws=400, seed=1)
    return ranking, apart, verdict(ranking, apart)


CLEAR = Truth(am=0.3, bm=0.2, my=0.7, ay=0.0, cy=0.15)
EQUAL = Truth(am=0.0, bm=0.3, my=0.3, ay=0.35, cy=0.35)  # A and C alike
SPACED = Truth(am=0.4, bm=0.3, my=0.45, ay=0.2, cy=0.15)


def test_the_true_first_is_found_and_never_another_called_first() -> None:
    assert max(CLEAR.totals(), key=lambda name: CLEAR.totals()[name]) == "M"
    for seed in range(6):
        ranking, _, said = _said(CLEAR.wave(400, seed))
        assert ranking.factors[0] == "M"
        assert said.first == ("M",)
        assert "is first" in said.sentences[0].en
        assert "居首位" in said.sentences[0].zh


def test_two_equal_factors_are_said_not_to_be_told_apart() -> None:
    totals = EQUAL.totals()
    assert totals["A"] == pytest.approx(totals["C"])
    told = 0
    for seed in range(6):
        _, apart, said = _said(EQUAL.wave(400, seed))
        told += {"A", "C"} <= set(said.first) and not apart.apart("A", "C")
        assert "is first" not in said.sentences[0].en
    assert told >= 5


@pytest.mark.long
@pytest.mark.parametrize(("truth", "n"), [(SPACED, 500), (Truth(0.4, 0.4, 0.4, 0.2, 0.17), 300)])
def test_rank_intervals_and_effects_cover_the_truth(truth: Truth, n: int) -> None:
    totals = truth.totals()
    order = sorted(totals, key=lambda name: -totals[name])
    runs, each, together, limits, false_first = 200, np.zeros(4), 0, np.zeros(2), 0
    for seed in range(runs):
        fit = truth.wave(n, seed)
        ranking, apart, _ = _said(fit)
        row = {r.factor: r for r in ranking.rows}
        place = {name: at for at, name in enumerate(apart.factors)}
        each += [row[f].rank_lower <= k <= row[f].rank_upper for k, f in enumerate(order, 1)]
        together += all(
            apart.rank_lower[place[f]] <= k <= apart.rank_upper[place[f]]
            for k, f in enumerate(order, 1)
        )
        false_first += apart.first_pvalue < 0.05 and apart.factors[0] != order[0]
        drawn = effect_intervals(fit, "Y", n_draws=400, seed=1)
        found = {r.source: r for r in drawn.rows if r.kind == "total"}
        limits[0] += sum(row[f].ci_lower <= totals[f] <= row[f].ci_upper for f in order)
        limits[1] += sum(found[f].mc_lower <= totals[f] <= found[f].mc_upper for f in order)
    # 190 of 200 expected at 95%; 180 or fewer has probability 0.002
    assert (each > 180).all()
    assert together > 180
    assert false_first <= 20  # 5 in each tail at most
    assert (limits / (4 * runs) > 0.92).all()


@pytest.mark.long
def test_equal_factors_are_told_apart_no_oftener_than_the_level_allows() -> None:
    wrong = 0
    for seed in range(200):
        _, apart, _ = _said(EQUAL.wave(300, seed))
        wrong += apart.apart("A", "C")
    assert wrong <= 18  # 10 expected; 19 or more has probability 0.005
