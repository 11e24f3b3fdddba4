"""The ranking by group: gated by equal loadings, tested by Wald and by permutation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, Text
from ecosurvey.core.random import stream
from ecosurvey.keyfactors import holm
from ecosurvey.keyfactors.group_factors import _measurement, group_factors
from ecosurvey.sem import sem, simulate

MODEL = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"
POPULATION = (
    "A =~ .8*a1 + .8*a2 + .7*a3; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
    "A ~~ .3*B; Y ~ {a}*A + {b}*B"
)


def _data(a: float, b: float, n: int, seed: int) -> pd.DataFrame:
    return simulate(POPULATION.format(a=a, b=b), n, seed=seed)


def _two(first: float, second: float, n: int, seed: int) -> pd.DataFrame:
    parts = [_data(first, 0.2, n, seed), _data(second, 0.2, n, seed + 1)]
    joined = pd.concat(parts, ignore_index=True)
    return joined.assign(g=np.repeat(["one", "two"], n))


def test_groups_that_differ_in_one_factor_differ_in_that_one() -> None:
    data = pd.concat([_data(0.6, 0.2, 500, 5), _data(0.1, 0.2, 500, 6)], ignore_index=True)
    data["role"] = np.repeat(["college", "firm"], 500)
    found = group_factors(MODEL, data, "role", "Y", estimator="ML")
    assert found.comparable
    rows = {row.factor: row for row in found.rows}
    assert rows["A"].pvalue_holm < 0.001
    assert rows["B"].pvalue > 0.01
    assert rows["A"].ranks == (1, 2)


def test_the_wald_test_of_one_path_is_that_of_its_labels() -> None:
    data = pd.concat([_data(0.5, 0.2, 300, 7), _data(0.3, 0.2, 300, 8)], ignore_index=True)
    data["g"] = np.repeat(["one", "two"], 300)
    found = {r.factor: r for r in group_factors(MODEL, data, "g", "Y", estimator="ML").rows}
    labelled = MODEL.replace("Y ~ A + B", "Y ~ c(p, q)*A + B")
    fit = sem(labelled, data, group="g", group_equal=["loadings"])
    test = fit.wald_test("p == q")
    assert found["A"].wald == pytest.approx(test.stat, rel=1e-4)


def test_groups_measured_differently_are_not_compared() -> None:
    other = POPULATION.replace(".8*a1", "-.8*a1").replace(".8*b1", "-.8*b1")
    two = simulate(other.format(a=0.5, b=0.2), 400, seed=9)
    data = pd.concat([_data(0.5, 0.2, 400, 10), two], ignore_index=True)
    data["g"] = np.repeat(["one", "two"], 400)
    found = group_factors(MODEL, data, "g", "Y", estimator="ML")
    assert not found.comparable or found.freed


def test_one_group_is_refused() -> None:
    data = _data(0.5, 0.2, 100, 1).assign(g="one")
    with pytest.raises(DataError, match="one group only"):
        group_factors(MODEL, data, "g", "Y")


def _slopes(n: int, first: float, second: float, seed: int) -> pd.DataFrame:
    """Two groups of observed variables, with means far apart."""
    rng = np.random.default_rng(seed)
    g = np.repeat(["u", "v"], n)
    a = rng.normal(size=2 * n) + 3 * (g == "v")
    y = np.where(g == "u", first, second) * a + rng.normal(size=2 * n)
    return pd.DataFrame({"a": a, "y": y, "g": g})


def test_the_permutation_p_is_that_of_the_slopes_of_each_dealing() -> None:
    data = _slopes(12, 0.7, 0.1, 3)
    centred = data.groupby("g")[["a", "y"]].transform(lambda column: column - column.mean())
    rows = centred.to_numpy()

    def differ(chosen: Sequence[int]) -> float:
        inside = np.isin(np.arange(len(rows)), chosen)
        slopes = [np.polyfit(*rows[part].T, 1)[0] for part in (inside, ~inside)]
        return float(abs(slopes[0] - slopes[1]))

    dealt = [stream(1, "group permutations", k).permutation(24)[:12] for k in range(99)]
    as_large = sum(differ(chosen) >= differ(range(12)) - 1e-9 for chosen in dealt)
    # "a ~~ a": not fixed by design, which makes each refit quick
    (row,) = group_factors(
        "y ~ a\na ~~ a", data, "g", "y", estimator="ML", min_rows=4, n_permutations=99, seed=1
    ).rows
    assert 0 < as_large < 90
    assert row.pvalue_permutation == pytest.approx((1 + as_large) / 100)


@pytest.mark.long
def test_the_permutation_p_is_that_of_all_dealings() -> None:
    data = _slopes(5, 0.9, 0.0, 3)
    centred = data.groupby("g")[["a", "y"]].transform(lambda column: column - column.mean())
    rows = centred.to_numpy()

    def differ(chosen: tuple[int, ...]) -> float:
        inside = np.isin(np.arange(10), chosen)
        slopes = [np.polyfit(*rows[part].T, 1)[0] for part in (inside, ~inside)]
        return float(abs(slopes[0] - slopes[1]))

    every = np.array([differ(chosen) for chosen in combinations(range(10), 5)])
    exact = (every >= differ((0, 1, 2, 3, 4)) - 1e-12).mean()
    (row,) = group_factors(
        "y ~ a\na ~~ a", data, "g", "y", estimator="ML", min_rows=4, n_permutations=1500, seed=1
    ).rows
    assert 0.02 < exact < 0.9
    error = np.sqrt(exact * (1 - exact) / 1500)
    assert row.pvalue_permutation == pytest.approx(exact, abs=3.3 * error + 1 / 1500)


@pytest.mark.long
def test_the_permutation_test_holds_its_level_where_only_means_differ() -> None:
    rejected = 0
    for seed in range(100):
        (row,) = group_factors(
            "y ~ a\na ~~ a", _slopes(15, 0.4, 0.4, seed), "g", "y", estimator="ML", min_rows=4,
            n_permutations=59, seed=seed,
        ).rows  # fmt: skip
        rejected += row.pvalue_permutation <= 0.05
    assert rejected <= 12  # 5 expected; 13 or more has probability 0.002


def test_permutation_finds_the_difference_and_adjusts_it() -> None:
    found = group_factors(
        MODEL, _two(0.7, 0.1, 250, 5), "g", "Y", estimator="ML", n_permutations=59, seed=1
    )
    assert found.n_permutations == 59
    raw = [row.pvalue_permutation for row in found.rows]
    assert [row.factor for row in found.rows] == ["A", "B"]
    assert raw[0] == pytest.approx(1 / 60)
    assert raw[1] > 0.05
    assert [row.pvalue_permutation_holm for row in found.rows] == pytest.approx(holm(raw))
    assert "Total effects of A differ" in found.sentence().en
    assert "A的总效应在各组间存在差异" in found.sentence().zh
    assert "Permutation" in found.summary("en")


def test_dealings_are_the_same_for_any_number_of_workers() -> None:
    data = _two(0.5, 0.3, 150, 11)
    one, two = (
        group_factors(
            MODEL, data, "g", "Y", estimator="ML", n_permutations=40, seed=7, jobs=jobs
        ).rows
        for jobs in (1, 2)
    )
    assert one == two


def test_rows_with_gaps_are_permuted_where_complete() -> None:
    data = _two(0.5, 0.3, 150, 11)
    data.loc[::10, "a1"] = np.nan
    found = group_factors(
        MODEL, data, "g", "Y", missing="fiml", n_permutations=19, seed=7, min_rows=100
    )
    assert found.sizes == (150, 150)
    assert found.n_permutations == 19


def test_ordinal_answers_are_compared_by_wlsmv() -> None:
    data = _two(0.6, 0.1, 300, 21)
    items = list(data.columns[:-1])
    data[items] = np.digitize(data[items], [-1.0, 0.0, 1.0])
    found = group_factors(
        MODEL, data, "g", "Y", estimator="WLSMV", ordered=items, n_permutations=19, seed=1
    )
    assert found.comparable
    assert found.rows[0].pvalue < 0.01
    assert found.rows[0].pvalue_permutation == pytest.approx(1 / 20)


def test_small_groups_are_left_out_and_named() -> None:
    data = _two(0.5, 0.3, 150, 11)
    few = data.iloc[:20].assign(g="few")
    words = {"few": Text("A few", "少数")}
    found = group_factors(MODEL, pd.concat([data, few]), "g", "Y", estimator="ML", labels=words)
    assert found.left_out == (("A few", 20),)
    (finding,) = [f for f in found.findings if f.code == "groups_left_out"]
    assert "A few (20)" in finding.say("en")
    assert "少数（20）" in finding.say("zh")
    with pytest.raises(DataError, match="fewer than two groups"):
        group_factors(MODEL, data.iloc[:170], "g", "Y")


def test_the_measurement_may_be_written_over_several_lines() -> None:
    plain = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B\na1 ~~ a2"
    wrapped = (
        "A =~ a1 +\n  a2 + a3; B =~ b1 + b2 + b3  # c =~ d\nY =~ y1 + y2 + y3\nY ~ A + B; a1 ~~ a2"
    )
    assert _measurement(wrapped).replace("\n  ", " ") == (
        "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\na1 ~~ a2"
    )
    assert _measurement(plain) == plain.replace("Y ~ A + B\n", "")
    assert _measurement("y ~ a + b\na ~~ b") == ""
