"""Every angle on the factors keeps to what the numbers allow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.keyfactors import (
    confounding,
    distinguish,
    effect_intervals,
    factor_study,
    importance_performance,
)
from ecosurvey.sem import SemResult, sem, simulate

POPULATION = (
    "A =~ .8*a1 + .8*a2 + .7*a3 + .7*a4; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
    "A ~~ .3*B; Y ~ {a}*A + {b}*B"
)
MODEL = "A =~ a1 + a2 + a3 + a4\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"


def _latent(a: float, b: float, n: int, seed: int) -> pd.DataFrame:
    return simulate(POPULATION.format(a=a, b=b), n, seed=seed)


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return _latent(0.5, 0.2, 600, 1)


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> SemResult:
    return sem(MODEL, data)


def _paths(a: float, b: float, c: float, n: int, seed: int) -> SemResult:
    x = np.random.default_rng(seed).normal(size=(4, n))
    y = a * x[0] + b * x[1] + c * x[2] + x[3]
    return sem("y ~ a + b + c", pd.DataFrame({"a": x[0], "b": x[1], "c": x[2], "y": y}))


def test_simultaneous_rank_intervals_cover_all_true_ranks() -> None:
    covered = 0
    for seed in range(60):
        found = distinguish(_paths(0.5, 0.35, 0.2, 200, seed), "y", n_draws=500, seed=1)
        place = {name: at for at, name in enumerate(found.factors)}
        covered += all(
            found.rank_lower[place[name]] <= rank <= found.rank_upper[place[name]]
            for rank, name in enumerate("abc", 1)
        )
    assert covered >= 52  # 57 expected at 95%; fewer than 52 has probability 0.01


def test_the_true_first_is_found_and_said_to_be_first() -> None:
    said = [factor_study(_paths(0.6, 0.2, 0.1, 400, seed), "y", seed=1, n_draws=500) for seed in
            range(10)]  # fmt: skip
    assert all(study.verdict.first == ("a",) for study in said if study.verdict)
    assert (
        sum("is first:" in str(study.verdict.sentences[0]) for study in said if study.verdict) > 8
    )


def test_equal_factors_are_seldom_said_to_differ() -> None:
    wrong = 0
    for seed in range(60):
        found = distinguish(_paths(0.4, 0.4, 0.1, 200, seed), "y", n_draws=500, seed=1)
        wrong += found.apart("a", "b") or found.first_pvalue < 0.05
    assert wrong <= 8  # 3 expected; 9 or more has probability 0.004


def test_the_verdict_names_equals_together_and_claims_no_cause() -> None:
    study = factor_study(_paths(0.4, 0.4, 0.0, 300, 5), "y", seed=1, n_draws=500)
    assert study.verdict is not None
    assert set(study.verdict.first) == {"a", "b"}
    said = study.verdict.say()
    assert "cannot be told apart" in said.en
    assert "不能相互区分" in said.zh
    assert "not proof" in said.en
    assert study.verdict.not_supported == ("c",)
    assert "of c is not supported" in said.en


def test_every_supported_factor_is_spoken_of_and_a_sure_first_leaves_no_first_place() -> None:
    study = factor_study(_paths(0.6, 0.35, 0.3, 500, 2), "y", seed=1, n_draws=500)
    assert study.verdict is not None
    said = study.verdict.say()
    assert study.verdict.first == ("a",)
    assert "b and c follow and cannot be told apart" in said.en
    lone = factor_study(_paths(-0.5, -0.3, 0.0, 400, 3), "y", seed=1, n_draws=500).verdict
    assert lone is not None
    assert "Where a and b are higher" in lone.say().en
    assert "at ranks 2 to " in lone.say().en


def test_an_outcome_that_nothing_moves_has_no_leader() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(100, 3)), columns=["a", "b", "y"])
    study = factor_study(sem("y ~ a + b", frame), "y", seed=1)
    assert study.verdict is not None
    assert study.verdict.first == ()
    assert "No factor's total effect" in study.verdict.say().en


def test_monte_carlo_intervals_agree_with_the_bootstrap() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=500)
    m = 0.5 * a + rng.normal(size=500)
    frame = pd.DataFrame({"a": a, "m": m, "y": 0.5 * m + 0.2 * a + rng.normal(size=500)})
    fit = sem("m ~ a\ny ~ m + a", frame)
    found = effect_intervals(fit, "y", seed=1, bootstrap=fit.bootstrap(600, "perc", seed=1))
    for row in found.rows:
        # limits of 4000 and of 600 draws: three simulation errors are a fifth of the width
        width = row.mc_upper - row.mc_lower
        assert row.boot_lower == pytest.approx(row.mc_lower, abs=0.2 * width)
        assert row.boot_upper == pytest.approx(row.mc_upper, abs=0.2 * width)
    (share,) = found.mediated
    parts = {row.kind: row.est for row in found.rows if row.source == "a"}
    assert share.proportion == pytest.approx(parts["indirect"] / parts["total"])


def test_a_proportion_mediated_without_meaning_is_not_reported() -> None:
    rng = np.random.default_rng(4)
    a = rng.normal(size=800)
    m = 0.6 * a + rng.normal(size=800)
    frame = pd.DataFrame({"a": a, "m": m, "y": 0.6 * m - 0.9 * a + rng.normal(size=800)})
    (found,) = effect_intervals(sem("m ~ a\ny ~ m + a", frame), "y", seed=1).mediated
    assert found.reason == "opposite_signs"
    assert np.isnan(found.proportion)


@pytest.mark.parametrize(
    ("text", "direct", "reason"),
    [
        ("m ~ a\ny ~ m", 0.3, "no_direct"),
        ("m ~ a\ny ~ m + a", -0.36, "total_unsure"),
        ("m ~ a\ny ~ m + a", 0.3, ""),
    ],
)
def test_a_proportion_mediated_is_reported_where_it_means_something(
    text: str, direct: float, reason: str
) -> None:
    rng = np.random.default_rng(4)
    a, e, f = rng.normal(size=(3, 300))
    m = 0.6 * a + e
    fit = sem(text, pd.DataFrame({"a": a, "m": m, "y": 0.6 * m + direct * a + f}))
    made = effect_intervals(fit, "y", seed=1)
    (found,) = made.mediated
    assert found.reason == reason
    assert np.isnan(found.proportion) == (reason != "")
    # below 500 rows a proportion that is reported is said to be unsteady
    assert bool(made.findings) == (reason == "")
    assert ("不报告的原因" in made.summary("zh")) and ("Why not reported" in made.summary("en"))


def test_performance_is_the_mean_of_the_items_between_the_ends(
    data: pd.DataFrame, fit: SemResult
) -> None:
    ends = {str(name): (-5.0, 5.0) for name in data.columns}
    found = importance_performance(fit, "Y", ends, seed=1)
    row = {row.id: row for row in found.constructs}["A"]
    items = data[["a1", "a2", "a3", "a4"]].to_numpy()
    assert row.performance == pytest.approx((items.mean() + 5) * 10)
    assert row.importance_lower < row.importance < row.importance_upper


def test_importance_and_its_error_equal_those_of_effects_coding_in_lavaan() -> None:
    folder = Path(__file__).parents[1] / "reference" / "keyfactors"
    expected = json.loads((folder / "expected_map.json").read_text("utf-8"))
    data = pd.read_csv(folder / "effects.csv")
    text = "\n".join(f"{c.upper()} =~ {c}1 + {c}2 + {c}3" for c in "xwmny")
    fit = sem(f"{text}\nM ~ X + W\nN ~ X\nY ~ X + M + N + W", data)
    ends = {str(name): (-5.0, 5.0) for name in data.columns}
    found = importance_performance(fit, "Y", ends, n_draws=20_000, seed=1)
    assert {row.id for row in found.constructs} == set(expected["est"])
    for row in found.constructs:
        assert row.importance == pytest.approx(expected["est"][row.id], abs=1e-5)
        # draws against the delta method: 20,000 leave about 1% in the width of an interval
        error = (row.importance_upper - row.importance_lower) / (2 * 1.959964)
        assert error == pytest.approx(expected["se"][row.id], rel=0.03)


def test_importance_does_not_depend_on_which_item_is_the_marker(data: pd.DataFrame) -> None:
    ends = {str(name): (-5.0, 5.0) for name in data.columns}
    turned = MODEL.replace("a1 + a2", "a2 + a1").replace("y1 + y2", "y2 + y1")
    one, other = (
        {
            r.id: r.importance
            for r in importance_performance(sem(t, data), "Y", ends, seed=1).constructs
        }
        for t in (MODEL, turned)
    )
    assert one == pytest.approx(other, abs=1e-5)


def test_robustness_equals_that_of_ordinary_regression() -> None:
    # Cinelli & Hazlett's RV from t and df: f = |t| / sqrt(df); likelihood divides by n
    fit = _paths(0.4, 0.2, 0.1, 500, 6)
    frame = fit.parameters[fit.parameters["op"] == "~"]
    for z, row in zip(frame["z"], confounding(fit).rows, strict=True):
        f = abs(z) / np.sqrt(500)
        assert row.robustness == pytest.approx((np.sqrt(f**4 + 4 * f**2) - f**2) / 2, abs=1e-6)


def test_feedback_that_settles_is_allowed_and_that_which_does_not_is_refused() -> None:
    rng = np.random.default_rng(7)
    x, z, e, f = rng.normal(size=(4, 800))
    y = (0.6 * x + 0.3 * (0.6 * z + f) + e) / (1 - 0.09)
    frame = pd.DataFrame({"x": x, "z": z, "y": y, "w": 0.6 * z + 0.3 * y + f})
    fit = sem("y ~ x + w\nw ~ z + y", frame)
    found = distinguish(fit, "y", ["x", "z"], n_draws=500, seed=1)
    assert found.factors[0] == "x"
    forced = sem("y ~ x + 1.1*w\nw ~ z + 1.1*y", frame)
    with pytest.raises(DataError, match="does not settle"):
        distinguish(forced, "y", seed=1)


@pytest.mark.parametrize(
    ("outcome", "candidates", "message"),
    [
        ("Z", None, "'Z' has no part in the regressions"),
        ("A", None, "nothing in the model leads to 'A'"),
        ("Y", ["C"], "no directed way leads from 'C'"),
        ("Y", ["A"], "only 'A' leads to 'Y'"),
    ],
)
def test_what_cannot_be_ranked_is_named(
    fit: SemResult, outcome: str, candidates: list[str] | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        distinguish(fit, outcome, candidates, seed=1)


def test_several_groups_are_refused(data: pd.DataFrame) -> None:
    grouped = data.assign(g=np.repeat(["one", "two"], 300))
    with pytest.raises(OptionError, match="2 groups"):
        distinguish(sem(MODEL, grouped, group="g"), "Y", seed=1)


def test_a_single_factor_has_effects_but_no_ranking() -> None:
    a, e = np.random.default_rng(1).normal(size=(2, 200))
    study = factor_study(sem("y ~ a", pd.DataFrame({"a": a, "y": a + e})), "y", seed=1)
    assert study.distinguished is None
    assert study.verdict is None
    assert study.effects.rows[0].est > 0.5


def test_the_study_is_the_same_for_the_same_seed(fit: SemResult) -> None:
    one, two = (factor_study(fit, "Y", seed=3, n_draws=300, n_permutations=50) for _ in range(2))
    assert one.summary("zh") == two.summary("zh")
