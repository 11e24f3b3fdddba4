"""Agreement of coders: published examples, R by definition, and statsmodels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey import DataError
from ecosurvey.qualitative import agreement, read_codes
from ecosurvey.qualitative.agreement import METRICS

ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, Any] = json.loads(
    (ROOT / "tests" / "reference" / "agreement" / "expected.json").read_text("utf-8")
)


def frame(name: str) -> pd.DataFrame:
    return pd.DataFrame(EXPECTED[name]["ratings"], dtype=float).T


@pytest.mark.parametrize("name", EXPECTED)
def test_every_coefficient_is_that_of_r(name: str) -> None:
    row = agreement(frame(name), n_boot=0).rows[0]
    for key in ("percent", "kappa", "fleiss", "ac1"):
        assert getattr(row, key) == pytest.approx(EXPECTED[name][key], abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", EXPECTED)
def test_alpha_is_that_of_all_pairs_of_values(name: str, metric: Any) -> None:
    row = agreement(frame(name), metric=metric, n_boot=0).rows[0]
    assert row.alpha == pytest.approx(EXPECTED[name]["alpha"][metric], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "metric", "published"),
    [
        ("krippendorff_2011", "nominal", 0.743),
        ("krippendorff_2011", "ordinal", 0.815),
        ("krippendorff_2011", "interval", 0.849),
        ("krippendorff_2011", "ratio", 0.797),
        ("three_coders", "nominal", 0.691),
        ("three_coders", "interval", 0.811),
    ],
)
def test_alpha_is_that_of_the_published_examples(name: str, metric: Any, published: float) -> None:
    assert agreement(frame(name), metric=metric, n_boot=0).rows[0].alpha == pytest.approx(
        published, abs=0.0005
    )


def test_kappas_are_those_of_the_published_examples() -> None:
    assert agreement(frame("fleiss_1971"), n_boot=0).rows[0].fleiss == pytest.approx(
        0.430, abs=0.0005
    )
    gwet = agreement(frame("gwet_2002"), n_boot=0).rows[0]
    assert gwet.kappa == pytest.approx(-0.0234, abs=0.00005)
    assert gwet.ac1 == pytest.approx(0.9408, abs=0.00005)


def test_kappas_are_those_of_statsmodels() -> None:
    from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

    row = agreement(frame("half"), n_boot=0).rows[0]
    table = pd.crosstab(frame("half")[0], frame("half")[1]).to_numpy()
    if table.shape[0] == table.shape[1]:
        assert row.kappa == pytest.approx(cohens_kappa(table).kappa, abs=1e-12)
    ratings = frame("fleiss_1971").to_numpy()
    counts = np.stack([(ratings == value).sum(axis=1) for value in range(1, 6)], axis=1)
    assert agreement(frame("fleiss_1971"), n_boot=0).rows[0].fleiss == pytest.approx(
        fleiss_kappa(counts), abs=1e-12
    )


def test_the_bootstrap_is_that_of_repeated_units() -> None:
    """The interval by weights equals that of really repeating the rows."""
    ratings = frame("half").dropna()
    row = agreement(ratings, n_boot=300, seed=4).rows[0]
    from ecosurvey.core.random import stream

    n = len(ratings)
    drawn = stream(4, "agreement").multinomial(n, np.full(n, 1 / n), size=300)
    alphas = [
        agreement(ratings.iloc[np.repeat(np.arange(n), times)], n_boot=0).rows[0].alpha
        for times in drawn[:40]
    ]
    assert row.alpha_lower < np.mean(alphas) < row.alpha_upper
    weighted = agreement(ratings, n_boot=40, seed=4)
    expected = np.quantile(
        [
            agreement(ratings.iloc[np.repeat(np.arange(n), t)], n_boot=0).rows[0].alpha
            for t in stream(4, "agreement").multinomial(n, np.full(n, 1 / n), size=40)
        ],
        [0.025, 0.975],
    )
    assert (weighted.rows[0].alpha_lower, weighted.rows[0].alpha_upper) == pytest.approx(
        tuple(expected), abs=1e-12
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=3, max_size=3),
        min_size=2, max_size=12,
    )
)  # fmt: skip
def test_coefficients_stay_in_their_range_whoever_is_named_first(rows: list[list[Any]]) -> None:
    ratings = pd.DataFrame(rows, dtype=object)
    if not (ratings.notna().sum(axis=1) >= 2).any():
        with pytest.raises(DataError):
            agreement(ratings, n_boot=0)
        return
    one = agreement(ratings, n_boot=0).rows[0]
    other = agreement(ratings[[2, 0, 1]].iloc[::-1], n_boot=0).rows[0]
    assert 0 <= one.percent <= 1
    for key in ("percent", "kappa", "fleiss", "ac1", "alpha"):
        first, second = getattr(one, key), getattr(other, key)
        assert first == pytest.approx(second, abs=1e-12, nan_ok=True)
        assert np.isnan(first) or first <= 1 + 1e-12
    if one.percent > 1 - 1e-12:
        assert one.alpha == pytest.approx(1.0) or np.isnan(one.alpha)


def test_the_sample_is_compared_code_by_code_and_disagreements_are_listed() -> None:
    found = agreement(read_codes(ROOT / "data" / "sample" / "ecosystem_codes_en.csv"), n_boot=200)
    rows = {row.what: row for row in found.rows}
    assert rows["all"].units == 270  # ten codes, 27 passages
    assert rows["shared_platform"].alpha == pytest.approx(1.0)
    assert len(found.disagreements) == 6
    assert {"A", "B"} == set(found.disagreements["given"])
    assert rows["strength"].metric == "ordinal"
    assert np.isnan(rows["strength"].kappa)


def test_the_languages_of_the_sample_agree_alike() -> None:
    both = [
        agreement(read_codes(ROOT / "data" / "sample" / f"ecosystem_codes_{lang}.csv"), n_boot=50)
        for lang in ("en", "zh")
    ]
    numbers = [[(r.alpha, r.alpha_lower, r.alpha_upper) for r in one.rows] for one in both]
    assert np.allclose(numbers[0], numbers[1], equal_nan=True)
    assert "编码" in both[1].summary("zh")


def test_who_did_not_read_a_source_has_no_say_on_it(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(
        "source,segment,code,coder\ns1,1,x,A\ns1,1,x,B\ns1,2,x,A\ns1,2,,B\ns2,1,x,A\n", "utf-8"
    )
    found = agreement(read_codes(file), n_boot=0)
    rows = {row.what: row for row in found.rows}
    assert rows["x"].units == 2  # the source s2 was read by A alone
    assert list(found.disagreements["segment"]) == ["2"]


def test_one_coder_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("source,segment,code,coder\ns1,1,x,A\n", "utf-8")
    with pytest.raises(DataError, match="1 coder"):
        agreement(read_codes(file))


def test_numbers_are_asked_for_where_the_metric_needs_them() -> None:
    with pytest.raises(DataError, match="numbers"):
        agreement(pd.DataFrame({"A": ["x", "y"], "B": ["x", "x"]}), metric="interval")
