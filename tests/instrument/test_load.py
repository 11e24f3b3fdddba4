"""What a good questionnaire file becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument import Instrument, load_instrument

DEMO = Path(__file__).parent / "demo.yaml"


def test_items_take_scale_keying_and_construct_from_the_file(demo: Instrument) -> None:
    item = demo.item("POL3")
    assert (item.construct, item.reverse, item.since) == ("POL", True, "1.0.0")
    assert (item.scale.id, item.scale.min, item.scale.max) == ("agree5", 1, 5)
    assert item.scale.points == (1, 2, 3, 4, 5)
    assert item.scale.labels[4] == Text("Agree", "同意")
    assert item.text == Text("Things run ad hoc", "多靠临时协调")


def test_the_hash_is_that_of_the_bytes(demo: Instrument) -> None:
    assert demo.sha256 == hashlib.sha256(DEMO.read_bytes()).hexdigest()
    assert demo.path == DEMO


def test_scales_give_the_items_of_each_construct(demo: Instrument) -> None:
    assert demo.scales()["TAL"] == ("TAL1", "TAL2", "TAL3")
    assert list(demo.scales()) == ["POL", "FLW", "TAL", "VAL"]
    assert len(demo.items) == 12


def test_blocks_follow_the_pages(demo: Instrument) -> None:
    assert demo.blocks() == (
        ("VAL1", "VAL2", "VAL3", "POL1", "POL2", "POL3"),
        ("FLW1", "FLW2", "FLW3", "TAL1", "TAL2", "TAL3"),
    )


def test_items_on_no_page_form_a_last_block(load_changed: Callable[..., Instrument]) -> None:
    changed = load_changed(("contents: [VAL, POL, ATT1]", "contents: [VAL, ATT1]"))
    assert changed.blocks()[-1] == ("POL1", "POL2", "POL3")


def test_names_are_found_for_all_kinds(demo: Instrument) -> None:
    assert demo.name_of("FUN").zh == "功能"
    assert demo.name_of("POL1").en == "The plan is clear"
    assert demo.name_of("role").en == "Role"
    assert demo.name_of("forms_2").en == "Exchange"
    with pytest.raises(InstrumentError, match="Did you mean 'POL1'"):
        demo.name_of("POL11")
    with pytest.raises(InstrumentError, match="not an item"):
        demo.item("role")


def test_the_other_parts_arrive(demo: Instrument) -> None:
    assert demo.meta.respondent == "rid"
    assert [check.kind for check in demo.checks] == ["instructed", "infrequency", "self_report"]
    assert demo.columns["POL1"] == ("3、规划", "Q3")
    consent, role, forms, years, _ = demo.variables
    assert consent.screen is not None and consent.screen.keep == (1,)
    assert [option.code for option in consent.options] == [1, 2]  # from the scale
    assert role.options[2].other_text and not role.numeric
    assert forms.options[-1].exclusive
    assert years.range == (0, 60) and years.numeric
    assert years.show_if is not None and years.show_if.all[0].among == (1,)
    assert demo.waves[1].version == "1.1.0"
    assert demo.crosswalk[0].old_text == Text("Duties are set", "职责落实")
    assert demo.quality.longstring == 6 and demo.quality.seconds_per_item is None
    assert demo.mediations[0].path == ("POL", "FUN", "VAL")


def test_candidates_are_by_default_all_that_lead_to_the_outcome(demo: Instrument) -> None:
    assert demo.outcome == "VAL"
    assert demo.candidates == ("POL", "FUN")


def test_measurement_syntax_lists_first_order_then_higher_order(demo: Instrument) -> None:
    assert demo.measurement_syntax() == (
        "POL =~ POL1 + POL2 + POL3\n"
        "FLW =~ FLW1 + FLW2 + FLW3\n"
        "TAL =~ TAL1 + TAL2 + TAL3\n"
        "VAL =~ VAL1 + VAL2 + VAL3\n"
        "FUN =~ 1*FLW + 1*TAL\n"
    )


def test_structural_syntax_has_one_regression_a_target(
    load_changed: Callable[..., Instrument],
) -> None:
    changed = load_changed(
        ("  outcome: VAL", "  residual_covariances: [[FUN, VAL]]\n  outcome: VAL")
    )
    text = changed.structural_syntax()
    assert text is not None
    assert text.endswith("FUN ~ POL\nVAL ~ FUN + POL + years\nyears ~~ POL\nFUN ~~ VAL\n")
    assert text.startswith(changed.measurement_syntax())


def test_without_hypotheses_there_is_no_structural_model(
    load_changed: Callable[..., Instrument], demo_text: str
) -> None:
    start = demo_text.index("model:")
    end = demo_text.index("references:")
    changed = load_changed((demo_text[start:end], ""))
    assert changed.structural_syntax() is None
    assert changed.outcome is None and changed.candidates == ()


def test_one_language_allows_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        "schema: ecosurvey/instrument/1\nid: one\nversion: '1'\ntitle: One\nlanguages: [en]\n"
        "scales: {s: {type: numeric}}\n"
        "constructs: [{id: A, label: Ay, scale: s, items: [{id: a1, label: first},"
        " {id: a2, label: second}, {id: a3, label: third}]}]\n",
        "utf-8",
    )
    instrument = load_instrument(path)
    assert instrument.title == Text("One", "One")
    assert instrument.item("a1").scale.min is None
    assert instrument.blocks() == (("a1", "a2", "a3"),)
    assert instrument.findings == ()


def test_few_items_are_remarked_on(load_changed: Callable[..., Instrument]) -> None:
    changed = load_changed(
        ('      - {id: VAL2, label: {zh: "共同解决", en: "Problems are solved together"}}\n', ""),
        ('      - {id: VAL3, label: {zh: "相互带动", en: "Parts pull each other"}}\n', ""),
    )
    assert [(f.code, f.where) for f in changed.findings] == [("single_item", "VAL")]
    two = load_changed((", equal_loadings: true", ""))
    assert [(f.code, f.where) for f in two.findings] == [("two_dimensions", "FUN")]


def test_yaml_1_2_words_stay_words(load_changed: Callable[..., Instrument]) -> None:
    changed = load_changed(('{zh: "是", en: "Yes"}', "{zh: 是, en: yes}"), ('en: "No"', "en: no"))
    assert changed.checks[2].scale is not None
    assert [label.en for label in changed.checks[2].scale.labels.values()] == ["yes", "no"]


def test_the_summary_reads_in_both_languages(demo: Instrument) -> None:
    assert "Things run ad hoc" in demo.summary("en")
    assert "政策保障" in demo.summary("zh")
    assert "reverse" in set(demo.to_frame()["keyed"])
