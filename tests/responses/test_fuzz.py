"""Whatever is done to a file of answers, the reader answers in its own words."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosurvey.core import EcosurveyError
from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses

DEMO: Instrument = load_instrument(Path(__file__).parents[1] / "instrument" / "demo.yaml")
QUIET = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HARD = st.sampled_from(
    [",", ";", "\t", '"', "\n", "\r", "\r\n", "|", "\x00", "\ufeff", "，", "９", "-", "1e999",
     "同意", "=cmd()", "\u2028", "\x1a", "'", "nan", "inf", " "]
)  # fmt: skip


def sheet() -> pd.DataFrame:
    frame = pd.DataFrame({item.id: [str(n % 5 + 1) for n in range(8)] for item in DEMO.items})
    frame["rid"], frame["forms"], frame["seconds"] = "a", "1;2", "99秒"
    frame["time"], frame["comment"], frame["role"] = "2026/9/2 10:00:00", "好\n的", "教师"
    return frame


CSV = sheet().to_csv(index=False)


def answers_in_its_own_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with contextlib.suppress(EcosurveyError):
        responses = read_responses(path, DEMO)
        assert responses.n_rows == len(responses.frame) > 0
        assert set(responses.issues["row"]) <= set(responses.frame.index)
        numbers = responses.items.to_numpy(dtype=float)
        low, high = 1, 5
        assert (((numbers >= low) & (numbers <= high)) | (numbers != numbers)).all()


@QUIET
@given(st.data())
def test_mutated_text_never_raises_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    text = CSV
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        if data.draw(st.booleans()):
            text = text[:at] + data.draw(HARD) + text[at:]
        else:
            text = text[:at] + text[at + data.draw(st.integers(0, 60)) :]
    encoding = data.draw(st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))
    answers_in_its_own_words(tmp_path / "x.csv", text.encode(encoding, "replace"))


@QUIET
@given(st.data())
def test_mutated_bytes_never_raise_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(CSV.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    answers_in_its_own_words(tmp_path / "x.csv", bytes(content))


@pytest.fixture(scope="module")
def workbook() -> bytes:
    stream = io.BytesIO()
    sheet().to_excel(stream, index=False)
    return stream.getvalue()


@settings(QUIET, max_examples=40)
@given(st.data())
def test_damaged_workbooks_never_raise_anything_else(
    tmp_path: Path, workbook: bytes, data: st.DataObject
) -> None:
    content = bytearray(workbook)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(content), len(content) // 2, 40]))
    answers_in_its_own_words(tmp_path / "x.xlsx", bytes(content[:cut]))


@settings(QUIET, max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([b"", b"$FL2", b"PK\x03\x04", b"\xff\xfe"]))
def test_noise_never_raises_anything_else(tmp_path: Path, noise: bytes, start: bytes) -> None:
    answers_in_its_own_words(tmp_path / "x.dat", start + noise)
