"""Thousands of spoiled exports, questionnaires and drafts: own words, or a result; never else.

The short versions run with every suite; these take minutes: ``pytest -m long``.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import clean, read_moments
from ecosurvey.core import EcosurveyError
from ecosurvey.instrument import load_instrument
from ecosurvey.instrument.importing import import_questionnaire
from ecosurvey.responses import match_report, read_mapping, read_responses

TESTS = Path(__file__).parents[1]
EXPORTS = sorted((TESTS / "fixtures/platforms").glob("*.csv"))
DRAFTS = sorted((TESTS / "fixtures/questionnaires").glob("*"))
SURVEY = load_instrument(TESTS / "fixtures/platforms/survey.yaml")
WORDS = [
    b",", b";", b"\t", b'"', b"\n", b"\r\n", b"|", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"1e999",
    b"-3", b"=cmd()", b"nan", b"(\xe7\xa9\xba)", b"{", b"}", b"[", b"<", b">", b"&", b"]]>",
    b'{"ImportId":"', b"null", b"\xe2\x94\x8b", b"99999999999999999999", b"- ", b": ", b"\\",
]  # fmt: skip
FEW, MANY = 25, 1200


def spoiled(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes with a few pieces cut, repeated, put in or changed."""
    made = bytearray(content)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, len(made) + 1))
        length = int(rng.integers(1, 80))
        kind = rng.integers(0, 5)
        if kind == 0:
            del made[at : at + length]
        elif kind == 1:
            made[at:at] = made[at : at + length]
        elif kind == 2 and len(made):
            made[min(at, len(made) - 1)] = int(rng.integers(0, 256))
        elif kind == 3 and rng.random() < 0.2:
            del made[at:]
        else:
            made[at:at] = WORDS[int(rng.integers(0, len(WORDS)))]
    return bytes(made)


def run(path: Path, content: bytes, times: int, seed: int, use: Callable[[Path], object]) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(times):
        path.write_bytes(spoiled(content, rng))
        with contextlib.suppress(EcosurveyError):
            use(path)
    assert sorted(path.parent.iterdir()) == [path], "nothing is written by readers"


def analysed(path: Path) -> None:
    answered = read_responses(path, SURVEY)
    clean(answered)
    match_report(path, SURVEY)


def in_pieces(path: Path) -> None:
    try:
        whole = read_responses(path, SURVEY).n_rows
    except EcosurveyError:
        whole = 0
    try:
        pieces = read_moments(path, SURVEY).n_read
    except EcosurveyError as error:
        assert not whole or "is left" in str(error)
        return
    assert pieces == whole


def others() -> dict[str, bytes]:
    """Return an export in the formats of other programs."""
    frame = pd.read_csv(TESTS / "fixtures/platforms/kobo.csv")
    made: dict[str, bytes] = {}
    for ending, write in (("xlsx", frame.to_excel), ("parquet", frame.to_parquet)):
        stream = io.BytesIO()
        write(stream, index=False)
        made[ending] = stream.getvalue()
    stream = io.BytesIO()
    frame.to_feather(stream)
    made["feather"] = stream.getvalue()
    plain = frame.rename(columns={name: f"v{k}" for k, name in enumerate(frame)})
    plain = plain.astype(dict.fromkeys(plain.select_dtypes(["object", "string"]), str))
    stream = io.BytesIO()
    plain.to_stata(stream, write_index=False, version=118)
    made["dta"] = stream.getvalue()
    return made


TIMES = [FEW, pytest.param(MANY, marks=pytest.mark.long)]


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.stem)
def test_spoiled_exports(export: Path, times: int, tmp_path: Path) -> None:
    run(tmp_path / "x.csv", export.read_bytes(), times, 1, analysed)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("export", EXPORTS[:3], ids=lambda path: path.stem)
def test_spoiled_exports_in_pieces_are_those_read_whole(
    export: Path, times: int, tmp_path: Path
) -> None:
    run(tmp_path / "x.csv", export.read_bytes(), times, 2, in_pieces)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("ending", ["xlsx", "parquet", "feather", "dta"])
def test_spoiled_files_of_other_programs(ending: str, times: int, tmp_path: Path) -> None:
    run(tmp_path / f"x.{ending}", others()[ending], times, 3, analysed)
    (tmp_path / f"x.{ending}").unlink(missing_ok=True)
    run(tmp_path / f"x.{ending}", others()[ending], times, 7, in_pieces)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("draft", DRAFTS, ids=lambda path: path.name)
def test_spoiled_questionnaires_of_other_programs(draft: Path, times: int, tmp_path: Path) -> None:
    run(tmp_path / draft.name, draft.read_bytes(), times, 4, import_questionnaire)


@pytest.mark.parametrize("times", TIMES)
def test_spoiled_questionnaires_and_mappings(times: int, tmp_path: Path) -> None:
    survey = (TESTS / "fixtures/platforms/survey.yaml").read_bytes()
    run(tmp_path / "x.yaml", survey, times, 5, load_instrument)
    (tmp_path / "x.yaml").unlink()
    table = match_report(EXPORTS[0], SURVEY).to_csv().encode()
    run(tmp_path / "x.csv", table, times, 6, read_mapping)
