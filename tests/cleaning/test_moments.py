"""Counts and moments in one pass are those of the file read whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import ecosurvey as es
from ecosurvey.cleaning import AnswerMoments, Rules, clean, read_moments
from ecosurvey.core import DataError, EcosurveyError, OptionError
from ecosurvey.instrument import Instrument
from ecosurvey.responses import read_responses

ROOT = Path(__file__).parents[2]
SURVEY = ROOT / "tests/fixtures/platforms/survey.yaml"
NEEDS_MAPPING = "wjx_number"
EXPORTS = [one for one in sorted(SURVEY.parent.glob("*.csv")) if one.stem != NEEDS_MAPPING]


def same_as_whole(found: AnswerMoments, path: Path, instrument: Instrument) -> None:
    kept = clean(read_responses(path, instrument), rules=Rules(policy="screening_only"))
    raw = kept.responses.frame.loc[kept.frame.index, found.counts.index]
    items = kept.items
    complete = items.dropna()
    assert (found.n_read, found.n) == (kept.responses.n_rows, kept.n)
    assert found.n_complete == len(complete) and found.sha256 == kept.responses.sha256
    assert found.missing.tolist() == items.isna().sum().tolist()
    for code in found.counts:
        assert found.counts[code].tolist() == (raw == code).sum().tolist()
    np.testing.assert_allclose(found.available_mean, items.mean(), rtol=1e-12)
    np.testing.assert_allclose(found.available_cov, items.cov(), rtol=1e-9, atol=1e-12)
    if len(complete) > 1:
        np.testing.assert_allclose(found.mean, complete.mean(), rtol=1e-12)
        np.testing.assert_allclose(found.cov, complete.cov(), rtol=1e-9, atol=1e-12)
    kinds = kept.responses.raw_missing.groupby(["column", "kind"]).size()
    for item, kind in kinds.index:
        if item in found.kinds.index:
            assert found.kinds.loc[item, kind] == kinds[item, kind]


@pytest.mark.parametrize("rows", [100, 333, 50_000])
def test_the_sample_wave_in_pieces_of_any_size(rows: int) -> None:
    instrument = es.load_instrument(ROOT / "instruments/ecosystem.yaml")
    path = ROOT / "data/sample/ecosystem_wave1.csv"
    found = read_moments(path, instrument, rows=rows)
    same_as_whole(found, path, instrument)
    codes = {finding.code for finding in found.findings}
    assert "cells_set_to_missing" in codes  # the planted slips, as by the whole reader


@pytest.mark.parametrize(
    "path",
    EXPORTS,
    ids=lambda path: path.stem,
)
def test_the_platforms_exports_in_pieces(path: Path) -> None:
    instrument = es.load_instrument(SURVEY)
    same_as_whole(read_moments(path, instrument), path, instrument)


Write = Callable[[pd.DataFrame, Path], object]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame without types and names that statistics programs do not know."""
    numbers = frame.select_dtypes("Int64").columns
    made = frame.astype(dict.fromkeys(numbers, float))
    return made.rename(columns=lambda name: str(name).replace(".", "_"))


def _named(path: Path, ending: str) -> Path:
    return path.with_name(path.stem + ending)


def _two_sheets(frame: pd.DataFrame, path: Path) -> None:
    made = _named(path, ".xlsx")
    with pd.ExcelWriter(made) as book:
        pd.DataFrame().to_excel(book, sheet_name="cover", index=False)
        frame.to_excel(book, sheet_name="answers", index=False)
    made.rename(path)


WAYS: dict[str, Write] = {
    "gb18030": lambda f, p: p.write_bytes(f.to_csv(index=False).encode("gb18030")),
    "utf-16": lambda f, p: p.write_bytes(f.to_csv(index=False, sep="\t").encode("utf-16")),
    "marked, semicolons": lambda f, p: f.to_csv(p, index=False, sep=";", encoding="utf-8-sig"),
    "line ends of Windows": lambda f, p: f.to_csv(p, index=False, lineterminator="\r\n"),
    "rows of uneven length": lambda f, p: p.write_text(
        "".join(
            line + ("" if n < 150 else ",,") + "\n"
            for n, line in enumerate(f.drop(columns="comment").to_csv(index=False).splitlines())
        )
    ),
    "empty rows": lambda f, p: p.write_text(
        f.to_csv(index=False).replace("\nR7,", "\n\n,\nR7,") + "\n\n"
    ),
    "parquet": lambda f, p: f.to_parquet(p),
    "excel": lambda f, p: (
        f.to_excel(_named(p, ".xlsx"), index=False) or _named(p, ".xlsx").rename(p)
    ),
    "excel, an empty sheet first": _two_sheets,
    "spss": lambda f, p: pyreadstat.write_sav(_plain(f), str(p)),
    "stata": lambda f, p: _plain(f).to_stata(p, write_index=False, version=118),
    "feather": lambda f, p: _plain(f).to_feather(p),
    "feather in one block": lambda f, p: _plain(f).to_feather(p, chunksize=10_000),
    "parquet of numbers": lambda f, p: f.astype({"POL1": float}).to_parquet(p),
}


@pytest.fixture
def many(wave: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.concat([wave] * 8, ignore_index=True)
    items = [name for name in frame if name[:3] in ("POL", "FLW", "TAL", "VAL")]
    frame[items] = rng.integers(1, 6, (len(frame), len(items)))
    frame = frame.astype(dict.fromkeys(items, "Int64"))
    frame["rid"] = [f"R{k}" for k in range(len(frame))]
    frame.loc[::7, "VAL1"] = pd.NA
    frame.loc[::31, "consent"] = 2.0
    frame["comment"] = '一行\n“两行”, "x"'
    return frame


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_the_same_answers(
    way: str, many: pd.DataFrame, demo: Instrument, tmp_path: Path
) -> None:
    path = tmp_path / "wave.dat"
    WAYS[way](many, path)
    found = read_moments(path, demo, rows=100)
    assert found.n_read == len(many) and found.n < found.n_read
    same_as_whole(found, path, demo)


def test_a_model_is_fitted_to_the_moments() -> None:
    instrument = es.load_instrument(ROOT / "instruments/holzinger.yaml")
    path = ROOT / "data/sample/holzinger.csv"
    found = read_moments(path, instrument)
    frame = clean(read_responses(path, instrument), rules=Rules(policy="screening_only")).frame
    model = instrument.measurement_syntax()
    moments = es.cfa(model, cov=found.cov, mean=found.mean, n=found.n_complete)
    rows = es.cfa(model, frame)
    assert moments.fit_measures["chisq"] == pytest.approx(rows.fit_measures["chisq"], rel=1e-9)
    assert "301 of 301 sheets read are in" in found.summary()
    assert "共读取301份答卷" in found.summary("zh")


BROKEN: dict[str, Callable[[str], str | bytes]] = {
    "a row too long": lambda text: text + "1," * 60 + "1\n",
    "items without column": lambda text: text.replace("POL1", "x", 1),
    "a column of text": lambda text: text.replace(",3,", ",so so,"),
    "no text": lambda text: text.encode() + b"\x00",
    "header only": lambda text: text.splitlines()[0] + "\n",
    "empty": lambda text: "",
    "rows empty": lambda text: text.splitlines()[0] + "\n,,\n,\n",
    "bad bytes late": lambda text: text.encode() + b"\xff\xff\xff\n",
    "unclosed quote": lambda text: text + '"R,1,2\n',
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_the_whole_reader_refuses_is_refused_in_the_same_words(
    case: str, many: pd.DataFrame, demo: Instrument, tmp_path: Path
) -> None:
    made = BROKEN[case](many.drop(columns="comment").to_csv(index=False))
    path = tmp_path / "wave.csv"
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    told = []
    for reader in (read_responses, lambda *given: read_moments(*given, rows=100)):
        try:
            reader(path, demo)
            told.append("")
        except EcosurveyError as error:
            told.append(str(error))
    assert told[0] == told[1]
    assert told[0] or case == "unclosed quote"


def test_kinds_of_file_that_have_no_pieces_say_so(
    many: pd.DataFrame, demo: Instrument, tmp_path: Path
) -> None:
    path = tmp_path / "wave.feather"
    path.write_bytes(b"FEA1" + bytes(60))  # Feather as it was before Arrow's own format
    with pytest.raises(DataError, match="cannot be read in pieces"):
        read_moments(path, demo)
    many.to_csv(path, index=False)
    with pytest.raises(OptionError, match="from 100"):
        read_moments(path, demo, rows=99)
    many["consent"] = 2.0
    many.to_csv(tmp_path / "wave.csv", index=False)
    with pytest.raises(DataError, match="nobody of 320 is left"):
        read_moments(tmp_path / "wave.csv", demo)


def test_many_answers_off_the_scale_are_serious(
    many: pd.DataFrame, demo: Instrument, tmp_path: Path
) -> None:
    many["POL1"] = np.where(np.arange(len(many)) % 5, 4, 7)
    many.to_csv(tmp_path / "wave.csv", index=False)
    found = read_moments(tmp_path / "wave.csv", demo, rows=100).findings
    assert [(f.code, f.severity) for f in found] == [
        ("wrong_scale", "serious"), ("cells_set_to_missing", "warning")
    ]  # fmt: skip
    assert "64 of 320" in found[0].message.en and "第2行" in found[0].message.zh
