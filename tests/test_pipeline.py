"""The whole way, on answers whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.pipeline import STEPS
from ecosurvey.pipeline.factor_stages import rank

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wave1() -> es.Analysis:
    data = ROOT / "data" / "sample" / "ecosystem_wave1.csv"
    return es.analyze(  # all parts and other analyses of this wave: the notebooks
        ROOT / "instruments" / "ecosystem.yaml", data, seed=1, only=["describe", "key_factors"],
        specifications=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def truth() -> dict[str, object]:
    found: dict[str, object] = json.loads(
        (ROOT / "data" / "sample" / "truth.json").read_text("utf-8")
    )
    return found


def test_the_true_top_three_are_found_in_order(
    wave1: es.Analysis, truth: dict[str, object]
) -> None:
    assert wave1.key_factors is not None
    ranking = truth["ranking"]
    assert isinstance(ranking, list)
    assert list(wave1.key_factors.factors[:3]) == ranking[:3]


def test_true_total_effects_lie_in_their_intervals(
    wave1: es.Analysis, truth: dict[str, object]
) -> None:
    assert wave1.key_factors is not None
    effects = truth["total_effects_std"]
    assert isinstance(effects, dict)
    inside = [row.ci_lower <= effects[row.factor] <= row.ci_upper for row in wave1.key_factors.rows]
    assert sum(inside) >= 8  # of nine 95% intervals; the seed is fixed


def test_synthetic_answers_are_said_to_be_so(wave1: es.Analysis) -> None:
    assert wave1.synthetic
    assert any(finding.code == "synthetic" for finding in wave1.findings)


def test_missing_answers_are_accounted_for(wave1: es.Analysis) -> None:
    account = wave1.missing_data
    assert account is not None
    assert account.share == pytest.approx(wave1.clean.items.isna().to_numpy().mean())
    assert "role" in account.treatment.auxiliary  # planted: colleges leave less out
    assert any(finding.code == "missing_treatment" for finding in wave1.findings)


def test_the_factors_are_held_beside_those_with_nobody_excluded(wave1: es.Analysis) -> None:
    found = wave1.sensitivity
    assert found is not None and wave1.key_factors is not None
    assert list(found.rankings) == ["screening_only", "default"]
    assert found.rankings["default"] is wave1.key_factors
    assert found.sizes == {"screening_only": wave1.responses.n_rows, "default": wave1.clean.n}
    assert found.findings[0] in wave1.findings
    assert wave1.key_factors.factors[:3] == found.rankings["screening_only"].factors[:3]


def test_the_steps_are_told_in_order() -> None:
    told: list[es.Text] = []
    data = ROOT / "data" / "sample" / "holzinger.csv"
    es.analyze(ROOT / "instruments" / "holzinger.yaml", data, seed=1, on_step=told.append)
    assert told == list(STEPS[:-2])  # nothing was to be checked and written


def test_ranks_carry_their_uncertainty(wave1: es.Analysis) -> None:
    assert wave1.key_factors is not None
    rows = wave1.key_factors.rows
    assert sum(row.prob_first for row in rows) == pytest.approx(1)
    assert sum(row.prob_top3 for row in rows) == pytest.approx(3)
    assert all(row.rank_lower <= row.rank_upper for row in rows)


def test_answers_may_be_taken_as_ordinal(tmp_path: Path) -> None:
    data = tmp_path / "bfi.csv"
    rows = (ROOT / "data" / "sample" / "bfi.csv").read_text("utf-8").splitlines()[:601]
    data.write_text("\n".join(rows), "utf-8")
    found = es.analyze(
        ROOT / "instruments" / "bfi.yaml", data, seed=1, estimator="WLSMV",
        only=["measurement", "key_factors"],
    )  # fmt: skip
    assert found.measurement.estimator == "WLSMV"
    assert len(found.measurement.table.ordered) == 25
    assert found.measurement.n > 550  # answers missing here and there are used pairwise
    assert found.key_factors is not None


def test_items_that_cannot_be_factored_are_told_of_without_an_error() -> None:
    frame = pd.read_csv(ROOT / "data" / "sample" / "holzinger.csv")

    def told(answers: pd.DataFrame) -> list[str]:
        found = es.analyze(
            ROOT / "instruments" / "holzinger.yaml", answers, seed=1, only=["factors"]
        )
        said = [finding for finding in found.findings if finding.code == "efa_skipped"]
        assert (found.efa is None) == bool(said)
        return [finding.say() for finding in said]

    twins = told(frame.assign(x9=frame["x7"]))[0]
    assert "'x7' and 'x9' correlate perfectly" in twins
    assert "Drop an item of those named" in twins
    few = told(frame.head(8))[0]
    assert "8 rows for 9 items" in few
    assert "Gather more answers" in few
    assert told(frame) == []


def test_fewer_answers_than_questions_end_in_one_clear_error(tmp_path: Path) -> None:
    data = tmp_path / "few.csv"
    rows = (ROOT / "data" / "sample" / "ecosystem_wave1.csv").read_text("utf-8").splitlines()
    data.write_text("\n".join(rows[:41]), "utf-8")
    with pytest.raises(es.DataError, match="do not determine the covariances"):
        es.analyze(ROOT / "instruments" / "ecosystem.yaml", data, seed=1)


def test_weights_and_clusters_of_the_questionnaire_enter_the_models(tmp_path: Path) -> None:
    text = (ROOT / "instruments" / "holzinger.yaml").read_text("utf-8")
    design = "meta: {respondent: id, cluster: ageyr}\nweighting: {margins: {sex: {1: 0.3, 2: 0.7}}}"
    path = tmp_path / "designed.yaml"
    depends = '  moderation: [{id: M1, from: visual, moderator: textual, to: speed, sign: "+"}]\n'
    path.write_text(text.replace("meta: {respondent: id}", design) + depends, "utf-8")
    data = ROOT / "data" / "sample" / "holzinger.csv"
    found = es.analyze(path, data, seed=1, only=["structure"])
    assert found.structural is not None and found.clean.design is not None
    by_hand = es.sem(
        found.instrument.structural_syntax() or "",
        found.clean.frame.assign(w=found.clean.design.columns["_weight"]),
        estimator="MLR", sampling_weights="w", cluster="ageyr",
    )  # fmt: skip
    one, other = found.structural.parameters, by_hand.parameters
    assert (
        one["est"].tolist() == other["est"].tolist() and one["se"].tolist() == other["se"].tolist()
    )
    assert "design_in_models" in {f.code for f in found.findings}
    moderated = rank(found).moderations
    assert moderated is not None
    assert [row.found.fit.weights for row in moderated.rows] == ["_weight"]
    assert [row.found.fit.cluster for row in moderated.rows] == ["_cluster"]
    plain = es.analyze(path, data, seed=1, only=["structure"], estimator="MLM")
    assert plain.structural is not None and "design_not_in_models" in {
        f.code for f in plain.findings
    }
    assert plain.structural.parameters["est"].tolist() != one["est"].tolist()


def test_weights_enter_the_models_of_ordinal_answers_too(tmp_path: Path) -> None:
    text = (ROOT / "instruments" / "bfi.yaml").read_text("utf-8")
    path = tmp_path / "designed.yaml"
    path.write_text(text + "\nweighting: {margins: {gender: {1: 0.5, 2: 0.5}}}\n", "utf-8")
    rows = pd.read_csv(ROOT / "data" / "sample" / "bfi.csv").head(400)
    found = es.analyze(path, rows, seed=1, only=["measurement"], estimator="WLSMV")
    assert found.measurement is not None and found.clean.design is not None
    by_hand = es.sem(
        found.instrument.measurement_syntax(),
        found.clean.frame.assign(w=found.clean.design.columns["_weight"]), estimator="WLSMV",
        ordered=list(found.measurement.table.ordered), missing="pairwise",
        sampling_weights="w",
    )  # fmt: skip
    one, other = found.measurement.parameters, by_hand.parameters
    assert one["se"].tolist() == other["se"].tolist()
    said = next(f for f in found.findings if f.code == "design_in_models")
    assert "(WLSMV)" in said.message.en and "（WLSMV）" in said.message.zh


def test_what_was_found_of_a_fit_names_its_model() -> None:
    data = ROOT / "data" / "sample" / "holzinger.csv"
    found = es.analyze(
        ROOT / "instruments" / "holzinger.yaml", data, seed=1, only=["measurement", "structure"]
    )
    said = [finding.message for finding in found.findings if finding.code == "poor_fit"]
    assert [words.en for words in said] == [
        "Measurement model, Structural model: the model fits poorly: RMSEA = .092."
    ]
    assert said[0].zh.startswith("测量模型、结构模型：")
    assert "gave no proper solution" in " ".join(_texts(found))


def _texts(analysis: es.Analysis) -> list[str]:
    from ecosurvey.report.model import Paragraph
    from ecosurvey.report.sections.method_variance import section

    made = section(analysis)
    assert made is not None
    return [block.words.en for block in made.blocks if isinstance(block, Paragraph)]
