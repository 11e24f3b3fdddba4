"""Sentences: the numbers of the results, in the words of the field."""

from __future__ import annotations

import math

from ecosurvey.core import Text
from ecosurvey.report.figures.path_diagram.model import Arrow
from ecosurvey.report.tables import fit_line, fit_table
from ecosurvey.report.text import methods, results

MEASURES = {
    "chisq": 100.0,
    "df": 50.0,
    "pvalue": 1e-5,
    "cfi": 0.94,
    "tli": 0.93,
    "rmsea": 0.051,
    "rmsea_ci_lower": 0.04,
    "rmsea_ci_upper": 0.06,
    "srmr": 0.04,
}
SCALED = MEASURES | {
    "chisq_scaled": 90.5,
    "df_scaled": 50.0,
    "pvalue_scaled": 0.0003,
    "cfi_robust": 0.951,
    "tli_robust": 0.95,
    "rmsea_robust": 0.045,
    "rmsea_ci_lower_robust": 0.03,
    "rmsea_ci_upper_robust": 0.055,
}


def test_plain_fit_is_told_with_its_interval() -> None:
    said = results.fit(Text("the model", "模型"), fit_line(MEASURES))
    assert said.en == (
        "For the model, χ²(50) = 100.00, p < .001, CFI = .940, TLI = .930, RMSEA = .051, "
        "90% CI [.040, .060], SRMR = .040."
    )
    assert said.zh.startswith("模型：χ²(50) = 100.00，p < .001，CFI = .940")


def test_scaled_and_robust_versions_are_told_where_there_are_any() -> None:
    line = fit_line(SCALED)
    assert (line.chisq, line.cfi, line.rmsea_upper, line.srmr) == (90.5, 0.951, 0.055, 0.04)
    assert "robust CFI = .951" in results.fit(Text("m", "m"), line).en
    assert "稳健CFI = .951" in results.fit(Text("m", "m"), line).zh


def test_a_robust_version_that_cannot_be_computed_gives_way_to_the_scaled_one() -> None:
    assert fit_line(SCALED | {"cfi_robust": math.nan, "cfi_scaled": 0.947}).cfi == 0.947


def test_cutoffs_name_what_was_met_and_what_was_not() -> None:
    assert "met by RMSEA, SRMR, not by CFI, TLI." in results.cutoffs(fit_line(MEASURES)).en
    assert "met by CFI, TLI, RMSEA, SRMR." in results.cutoffs(fit_line(SCALED)).en
    poor = MEASURES | {"rmsea": 0.2, "srmr": 0.2}
    assert "met by none." in results.cutoffs(fit_line(poor)).en
    assert results.cutoffs(fit_line(poor)).zh == "各指标均未达到Hu与Bentler（1999）的参考标准。"
    assert results.cutoffs(fit_line(MEASURES)).zh == (
        "RMSEA、SRMR均达到Hu与Bentler（1999）的参考标准，CFI、TLI则未达到。"
    )


def test_a_saturated_model_has_no_ratio() -> None:
    assert math.isnan(fit_line(MEASURES | {"df": 0.0}).ratio)


def test_the_fit_table_ends_with_the_recommended_values_and_their_source() -> None:
    table = fit_table([(Text("CFA", "CFA"), SCALED)], "MLR")
    assert table.rows[-1][5] == "≥ .95"
    assert any("Hu & Bentler, 1999" in note.en for note in table.notes)
    assert "scaled statistic of MLR" in table.notes[0].en
    assert "scaled" not in fit_table([(Text("CFA", "CFA"), MEASURES)], "ML").notes[0].en


def test_screening_counts_and_reasons() -> None:
    said = methods.screening(200, 190, [(Text("duplicates {x}", "重复{x}"), 10)])
    assert "Of 200 responses received, 10 (5.0%) were excluded: duplicates {x}" in said.en
    assert "剔除10份（5.0%）" in said.zh
    assert "All 200" in methods.screening(200, 200, []).en


def test_the_questionnaire_is_told_with_its_scale_and_reverse_items() -> None:
    said = methods.questionnaire(60, 15, [5] * 60, 4).en
    assert said == (
        "The questionnaire measured 15 constructs with 60 items on 5-point scales. "
        "Of these, 4 were worded in reverse and recoded before the analysis."
    )
    assert "Of these, 1 was worded in reverse" in methods.questionnaire(9, 3, [5], 1).en
    assert methods.questionnaire(9, 3, [5, 7], 0).en.endswith("with 9 items.")


def test_rows_lost_to_missing_answers_are_told() -> None:
    assert "n = 80 used" in methods.models("ML", 80, 100, structural=True).en
    assert "left out" not in methods.models("ML", 100, 100, structural=False).en
    told = methods.models("MLR", 100, 100, structural=True, gaps=True)
    assert "full-information maximum likelihood" in told.en
    assert "FIML" in told.zh
    assert "full-information" not in methods.models("ML", 80, 100, structural=True, gaps=True).en
    # what was run is said, whatever it would follow from
    for treatment, word in (("fiml", "full-information"), ("pairwise", "pairwise deletion")):
        told = methods.models("MLR", 98, 100, structural=True, gaps=True, treatment=treatment)
        assert word in told.en
        assert "Rows without any answer" in told.en
        assert "n = 98" in told.zh
    told = methods.models("MLR", 90, 100, structural=True, gaps=True, treatment="listwise")
    assert "Rows with a missing answer" in told.en
    assert "full-information" not in told.en
    assert "Huber-White" in methods.models("MLR", 100, 100, structural=True).en
    assert "DWLS" in methods.models("DWLS", 100, 100, structural=True).en


def test_the_headline_names_factors_with_their_intervals() -> None:
    said = results.headline(Text("effect", "成效"), [(Text("Policy {p}", "政策"), 0.5, 0.4, 0.6)])
    assert "Policy {p} (β = 0.50, 95% CI [0.40, 0.60])" in said.en
    assert said.en.startswith("The strongest total effect on effect was that of")
    path = Arrow("a", "b", -0.5, sure=True)
    assert path.say() == "−0.50"  # as in the tables: standardized coefficients can exceed one
    doubtful = (Text("Doubtful", "存疑"), 0.3, -0.1, 0.7)
    assert "Doubtful" not in results.headline(Text("o", "o"), [doubtful]).en
    assert "excludes zero" in results.headline(Text("o", "o"), [doubtful]).en
    assert results.headline(Text("o", "o"), []).en == "No factor could be ranked."


def test_scales_below_the_usual_line_are_named() -> None:
    said = results.reliability([(Text("A", "甲"), 0.65), (Text("B", "乙"), 0.9)], 0.7)
    assert said.en.endswith("Below .70: A.")
    assert "Below" not in results.reliability([(Text("B", "乙"), 0.9)], 0.7).en


def test_hypotheses_are_counted() -> None:
    assert results.hypotheses(3, 1, 5).en == (
        "Of 5 hypotheses, 3 were supported. 1 had a significant path of the opposite sign."
    )
    assert results.hypotheses(1, 0, 4).en == "Of 4 hypotheses, 1 was supported."


def test_the_groups_are_told_as_they_were_compared() -> None:
    region = Text("Region", "地区")
    held = methods.groups(region, 3, ordinal=False, comparable=True, permutations=499)
    assert "in 3 groups by Region (rows with complete answers)" in held.en
    assert "499 random permutations" in held.en
    assert "499次随机置换" in held.zh
    plain = methods.groups(region, 2, ordinal=True, comparable=True, permutations=0)
    assert "both answers" in plain.en
    assert "permutation" not in plain.en
    other = methods.groups(region, 2, ordinal=False, comparable=False, permutations=0)
    assert "not compared" in other.en
    assert "Wald" not in other.en
