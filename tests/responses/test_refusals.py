"""What is said of files that hold no usable answers: one clear message each."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ecosurvey.core import DataError, MissingExtraError
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses

Refused = Callable[[pd.DataFrame], str]

FILES = {
    "empty": (b"", "the file is empty"),
    "blank": (b"  \n\n", "the file is empty"),
    "header only": (b"rid,POL1\n", "there is a header but no answers"),
    "one word": (b"hello\n", "there is a header but no answers"),
    "noise": (bytes(range(256)) * 20, "not a table of text"),
    "nul bytes": (b"a,b\n1,\x00\n", "not a table of text"),
    "pdf": (b"%PDF-1.7 ...", "this is a PDF document"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "an old Excel file (.xls)"),
    "web page": (b"<!DOCTYPE html><html></html>", "this is a web page"),
    "broken zip": (b"PK\x03\x04" + b"\0" * 300, "the Excel file is damaged"),
    "broken spss": (b"$FL2@(#) SPSS" + b"\x01" * 300, "the SPSS file is damaged"),
    "broken parquet": (b"PAR1" + b"\x01" * 300, "the file is damaged"),
    "broken stata": (b"<stata_dta><header>" + b"\x01" * 300, "the file is damaged"),
    "header twice": (b"POL1,rid,POL1\n1,2,3\n", "stands over columns 1 and 3"),
    "first row empty": (b",,\n1,2,3\n", "the first row is empty"),
    "rows empty": (b"POL1,POL2\n,\n , \n", "every row is empty"),
    "row too long": (b"POL1,POL2\n1,2\n1,2,3,4\n", "row 3 has 4 cells, but the header has 2"),
    "one column": (b"a\n1\n2\n", "no item has a column in the file"),
    "unclosed quote": (b'POL1,POL2\n1,"2\n3,4\n', "of 12 items have no column"),
}


@pytest.mark.parametrize("case", FILES)
def test_unusable_files_are_named(case: str, tmp_path: Path, demo: Instrument) -> None:
    content, said = FILES[case]
    path = tmp_path / "wave.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_responses(path, demo)
    assert said in str(caught.value)


def test_noise_called_xlsx_is_one_clear_error(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "wave.xlsx"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DataError, match="although its name says Excel"):
        read_responses(path, demo)


def test_a_zip_that_is_no_workbook_is_said(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "wave.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError, match="no Excel workbook"):
        read_responses(path, demo)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "wave.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(DataError, match="unpacks to 30,000,000 bytes"):
        read_responses(path, demo)


def test_an_empty_workbook_is_refused(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "wave.xlsx"
    pd.DataFrame().to_excel(path, index=False)
    with pytest.raises(DataError, match="the workbook has no cells"):
        read_responses(path, demo)


def test_what_is_not_there_is_said_with_the_nearest_name(tmp_path: Path, demo: Instrument) -> None:
    (tmp_path / "wave1.csv").write_text("x")
    with pytest.raises(DataError, match=r"no such file. Did you mean 'wave1.csv'"):
        read_responses(tmp_path / "wave_1.csv", demo)
    with pytest.raises(DataError, match="this is a folder"):
        read_responses(tmp_path, demo)
    with pytest.raises(DataError, match="does not exist either"):
        read_responses(tmp_path / "no" / "wave.csv", demo)
    with pytest.raises(DataError, match="not a table"):
        read_responses(42, demo)  # type: ignore[arg-type]


def test_items_without_column_are_all_listed_with_near_misses(
    refused: Refused, wave: pd.DataFrame
) -> None:
    message = refused(wave.rename(columns={"POL1": "POL_1", "VAL2": "x", "FLW3": "News move"}))
    assert "3 of 12 items have no column" in message
    assert "POL1; did you mean the column 'POL_1'?" in message
    assert "FLW3; did you mean the column 'News move'?" in message
    assert "\n  VAL2\n" in message
    assert "Rename the columns" in message


def test_of_many_items_without_column_twelve_are_told_near_misses_first() -> None:
    instrument = load_instrument(Path(__file__).parents[2] / "instruments" / "ecosystem.yaml")
    names = [item.id for item in instrument.items]
    frame = pd.DataFrame([range(len(names))], columns=[f"column {k}" for k in range(len(names))])
    frame = frame.rename(columns={"column 0": names[-1].lower() + "_x"})
    with pytest.raises(DataError) as caught:
        read_responses(frame, instrument)
    message = str(caught.value)
    assert message.startswith("the data frame: no item has a column in the file:\n")
    told = [line for line in message.splitlines() if line.startswith("  ")]
    assert len(told) == 12 + 2 and told[12] == f"  … and {len(names) - 12} more"
    assert told[0].startswith(f"  {names[-1]}; did you mean the column")


def test_two_columns_for_one_question_are_refused(refused: Refused, wave: pd.DataFrame) -> None:
    wave["Q3"] = "1"
    assert "columns 'POL1' and 'Q3' both hold POL1" in refused(wave)


def test_text_in_a_likert_column_names_rows_and_count(refused: Refused, wave: pd.DataFrame) -> None:
    wave["POL1"] = "often"
    wave.loc[:4, "VAL2"] = "?"
    message = refused(wave)
    assert "2 columns hold text that is no answer" in message
    assert "POL1: 'often' in row 2, 'often' in row 3, 'often' in row 4 and 17 more" in message
    assert "VAL2: '?' in row 2, '?' in row 3, '?' in row 4 and 2 more" in message


def test_spss_without_its_package_says_how_to_get_it(
    tmp_path: Path, demo: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wave.sav"
    path.write_bytes(b"$FL2" + b" " * 100)
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(MissingExtraError, match="pip install pyreadstat"):
        read_responses(path, demo)
