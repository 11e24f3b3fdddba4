"""The ranking under each policy of exclusion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import kendalltau

from ecosurvey.cleaning import clean_by_policy
from ecosurvey.core import DataError
from ecosurvey.instrument import load_instrument
from ecosurvey.keyfactors.sensitivity import Sensitivity, compare_rankings, kendall, sensitivity
from ecosurvey.responses import Responses, read_responses

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wave() -> Responses:
    instrument = load_instrument(ROOT / "instruments/ecosystem.yaml")
    return read_responses(ROOT / "data/sample/ecosystem_wave1.csv", instrument)


@pytest.fixture(scope="module")
def found(wave: Responses) -> Sensitivity:
    return sensitivity(wave, seed=1, n_draws=200, estimator="ML")


def test_policies_keep_ever_fewer_rows_and_nobody_without_consent(wave: Responses) -> None:
    kept = clean_by_policy(wave)
    sets = [set(cleaned.frame.index) for cleaned in kept.values()]
    assert sets[0] > sets[1] > sets[2]
    out = set(kept["default"].exclusions.query("rule in ['no_consent', 'ineligible']")["row"])
    assert not out & sets[0]


def test_every_policy_ranks_the_same_factors(found: Sensitivity, wave: Responses) -> None:
    assert list(found.rankings) == ["screening_only", "hard_only", "default"]
    factors = {frozenset(ranking.factors) for ranking in found.rankings.values()}
    assert len(factors) == 1
    table = found.tables()[0]
    assert len(table.rows) == len(next(iter(factors)))
    frame = table.to_frame()
    assert frame["default_rank"].tolist() == list(range(1, len(frame) + 1))
    lax, strict = frame["screening_only_total"], frame["default_total"]
    assert (lax - strict).abs().max() > 1e-3  # who answers carelessly does change the effects
    assert found.sizes["default"] < found.sizes["hard_only"] < found.sizes["screening_only"]
    assert "剔除方案" in found.summary("zh")


def test_what_depends_on_the_policy_is_reported(found: Sensitivity) -> None:
    default = found.rankings["default"]
    same = compare_rankings({"hard_only": default, "default": default}, 0.05)
    assert [f.code for f in same] == ["robust_to_exclusions"]
    first, second, *rest = default.rows
    turned = (
        replace(second, rank=1, pvalue=0.9),
        replace(first, rank=2, total_std=-first.total_std),
        *rest,
    )
    codes = {
        f.code
        for f in compare_rankings(
            {"hard_only": replace(default, rows=turned), "default": default}, 0.05
        )
    }
    assert codes == {
        "first_depends_on_exclusions",
        "significance_depends_on_exclusions",
        "sign_depends_on_exclusions",
    }


@pytest.mark.parametrize("order", ["abcd", "dcba", "badc", "acbd"])
def test_kendall_is_scipys(order: str) -> None:
    expected = kendalltau(range(4), ["abcd".index(c) for c in order]).statistic
    places = sorted("abcd", key=order.index)
    assert kendall("abcd", places) == pytest.approx(expected)


def test_a_questionnaire_without_outcome_says_what_to_add(wave: Responses) -> None:
    mute = replace(wave, instrument=replace(wave.instrument, outcome=None))
    with pytest.raises(DataError, match="no hypotheses or no outcome"):
        sensitivity(mute)
