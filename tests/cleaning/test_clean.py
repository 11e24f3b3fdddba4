"""Who is excluded, why, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import CleanData, Rules
from ecosurvey.cleaning.rules import RULE_NAMES, changed, rules_of
from ecosurvey.core import DataError, OptionError
from ecosurvey.instrument import Instrument

Run = Callable[..., CleanData]


def grounds(cleaned: CleanData, row: int) -> list[str]:
    log = cleaned.exclusions
    return log.loc[log["row"] == row, "rule"].tolist()


def test_attentive_people_are_all_kept(run: Run, wave: pd.DataFrame) -> None:
    cleaned = run(wave)
    assert cleaned.n == 40
    assert len(cleaned.exclusions) == 0
    assert cleaned.flow[0].remaining == cleaned.flow[-1].remaining == 40
    assert list(cleaned.exclusions) == ["row", "respondent", "rule", "evidence", "evidence_zh"]


def test_reverse_items_are_keyed_once_by_the_scale_ends(run: Run, wave: pd.DataFrame) -> None:
    wave["POL3"] = 2.0  # no end of the scale is used: observed ends would give 2
    wave["TAL3"] = np.where(np.arange(40) % 2, 1.0, 4.0)
    cleaned = run(wave)
    assert (cleaned.frame["POL3"] == 4).all()  # 1 + 5 - 2
    assert cleaned.frame["TAL3"].iloc[:2].tolist() == [2.0, 5.0]
    assert (cleaned.frame["POL1"].to_numpy() == wave["POL1"].to_numpy()).all()
    assert (cleaned.responses.frame["POL3"] == 2).all()  # what was read is as it was


def test_no_consent_and_incomplete_sheets_are_excluded(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    items = [item.id for item in demo.items]
    wave.loc[0, "consent"] = 2.0
    wave.loc[1, "consent"] = np.nan  # not an answer: nobody is excluded by it
    wave.loc[2, items[:6]] = np.nan  # 6 of 12 = 50%
    wave.loc[3, items[:5]] = np.nan
    cleaned = run(wave)
    assert grounds(cleaned, 2) == ["no_consent"] and grounds(cleaned, 3) == []
    assert grounds(cleaned, 4) == ["incomplete"] and grounds(cleaned, 5) == []
    log = cleaned.exclusions.set_index("row")
    assert log.loc[2, "evidence"] == "consent = 2"
    assert log.loc[2, "respondent"] == "R1"
    assert log.loc[4, "evidence"] == "50% of the items unanswered"
    assert log.loc[4, "evidence_zh"] == "50%的题项未作答"


def test_items_that_were_not_shown_are_not_unanswered(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    items = [item.id for item in demo.items]
    wave.loc[0, items[:8]] = -3.0  # skipped by logic: 4 items were asked and answered
    wave.loc[1, items[:8]] = -3.0
    wave.loc[1, items[8:10]] = np.nan  # 2 of the 4 asked
    wave.loc[2, items] = -3.0  # nothing was asked: nothing to analyse
    cleaned = run(wave)
    assert grounds(cleaned, 2) == [] and cleaned.flags.loc[2, "incomplete"] == 0
    assert cleaned.flags.loc[3, "incomplete"] == 50
    assert grounds(cleaned, 3) == grounds(cleaned, 4) == ["incomplete"]


def test_two_failed_checks_exclude_and_one_only_flags(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, ["ATT1", "ATT2"]] = [5.0, 5.0]
    wave.loc[1, "ATT1"] = 5.0
    wave.loc[2, ["ATT1", "ATT2"]] = [np.nan, 2.0]  # unanswered is not failed; 2 passes
    cleaned = run(wave)
    assert grounds(cleaned, 2) == ["failed_checks"]
    assert grounds(cleaned, 3) == [] and cleaned.flagged.loc[3, "attention"]
    assert not cleaned.flagged.loc[4, "attention"]


def test_one_failed_check_excludes_if_the_rules_say_so(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[1, "ATT1"] = 5.0
    assert grounds(run(wave, Rules(failed_checks_to_exclude=1)), 3) == ["failed_checks"]


def test_who_says_do_not_use_is_excluded(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[5, "USE"] = 2.0
    assert grounds(run(wave), 7) == ["self_report"]


def test_flags_of_two_kinds_exclude_and_of_one_kind_do_not(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    items = [item.id for item in demo.items]
    wave.loc[0, "seconds"] = 23.9  # 12 items: 1.99 s each
    wave.loc[1, items] = 3.0  # longstring and straight-lining: one kind
    wave.loc[2, items] = 3.0
    wave.loc[2, "seconds"] = 12.0
    wave.loc[3, "seconds"] = 24.0  # 2 s exactly is not below 2 s
    cleaned = run(wave)
    assert grounds(cleaned, 2) == [] and cleaned.flagged.loc[2, "speed"]
    assert cleaned.flagged.loc[3, ["longstring", "straightline"]].all()
    assert grounds(cleaned, 3) == []
    assert grounds(cleaned, 4) == ["flags"]
    evidence = cleaned.exclusions.set_index("row").loc[4, "evidence"]
    assert evidence == (
        "1.00 s per item; equal answers in a row: 6; pages with one answer throughout: 2"
    )
    assert not cleaned.flagged.loc[5, "speed"]


def test_speed_counts_answered_items_only(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, ["POL1", "POL2"]] = np.nan
    wave.loc[0, "seconds"] = 22.0
    cleaned = run(wave)
    assert cleaned.flags.loc[2, "speed"] == pytest.approx(2.2)


def test_longstring_goes_by_pages_in_the_order_shown(run: Run, wave: pd.DataFrame) -> None:
    # page 2 shows VAL before POL; a run over the border between pages does not count
    wave.loc[0, ["VAL1", "VAL2", "VAL3", "POL1", "POL2", "POL3"]] = [1, 2, 4, 4, 4, 4]
    wave.loc[0, ["FLW1", "FLW2", "FLW3", "TAL1", "TAL2", "TAL3"]] = [4, 4, 1, 2, 1, 2]
    cleaned = run(wave)
    assert cleaned.flags.loc[2, "longstring"] == 4
    assert cleaned.cutoffs["longstring"] == "≥ 6"


def test_straightlining_needs_both_keyings_answered(run: Run, wave: pd.DataFrame) -> None:
    page = ["VAL1", "VAL2", "VAL3", "POL1", "POL2", "POL3"]
    wave.loc[0, page] = 5.0
    wave.loc[1, page] = 5.0
    wave.loc[1, "POL3"] = np.nan  # the reverse item is unanswered
    cleaned = run(wave)
    assert cleaned.flags["straightline"].iloc[:2].tolist() == [1, 0]


def test_few_scales_give_even_odd_no_weight(run: Run, wave: pd.DataFrame) -> None:
    cleaned = run(wave)
    assert cleaned.cutoffs["even_odd"] == "" and not cleaned.flagged["even_odd"].any()
    assert cleaned.flags["even_odd"].notna().any()
    strict = run(wave, Rules(even_odd_scales=4))
    assert strict.flagged["even_odd"].equals(strict.flags["even_odd"] < 0.3)


def test_person_total_has_no_weight_where_item_means_are_flat(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    cleaned = run(wave)  # answers drawn alike for all items
    assert (cleaned.flags["person_total"] < 0).sum() > 5
    assert not cleaned.flagged["person_total"].any() and cleaned.cutoffs["person_total"] == ""
    for place, item in enumerate(demo.items):  # now a profile: easy and hard items in turn
        wave[item.id] = np.where(np.arange(40) % 4 == 0, 3, 2 + 2 * (place % 2)) + 0.0
        wave.loc[place, item.id] = 5.0
    wave.loc[39, [item.id for item in demo.items]] = [4.0, 1.0] * 6  # runs against it
    cleaned = run(wave)
    assert cleaned.flagged["person_total"].iloc[39] and cleaned.cutoffs["person_total"] == "< 0"


def test_mahalanobis_never_excludes(run: Run, wave: pd.DataFrame) -> None:
    cleaned = run(wave, Rules(mahalanobis_p=0.9, flags_to_exclude=1, person_total=-1))
    assert cleaned.flagged["mahalanobis"].sum() > 5
    assert "mahalanobis" not in set(cleaned.exclusions["rule"])
    flagged = cleaned.flagged["mahalanobis"]
    assert flagged[flagged].index.isin(cleaned.frame.index).any()


def again(wave: pd.DataFrame, row: int, **changes: object) -> pd.DataFrame:
    copy = wave.loc[[row]].assign(**changes)
    return pd.concat([wave, copy], ignore_index=True)


def test_a_sheet_handed_in_twice_is_excluded_and_the_first_kept(
    run: Run, wave: pd.DataFrame
) -> None:
    cleaned = run(again(wave, 4, seconds=999.0))
    assert grounds(cleaned, 42) == ["duplicate"] and 6 in cleaned.frame.index
    assert cleaned.exclusions["evidence"].tolist() == ["same answers and respondent as row 6"]


def test_equal_answers_under_another_id_are_a_duplicate_only_if_many(
    run: Run, wave: pd.DataFrame
) -> None:
    # 12 items, 3 checks, consent, role and years: 18 answers
    twice = again(wave, 4, rid="other")
    assert grounds(run(twice), 42) == []  # 20 answers are asked for
    assert grounds(run(twice, Rules(duplicate_answers=18)), 42) == ["duplicate"]
    assert grounds(run(twice, Rules(duplicate_answers=19)), 42) == []


def test_another_comment_makes_another_sheet(run: Run, wave: pd.DataFrame) -> None:
    twice = again(wave, 4, rid="other", comment="my own words")
    assert grounds(run(twice, Rules(duplicate_answers=10)), 42) == []


def test_two_straightliners_are_not_one_person(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    wave.loc[4, [item.id for item in demo.items]] = 3.0
    twice = again(wave, 4, rid="other")
    assert grounds(run(twice, Rules(duplicate_answers=10)), 42) == []


def test_one_id_with_different_answers_is_told_and_kept(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[1, "rid"] = "R1"
    wave.loc[[2, 3], "rid"] = None  # blank ids are nobody's
    cleaned = run(wave)
    assert cleaned.n == 40
    finding = next(f for f in cleaned.findings if f.code == "repeated_respondent")
    assert "R1" in finding.message.en and finding.severity == "warning"


def test_a_column_that_names_nobody_makes_no_duplicates(run: Run, wave: pd.DataFrame) -> None:
    wave["rid"] = "anonymous"
    cleaned = run(again(wave, 4))  # equal answers, but fewer than 20
    assert cleaned.n == 41
    assert [f.code for f in cleaned.findings] == ["respondents_not_unique"]


def test_the_flow_counts_each_person_once_and_adds_up(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, ["consent", "ATT1", "ATT2"]] = [2.0, 5.0, 5.0]
    wave.loc[1, ["ATT1", "ATT2"]] = [5.0, 5.0]
    cleaned = run(wave)
    steps = {step.rule: step.excluded for step in cleaned.flow if step.excluded}
    assert steps == {"no_consent": 1, "failed_checks": 1}
    remaining = [step.remaining for step in cleaned.flow]
    assert remaining[0] - sum(step.excluded for step in cleaned.flow) == remaining[-1] == 38
    assert grounds(cleaned, 2) == ["no_consent", "failed_checks"]  # all grounds are logged


def test_flag_only_keeps_every_row(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, ["ATT1", "ATT2"]] = [5.0, 5.0]
    cleaned = run(wave, Rules(exclude=False))
    assert cleaned.n == 40 and len(cleaned.exclusions) == 0
    assert cleaned.flagged.loc[2, "failed_checks"]


def test_nobody_left_is_an_error_that_says_why(run: Run, wave: pd.DataFrame) -> None:
    wave["consent"] = 2.0
    with pytest.raises(DataError, match=r"nobody is left .*did not consent 40"):
        run(wave)


def test_a_constant_item_is_serious_but_not_dropped(run: Run, wave: pd.DataFrame) -> None:
    wave["VAL1"] = 3.0
    wave["FLW1"] = np.nan
    cleaned = run(wave)
    found = {f.where: f for f in cleaned.findings if f.code == "constant_item"}
    assert set(found) == {"VAL1", "FLW1"}
    assert all(f.severity == "serious" for f in found.values())
    assert "VAL1" in cleaned.items and cleaned.missing["FLW1"] == 1.0


def test_many_exclusions_and_gaps_are_warned_of(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[:11, "consent"] = 2.0
    wave.loc[12:20, "VAL1"] = np.nan
    codes = {f.code: f.severity for f in run(wave).findings}
    assert codes["excluded"] == "warning" and codes["much_missing"] == "warning"


def test_items_are_in_the_order_of_the_questionnaire(
    run: Run, wave: pd.DataFrame, demo: Instrument
) -> None:
    shuffled = wave[list(reversed(wave.columns))]
    assert list(run(shuffled).items) == [item.id for item in demo.items]


def test_tables_tell_flow_rules_and_missing(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, "POL1"] = np.nan
    flow, screening, missing = run(wave).tables()
    assert flow.to_frame()["remaining"].tolist()[-1] == 40
    assert set(screening.to_frame()["computed"]) >= {40}
    frame = missing.to_frame().set_index("construct")
    assert frame.loc["Policy", "missing"] == pytest.approx(100 / 120)
    assert frame.loc["Policy", "complete"] == pytest.approx(97.5)
    assert frame.loc["Policy", "worst_item"] == "POL1"
    assert "样本筛选流程" in run(wave).summary("zh")


def test_rules_come_from_the_questionnaire_unless_given(run: Run, wave: pd.DataFrame) -> None:
    assert run(wave).rules == Rules(longstring=6)
    assert run(wave, Rules()).cutoffs["longstring"] == ""  # no page has 10 items


@pytest.mark.parametrize(
    "wrong", [{"missing_share": 5}, {"flags_to_exclude": 0}, {"longstring": 1}, {"even_odd": 2}]
)
def test_impossible_cutoffs_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="is not allowed"):
        Rules(**wrong)  # type: ignore[arg-type]


def test_columns_without_meta_are_enough(run: Run, wave: pd.DataFrame, demo: Instrument) -> None:
    cleaned = run(wave[[item.id for item in demo.items]])
    assert cleaned.n == 40
    assert cleaned.flags["speed"].isna().all() and cleaned.cutoffs["speed"] == ""
    assert cleaned.exclusions.empty


def test_near_copies_are_flagged_and_addresses_listed(
    make_wide: Callable[[], tuple[pd.DataFrame, Instrument]],
) -> None:
    from ecosurvey.cleaning import clean
    from ecosurvey.responses import read_responses

    frame, instrument = make_wide()
    cleaned = clean(read_responses(frame, instrument))
    flagged = cleaned.flagged
    assert flagged.index[flagged["near_duplicate"]].tolist() == [2, 3]
    assert flagged.index[flagged["same_address"]].tolist() == [2, 3]
    assert flagged.index[flagged["synonyms"]].tolist() == [61]
    assert flagged.loc[61, "guttman"]
    # alike, of one address, four minutes apart: the later is a copy; the guesser has one kind
    assert cleaned.exclusions["row"].tolist() == [3] and grounds(cleaned, 3) == ["duplicate"]
    assert cleaned.exclusions["evidence"].tolist() == [
        "92% of the answers equal those of row 2, from the same address within minutes"
    ]
    assert "near_duplicates" not in {f.code for f in cleaned.findings}


def test_likeness_alone_is_told_and_excludes_nobody(
    make_wide: Callable[[], tuple[pd.DataFrame, Instrument]],
) -> None:
    from ecosurvey.cleaning import clean
    from ecosurvey.responses import read_responses

    frame, instrument = make_wide()
    for column, value in (("ip", "10.9.9.9"), ("at", pd.Timestamp("2026-04-01"))):
        apart = frame.copy()
        apart.loc[1, column] = value
        cleaned = clean(read_responses(apart, instrument))
        assert cleaned.n == 60
        finding = next(f for f in cleaned.findings if f.code == "near_duplicates")
        assert finding.severity == "warning" and finding.message.en.endswith(": 2")
    # the altered copy has Guttman errors: as a flag, likeness would exclude it
    answered = read_responses(apart, instrument)
    counted = clean(answered, rules=Rules(actions={"near_duplicate": "flag"}))
    assert counted.exclusions["row"].tolist() == [3] and grounds(counted, 3) == ["flags"]


def test_a_rule_can_exclude_flag_be_for_review_or_off(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, "seconds"] = 12.0  # one second an item
    assert grounds(run(wave), 2) == []
    assert grounds(run(wave, Rules(actions={"speed": "exclude"})), 2) == ["speed"]
    off = run(wave, Rules(actions={"speed": "off", "incomplete": "off", "attention": "off"}))
    assert off.flags["speed"].isna().all() and not off.flagged["speed"].any()
    assert "Too fast" not in off.tables()[1].to_text()
    quiet = Rules(actions=dict.fromkeys(RULE_NAMES, "review"), flags_to_exclude=1)
    wave.loc[1, ["ATT1", "ATT2"]] = [5.0, 5.0]
    assert run(wave, quiet).n == 40


def test_total_time_flags_below_the_studys_own_limit(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, "seconds"] = 59.0
    assert not run(wave).flagged["total_time"].any() and run(wave).flags.loc[2, "total_time"] == 59
    limited = run(wave, Rules(total_seconds=60))
    assert limited.flagged.index[limited.flagged["total_time"]].tolist() == [2]
    assert grounds(limited, 2) == []  # speed is one kind, however it is measured


def test_the_questionnaire_names_the_rules_that_there_are() -> None:
    from ecosurvey.cleaning.careless import REGISTRY

    assert tuple(REGISTRY) == RULE_NAMES
    kinds = {name: rule.kind for name, rule in REGISTRY.items()}
    assert kinds["near_duplicate"] == kinds["same_address"] == "duplication"


def test_changes_of_the_screening_as_they_are_typed() -> None:
    typed = ["seconds_per_item = 3", "irv=0.5", "irv=NONE", "longstring=8", "mahalanobis=flag"]
    made = changed(Rules(actions={"speed": "off"}), typed)
    assert made.seconds_per_item == 3 and made.irv is None and made.longstring == 8
    assert dict(made.actions) == {"speed": "off", "mahalanobis": "flag"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("speed", "no change of the screening"),
        ("sped=off", "Did you mean 'speed'"),
        ("speed=2", "Use one of: exclude, flag, review, off"),
        ("longstring=7.5", "Use a whole number from 2"),
        ("longstring=1", "is not allowed"),
        ("seconds_per_item=none", "Use a number from 0 to 60"),
        ("near_duplicate=nan", "is not allowed"),
        ("policy=hard_only", "no cut-off or rule"),
    ],
)
def test_unknown_changes_of_the_screening_are_refused(typed: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        changed(Rules(), [typed])


def test_impossible_cutoffs_of_the_questionnaire_name_the_file(demo: Instrument) -> None:
    wrong = replace(demo, quality=replace(demo.quality, synonym_r=7.0))
    with pytest.raises(OptionError, match=r"demo\.yaml, quality: synonym_r=7\.0 is not allowed"):
        rules_of(wrong)
    set_off = replace(demo, quality=replace(demo.quality, actions={"irv": "off"}, even_odd=0.1))
    assert rules_of(set_off) == Rules(longstring=6, even_odd=0.1, actions={"irv": "off"})


def test_the_log_tells_excluded_and_kept_apart(run: Run, wave: pd.DataFrame) -> None:
    wave.loc[0, ["consent", "ATT1", "ATT2"]] = [2.0, 5.0, 5.0]
    wave.loc[1, "ATT1"] = 5.0
    out, kept = run(wave).log_tables()
    assert [(row[0], row[1]) for row in out.rows] == [("2", "R1"), ("2", "R1")]
    assert [str(cell.en) for cell in out.rows[0][2:]] == ["Did not consent", "consent = 2"]  # type: ignore[union-attr]
    assert ("3", "R2") in [row[:2] for row in kept.rows]
    assert not {row[0] for row in kept.rows} & {"2"}
