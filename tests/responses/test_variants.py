"""Everyday departures from the platforms' exports: the same answers come out, or an error."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import ecosurvey as es
from ecosurvey.responses.coding.technical import code_time
from ecosurvey.responses.headers import forms

PLATFORMS = Path(__file__).parents[1] / "fixtures" / "platforms"
ITEMS = ["POL1", "POL2", "POL3", "VAL1", "VAL2", "VAL3"]
OTHERS = ["role", "forms_1", "forms_2", "forms_9", "years", "order_1", "order_2", "order_3"]
LABELS = {"1": "Strongly disagree", "2": "Disagree", "3": "Neither agree nor disagree",
          "4": "Agree", "5": "Strongly agree"}  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> es.Instrument:
    return es.load_instrument(PLATFORMS / "survey.yaml")


@pytest.fixture(scope="module")
def expected(survey: es.Instrument) -> pd.DataFrame:
    return es.read_responses(PLATFORMS / "wjx_text.csv", survey).frame[[*ITEMS, *OTHERS]]


LETTERED = {"教师": "A.教师", "企业人员": "B.企业人员"}


def table(name: str) -> pd.DataFrame:
    encoding = "gb18030" if name == "wjx_text" else "utf-8"
    path = PLATFORMS / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)


def renamed(change: Callable[[str], str]) -> pd.DataFrame:
    return table("wjx_text").rename(columns=change)


def scaled(words: str) -> pd.DataFrame:
    """Return the export with answers on the scale as ``words`` writes number and label."""
    zh = {"非常不同意": 1, "不同意": 2, "一般": 3, "同意": 4, "非常同意": 5}
    frame = table("wjx_text")
    for name in frame.columns[8:14]:
        frame[name] = [words.format(n=zh[v], l=v) if v in zh else v for v in frame[name]]
    return frame


def _redcap_words() -> pd.DataFrame:
    frame = table("redcap")
    for name in ("forms___1", "forms___2", "forms___9"):
        frame[name] = frame[name].map({"1": "Checked", "0": "Unchecked"})
    for item in ITEMS:
        frame[item.lower()] = frame[item.lower()].replace(LABELS)
    return frame


def _qualtrics_unsplit() -> pd.DataFrame:
    with (PLATFORMS / "qualtrics.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    at = [rows[0].index(name) for name in ("Q2_1", "Q2_2", "Q2_9")]
    heads = ["Q2", "Forms of cooperation - Selected Choice", '{"ImportId":"QID2"}']
    joined = heads + [",".join(row[i] for i in at if row[i]) for row in rows[3:]]
    made = [[*row[: at[0]], one, *row[at[-1] + 1 :]] for row, one in zip(rows, joined, strict=True)]
    return pd.DataFrame(made[1:], columns=made[0])


def _lime_code_and_text() -> pd.DataFrame:
    texts = {"id": "Response ID", "submitdate": "Date submitted", "role": "Your role"}
    return table("limesurvey").rename(columns=lambda name: f"{name}. {texts.get(name, 'Words')}")


def _questions(change: str) -> Callable[[str], str]:
    return lambda name: change.format(*name.split("、", 1)) if name[0].isdigit() and "、" in name \
        else name  # fmt: skip


VARIANTS: dict[str, Callable[[], pd.DataFrame]] = {
    "full-width colons": lambda: renamed(_questions("{}：{}")),
    "stars and wide spaces": lambda: renamed(_questions("*{}．\u3000{}\t")),
    "kinds of question": lambda: renamed(_questions("{}、{}[矩阵量表题]")),
    "required": lambda: renamed(_questions("{}、{}（必填）")),
    "lettered options": lambda: table("wjx_text").replace(
        {"教师": "A.教师", "企业人员": "B.企业人员"}
    ),
    "number, label in brackets": lambda: scaled("{n}({l})"),
    "points, label in brackets": lambda: scaled("{n}分（{l}）"),
    "label, points in brackets": lambda: scaled("{l}({n}分)"),
    "points": lambda: scaled("{n}分"),
    "number, point, label": lambda: scaled("{n}.{l}"),
    "REDCap by labels": _redcap_words,
    "Qualtrics, choices in one cell": _qualtrics_unsplit,
    "LimeSurvey, code and text": _lime_code_and_text,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_answers_come_out(
    variant: str, survey: es.Instrument, expected: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    VARIANTS[variant]().to_csv(path, index=False)
    found = es.read_responses(path, survey).frame
    same(found[list(expected)], expected)


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    one, two = (frame.reset_index(drop=True) for frame in (found, expected))
    pd.testing.assert_frame_equal(one, two, check_dtype=False)


def test_a_number_beside_another_label_is_no_answer(survey: es.Instrument, tmp_path: Path) -> None:
    frame = scaled("{n}分")
    frame.iloc[0, 8] = "4(不同意)"
    frame.to_csv(tmp_path / "export.csv", index=False)
    found = es.read_responses(tmp_path / "export.csv", survey)
    assert np.isnan(found.frame["POL1"].iloc[0])
    assert found.issues["value"].tolist() == ["4(不同意)"]


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_labels_of_variables_are_names_too(
    ending: str, survey: es.Instrument, expected: pd.DataFrame, tmp_path: Path
) -> None:
    words = {"POL2": "Duties are clear", "POL3": "Things run ad hoc", "VAL2": "共同解决问题"}
    frame = expected.rename(columns={name: f"Q{k}" for k, name in enumerate(words)})
    labels = {f"Q{k}": text for k, text in enumerate(words.values())}
    path = tmp_path / f"answers.{ending}"
    if ending == "sav":
        pyreadstat.write_sav(frame, str(path), column_labels=labels)
    else:
        frame.to_stata(path, write_index=False, version=118, variable_labels=labels)
    found = es.read_responses(path, survey).frame
    same(found[list(expected)], expected)
    moments = es.read_moments(path, survey)
    assert moments.n == len(expected)


def test_clocks_of_twelve_hours() -> None:
    told = pd.Series(["2026/9/1 上午 10:01:05", "2026/9/1 下午 2:02:05 GMT+8",
                      "2026/9/1 12:00:00 AM GMT-7", "2026/09/01 10:01:05 PM"])  # fmt: skip
    hours = code_time(told).dt.hour.tolist()
    assert hours == [10, 14, 0, 22]


def test_a_dash_stands_for_no_duration(survey: es.Instrument, tmp_path: Path) -> None:
    frame = table("wjx_text")
    frame.loc[0, "所用时间"] = "--"
    frame.to_csv(tmp_path / "export.csv", index=False)
    found = es.read_responses(tmp_path / "export.csv", survey)
    assert "unread_times" not in {finding.code for finding in found.findings}


def test_a_star_within_a_header_stays() -> None:
    assert "a * b" in list(forms("a * b"))
