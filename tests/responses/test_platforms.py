"""The same answers, as each platform exports them, are the same data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import clean
from ecosurvey.core import DataError
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import Responses, match_report, read_mapping, read_responses
from ecosurvey.responses.platforms import recognise

FOLDER = Path(__file__).parents[1] / "fixtures" / "platforms"
# two matrices of the older Wenjuanxing layout have a row in common: only a person can tell
AMBIGUOUS = {"第3题(目标清楚)": "POL1", "第4题(目标清楚)": "VAL1"}
PLATFORM = {
    "wjx_text": "wjx", "wjx_number": "wjx", "tencent": "tencent", "qualtrics": "qualtrics",
    "kobo": "kobo", "odk": "odk", "limesurvey": "limesurvey", "redcap": "redcap",
    "google_forms": "google_forms",
}  # fmt: skip
TRUTH = pd.DataFrame(
    [
        [4, 5, 2, 4, 4, 5, 1, 1, 1, 0, 12, 2, 1, 3],
        [2, 1, 4, 2, 3, 2, 2, 0, 1, 0, np.nan, 1, 2, 3],
        [5, 4, 1, 5, 5, 4, 1, 0, 0, 1, 3, 3, 2, 1],
        [3, 4, 2, 4, 3, 3, 3, 1, 0, 0, np.nan, 3, 1, 2],
        [1, 2, 5, 2, 1, 2, 2, 1, 1, 0, np.nan, 1, 3, 2],
        [4, 4, 3, 5, 4, 4, 1, 0, 1, 0, 25, 2, 1, 3],
        [5, 5, 1, np.nan, 5, 5, 1, 1, 0, 0, 8, 2, 3, 1],
        [2, 3, 4, 3, 2, 1, 2, 0, 0, 1, np.nan, 1, 2, 3],
    ],
    columns=["POL1", "POL2", "POL3", "VAL1", "VAL2", "VAL3", "role", "forms_1", "forms_2",
             "forms_9", "years", "order_1", "order_2", "order_3"],
    dtype=float,
)  # fmt: skip
SECONDS = [312, 275, 198, 421, 367, 254, 333, 289]


@pytest.fixture(scope="module")
def survey() -> Instrument:
    return load_instrument(FOLDER / "survey.yaml")


def read(name: str, survey: Instrument) -> Responses:
    mapping = AMBIGUOUS if name == "wjx_number" else None
    return read_responses(FOLDER / f"{name}.csv", survey, mapping=mapping)


@pytest.mark.parametrize("name", PLATFORM)
def test_every_export_holds_the_same_answers(name: str, survey: Instrument) -> None:
    responses = read(name, survey)
    got = responses.frame[list(TRUTH)].reset_index(drop=True)
    pd.testing.assert_frame_equal(got, TRUTH)
    assert responses.platform == PLATFORM[name]
    assert len(responses.issues) == 0
    assert [f.severity for f in responses.findings if f.severity != "note"] == []
    assert responses.text["since"].iloc[0] == pd.Timestamp("2020-09-01")


@pytest.mark.parametrize("name", PLATFORM)
def test_every_export_comes_through_cleaning(name: str, survey: Instrument) -> None:
    cleaned = clean(read(name, survey))
    assert cleaned.n == 8
    assert cleaned.frame["POL3"].tolist() == (6 - TRUTH["POL3"]).tolist()


@pytest.mark.parametrize("name", sorted(set(PLATFORM) - {"redcap", "google_forms"}))
def test_durations_are_read_or_measured_from_start_to_end(name: str, survey: Instrument) -> None:
    assert read(name, survey).frame["seconds"].tolist() == SECONDS


@pytest.mark.parametrize("name", PLATFORM)
def test_what_was_not_asked_is_not_called_unanswered(name: str, survey: Instrument) -> None:
    kinds = read(name, survey).raw_missing
    years = kinds[kinds["column"] == "years"]
    assert years["kind"].tolist() == ["not_shown"] * 4


def test_a_row_common_to_two_matrices_is_asked_about_not_guessed(survey: Instrument) -> None:
    with pytest.raises(DataError, match="2 of 6 items have no column") as caught:
        read_responses(FOLDER / "wjx_number.csv", survey)
    assert "POL1; did you mean the column '第3题(目标清楚)'" in str(caught.value)


def test_a_completed_mapping_is_reused(survey: Instrument, tmp_path: Path) -> None:
    report = match_report(FOLDER / "wjx_number.csv", survey)
    assert report.required == ("POL1", "VAL1")
    table = report.to_frame().set_index("column")
    assert table.loc["第3题(目标清楚)", "suggestion"] in ("POL1", "VAL1")
    assert table.loc["第3题(职责明确)", "how"] == "wording"
    text = report.to_csv()
    for header, question in AMBIGUOUS.items():
        assert f"\n{header},," in text
        text = text.replace(f"\n{header},,", f"\n{header},{question},")
    path = tmp_path / "mapping.csv"
    path.write_text(text, "utf-8")
    mapping = read_mapping(path)
    again = read_responses(FOLDER / "wjx_number.csv", survey, mapping=mapping)
    pd.testing.assert_frame_equal(again.frame[list(TRUTH)].reset_index(drop=True), TRUTH)
    assert match_report(FOLDER / "wjx_number.csv", survey, mapping=mapping).absent == ()


def test_a_mapping_can_take_a_column_out(survey: Instrument) -> None:
    responses = read_responses(FOLDER / "redcap.csv", survey, mapping={"years": None})
    assert responses.frame["years"].isna().all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no columns 'column' and 'question'"),
        ("a,b\n1,2\n", "no columns 'column' and 'question'"),
        ("column,question\npol1,POL1\npol2,POL1\n", "row 3 gives 'POL1' to 'pol2'"),
    ],
)
def test_a_broken_mapping_is_named(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=said):
        read_mapping(path)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [({"pol1": "POLL1"}, "Did you mean 'POL1'"), ({"nowhere": "POL1"}, "no column of the file")],
)
def test_a_mapping_that_does_not_fit_is_named(
    mapping: dict[str, str | None], said: str, survey: Instrument
) -> None:
    with pytest.raises(DataError, match=said):
        read_responses(FOLDER / "redcap.csv", survey, mapping=mapping)


def test_headers_that_look_like_formulas_are_disarmed_and_come_back(tmp_path: Path) -> None:
    from ecosurvey.responses import ColumnMatching, MatchRow

    report = ColumnMatching((MatchRow("=1+1", "POL1", "mapping"),), (), (), None)
    assert "\n'=1+1," in report.to_csv()
    path = tmp_path / "mapping.csv"
    path.write_text(report.to_csv(), "utf-8")
    assert read_mapping(path) == {"=1+1": "POL1"}


def test_rows_that_qualtrics_calls_previews_are_told(survey: Instrument, tmp_path: Path) -> None:
    path = tmp_path / "preview.csv"
    text = (FOLDER / "qualtrics.csv").read_text("utf-8")
    path.write_text(text.replace("10:01:05,0,10.0.0.1", "10:01:05,1,10.0.0.1"), "utf-8")
    found = {f.code: f for f in read_responses(path, survey).findings}
    assert found["trial_rows"].message.en.endswith(": 1")


@pytest.mark.parametrize("name", sorted(PLATFORM))
def test_platforms_are_known_by_their_columns(name: str) -> None:
    encoding = "gb18030" if name in ("wjx_text", "tencent") else "utf-8-sig"
    line = (FOLDER / f"{name}.csv").read_text(encoding).splitlines()[0]
    found = recognise(line.split(";" if name == "kobo" else ","))
    assert found is not None
    assert found.id == PLATFORM[name]
