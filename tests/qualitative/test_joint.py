"""The joint display: what the rules say, what the researcher sets, what is shown of people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ecosurvey as es
from ecosurvey.core import DataError, InstrumentError, OptionError
from ecosurvey.instrument import Instrument
from ecosurvey.qualitative import JointDisplay, joint_display, read_results
from ecosurvey.qualitative.cases import CaseEvidence
from ecosurvey.qualitative.fit import propose
from ecosurvey.qualitative.numbers import Effect
from made_up_run import write_run

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


@pytest.fixture(scope="module")
def display(asked: Instrument, tmp_path_factory: pytest.TempPathFactory) -> JointDisplay:
    return shown(write_run(tmp_path_factory.mktemp("run") / "results", asked), asked)


def shown(results: Path, asked: Instrument, **more: Any) -> JointDisplay:
    given: dict[str, Any] = {
        "cases": SAMPLE / "ecosystem_cases.csv",
        "literature": SAMPLE / "ecosystem_literature.csv",
    }
    return joint_display(results, SAMPLE / "ecosystem_codes_en.csv", asked, **(given | more))


def test_constructs_come_by_rank_with_numbers_and_cases(display: JointDisplay) -> None:
    first = display.rows[0]
    assert (first.construct, first.effect) == ("PLT", Effect(0.49, 0.42, 0.56, 1))
    assert {theme.code: theme.segments for theme in first.themes} == {
        "shared_platform": 5, "platform_on_paper": 1,
    }  # fmt: skip
    assert (first.supporting, first.opposing) == (5, 1)
    assert [case.stand for case in first.cases] == ["for", "for", "against", "for", "for", "for"]
    assert display.rows[-1].effect is None
    assert display.synthetic


def test_exemplary_passages_are_the_strongest_of_each_side(display: JointDisplay) -> None:
    supporting, opposing = display.rows[0].quotations
    assert supporting.text.startswith("All training orders")  # strength 3 by both, and shortest
    assert (opposing.code, opposing.case) == ("platform_on_paper", "C3")


def test_each_rule_of_fit_is_met_in_the_display(display: JointDisplay) -> None:
    fits = {row.construct: (row.fit.numbers, row.fit.cases, row.fit.proposed)
            for row in display.rows}  # fmt: skip
    assert fits["PLT"] == ("supports", "supports", "confirmation")
    assert fits["BAR"] == ("supports", "supports", "confirmation")  # expected to be negative
    assert fits["POL"] == ("none", "supports", "discordance")
    assert fits["FUN"] == ("contradicts", "supports", "discordance")
    assert fits["TEC"] == ("open", "open", "expansion")
    assert fits["ECO"] == ("silent", "supports", "cases_only")
    assert fits["CUL"] == ("silent", "silent", "neither")


@pytest.mark.parametrize(
    ("effect", "stands", "proposed"),
    [
        ((0.3, 0.1, 0.5), ["against", "against"], "discordance"),
        ((-0.3, -0.5, -0.1), ["against", "against"], "confirmation"),
        ((0.3, 0.1, 0.5), ["for"], "expansion"),
        ((0.3, 0.1, 0.5), ["for", "for", "against", "against"], "expansion"),
        ((0.3, 0.1, 0.5), ["absent", "absent"], "numbers_only"),
        ((0.0, -0.05, 0.05), ["against", "against"], "expansion"),
        ((0.05, 0.02, 0.08), ["for", "for"], "discordance"),
        (None, ["for", "mixed"], "cases_only"),
    ],
)
def test_the_rules_of_fit(effect: Any, stands: list[Any], proposed: str) -> None:
    cases = tuple(CaseEvidence(str(k), "X", 1, 1, None, stand) for k, stand in enumerate(stands))
    made = Effect(*effect, 1) if effect else None
    assert propose(made, "+", cases).proposed == proposed


def test_what_the_researcher_sets_stands_beside_the_proposal(
    results: Path, asked: Instrument, tmp_path: Path
) -> None:
    file = tmp_path / "fit.csv"
    file.write_text(
        "construct,fit,meta_inference\nPOL,Expansion,Rules help where one office answers.\nENT,,\n",
        "utf-8",
    )
    made = shown(results, asked, decisions=file)
    row = next(row for row in made.rows if row.construct == "POL")
    assert (row.fit.proposed, row.decision and row.decision.fit) == ("discordance", "expansion")
    tables = {table.key: table for table in made.tables()}
    assert "Rules help" in tables["joint_fit"].to_text()
    assert "(discordance)" not in tables["joint_display"].to_text().split("\n")[7]
    file.write_text("construct,fit,meta_inference\nPOLL,expansion,\n", "utf-8")
    with pytest.raises(DataError, match="'POLL' is not in the display"):
        shown(results, asked, decisions=file)
    file.write_text("construct,fit,meta_inference\nPOL,agreement,\n", "utf-8")
    with pytest.raises(OptionError, match="agreement"):
        shown(results, asked, decisions=file)


def test_groups_stand_beside_the_cases_of_their_type(display: JointDisplay) -> None:
    table = next(table for table in display.tables() if table.key == "joint_groups")
    rows = table.to_frame()
    assert list(rows["cases"]) == [2, 2]
    assert list(rows["supporting"]) == [2, 2]
    assert list(rows["held"]) == ["yes", "no"]


def test_codes_that_are_not_in_the_crosswalk_are_refused(
    results: Path, asked: Instrument, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("source,segment,code,coder\na,1,shared_platfrom,A\na,2,odd,A\n", "utf-8")
    with pytest.raises(DataError) as caught:
        joint_display(results, file, asked)
    said = str(caught.value)
    assert "2 codes are not in the crosswalk" in said
    assert "shared_platform" in said
    assert "'odd'" in said


def test_a_project_of_another_tool_is_displayed(results: Path, asked: Instrument) -> None:
    made = joint_display(results, ROOT / "tests/fixtures/qualitative/study.qdpx", asked)
    rows = {row.construct: row for row in made.rows}
    assert rows["PLT"].supporting == 2  # the code is known by its label
    assert rows["FUN"].supporting == 2  # and by its Chinese one


def test_results_of_another_questionnaire_or_none_are_refused(
    results: Path, tmp_path: Path
) -> None:
    bfi = ROOT / "instruments" / "bfi.yaml"
    with pytest.raises(DataError, match="'ecosystem', not"):
        joint_display(results, SAMPLE / "ecosystem_codes_en.csv", bfi)
    for text in ("{", "[]", '{"schema": "ecosurvey/results/1"}', '{"schema": 3}'):
        (tmp_path / "results.json").write_text(text, "utf-8")
        with pytest.raises(DataError):
            read_results(tmp_path)
    with pytest.raises(DataError, match=r"no results\.json"):
        read_results(tmp_path / "nothing")


def test_a_questionnaire_without_crosswalk_is_told_what_to_add(results: Path) -> None:
    data = json.loads((results / "results.json").read_text("utf-8"))
    data["instrument"]["id"] = es.load_instrument(ROOT / "instruments" / "bfi.yaml").id
    (results / "results.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(InstrumentError, match="'qualitative'"):
        joint_display(results, SAMPLE / "ecosystem_codes_en.csv", ROOT / "instruments" / "bfi.yaml")


SECRETS = ("training orders", "College 1", "interview", "p06")


@pytest.mark.parametrize("privacy", ["mask", "drop"])
def test_nothing_of_people_is_left_where_privacy_is_asked(
    results: Path, asked: Instrument, privacy: Any
) -> None:
    open_one = shown(results, asked)
    assert all(secret in open_one.summary() for secret in SECRETS)
    made = shown(results, asked, privacy=privacy)
    said = made.summary() + made.summary("zh") + made.material.codings.to_csv() + repr(made.cases)
    for secret in (*SECRETS, "院校一"):
        assert secret not in said
    assert ("[…: " in said) == (privacy == "mask")
    for key in ("joint_fit", "joint_hypotheses", "coder_agreement"):
        tables = [{t.key: t for t in one.tables()}[key] for one in (open_one, made)]
        assert tables[0].to_frame().equals(tables[1].to_frame())


def test_the_curve_and_the_pairs_are_those_of_a_count_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(
        "source,segment,code,coder\na,1,x,A\na,1,y,A\nb,1,x,A\nb,2,y,A\nc,1,z,A\n", "utf-8"
    )
    material = es.read_codes(file)
    pairs = es.co_occurrence(material)
    assert int(pairs.counts.loc["x", "y"]) == 1
    assert float(pairs.jaccard.loc["x", "y"]) == pytest.approx(1 / 3)
    curve = es.saturation(material, n_orders=400)
    assert curve.observed == (2, 2, 3)
    assert curve.mean[-1] == pytest.approx(3)
    # first source: 2, 2 or 1 codes, each as likely
    assert curve.mean[0] == pytest.approx(5 / 3, abs=0.1)
    assert [f.code for f in curve.findings] == ["not_saturated"]


def test_counts_of_the_literature_must_add_up(tmp_path: Path) -> None:
    file = tmp_path / "l.csv"
    file.write_text("stage,n\nidentified,10\nduplicates,2\nincluded,7\n", "utf-8")
    with pytest.raises(DataError, match="leave 8"):
        es.read_literature(file)
    file.write_text("stage,n\nidentified,10\nduplicates,12\n", "utf-8")
    with pytest.raises(DataError, match="more records"):
        es.read_literature(file)
    file.write_text("stage,n\nidentified,ten\n", "utf-8")
    with pytest.raises(DataError, match="no count"):
        es.read_literature(file)


def test_cases_are_held_to_the_questionnaire(
    results: Path, asked: Instrument, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("case,integration_type\nC1,7\n", "utf-8")
    with pytest.raises(DataError, match="'7' is no answer"):
        shown(results, asked, cases=file)
    file.write_text("case,integration_type\nC1,松散型\n", "utf-8")
    with pytest.raises(DataError, match="'C2', which is not among the cases"):
        shown(results, asked, cases=file)


def test_material_that_names_no_cases_has_its_sources_as_cases(
    results: Path, asked: Instrument, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    text = "source,segment,code,coder\none,1,shared_platform,A\ntwo,2,shared_platform,A\n"
    file.write_text(text, "utf-8")
    made = joint_display(results, file, asked)
    assert [case.id for case in made.cases.cases] == ["one", "two"]
    assert made.rows[0].fit.cases == "supports"
    assert {"sources_as_cases", "one_coder"} <= {finding.code for finding in made.findings}
    file.write_text("source,case,segment,code,coder\na,C,1,funding,A\nb,,2,funding,A\n", "utf-8")
    partly = joint_display(results, file, asked)
    assert "codings_without_case" in {finding.code for finding in partly.findings}


@pytest.mark.parametrize("name", ["codebook.qdc", "empty.csv"])
def test_material_without_codings_is_refused(
    results: Path, asked: Instrument, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.csv").write_text("source,segment,code,coder\na,1,,A\n", "utf-8")
    folder = tmp_path if name == "empty.csv" else ROOT / "tests/fixtures/qualitative"
    with pytest.raises(DataError, match="no passage has a code"):
        joint_display(results, folder / name, asked)


def test_types_of_cases_are_rows_too(display: JointDisplay) -> None:
    table = next(table for table in display.tables() if table.key == "case_types")
    rows = table.to_frame().set_index("type")
    assert rows.loc["Nominal entity", "evidence_PLT"] == "1/1/0"
    assert rows.loc["TAFE", "evidence_PLT"] == "2/0/0"
    assert int(rows["cases"].sum()) == 12  # six cases, two questions
