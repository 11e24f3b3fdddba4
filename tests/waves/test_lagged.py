"""Cross-lagged models: lavaan's numbers, and the key factors of a panel drawn to lead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError, OptionError
from ecosurvey.instrument import Instrument
from ecosurvey.report.sections.waves import sections
from ecosurvey.report.write_waves import waves_json
from ecosurvey.waves import WaveComparison, compare_waves, cross_lagged
from made_up_waves import LOADINGS, questionnaire
from tolerances import BASELINE_SCALED, ESTIMATE, STANDARD_ERROR, STATISTIC

FOLDER = Path(__file__).parents[1] / "reference" / "waves_lagged"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
PANEL = pd.read_csv(FOLDER / "panel.csv")
SCORES = {name: [f"{name}{k}" for k in (1, 2, 3)] for name in "xy"}
ITEMS = {name: [[f"{name}{j}_{k}" for j in (1, 2, 3)] for k in (1, 2, 3)] for name in "xy"}
ERRORS = {
    name: [[own if a == b else carried for b in range(3)] for a in range(3)]
    for name, own, carried in (("x", 0.05, 0.015), ("y", 0.06, 0.02))
}
INTERCEPTS = {"random_intercepts": True}
CASES: dict[str, tuple[Any, Any]] = {
    "clpm": (SCORES, {}),
    "clpm_gaps": (SCORES, {}),
    "clpm_equal": (SCORES, {"equal_lags": True}),
    "clpm_error": (SCORES, {"errors": ERRORS}),
    "ri": (SCORES, INTERCEPTS),
    "ri_gaps": (SCORES, INTERCEPTS),
    "ri_error": (SCORES, INTERCEPTS | {"errors": ERRORS}),
    "latent_clpm": (ITEMS, {}),
    "latent_ri": (ITEMS, INTERCEPTS),
}


@pytest.mark.parametrize("case", CASES)
def test_cross_lagged_models_are_lavaans(case: str) -> None:
    want, (variables, options) = EXPECTED[case], CASES[case]
    whole = want["n"] < len(PANEL)
    found = cross_lagged(
        PANEL.dropna() if whole else PANEL, variables, estimator="ML" if whole else "MLR", **options
    )
    assert found.fit.n == want["n"]
    for name, value in want["measures"].items():
        if value == "NA":
            continue
        slack = BASELINE_SCALED if "robust" in name or "scaled" in name else STATISTIC
        known = found.fit.fit_measures[name.replace(".", "_")]
        assert known == pytest.approx(value, rel=slack, abs=1e-5), name
    paths = {(p.target, p.later, p.source): p for p in found.paths}
    shares = {share.variable: share for share in found.shares}
    rows = pd.DataFrame(want["rows"])
    for row in rows.itertuples():
        if row.op == "~":
            path = paths[row.lhs[-2], row.lhs[-1], row.rhs[-2]]
            assert path.est == pytest.approx(row.est, abs=10 * ESTIMATE)
            assert path.se == pytest.approx(row.se, abs=STANDARD_ERROR)
            told = (path.std, path.std_lower, path.std_upper)
            assert told == pytest.approx((row.std, row.std_lower, row.std_upper), abs=1e-5)
        elif row.lhs == row.rhs:
            share = shares[row.lhs[-1]]
            assert share.variance == pytest.approx(row.est, abs=10 * ESTIMATE)
            assert share.se == pytest.approx(row.se, abs=STANDARD_ERROR)
    assert len(paths) == (rows["op"] == "~").sum() == 8


def test_cross_paths_are_adjusted_and_stabilities_are_not() -> None:
    found = cross_lagged(PANEL, SCORES)
    cross = sorted((p.pvalue, p.adjusted) for p in found.paths if p.kind == "cross")
    assert cross[0][1] == pytest.approx(min(1.0, 4 * cross[0][0]))
    assert all(p.adjusted != p.adjusted for p in found.paths if p.kind == "stability")
    assert len(found.to_frame()) == 8
    assert "β" in found.summary() and "标准误" in found.summary("zh")


@pytest.mark.parametrize(
    ("variables", "options", "said"),
    [
        ({"x": ["x1", "x2"]}, {}, "1 variables"),
        ({"x": ["x1", "x2"], "y": ["y1"]}, {}, "different numbers"),
        ({"x": ["x1"], "y": ["y1"]}, {}, "1 waves"),
        ({"x": ["x1", "x2"], "y": ["y1", "y2"]}, INTERCEPTS, "2 waves"),
        ({"x": ["x1", ["x1_2"]], "y": ["y1", "y2"]}, {}, "same number of columns"),
        ({"x": ["x1", "x2"], "y": ["y1", "x2"]}, {}, "twice"),
        (SCORES, {"waves": ["a", "b"]}, "2 labels"),
    ],
)
def test_what_is_no_cross_lagged_model_is_refused(variables: Any, options: Any, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        cross_lagged(PANEL, variables, **options)


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(DataError, match="z2"):
        cross_lagged(PANEL, {"x": ["x1", "x2"], "y": ["y1", "z2"]})


CONSTRUCTS = {name: tuple(f"{name}{j}" for j in range(1, 5)) for name in ("A", "B", "Y")}
MODEL = """
model:
  outcome: Y
  candidates: [A, B]
  hypotheses:
    - {id: H1, from: A, to: Y, sign: "+"}
    - {id: H2, from: B, to: Y, sign: "+"}
"""


def drawn(seed: int, n: int, waves: int = 3, *, leave: float = 0.15) -> list[Any]:
    """Draw a panel in which A leads to Y one wave later and B does not; some leave, for good."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    factor = {c: 0.5 * common + np.sqrt(0.75) * rng.normal(size=n) for c in CONSTRUCTS}
    own = {item: rng.normal(size=n) for items in CONSTRUCTS.values() for item in items}
    there, frames = np.ones(n, dtype=bool), []
    for k in range(waves):
        if k:
            before = dict(factor)
            factor = {c: 0.5 * f + 0.7 * rng.normal(size=n) for c, f in before.items()}
            factor["Y"] = factor["Y"] + 0.35 * before["A"]
            there = there & (rng.random(n) > leave)
        columns: dict[str, Any] = {"who": np.arange(n)}
        for construct, items in CONSTRUCTS.items():
            for item, loading in zip(items, LOADINGS, strict=True):
                error = np.sqrt(0.3) * own[item] + np.sqrt(0.7) * rng.normal(size=n)
                columns[item] = 3 + loading * factor[construct] + 0.6 * error
        frames.append((f"W{k + 1}", pd.DataFrame(columns)[there]))
    return frames


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    return questionnaire(tmp_path_factory.mktemp("lagged"), CONSTRUCTS, MODEL)


@pytest.fixture(scope="module")
def compared(asked: Instrument) -> WaveComparison:
    return compare_waves(asked, drawn(3, 700), id="who", structural=True, estimator="MLR")


def test_the_factor_that_leads_to_the_outcome_is_found(compared: WaveComparison) -> None:
    assert compared.paths is None and compared.panel is not None
    paths = compared.panel.paths
    assert paths is not None
    sure = {p.source for p in paths.effects if p.adjusted < 0.05}
    assert sure == {"A"}
    assert [p.source for p in paths.effects] == ["A", "A", "B", "B"]
    assert {p.target for p in paths.feedback} == {"A", "B"}
    assert not any(p.adjusted < 0.05 for p in paths.feedback)
    known = {(p.source, p.later): p.est for p in paths.effects}
    assert known["A", "W2"] == pytest.approx(0.35, abs=0.1)  # as drawn, not attenuated
    for model in paths.alone:
        assert model.random_intercepts and model.variables[1] == "Y"
    assert len(paths.moves) == 4
    assert "many_left" not in {f.code for f in compared.findings}


def test_errors_carried_over_the_waves_are_taken_out(compared: WaveComparison) -> None:
    """The share of a score's error that is an item's own, lasting one, is 0.3 as drawn."""
    assert compared.panel is not None and compared.panel.paths is not None
    for score in compared.panel.paths.scores:
        errors, count = score.errors, len(score.items)
        assert errors[0, 0] == pytest.approx(0.36 / count, rel=0.2)
        assert errors[0, 1] / errors[0, 0] == pytest.approx(0.3, abs=0.15)
    held = compared.panel.paths.stabilities
    assert [round(p.est, 1) for p in held if p.source == "A"] == pytest.approx([0.5, 0.5], abs=0.11)


def test_the_report_tells_what_leads_to_what(compared: WaveComparison) -> None:
    made = {section.key: section for section in sections(compared)}
    kinds = [type(block).__name__ for block in made["waves-lagged"].blocks]
    assert kinds == ["Paragraph", "FigureBlock", "FigureBlock", *["TableBlock"] * 3]
    told = waves_json(compared)["lagged"]
    assert told["outcome"] == "Y"
    assert {len(told[key]) for key in ("effects", "feedback", "within")} == {4}
    assert len(told["stability"]) == 6
    assert "A name" in made["waves-lagged"].blocks[0].words.en  # type: ignore[union-attr]
    for lang in ("en", "zh"):
        assert compared.summary(lang)  # type: ignore[arg-type]


def test_few_and_leaving_people_are_told(asked: Instrument) -> None:
    waves = drawn(5, 260, 2, leave=0.6)
    found = compare_waves(asked, waves, id="who", structural=True, estimator="MLR")
    codes = {finding.code for finding in found.findings}
    assert {"few_linked", "many_left"} <= codes
    assert found.panel is not None and found.panel.paths is not None
    assert not found.panel.paths.alone  # two waves tell no random intercept


def test_a_questionnaire_without_hypotheses_has_no_paths(tmp_path: Path) -> None:
    alone = questionnaire(tmp_path, CONSTRUCTS)
    with pytest.raises(OptionError, match="no hypotheses"):
        compare_waves(alone, drawn(1, 200, 2), id="who", structural=True, estimator="MLR")


@pytest.mark.long
def test_intervals_of_lagged_paths_cover_though_errors_of_scores_are_estimated(
    asked: Instrument,
) -> None:
    """Two steps, of which the second takes the errors from the first as known."""
    truth = {"A": 0.35, "B": 0.0}
    hits = []
    for seed in range(120):
        found = compare_waves(asked, drawn(100 + seed, 500), id="who", structural=True,
                              estimator="MLR")  # fmt: skip
        assert found.panel is not None and found.panel.paths is not None
        hits.append(
            np.mean([
                p.ci_lower <= truth[p.source] <= p.ci_upper for p in found.panel.paths.effects
            ])
        )  # fmt: skip
    assert np.mean(hits) >= 0.95 - 3 * np.std(hits) / np.sqrt(len(hits))
    assert np.mean(hits) <= 0.99
