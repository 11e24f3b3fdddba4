"""What one half suggests is tested in the other half, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.reliability.efa_cfa import SALIENT, EfaCfa

TRUTH = "f =~ .8*a1 + .75*a2 + .7*a3 + .7*a4\ng =~ .8*b1 + .75*b2 + .7*b3 + .7*b4\nf ~~ .3*g\n"
RIGHT = {"F": ["a1", "a2", "a3", "a4"], "G": ["b1", "b2", "b3", "b4"]}
WRONG = {"F": ["a1", "a2", "b3", "b4"], "G": ["b1", "b2", "a3", "a4"]}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return es.simulate(TRUTH, 900, seed=5)


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame) -> EfaCfa:
    return es.efa_cfa(frame, RIGHT, seed=3)


def test_the_true_structure_is_suggested_and_fits_the_other_half(found: EfaCfa) -> None:
    assert sorted(map(sorted, found.suggested.values())) == sorted(RIGHT.values())
    assert (found.explored, found.confirmed) == (450, 450)
    assert min(found.congruence.values()) > 0.95
    measures = [fit.fit_measures for fit in found.models.values()]
    assert measures[0]["chisq"] == pytest.approx(measures[1]["chisq"], rel=1e-6)
    assert measures[0]["cfi_robust"] > 0.97


def test_the_halves_share_nobody_and_hold_everybody(frame: pd.DataFrame, found: EfaCfa) -> None:
    """The numbers are those of analysing the rows of each half by hand."""
    from ecosurvey.core.random import stream

    order = stream(3, "efa_cfa").permutation(900)
    one, other = frame.iloc[np.sort(order[:450])], frame.iloc[np.sort(order[450:])]
    assert set(one.index) | set(other.index) == set(frame.index)
    pd.testing.assert_frame_equal(found.efa.loadings, es.efa(one, 2, seed=3).loadings)
    direct = es.cfa("F =~ a1 + a2 + a3 + a4\nG =~ b1 + b2 + b3 + b4", other, estimator="MLR")
    expected = found.models["expected"].fit_measures
    assert expected["chisq_scaled"] == pytest.approx(direct.fit_measures["chisq_scaled"])


def test_a_wrong_expectation_is_seen(frame: pd.DataFrame) -> None:
    found = es.efa_cfa(frame, WRONG, 2, seed=3)
    shown = found.to_frame().set_index("model")
    assert shown["cfi"].iloc[0] > 0.97
    assert shown["cfi"].iloc[1] < 0.8
    assert shown["bic"].iloc[1] > shown["bic"].iloc[0]


def test_the_same_seed_gives_the_same_split_and_another_another(frame: pd.DataFrame) -> None:
    again = [es.efa_cfa(frame, n_factors=2, seed=seed).efa.loadings for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(again[0], again[1])
    assert not np.allclose(again[0], again[2])


def test_items_of_no_factor_and_of_two_are_named(frame: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    more = frame.assign(noise=rng.normal(size=900))
    more["both"] = frame["a1"] + frame["b1"] + rng.normal(size=900)
    found = es.efa_cfa(more, n_factors=2, seed=1)
    assert set(found.left_out) == {"noise", "both"}
    assert "items_without_factor" in {finding.code for finding in found.findings}
    assert found.efa.loadings.loc["noise"].abs().max() < SALIENT
    assert "noise" in found.summary("zh")


def test_few_rows_are_warned_of_and_chance_structures_seen(frame: pd.DataFrame) -> None:
    codes = {f.code for f in es.efa_cfa(frame.iloc[:60], RIGHT, 2, seed=2).findings}
    assert "few_to_explore" in codes


def test_ordinal_answers_are_confirmed_by_wlsmv(frame: pd.DataFrame) -> None:
    cut = frame.apply(lambda column: pd.cut(column, [-9, -0.8, 0.2, 1, 9], labels=False))
    found = es.efa_cfa(cut, RIGHT, 2, ordered=True, seed=3)
    assert sorted(map(sorted, found.suggested.values())) == sorted(RIGHT.values())
    assert found.models["expected"].estimator == "WLSMV"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"share": 0.95}, "leaves one part too small"),
        ({"items": ["a1", "zz"]}, "zz"),
        ({"n_factors": 0}, "0"),
    ],
)
def test_what_cannot_be_is_refused(frame: pd.DataFrame, more: dict[str, object], said: str) -> None:
    with pytest.raises(es.EcosurveyError, match=said):
        es.efa_cfa(frame, **{"n_factors": 2, "seed": 1, **more})  # type: ignore[arg-type]


def test_too_few_rows_and_pure_noise_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(es.DataError, match="do not make two parts"):
        es.efa_cfa(frame.iloc[:16], n_factors=1, seed=1)
    noise = pd.DataFrame(np.random.default_rng(2).normal(size=(400, 6)), columns=list("abcdef"))
    with pytest.raises(es.DataError, match="two items"):
        es.efa_cfa(noise, n_factors=3, seed=1)
