"""The errors that a researcher meets most, each in English and Chinese."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from ecosurvey.cli.app import main

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "sample" / "holzinger.csv"
HOLZINGER = ROOT / "instruments" / "holzinger.yaml"


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["ecosurvey", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def _given(tmp_path: Path) -> dict[str, Path]:
    """Write the files that go wrong, and return every name that the cases use."""
    good = pd.read_csv(DATA)
    text = HOLZINGER.read_text("utf-8")
    frames = {
        "lacking": good.drop(columns="x3"),
        "worded": good.astype(object).assign(x1="hello"),
        "twice": good.assign(y=1).set_axis([*good.columns, "x1"], axis=1),
        "headed": good.head(0),
        "constant": good.assign(x2=3),
    }
    made = {name: tmp_path / f"{name}.csv" for name in frames}
    for name, frame in frames.items():
        frame.to_csv(made[name], index=False)
    texts = {
        "empty": ("empty.csv", b""),
        "noise": ("noise.csv", bytes(range(256)) * 8),
        "page": ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        "pdf": ("report.pdf", b"%PDF-1.7\n"),
        "broken": ("broken.yaml", text.replace("title:", "title: [", 1).encode()),
        "slip": ("slip.yaml", text.replace("from: visual", "from: visuall").encode()),
        "extra": ("extra.yaml", text.replace("title:", "titel: x\ntitle:", 1).encode()),
        "options": ("options.toml", b'estimatr = "ML"\n'),
        "map": ("map.csv", b"a,b\n1,2\n"),
    }
    for name, (file, content) in texts.items():
        made[name] = tmp_path / file
        made[name].write_bytes(content)
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine", "utf-8")
    return made | {
        "full": full, "out": tmp_path / "out", "good": DATA, "q": HOLZINGER,
        "nowhere": tmp_path / "nowhere.csv", "study": tmp_path / "no_study",
    }  # fmt: skip


CASES: dict[str, tuple[str, str, str]] = {
    "no such file": ("analyze {nowhere} -i {q} {common}", "no such file", "没有这个文件"),
    "no questionnaire": ("analyze {good} {common}", "--instrument is needed", "缺少 --instrument"),
    "a missing column": (
        "analyze {lacking} -i {q} {common}",
        "have no column",
        "缺少9个题项中的1个",
    ),
    "words for numbers": ("analyze {worded} -i {q} {common}", "is no answer", "不是该题的答案"),
    "a header twice": ("analyze {twice} -i {q} {common}", "stands over", "的表头都是"),
    "no answers": ("analyze {headed} -i {q} {common}", "no answers", "没有答卷"),
    "an empty file": ("analyze {empty} -i {q} {common}", "is empty", "文件是空的"),
    "no text": ("analyze {noise} -i {q} {common}", "no characters", "不是文字的字节"),
    "a web page": ("analyze {page} -i {q} {common}", "web page", "网页"),
    "a PDF": ("analyze {pdf} -i {q} {common}", "a PDF document", "PDF文档"),
    "an item that does not vary": (
        "analyze {constant} -i {q} {common}",
        "does not vary",
        "没有变化",
    ),
    "no YAML": ("validate {broken} --lang {lang}", "this is not YAML", "这不是YAML"),
    "an unknown construct": ("validate {slip} --lang {lang}", "Did you mean", "您是不是指"),
    "an unknown key": ("validate {extra} --lang {lang}", "not known here", "此处不能使用“titel”"),
    "data as a questionnaire": ("validate {good} --lang {lang}", "expected a mapping", "应为映射"),
    "an option of the file": (
        "analyze {good} -i {q} --config {options} {common}",
        "Did you mean 'estimator'?",
        "您是不是指“estimator”",
    ),
    "a mapping of two letters": (
        "analyze {good} -i {q} --mapping {map} {common}",
        "has no columns",
        "缺少“column”",
    ),
    "an unknown option": (
        "analyze {good} --estimater ML --lang {lang}",
        "no option --estimater",
        "没有选项 --estimater",
    ),
    "an option without value": (
        "analyze {good} --lang {lang} --seed",
        "needs a value",
        "需要一个值",
    ),
    "a word for a number": ("analyze {good} --seed x --lang {lang}", "not allowed", "的值不允许"),
    "no file named": ("analyze --lang {lang}", "DATA is needed", "缺少 DATA"),
    "an unknown command": ("analyse x --lang {lang}", "no command 'analyse'", "没有命令"),
    "an estimator": ("analyze {good} -i {q} --estimator OLS {common}", "is not known", "无法识别"),
    "a treatment of gaps": (
        "analyze {good} -i {q} --estimator WLSMV --missing fiml {common}",
        "is not possible with",
        "不能用 missing='fiml'",
    ),
    "a grouping": (
        "analyze {good} -i {q} --groups colour {common}",
        "not a background variable",
        "不是答卷中的背景变量",
    ),
    "a rule": (
        "analyze {good} -i {q} --screen speedy=off {common}",
        "no cut-off or rule",
        "不是筛查",
    ),
    "a full folder": (
        "analyze {good} -i {q} -o {full} --only reliability --lang {lang}",
        "is not empty",
        "输出文件夹不是空的",
    ),
    "one wave": ("compare {good} -i {q} -o {out} --lang {lang}", "1 wave given", "只给出了1轮"),
    "no wave": ("compare -o {out} --lang {lang}", "no waves given", "没有给出任何一轮"),
    "no study": ("study status {study} --lang {lang}", "not a study folder", "这不是研究文件夹"),
    "a sample size": ("power {q} -n 5 --lang {lang}", "is no sample size", "不是样本量"),
    "a claim": (
        "power {q} -n 300 --claims H99 --lang {lang}",
        "is no claim of",
        "的待检验项",
    ),
    "a number of rows": (
        "simulate {q} -n 0 -o {out}.csv --lang {lang}",
        "is no number of respondents",
        "不是受访者人数",
    ),
    "a study without a questionnaire": (
        "study init {study} -i {nowhere} --lang {lang}",
        "no such file",
        "没有这个文件",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_error_is_said_in_both_languages(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words, *expected = CASES[name]
    given = _given(tmp_path)
    typed = words.replace("{common}", "--only reliability -o {out} --seed 1 -q --lang {lang}")
    for lang, word in zip(("en", "zh"), expected, strict=True):
        assert run(monkeypatch, *(part.format(lang=lang, **given) for part in typed.split())) == 2
        told = capsys.readouterr().err
        assert word in told
        assert ("Error:" in told) == (lang == "en")
        assert not given["out"].exists()


def test_both_languages_and_programs_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("analyze", DATA, "-i", HOLZINGER, "-o", tmp_path, "--lang", "both", "--json")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert "is not empty" in said.err
    assert "输出文件夹不是空的" in said.err
    told = json.loads(said.out)
    assert told["status"] == "error"
    assert told["error"]["kind"] == "OptionError"
    assert told["error"]["found"] == {
        "en": "the output folder is not empty", "zh": "输出文件夹不是空的"
    }  # fmt: skip
    assert told["error"]["where"] == {"en": str(tmp_path), "zh": str(tmp_path)}
    assert "--force" in told["error"]["fix"]["zh"]


def test_a_file_of_options_says_the_language_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = tmp_path / "options.toml"
    options.write_text('lang = "zh"', "utf-8")
    words = ("analyze", tmp_path / "no.csv", "-i", HOLZINGER, "-o", tmp_path / "out")
    assert run(monkeypatch, *words, "--config", options, "-q") == 2
    assert "没有这个文件" in capsys.readouterr().err
