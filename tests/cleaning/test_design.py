"""Weights and clusters as the questionnaire states them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosurvey.cleaning import CleanData, clean
from ecosurvey.cleaning.design import CLUSTER, WEIGHT, trimmed
from ecosurvey.cleaning.weights import rake
from ecosurvey.core import DataError, InstrumentError
from ecosurvey.instrument import load_instrument
from ecosurvey.responses import read_responses

DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"
META = "origin: origin, wave: wave}"
Designed = Callable[..., CleanData]


@pytest.fixture
def designed(tmp_path: Path, wave: pd.DataFrame) -> Designed:
    """Clean the wave under the demonstration with a design."""

    def run(meta: str = "", weighting: str = "", **columns: object) -> CleanData:
        text = DEMO.read_text("utf-8").replace(META, META[:-1] + meta + "}") + weighting
        path = tmp_path / "designed.yaml"
        path.write_text(text, "utf-8")
        return clean(read_responses(wave.assign(**columns), load_instrument(path)))

    return run


MARGINS = "\nweighting: {margins: {role: {1: 60, 2: 40}}}\n"
ROLES = np.where(np.arange(40) < 32, 1.0, 2.0)


def test_without_a_design_there_is_none(designed: Designed) -> None:
    assert designed().design is None and WEIGHT not in designed().frame


def test_weights_meet_the_margins_of_the_questionnaire(designed: Designed) -> None:
    cleaned = designed(weighting=MARGINS, role=ROLES)
    assert cleaned.design is not None and cleaned.design.weights is not None
    weights = cleaned.frame[WEIGHT]
    assert weights[:32].unique().round(9).tolist() == [0.75]  # .60 / .80
    assert weights[32:].unique().round(9).tolist() == [2.0]  # .40 / .20
    made = cleaned.design.weights
    assert made.effective_n == pytest.approx(40**2 / (32 * 0.75**2 + 8 * 4))
    summary, margins = cleaned.design.tables()
    told = summary.to_frame().set_index("what")["value"]
    assert told["Effective n (Kish)"] == f"{made.effective_n:.1f}" and told["Rows weighted"] == "40"
    assert margins.to_frame()["code"].tolist() == ["Teacher", "Enterprise"]
    assert margins.to_frame()["after"].tolist() == pytest.approx([60, 40])
    assert "加权设计效应" in cleaned.design.summary("zh")


def test_design_weights_are_raked_from_and_excluded_rows_do_not_count(designed: Designed) -> None:
    base = np.linspace(1, 3, 40)
    consent = np.where(np.arange(40) == 5, 2.0, 1.0)
    cleaned = designed(", weight: w", MARGINS, role=ROLES, w=base, consent=consent)
    kept = np.delete(np.arange(40), 5)
    by_hand = rake(
        pd.DataFrame({"role": ROLES[kept]}), {"role": {1: 0.6, 2: 0.4}}, base=base[kept].tolist()
    )
    np.testing.assert_allclose(cleaned.frame[WEIGHT], by_hand.weights, rtol=1e-9)
    alone = designed(", weight: w", w=base)
    np.testing.assert_allclose(alone.frame[WEIGHT], base / base.mean(), rtol=1e-12)
    assert alone.frame["w"].tolist() == base.tolist()  # what was read is kept


def test_rows_that_do_not_answer_the_margins_keep_their_own_weight(designed: Designed) -> None:
    role = ROLES.copy()
    role[:4] = np.nan
    cleaned = designed(weighting=MARGINS, role=role)
    assert cleaned.frame[WEIGHT][:4].tolist() == pytest.approx([1.0] * 4)
    finding = next(f for f in cleaned.findings if f.code == "margins_unanswered")
    assert finding.message.en.startswith("4 rows do not answer role")


@settings(max_examples=50)
@given(arrays(float, st.integers(2, 30), elements=st.floats(0.01, 100)))
def test_trimmed_weights_are_within_the_limits_and_of_mean_one(x: np.ndarray) -> None:
    found = trimmed(x / x.mean(), (0.2, 5.0))
    assert (found >= 0.2 - 1e-9).all() and (found <= 5 + 1e-9).all()
    assert found.mean() == pytest.approx(1, abs=1e-6)
    assert (np.diff(found[np.argsort(x, kind="stable")]) >= -1e-9).all()


def test_clusters_are_named_and_counted(designed: Designed) -> None:
    colleges = [None, *(f"C{k % 6}" for k in range(39))]
    cleaned = designed(", cluster: college", college=colleges)
    assert cleaned.frame[CLUSTER].tolist()[:3] == ["row 2", "C0", "C1"]
    assert "no_cluster" in [f.code for f in cleaned.findings]
    assert cleaned.design is not None
    rows = cleaned.design.tables()[0].to_frame().set_index("what")["value"]
    assert rows["Clusters"] == "7" and rows["Largest cluster"] == "7"
    by_role = designed(", cluster: role", role=ROLES)  # a question may name the cluster
    assert set(by_role.frame[CLUSTER]) == {"1", "2"}


@pytest.mark.parametrize(
    ("meta", "weighting", "columns", "said"),
    [
        (", weight: w", "", {}, "takes weights from the column 'w', which the file lacks"),
        (", weight: w", "", {"w": [1.0] * 39 + [-1]}, "1 row has no positive weight .* row 41"),
        (", weight: w", "", {"w": ["x"] * 40}, "40 rows have no positive weight"),
        (", cluster: c", "", {}, "takes clusters from the column 'c'"),
        ("", MARGINS, {"role": [1.0] * 40}, "nobody in the sample has role = 2"),
        ("", MARGINS, {"role": [1.0, 2.0] * 19 + [9.0, 1.0]}, "has 9.0, which has no known share"),
        ("", MARGINS, {"role": [np.nan] * 40}, "nobody answered role"),
    ],
)
def test_designs_that_the_answers_cannot_meet_are_refused(
    designed: Designed, meta: str, weighting: str, columns: dict[str, object], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        designed(meta, weighting, **columns)


@pytest.mark.parametrize(
    ("weighting", "said"),
    [
        ("margins: {rol: {1: 1}}", "Did you mean 'role'"),
        ("margins: {years: {1: 1}}", "'years' is not a single-choice question"),
        ("margins: {role: {1: 0.6, 3: 0.4}}", "'3' is not a code of 'role'"),
        ("margins: {role: {1: 0.6, 2: -0.4}}", "the share -0.4 is not above zero"),
        ("margins: {role: {1: many}}", "expected a number"),
        ("margins: {role: {}}", "no share is given"),
        ("trim: [2, 5]", "holds no limits about 1"),
        ("trimm: [0.2, 5]", "Did you mean 'trim'"),
    ],
)
def test_slips_in_the_design_are_named_with_their_place(
    tmp_path: Path, weighting: str, said: str
) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(f"{DEMO.read_text('utf-8')}\nweighting: {{{weighting}}}\n", "utf-8")
    with pytest.raises(InstrumentError) as caught:
        load_instrument(path)
    assert said in str(caught.value) and "demo.yaml:" in str(caught.value)
