"""Who answered, and how often each answer was given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.descriptives import describe_sample, frequencies

ROLE = (
    Text("Role", "身份"),
    {1: Text("College", "院校"), 2: Text("Enterprise", "企业"), 3: Text("State", "政府")},
)
FORMS = (Text("Forms", "形式"), {1: Text("Exchange", "互访"), 2: Text("Training", "培训")})
YEARS: tuple[Text, dict[int, Text]] = (Text("Years", "年数"), {})


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "role": [1, 1, 2, np.nan],
            "forms_1": [1, 0, 1, np.nan],
            "forms_2": [1, 1, 1, np.nan],
            "years": [1, 4, 4, np.nan],
        }
    )


def test_categories_are_counted_with_those_nobody_chose_and_those_left_open() -> None:
    found = describe_sample(answers(), {"role": ROLE})
    counted = [(c.code, c.category.en, c.n, c.percent) for c in found.categories]
    assert counted == [
        (1, "College", 2, pytest.approx(200 / 3)),
        (2, "Enterprise", 1, pytest.approx(100 / 3)),
        (3, "State", 0, 0.0),
        (None, "Not answered", 1, None),
    ]


def test_several_answers_are_counted_in_respondents() -> None:
    found = describe_sample(answers(), {"forms": FORMS})
    assert [(c.n, c.multiple) for c in found.categories] == [(2, True), (3, True), (1, True)]
    assert found.categories[1].percent == pytest.approx(100.0)
    assert "add to more than 100" in found.summary()


def test_numbers_are_summarized_over_the_answers() -> None:
    (years,) = describe_sample(answers(), {"years": YEARS}).numbers
    assert (years.n, years.missing, years.mean, years.median) == (3, 1, 3.0, 4.0)
    assert years.sd == pytest.approx(np.sqrt(3))
    empty = describe_sample(pd.DataFrame({"years": [np.nan]}), {"years": YEARS}).numbers[0]
    assert (empty.n, empty.mean, empty.sd) == (0, None, None)


def test_a_code_without_words_is_shown_and_told() -> None:
    found = describe_sample(pd.DataFrame({"role": [1.0, 7.0]}), {"role": ROLE})
    assert ("7", 1) in [(c.category.en, c.n) for c in found.categories]
    assert [f.code for f in found.findings] == ["unnamed_code"]
    half = describe_sample(pd.DataFrame({"role": [1.0, 1.5]}), {"role": ROLE})
    assert half.categories[-1].code == 1.5


def test_a_question_many_left_open_is_told() -> None:
    codes = [f.code for f in describe_sample(answers(), {"role": ROLE, "years": YEARS}).findings]
    assert codes == ["many_missing", "many_missing"]


def test_an_unknown_variable_is_refused() -> None:
    with pytest.raises(DataError, match="Did you mean 'role'"):
        describe_sample(answers(), {"roles": ROLE})


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=1, max_size=30))
def test_everyone_is_counted_once(codes: list[int | None]) -> None:
    found = describe_sample(pd.DataFrame({"role": pd.Series(codes, dtype=float)}), {"role": ROLE})
    assert sum(count.n for count in found.categories) == found.n == len(codes)
    shares = [count.percent for count in found.categories if count.percent is not None]
    assert sum(shares) == pytest.approx(100.0 if any(codes) else 0.0)


def test_tables_are_in_both_languages_and_grouped_by_variable() -> None:
    found = describe_sample(answers(), {"role": ROLE, "forms": FORMS, "years": YEARS})
    categories, numbers = found.tables()
    assert [(start, words.zh) for start, words in categories.groups] == [(0, "身份"), (4, "形式")]
    assert "未作答" in categories.to_text("zh")
    assert numbers.to_frame().loc[0, "mean"] == 3.0


def test_a_sample_without_variables_still_says_its_size() -> None:
    assert describe_sample(answers(), {}).to_frame().loc[0, "n"] == 4


def test_frequencies_count_every_point_and_the_gaps() -> None:
    found = frequencies(pd.DataFrame({"a": [1, 1, 3, np.nan], "b": [2, 2, 2, 2]}), (1, 3))
    assert found.counts.to_numpy().tolist() == [[2, 0, 1], [0, 4, 0]]
    assert found.missing.tolist() == [1, 0]
    np.testing.assert_allclose(found.shares.loc["a"], [2 / 3, 0, 1 / 3])
    assert found.findings[0].where == "a, b"


@pytest.mark.parametrize("value", [0.0, 4.0, 1.5])
def test_an_answer_that_is_no_point_of_the_scale_is_refused(value: float) -> None:
    with pytest.raises(DataError, match=f"{value:g} is not a point of the scale 1 to 3"):
        frequencies(pd.DataFrame({"a": [1.0, value]}), (1, 3))


@pytest.mark.parametrize("scale", [(3, 1), (1, 1), (0, 100)])
def test_a_scale_without_sensible_points_is_refused(scale: tuple[int, int]) -> None:
    with pytest.raises(OptionError, match="does not have 2 to 25 points"):
        frequencies(pd.DataFrame({"a": [1.0]}), scale)


def test_an_item_nobody_answered_has_no_shares() -> None:
    found = frequencies(pd.DataFrame({"a": [np.nan, np.nan]}), (1, 3))
    assert found.shares.isna().all(axis=None)
    assert "—" in found.tables()[0].to_text()


def test_the_frequency_table_explains_the_points() -> None:
    labels = {1: Text("Never", "从不"), 3: Text("Often", "经常")}
    found = frequencies(pd.DataFrame({"a": [1, 2, 3]}), (1, 3), labels=labels)
    assert "1 = 从不；3 = 经常。" in found.summary("zh")
