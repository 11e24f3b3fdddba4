"""Models called equivalent fit exactly as well when fitted in full, and others do not."""

from __future__ import annotations

import pandas as pd
import pytest

from ecosurvey.core import Text
from ecosurvey.keyfactors import equivalent_models
from ecosurvey.sem import SemResult, sem, simulate

MEASURED = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nA ~~ B\n"
MODEL = MEASURED + "M ~ A + B\nY ~ M + A"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return simulate(
        "A =~ .8*a1 + .8*a2 + .7*a3; B =~ .8*b1 + .7*b2 + .8*b3; M =~ .8*m1 + .7*m2 + .7*m3;"
        "Y =~ .8*y1 + .8*y2 + .7*y3; A ~~ .3*B; M ~ .4*A + .3*B; Y ~ .4*M + .2*A",
        400, seed=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> SemResult:
    return sem(MODEL, data)


FULL = {
    ("A", "M"): (["M ~ B", "A ~ M", "Y ~ M + A"], ["M ~ B", "A ~~ M", "Y ~ M + A"]),
    ("B", "M"): (["M ~ A", "B ~ M", "Y ~ M + A", "B ~~ 0*Y"], ["M ~ A", "B ~~ M", "Y ~ M + A"]),
    ("A", "Y"): (None, ["M ~ A + B", "Y ~ M", "A ~~ Y"]),  # turned round it makes a circle
    ("M", "Y"): (["M ~ A + B + Y", "Y ~ A"], ["M ~ A + B", "Y ~ A", "M ~~ Y"]),
}


@pytest.mark.parametrize("pair", FULL)
def test_what_is_called_equivalent_fits_the_same_in_full(
    fit: SemResult, data: pd.DataFrame, pair: tuple[str, str]
) -> None:
    row = next(r for r in equivalent_models(fit).rows if (r.source, r.target) == pair)
    chisq = fit.fit_measures["chisq"]
    for lines, called in zip(FULL[pair], (row.reversible, row.covariance), strict=True):
        if lines is None:
            assert not called
            continue
        other = sem(MEASURED + "\n".join(lines), data)
        assert other.fit_measures["df"] == fit.fit_measures["df"]
        same = abs(other.fit_measures["chisq"] - chisq) < 1e-5
        assert called == same


def test_the_paths_into_a_saturated_block_are_found(fit: SemResult) -> None:
    found = {
        (r.source, r.target): (r.reversible, r.covariance) for r in equivalent_models(fit).rows
    }
    # M's predictors are all that comes before it, so each may be a covariance (Lee & Hershberger)
    assert found["A", "M"][1]
    assert found["B", "M"][1]
    assert any(True not in kinds for kinds in found.values())


def test_the_sentence_names_them_in_both_languages(fit: SemResult) -> None:
    found = equivalent_models(fit, names={"M": Text("Platform", "平台")})
    assert "Platform" in found.sentence().en
    assert "平台" in found.sentence().zh
    assert "rest on theory" in found.sentence().en
    assert found.count == sum(r.reversible + r.covariance for r in found.rows)
    assert "等价模型" in found.summary("zh")


def test_constrained_and_circular_models_are_left_alone(data: pd.DataFrame) -> None:
    assert equivalent_models(sem(MEASURED + "M ~ q*A + q*B\nY ~ M", data)).rows == ()
    assert equivalent_models(sem(MEASURED + "M ~ A + 0.2*B\nY ~ M", data)).rows == ()
    assert equivalent_models(sem(MEASURED + "M ~ A + Y\nY ~ B + M", data)).rows == ()


def test_of_a_chain_the_first_arrow_may_turn() -> None:
    data = simulate("m ~ .5*a; y ~ .5*m; a ~~ 1*a; m ~~ 1*m; y ~~ 1*y", 300, seed=1)
    found = {(r.source, r.target): r for r in equivalent_models(sem("m ~ a\ny ~ m", data)).rows}
    assert found["a", "m"].reversible  # a fork
    assert not found["m", "y"].reversible  # a collider
