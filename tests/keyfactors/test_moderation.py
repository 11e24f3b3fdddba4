"""Latent interactions are found where they are, with slopes that follow from the estimates."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, IdentificationError, Text
from ecosurvey.keyfactors import Moderation, ModerationClaim, moderation, moderations

REFERENCE = Path(__file__).parents[1] / "reference" / "keyfactors"
EXPECTED = json.loads((REFERENCE / "expected_effects.json").read_text())["moderation"]

MODEL = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nY ~ X + M"

EFFECTS = (
    "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\n"
    "Y =~ y1 + y2 + y3\nM ~ X + W\nN ~ X\nY ~ X + M + N + W"
)


def _data(product: float, n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, m = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], size=n).T
    y = 0.4 * x + 0.3 * m + product * x * m + 0.7 * rng.normal(size=n)
    return pd.DataFrame(
        {
            f"{name}{k}": value + 0.6 * rng.normal(size=n)
            for name, value in (("x", x), ("m", m), ("y", y))
            for k in (1, 2, 3)
        }
    )


@pytest.fixture(scope="module")
def found() -> Moderation:
    return moderation(MODEL, _data(0.3, 1500, 1), "X", "M", "Y")


def test_the_true_interaction_is_inside_the_interval(found: Moderation) -> None:
    assert abs(found.est - 0.3) < 2.6 * found.se
    assert found.pvalue < 0.001


def test_no_interaction_is_seldom_found() -> None:
    pvalues = [moderation(MODEL, _data(0.0, 400, seed), "X", "M", "Y").pvalue for seed in range(12)]
    assert sum(p < 0.05 for p in pvalues) <= 3  # 0.6 expected; 4 or more has probability 0.003


def test_simple_slopes_rise_by_the_interaction(found: Moderation) -> None:
    low, middle, high = (row.slope for row in found.slopes)
    sd = float(np.sqrt(found.fit.latent_covariances.loc["M", "M"]))
    assert high - middle == pytest.approx(found.est * sd)
    assert middle - low == pytest.approx(found.est * sd)


def test_at_the_limits_the_interval_touches_zero(found: Moderation) -> None:
    levels, _, lower, upper = found.curve
    for limit in found.limits:
        if -4 < limit < 4:
            touch = min(abs(np.interp(limit, levels, lower)), abs(np.interp(limit, levels, upper)))
            assert touch < 0.01  # read off a curve of steps of a tenth


def test_an_interaction_without_its_main_effect_is_refused() -> None:
    with pytest.raises(DataError, match="not regressed on 'M'"):
        moderation(MODEL.replace("X + M", "X"), _data(0.0, 200, 1), "X", "M", "Y")


def test_interaction_slopes_and_limits_are_those_of_semtools_products_in_lavaan() -> None:
    made = moderation(EFFECTS, pd.read_csv(REFERENCE / "effects.csv"), "X", "W", "Y")
    assert (made.est, made.se, made.pvalue) == pytest.approx(
        (EXPECTED["est"], EXPECTED["se"], EXPECTED["pvalue"]), abs=1e-5
    )
    assert [row.slope for row in made.slopes] == pytest.approx(EXPECTED["slope"], abs=1e-5)
    assert [row.se for row in made.slopes] == pytest.approx(EXPECTED["slope_se"], abs=1e-5)
    # the limits are quotients of estimates near zero, so their own error is some ten times larger
    assert made.limits == pytest.approx(EXPECTED["limits"], rel=1e-4)


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("weights", {"sampling_weights": "weight"}),
        ("clusters", {"cluster": "school"}),
        ("both", {"sampling_weights": "weight", "cluster": "school"}),
        ("both_fiml", {"sampling_weights": "weight", "cluster": "school", "missing": "fiml"}),
    ],
)
def test_weights_and_clusters_enter_the_products_and_the_fit_as_in_lavaan(
    case: str, options: dict[str, str]
) -> None:
    told = json.loads((REFERENCE / "expected_moderation.json").read_text())
    expected, data = told[case], pd.read_csv(REFERENCE / "effects.csv")
    data = pd.concat([data, pd.read_csv(REFERENCE / "effects_design.csv")], axis=1)
    if case == "both_fiml":
        for name, rows in told["gaps"].items():
            data.loc[rows, name] = np.nan
    made = moderation(EFFECTS, data, "X", "W", "Y", **options)
    assert (made.est, made.se, made.pvalue) == pytest.approx(
        (expected["est"], expected["se"], expected["pvalue"]), abs=1e-5
    )
    assert [row.slope for row in made.slopes] == pytest.approx(expected["slope"], abs=1e-5)
    assert [row.se for row in made.slopes] == pytest.approx(expected["slope_se"], abs=1e-5)
    assert made.fit.fit_measures["chisq_scaled"] == pytest.approx(
        expected["chisq_scaled"], rel=1e-4
    )
    assert made.fit.weights == options.get("sampling_weights")


def test_regions_are_where_the_interval_excludes_zero(found: Moderation) -> None:
    levels, _, lower, upper = found.curve
    for at, low, high in zip(levels, lower, upper, strict=True):
        inside = any(start < at < end for start, end in found.regions)
        assert inside == (low > 0 or high < 0)
    drawn = np.random.default_rng(1).normal(size=100_000)
    share = np.mean([any(a < w < b for a, b in found.regions) for w in drawn[:20_000]])
    assert found.share == pytest.approx(share, abs=0.015)


def test_the_standardized_interaction_is_the_change_of_the_standardized_slope(
    found: Moderation,
) -> None:
    x, _, y = found.spread
    change = (found.slopes[2].slope - found.slopes[1].slope) * x / y
    assert found.est_std == pytest.approx(change)


def test_the_sentence_says_no_more_than_the_test(found: Moderation) -> None:
    assert found.sentence().en.startswith("The higher M, the more positive the relation of X to Y")
    assert "关系越趋正向" in found.sentence().zh
    none = moderation(MODEL, _data(0.0, 400, 3), "X", "M", "Y")
    assert none.pvalue > 0.05
    assert "is not supported" in none.sentence().en
    assert "未得到支持" in none.sentence().zh


def test_an_observed_moderator_is_paired_with_every_item() -> None:
    data = _data(0.3, 1500, 1)
    rng = np.random.default_rng(9)
    years = rng.normal(size=1500)
    for k in (1, 2, 3):
        data[f"y{k}"] += 0.3 * years * (data["x1"] + data["x2"] + data["x3"]) / 3
    made = moderation(MODEL + " + years", data.assign(years=5 + 2 * years), "X", "years", "Y")
    # of a product with the mean of items X + error / 3, reliability .89, in units of two
    assert made.est == pytest.approx(0.15, abs=3 * made.se)
    assert made.pvalue < 0.001
    assert made.spread[1] == pytest.approx(2, rel=0.05)


def test_parts_of_a_factor_of_higher_order_count_as_means() -> None:
    rng = np.random.default_rng(4)
    n = 800
    x, m = rng.normal(size=(2, n))
    y = 0.4 * x + 0.3 * m + 0.4 * x * m + 0.6 * rng.normal(size=n)
    data = {f"y{k}": y + 0.5 * rng.normal(size=n) for k in (1, 2, 3)}
    data |= {f"m{k}": m + 0.5 * rng.normal(size=n) for k in (1, 2, 3)}
    for part in "abc":
        own = x + 0.4 * rng.normal(size=n)
        data |= {f"{part}{k}": own + 0.5 * rng.normal(size=n) for k in (1, 2, 3)}
    model = (
        "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2 + c3\nX =~ A + B + C\n"
        "M =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nY ~ X + M"
    )
    made = moderation(model, pd.DataFrame(data), "X", "M", "Y")
    assert made.est == pytest.approx(0.4, abs=3 * made.se)
    assert made.se < 0.1


def test_expected_moderations_are_judged_together_and_those_without_items_named() -> None:
    data = _data(0.3, 800, 1).assign(z=1.0)
    claims = [
        ModerationClaim("H1", "X", "M", "Y", "+"),
        ModerationClaim("H2", "M", "X", "Y", "-"),
        ModerationClaim("H3", "Q", "M", "Y", "+"),
    ]
    made = moderations(MODEL, data, claims, names={"X": Text("Platform", "平台")})
    assert [row.verdict for row in made.rows] == ["supported", "opposite"]
    assert made.rows[0].pvalue_holm == pytest.approx(2 * made.rows[0].found.pvalue)
    keys = [table.key for table in made.tables()]
    assert keys == ["moderations", "simple_slopes_1", "simple_slopes_2"]
    (skipped,) = [finding for finding in made.findings if finding.code == "moderation_skipped"]
    assert skipped.where == "H3"
    assert "not regressed on 'Q'" in skipped.say("en")
    assert "平台" in made.summary("zh")


def test_rows_with_gaps_count_by_full_information_likelihood() -> None:
    whole = _data(0.3, 800, 1)
    holes = whole.mask(np.random.default_rng(5).random(whole.shape) < 0.04)
    claims = [ModerationClaim("H1", "X", "M", "Y", "+")]
    made = {way: moderations(MODEL, holes, claims, missing=way) for way in ("listwise", "fiml")}
    ends = {way: one.rows[0].found for way, one in made.items()}
    assert ends["listwise"].fit.n == len(holes.dropna()) < ends["fiml"].fit.n == 800
    complete = moderations(MODEL, whole, claims)
    told = complete.rows[0].found
    assert ends["fiml"].se < ends["listwise"].se  # more rows, more precision
    assert abs(ends["fiml"].est - told.est) < 1.5 * told.se
    notes = {way: str(one.tables()[0].notes[-1]) for way, one in made.items()}
    assert "full-information likelihood" in notes["fiml"] and "n = 800" in notes["fiml"]
    assert "rows without gaps" in notes["listwise"]
    assert str(complete.tables()[0].notes[-1]) == "MLR, n = 800."


def test_a_missing_main_effect_of_an_expected_moderator_is_added() -> None:
    made = moderations(
        MODEL.replace("X + M", "X"), _data(0.3, 800, 1), [ModerationClaim("H1", "X", "M", "Y", "+")]
    )
    paths = {(r.lhs, r.rhs) for r in made.rows[0].found.fit.table.rows if r.op == "~"}
    assert ("Y", "M") in paths


def test_a_moderation_that_is_not_identified_is_a_finding_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise IdentificationError("the model has too many parameters", fix="Drop one.")

    monkeypatch.setattr(sys.modules[moderations.__module__], "moderation", refuse)
    made = moderations(MODEL, _data(0.3, 100, 1), [ModerationClaim("H1", "X", "M", "Y", "+")])
    assert made.rows == ()
    assert [finding.code for finding in made.findings] == ["moderation_skipped"]
    assert "too many parameters" in made.findings[0].message.en
