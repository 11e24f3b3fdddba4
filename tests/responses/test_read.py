"""A file of answers becomes codes, with every decision on record."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.instrument import Instrument
from ecosurvey.responses import Responses, read_responses

Read = Callable[[pd.DataFrame], Responses]


def codes(responses: Responses) -> set[str]:
    return {finding.code for finding in responses.findings}


def test_rows_are_numbered_as_a_spreadsheet_shows_them(read: Read, wave: pd.DataFrame) -> None:
    responses = read(wave)
    assert responses.frame.index.tolist() == list(range(2, 22))
    assert responses.n_rows == 20
    assert responses.frame["POL1"].dtype == float
    assert responses.frame.loc[2, "POL1"] == 1
    assert codes(responses) == {"synthetic"}
    assert responses.synthetic and responses.waves == ("W2",)
    assert len(responses.issues) == 0


def test_technical_columns_keep_their_kinds(read: Read, wave: pd.DataFrame) -> None:
    wave["seconds"] = "2分"
    frame = read(wave).frame
    assert frame.loc[2, "seconds"] == 120
    assert frame.loc[2, "time"] == pd.Timestamp("2026-09-02 10:00")
    assert frame.loc[2, "rid"] == "R1"


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separators_and_encodings_are_found(
    tmp_path: Path, demo: Instrument, wave: pd.DataFrame, separator: str, encoding: str
) -> None:
    wave["comment"] = '第一行\n第二行, "引号"; a|b'
    path = tmp_path / "wave.txt"
    path.write_bytes(wave.to_csv(index=False, sep=separator).encode(encoding))
    responses = read_responses(path, demo)
    assert responses.n_rows == 20
    assert responses.text.loc[3, "comment"] == '第一行\n第二行, "引号"; a|b'
    assert responses.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_excel_gives_the_same_answers(
    tmp_path: Path, demo: Instrument, read: Read, wave: pd.DataFrame
) -> None:
    numbers = wave.copy()
    for item in demo.items:
        numbers[item.id] = numbers[item.id].astype(int)
    numbers["time"] = datetime.datetime(2026, 9, 2, 10)
    numbers["seconds"] = 120.0
    path = tmp_path / "wave.xlsx"
    numbers.to_excel(path, index=False)
    pd.testing.assert_frame_equal(
        read_responses(path, demo).frame, read(wave).frame, check_dtype=False
    )


def test_spss_gives_the_same_answers_and_keeps_missing_codes(
    tmp_path: Path, demo: Instrument, read: Read, wave: pd.DataFrame
) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    wave.loc[0, "POL1"] = "-3"
    numbers = wave.copy()
    for item in demo.items:
        numbers[item.id] = numbers[item.id].astype(float)
    path = tmp_path / "wave.sav"
    pyreadstat.write_sav(numbers, str(path), missing_ranges={"POL1": [-3]})
    responses = read_responses(path, demo)
    pd.testing.assert_frame_equal(responses.items, read(wave).items)
    assert responses.raw_missing.values.tolist() == [[2, "POL1", "not_shown"]]


@pytest.mark.parametrize("form", ["parquet", "feather", "dta"])
def test_columnar_files_give_the_same_answers(
    tmp_path: Path, demo: Instrument, read: Read, wave: pd.DataFrame, form: str
) -> None:
    if form != "dta":
        pytest.importorskip("pyarrow")
    numbers = wave.astype({item.id: float for item in demo.items})
    path = tmp_path / f"wave.{form}"
    if form == "dta":
        numbers.to_stata(path, write_index=False)
    else:
        getattr(numbers, f"to_{form}")(path)
    pd.testing.assert_frame_equal(read_responses(path, demo).frame, read(wave).frame)


def test_a_data_frame_is_taken_in_place_of_a_file(
    demo: Instrument, read: Read, wave: pd.DataFrame
) -> None:
    numbers = wave.astype({item.id: float for item in demo.items})
    before = numbers.copy()
    responses = read_responses(numbers, demo)
    pd.testing.assert_frame_equal(responses.frame, read(wave).frame)
    pd.testing.assert_frame_equal(numbers, before)  # the caller's frame is as it was
    assert responses.path is None and len(responses.sha256) == 64


def test_kept_row_numbers_of_a_filtered_frame_stay(demo: Instrument, wave: pd.DataFrame) -> None:
    assert read_responses(wave.iloc[5:8], demo).frame.index.tolist() == [5, 6, 7]


def test_labels_of_both_languages_and_codes_may_be_mixed(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0:4, "POL1"] = ["同意", "Agree", "4", "４", "D.同意"]
    assert read(wave).frame["POL1"].iloc[:5].tolist() == [4, 4, 4, 4, 4]


def test_items_are_not_reverse_keyed_here(read: Read, wave: pd.DataFrame) -> None:
    wave["POL3"] = "1"
    assert (read(wave).frame["POL3"] == 1).all()


def test_columns_are_found_by_wording_number_and_given_header(
    read: Read, wave: pd.DataFrame
) -> None:
    renamed = wave.rename(
        columns={
            "POL1": "3、规划",  # given under columns:
            "POL2": "2、职责落实",  # the former wording, with its number
            "FLW1": "  Courses   MOVE ",
            "VAL1": "（4）各方受益",
            "role": "您的身份".replace("您的", ""),
        }
    )
    responses = read(renamed)
    pd.testing.assert_frame_equal(responses.frame, read(wave).frame)


def test_columns_of_the_platforms_are_found(read: Read, wave: pd.DataFrame) -> None:
    renamed = wave.rename(
        columns={
            "POL1": "5、以下情况是否符合该校—1.规划清楚",  # first row of a matrix
            "POL2": "2.职责明确",  # later rows carry no stem
            "POL3": "第5题(多靠临时协调)",  # older layout
            "FLW1": "How far? - Courses move",  # Qualtrics' question text
            "FLW2": "Q7. People move",
        }
    )
    pd.testing.assert_frame_equal(read(renamed).frame, read(wave).frame)


def test_header_rows_of_qualtrics_are_left_out(read: Read, wave: pd.DataFrame) -> None:
    words = pd.DataFrame([wave.columns, [f'{{"ImportId":"Q{n}"}}' for n in range(wave.shape[1])]])
    words.columns = wave.columns
    responses = read(pd.concat([words, wave], ignore_index=True))
    assert responses.frame.index.tolist() == list(range(4, 24))
    assert "header_rows" in codes(responses)
    pd.testing.assert_frame_equal(
        responses.frame.reset_index(drop=True), read(wave).frame.reset_index(drop=True)
    )


def test_extra_columns_are_kept_out_and_listed(read: Read, wave: pd.DataFrame) -> None:
    wave["ip"] = "1.2.3.4"
    responses = read(wave)
    assert "ip" not in responses.frame
    finding = next(f for f in responses.findings if f.code == "extra_columns")
    assert finding.message.en.endswith("(1): ip")


def test_absent_questions_are_missing_and_said(read: Read, wave: pd.DataFrame) -> None:
    responses = read(wave.drop(columns=["role", "ATT1", "seconds"]))
    assert responses.frame["role"].isna().all() and responses.frame["ATT1"].isna().all()
    said = next(f for f in responses.findings if f.code == "absent_questions")
    assert said.message.en.endswith("(2): ATT1, role")
    assert "seconds" not in responses.frame


def test_an_item_added_later_may_lack_in_an_earlier_wave(read: Read, wave: pd.DataFrame) -> None:
    wave["wave"] = "W1"
    responses = read(wave.drop(columns="TAL3"))
    assert responses.frame["TAL3"].isna().all()
    assert any(f.message.en.endswith("(1): TAL3") for f in responses.findings)


def test_slips_become_missing_with_row_and_value(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[3, "POL1"] = "55"
    wave.loc[4, "POL2"] = "maybe"
    wave.loc[5, "VAL1"] = "2.5"
    wave.loc[6, "years"] = "200"
    responses = read(wave)
    assert responses.issues.values.tolist() == [
        [5, "POL1", "55", "set to missing: not a code of the question"],
        [6, "POL2", "maybe", "set to missing: not a known answer"],
        [7, "VAL1", "2.5", "set to missing: not a whole number"],
        [8, "years", "200", "set to missing: not a code of the question"],
    ]
    assert np.isnan(responses.frame.loc[5, "POL1"])
    assert {"codes_off_scale", "text_cells"} <= codes(responses)


def test_a_column_on_another_scale_is_serious(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[:9, "POL1"] = "7"
    finding = read(wave).findings[0]
    assert (finding.code, finding.severity, finding.where) == ("wrong_scale", "serious", "POL1")


def test_missing_codes_are_kept_by_kind(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0, "POL1"], wave.loc[1, "POL1"], wave.loc[2, "POL1"] = "-8", "(跳过)", ""
    responses = read(wave)
    assert responses.frame["POL1"].isna().sum() == 3
    assert responses.raw_missing.values.tolist() == [
        [2, "POL1", "dont_know"],
        [3, "POL1", "not_shown"],
    ]
    assert len(responses.issues) == 0


def test_joined_choices_become_columns(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[:6, "forms"] = [
        "1", "海外分校、工坊┋交流", "Campus, workshop, Exchange", "99", "", "2 | 1",
        "交流〖互访;讲学〗",
    ]  # fmt: skip
    frame = read(wave).frame
    got = frame.loc[2:8, ["forms_1", "forms_2", "forms_99"]].to_numpy()
    none = [np.nan] * 3
    np.testing.assert_array_equal(
        got, [[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], none, [1, 1, 0], [0, 1, 0]]
    )


def test_marked_choices_become_columns(read: Read, wave: pd.DataFrame) -> None:
    wave = wave.drop(columns="forms")
    wave["forms_1"] = ["1", "", "0", ""] * 5
    wave["exchange column"] = ["0", "Exchange", "0", ""] * 5
    wave["合作形式(以上都没有)"] = ["", "", "1", ""] * 5
    frame = read(wave).frame
    np.testing.assert_array_equal(
        frame.loc[2:5, ["forms_1", "forms_2", "forms_99"]].to_numpy(),
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [np.nan] * 3],
    )


def test_an_unknown_choice_is_an_issue_not_a_guess(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0, "forms"] = "2;teleport"
    responses = read(wave)
    assert responses.issues[["row", "column"]].values.tolist() == [[2, "forms"]]
    assert responses.frame.loc[2, "forms_2"] == 1


def test_empty_rows_are_left_out_and_numbers_kept(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[4] = ""
    responses = read(wave)
    assert responses.n_rows == 19 and 6 not in responses.frame.index
    assert "empty_rows" in codes(responses)


def test_times_that_cannot_be_read_are_told(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0, "seconds"], wave.loc[1, "time"], wave.loc[2, "time"] = "soon", "later", ""
    responses = read(wave)
    assert np.isnan(responses.frame.loc[2, "seconds"])
    unread = [(f.where, f.message.en[-1]) for f in responses.findings if f.code == "unread_times"]
    assert unread == [("time", "1"), ("seconds", "1")]


def test_frames_of_any_column_types_are_read(demo: Instrument, wave: pd.DataFrame) -> None:
    n = len(wave)
    wave["POL1"] = pd.Categorical(["同意", "一般", None, "同意"] * 5)
    wave["POL2"] = pd.array([1, 2, None, 5] * 5, dtype="Int64")
    wave["VAL1"] = pd.array(["Agree", None, "5", "1"] * 5, dtype="string")
    wave["FLW1"] = pd.Series([4, "Agree", None, 4.0] * 5, dtype=object)
    wave["forms_1"], wave["forms_2"] = [True, False] * 10, False
    wave = wave.drop(columns="forms")
    wave["time"] = pd.Timestamp("2026-09-02 10:00", tz="Asia/Shanghai")
    wave["seconds"] = pd.to_timedelta([300] * n, unit="s")
    frame = read_responses(wave, demo).frame
    expected = {"POL1": [4, 3, np.nan, 4], "POL2": [1, 2, np.nan, 5], "VAL1": [4, np.nan, 5, 1]}
    expected |= {"FLW1": [4, 4, np.nan, 4], "forms_1": [1, 0, 1, 0]}
    for name, values in expected.items():
        np.testing.assert_array_equal(frame[name].iloc[:4], values)
    assert frame.loc[2, "time"] == pd.Timestamp("2026-09-02 10:00")
    assert (frame["seconds"] == 300).all()


def test_ids_may_differ_by_case_alone(tmp_path: Path, demo: Instrument) -> None:
    from ecosurvey.instrument import load_instrument

    text = (demo.path).read_text("utf-8").replace("{id: VAL3,", "{id: val2,")
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    instrument = load_instrument(path)
    frame = pd.DataFrame({item.id: [1, 2, 3] for item in instrument.items})
    frame["val2"] = [5, 5, 4]
    read = read_responses(frame, instrument).frame
    assert read["val2"].tolist() == [5, 5, 4] and read["VAL2"].tolist() == [1, 2, 3]


def test_partly_synthetic_answers_count_as_synthetic(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0, "origin"] = "collected"
    responses = read(wave)
    assert responses.synthetic and "partly_synthetic" in codes(responses)
    wave["origin"] = "collected"
    assert not read(wave).synthetic


def test_the_file_is_as_it_was(tmp_path: Path, read: Read, wave: pd.DataFrame) -> None:
    read(wave)
    before = (tmp_path / "wave.csv").read_bytes()
    read(wave)
    assert (tmp_path / "wave.csv").read_bytes() == before


def test_the_summary_reads_in_both_languages(read: Read, wave: pd.DataFrame) -> None:
    wave.loc[0, "POL1"] = "-8"
    responses = read(wave)
    assert "Missing code: dont_know" in responses.summary()
    assert "读取问卷数" in responses.summary("zh")
