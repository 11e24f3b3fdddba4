"""The ranking under other analyses: each is what it says, and the sentence follows from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import OptionError, Text
from ecosurvey.keyfactors import SpecificationCurve, specification_curve
from ecosurvey.keyfactors.measurement_variants import measurement_variants
from ecosurvey.sem import SemResult, sem, simulate

POPULATION = (
    "A =~ .8*a1 + .8*a2 + .7*a3 + .6*a4; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
    "A ~~ .3*B; Y ~ .5*A + .2*B"
)
MODEL = "A =~ a1 + a2 + a3 + a4\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return simulate(POPULATION, 500, seed=1)


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> SemResult:
    return sem(MODEL, data)


def _totals(fit: SemResult, names: str = "AB") -> list[float]:
    found = {e.source: e.std_all for e in fit.effects("Y").rows if e.kind == "total"}
    return [found[name] for name in names]


def _of(found: SpecificationCurve, **choices: str) -> list[float]:
    (at,) = (
        k
        for k, made in enumerate(found.specifications)
        if all(getattr(made, name) == value for name, value in choices.items())
    )
    order = ["AB".index(row.factor) for row in found.rows]
    return [float(found.effects[at, order.index(k)]) for k in range(2)]


def test_the_analysis_itself_stands_first(data: pd.DataFrame, fit: SemResult) -> None:
    found = specification_curve(fit, {"all": data, "part": data.iloc[:400]}, "Y", seed=1)
    assert not found.failed
    # 2 sets of rows, 3 ways of estimation, all items, 4 less an item of A, parcels, scale scores
    assert len(found.specifications) == 42
    assert found.effects[0] == pytest.approx(_totals(fit))
    assert found.sentence().en == (
        "A is first in all 42 analyses tried; its effect keeps its sign and p < .05 in all of them."
    )
    assert "均居首位" in found.sentence().zh


def test_an_analysis_of_gaps_stands_first_beside_others(data: pd.DataFrame) -> None:
    holes = data.mask(np.random.default_rng(3).random(data.shape) < 0.05)
    fit = sem(MODEL, holes, estimator="MLR", missing="fiml")
    found = specification_curve(fit, holes, "Y", limit=40, seed=1)
    assert found.specifications[0].estimation == "MLR, all answers"
    near = _of(found, estimation="ML, EM moments", measurement="all items")
    assert near == pytest.approx(_totals(fit), abs=0.005)  # a tenth of their error: two estimators
    complete = _of(found, estimation="ML, complete rows", measurement="all items")
    assert complete == pytest.approx(_totals(sem(MODEL, holes)), abs=1e-8)


def test_scale_scores_are_ordinary_regression(data: pd.DataFrame, fit: SemResult) -> None:
    found = specification_curve(fit, data, "Y", seed=1)
    scores = pd.DataFrame(
        {name: data[[c for c in data if c.startswith(name.lower())]].mean(axis=1) for name in "ABY"}
    )
    z = ((scores - scores.mean()) / scores.std()).to_numpy()
    beta = np.linalg.lstsq(z[:, :2], z[:, 2], rcond=None)[0]
    made = _of(found, estimation="ML, complete rows", measurement="scale scores")
    assert made == pytest.approx(beta, abs=1e-6)


def test_parcels_join_strong_with_weak_items(data: pd.DataFrame, fit: SemResult) -> None:
    parcels = measurement_variants(fit)["parcels"]
    solution = fit.standardized()
    loadings = solution[(solution["op"] == "=~") & (solution["lhs"] == "A")]
    best, second, third, last = loadings.sort_values("est_std", ascending=False)["rhs"]
    assert parcels.means == {"A_parcel_1": (best, last), "A_parcel_2": (second, third)}
    frame = data.assign(p=data[[best, last]].mean(axis=1), q=data[[second, third]].mean(axis=1))
    by_hand = sem(MODEL.replace("a1 + a2 + a3 + a4", "p + q"), frame)
    found = specification_curve(fit, data, "Y", seed=1)
    made = _of(found, estimation="ML, complete rows", measurement="parcels")
    assert made == pytest.approx(_totals(by_hand), abs=1e-6)


def test_ordinal_analyses_are_those_of_wlsmv(data: pd.DataFrame) -> None:
    answers = pd.DataFrame(np.digitize(data, [-1.0, 0.0, 1.0]), columns=data.columns)
    items = list(answers.columns)
    found = specification_curve(
        sem(MODEL, answers), answers, "Y", ordered=items,
        estimations=["ML, complete rows", "WLSMV, complete rows"], seed=1,
    )  # fmt: skip
    assert not found.failed
    direct = sem(MODEL, answers, estimator="WLSMV", ordered=items)
    made = _of(found, estimation="WLSMV, complete rows", measurement="all items")
    assert made == pytest.approx(_totals(direct), abs=1e-8)
    at = [s.estimation for s in found.specifications].index("WLSMV, complete rows")
    expected = [e.std_pvalue for e in direct.effects("Y").rows if e.kind == "total"]
    assert found.pvalues[at] == pytest.approx(expected, rel=1e-6)
    means = {s.measurement for s in found.specifications if s.estimation.startswith("WLSMV")}
    assert "parcels" not in means
    assert "scale scores" not in means


def test_controls_take_out_what_they_cause() -> None:
    # c moves A and Y: without it A's share is too large
    data = simulate(
        POPULATION.replace("Y ~ .5*A + .2*B", "A ~ .6*c; Y ~ .3*A + .2*B + .5*c; c ~~ 1*c")
        .replace("A ~~ .3*B", "B ~~ 0*c"),
        2000, seed=4,
    )  # fmt: skip
    fit = sem(MODEL, data)
    found = specification_curve(
        fit, data, "Y", controls=["c"], names={"c": Text("Years", "年数")}, seed=1,
        estimations=["ML, complete rows"],
    )  # fmt: skip
    adjusted = _of(found, measurement="all items", controls="c")
    by_hand = sem(MODEL + " + c\nA ~ c\nA ~~ B", data, fixed_x=False)
    assert adjusted[0] == pytest.approx(_totals(by_hand)[0], abs=0.01)
    assert _of(found, measurement="all items", controls="none")[0] - adjusted[0] > 0.15
    # a control that the model has already is left out in half of the analyses
    inside = specification_curve(
        sem(MODEL + " + c\nc ~~ A + B", data), data, "Y", ["A", "B"], controls=["c"], seed=1,
        estimations=["ML, complete rows"],
    )  # fmt: skip
    assert inside.specifications[0].controls == "c"
    without = _of(inside, measurement="all items", controls="none")
    assert without == pytest.approx(_totals(fit), abs=1e-6)


def test_parts_of_a_higher_order_factor_may_be_scores() -> None:
    population = (
        "F =~ .8*f1 + .8*f2 + .7*f3; G =~ .8*g1 + .7*g2 + .8*g3; H =~ .7*h1 + .8*h2 + .8*h3;"
        "A =~ .8*F + .8*G + .8*H; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
        "A ~~ .3*B; Y ~ .5*A + .2*B"
    )
    data = simulate(population, 500, seed=1)
    model = (
        "F =~ f1 + f2 + f3\nG =~ g1 + g2 + g3\nH =~ h1 + h2 + h3\nA =~ F + G + H\n"
        "B =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"
    )
    fit = sem(model, data)
    found = specification_curve(fit, data, "Y", ["A", "B"], seed=1)
    frame = data.assign(
        **{name: data[[f"{name.lower()}{k}" for k in (1, 2, 3)]].mean(axis=1) for name in "FGH"}
    )
    by_hand = sem("\n".join(model.splitlines()[3:]), frame)
    made = _of(found, estimation="ML, complete rows", measurement="facet scores")
    assert made == pytest.approx(_totals(by_hand), abs=1e-6)
    assert not found.failed


def test_a_limit_draws_every_kind_of_measurement_and_keeps_the_first(
    data: pd.DataFrame, fit: SemResult
) -> None:
    frames = {"all": data, "part": data.iloc[:400]}
    found = specification_curve(fit, frames, "Y", limit=20, seed=1)
    assert len(found.specifications) == 20
    assert found.effects[0] == pytest.approx(_totals(fit))
    kinds = {s.choice("measurement") for s in found.specifications}
    assert kinds == {"all items", "one item left out", "parcels", "scale scores"}
    with pytest.raises(OptionError, match="leaves no analysis"):
        specification_curve(fit, data, "Y", limit=0, seed=1)
    with pytest.raises(OptionError, match="'MLX' is not known"):
        specification_curve(fit, data, "Y", estimations=["MLX"], seed=1)


def test_analyses_without_result_are_counted_and_named(fit: SemResult, data: pd.DataFrame) -> None:
    found = specification_curve(fit, {"all": data, "few": data.iloc[:5]}, "Y", seed=1)
    assert found.failed
    assert {made.rows for made, _ in found.failed} == {"few"}
    (finding,) = found.findings
    assert finding.severity == "warning"
    assert finding.say("en").startswith(f"{len(found.failed)} of 42 analyses gave no result")


def test_analyses_are_the_same_for_any_number_of_workers(
    data: pd.DataFrame, fit: SemResult
) -> None:
    one = specification_curve(fit, data, "Y", limit=6, seed=2)
    seen: list[tuple[int, int]] = []
    two = specification_curve(
        fit, data, "Y", limit=6, seed=2, jobs=2, on_progress=lambda *at: seen.append(at)
    )
    np.testing.assert_array_equal(one.effects, two.effects)
    assert seen[-1] == (6, 6)
