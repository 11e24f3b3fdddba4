"""Expected mediations are judged by their draws, their sign, and the direct path beside them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, Text
from ecosurvey.keyfactors import MediationClaim, Mediations, holm, mediations
from ecosurvey.keyfactors.draws import standardized_ways
from ecosurvey.sem import SemResult, sem
from ecosurvey.sem.bootstrap.quantities import quantities

REFERENCE = Path(__file__).parents[1] / "reference" / "keyfactors"
EXPECTED = json.loads((REFERENCE / "expected_effects.json").read_text())
MODEL = (
    "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\n"
    "Y =~ y1 + y2 + y3\nM ~ X + W\nN ~ X\nY ~ X + M + N + W"
)
CLAIMS = (
    MediationClaim("H1", ("X", "M", "Y"), "+"),
    MediationClaim("H2", ("X", "N", "Y"), "-"),
    MediationClaim("H3", ("W", "M", "Y"), "+"),
)


@pytest.fixture(scope="module")
def fit() -> SemResult:
    return sem(MODEL, pd.read_csv(REFERENCE / "effects.csv"))


@pytest.fixture(scope="module")
def found(fit: SemResult) -> Mediations:
    return mediations(fit, CLAIMS, names={"M": Text("Platform", "平台")}, seed=1)


def test_estimates_are_those_of_lavaan_and_intervals_near_its_bootstrap(found: Mediations) -> None:
    for row, name in zip(found.rows, ("through_M", "through_N"), strict=False):
        assert row.est == pytest.approx(EXPECTED["std"][name]["est"], abs=1e-5)
        assert row.se == pytest.approx(EXPECTED["std"][name]["se"], abs=1e-5)
        room = 0.5 * EXPECTED["bootstrap"]["sd"][name]
        assert row.ci_lower == pytest.approx(EXPECTED["bootstrap"]["lower"][name], abs=room)
        assert row.ci_upper == pytest.approx(EXPECTED["bootstrap"]["upper"][name], abs=room)


def test_p_is_adjusted_and_the_sign_decides(found: Mediations) -> None:
    raw = [row.pvalue for row in found.rows]
    assert [row.pvalue_holm for row in found.rows] == pytest.approx(holm(raw))
    assert [row.verdict for row in found.rows] == ["supported", "opposite", "supported"]


@pytest.mark.parametrize(
    ("direct", "kind"),
    [
        (0.5, "complementary"),
        (-0.6, "competitive"),
        (0.0, "indirect only"),
        (None, "no direct path"),
    ],
)
def test_the_kind_follows_from_the_direct_path(direct: float | None, kind: str) -> None:
    rng = np.random.default_rng(6)
    a, e, f = rng.normal(size=(3, 600))
    m = 0.6 * a + e
    data = pd.DataFrame({"a": a, "m": m, "y": 0.5 * m + (direct or 0.0) * a + f})
    text = "m ~ a\ny ~ m" + ("" if direct is None else " + a")
    (row,) = mediations(sem(text, data), [MediationClaim("H", ("a", "m", "y"), "?")], seed=1).rows
    assert row.kind == kind


def test_a_way_that_leads_nowhere_has_no_kind() -> None:
    rng = np.random.default_rng(8)
    data = pd.DataFrame(rng.normal(size=(200, 3)), columns=["a", "m", "y"])
    claim = MediationClaim("H", ("a", "m", "y"), "+")
    (row,) = mediations(sem("m ~ a\ny ~ m + a", data), [claim], seed=1).rows
    assert (row.kind, row.verdict) == ("none", "not supported")


def test_bootstrap_replicates_may_be_the_draws(fit: SemResult) -> None:
    made = mediations(fit, CLAIMS, bootstrap=fit.bootstrap(200, "perc", seed=1), seed=1)
    assert made.drawn == "bootstrap"
    assert made.n_draws <= 200
    assert made.rows[0].ci_lower < made.rows[0].est < made.rows[0].ci_upper


def test_the_table_speaks_both_languages_and_claims_no_cause(found: Mediations) -> None:
    assert "X → Platform → Y" in found.summary("en")
    assert "X → 平台 → Y" in found.summary("zh")
    assert "not proof" in found.summary("en")


def test_what_cannot_be_judged_is_named(fit: SemResult) -> None:
    with pytest.raises(DataError, match="H9 speaks of W -> N -> Y"):
        mediations(fit, [MediationClaim("H9", ("W", "N", "Y"), "+")], seed=1)
    bare = sem(MODEL, pd.read_csv(REFERENCE / "effects.csv"), se="none")
    with pytest.raises(DataError, match="no standard errors"):
        mediations(bare, CLAIMS, seed=1)


def test_ways_have_the_values_that_a_bootstrap_gives_them() -> None:
    rng = np.random.default_rng(5)
    x, z = rng.standard_normal((2, 200))
    m = 0.5 * x + 0.3 * z + rng.standard_normal(200)
    items = {f"y{i}": 0.6 * m + rng.standard_normal(200) for i in "123"}
    fit = sem(
        "f =~ y1 + y2 + y3\nm ~ x + z\nf ~ m + x", pd.DataFrame({"x": x, "z": z, "m": m, **items})
    )
    ways = [e for e in fit.effects("f").rows if e.kind == "specific"]
    drawn = fit.bootstrap(100, seed=1).draws
    found = standardized_ways(fit.fit.model, drawn.x, drawn.fixed, ways)
    assert len(ways) == 2
    assert any(part.std(axis=0).max() > 0 for part in drawn.fixed)
    np.testing.assert_allclose(
        found, quantities(fit.fit.model, drawn.x, drawn.fixed, ways).effects_std, rtol=1e-12
    )
