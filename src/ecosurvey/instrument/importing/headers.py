"""A draft from the headers and answers of an export, for platforms without a definition file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import Choice, Found, Question, guessed

_META = {
    "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分", "用户ID", "填写者",
    "编号", "开始答题时间", "结束答题时间", "答题时长", "地理位置国家和地区", "地理位置省",
    "地理位置市", "自定义字段", "语言", "Timestamp", "时间戳记", "Email Address", "Username",
}  # fmt: skip
_NUMBERED = re.compile(r"^(\d{1,3})\s*[、.:：]\s*(.+)$", re.DOTALL)
_LEAD = re.compile(r"^(.+?)\s*(?:—|–)+\s*\d{1,3}\s*[.、]\s*(.+)$", re.DOTALL)
_ROW = re.compile(r"^\d{1,3}\s*[.、]\s*(.+)$", re.DOTALL)
_BRACKET = re.compile(r"^第(\d{1,3})题[(（](.+)[)）]$", re.DOTALL)
_GRID = re.compile(r"^(.+?)\s*\[(.+)\]$", re.DOTALL)
_COLON = re.compile(r"^(.+?)[:：](.+)$", re.DOTALL)
_BLANK = re.compile(r"[(（](?:空|跳过)[)）]|-[23]|")
_MANY = 12
# wordings of agreement and degree in their order, by which options found in the data are sorted
_DEGREES: tuple[tuple[str, ...], ...] = (
    ("非常不同意", "完全不同意", "很不同意", "非常不符合", "完全不符合", "非常不满意", "完全没有",
     "从不", "strongly disagree", "very dissatisfied", "never", "not at all"),
    ("不同意", "不太同意", "比较不同意", "不符合", "比较不符合", "不满意", "很少", "较少",
     "disagree", "dissatisfied", "rarely", "slightly"),
    ("一般", "不确定", "中立", "说不清", "有时", "neither agree nor disagree", "neutral",
     "undecided", "sometimes", "moderately"),
    ("同意", "比较同意", "符合", "比较符合", "满意", "经常", "较多", "agree", "satisfied",
     "often", "very"),
    ("非常同意", "完全同意", "很同意", "非常符合", "完全符合", "非常满意", "总是", "完全做到",
     "strongly agree", "very satisfied", "always", "extremely"),
)  # fmt: skip
_PLACE = {word: place for place, words in enumerate(_DEGREES, 1) for word in words}


def read_headers(path: Path, content: bytes) -> Found:
    """Return a draft of the questionnaire from an export by option text (CSV or ``.xlsx``).

    Matrix rows become a block. Options are those that were chosen, agreement in its known
    order and others as they appear; what nobody chose is not known, and this is listed.

    Raises
    ------
    InstrumentError
        If it is no table with headers.
    """
    headers, rows = _table(path, content)
    found = Found(path.stem, guessed(path.stem), source="headers")
    stem, number = "", ""
    for position, header in enumerate(headers):
        if not header or header in _META:
            continue
        cells = [row[position].strip() for row in rows if position < len(row)]
        name, words, block = f"Q{position + 1}", header, ""
        bracket, numbered = _BRACKET.match(header), _NUMBERED.match(header)
        row = _ROW.match(header)
        if bracket:
            name, words, block = f"Q{bracket[1]}_{position + 1}", bracket[2], f"Q{bracket[1]}"
            stem = ""
        elif numbered and (lead := _LEAD.match(numbered[2])):
            stem, number, words = lead[1], numbered[1], lead[2]
            name, block = f"Q{number}_{position + 1}", f"Q{number}"
        elif stem and row and not re.match(r"^\d{1,3}\s*[、:：]", header):
            words, name, block = row[1], f"Q{number}_{position + 1}", f"Q{number}"
        else:
            stem = ""
            inner = numbered[2] if numbered else header
            number = numbered[1] if numbered else ""
            name, words = f"Q{number or position + 1}", inner
            part = _GRID.match(inner) or (_COLON.match(inner) if numbered else None)
            if part:
                words, block = part[2], f"Q_{_slug(part[1])}"
                name = f"Q{number or 'g'}_{position + 1}"
                stem_words = guessed(part[1])
                _add(found, name, words, cells, block, stem_words)
                continue
        _add(found, name, words, cells, block, guessed(stem) if block and stem else {})
    if found.questions:
        found.leave("options", "only answers that were chosen are known; compare with the form")
    return found


def _add(
    found: Found, name: str, words: str, cells: Sequence[str], block: str, stem: dict[str, str]
) -> None:
    answers = [cell for cell in cells if not _BLANK.fullmatch(cell)]
    text = guessed(words)
    if any("┋" in cell for cell in answers):
        options = dict.fromkeys(_bare(part) for cell in answers for part in cell.split("┋"))
        found.questions.append(Question(name, text, "multi", _choices(options), block, stem))
    elif any("→" in cell for cell in answers):
        options = dict.fromkeys(_bare(part) for cell in answers for part in cell.split("→"))
        found.questions.append(Question(name, text, "ranking", _choices(options), block, stem))
    elif block and answers and set(answers) <= set("0123456789") and len(set(answers)) > 2:
        top = max(5, *(int(cell) for cell in answers))
        points = tuple(Choice(str(n), {}) for n in range(1, top + 1))
        found.questions.append(Question(name, text, "single", points, block, stem, stem))
        found.leave(name, f"rated by number: a scale of 1 to {top} was assumed")
    elif answers and all(re.fullmatch(r"-?\d+(\.\d+)?", cell) for cell in answers):
        found.questions.append(Question(name, text, "number", block=block))
    else:
        options = dict.fromkeys(map(_bare, answers))
        degrees = {word: _PLACE.get(word.casefold()) for word in options}
        if block and options and all(degrees.values()):
            found.questions.append(
                Question(name, text, "single", _degrees(options), block, stem, stem)
            )
        elif 0 < len(options) <= _MANY and len(options) * 2 <= max(len(answers), 4):
            found.questions.append(Question(name, text, "single", _choices(options), block, stem))
        else:
            found.questions.append(Question(name, text, "text", block=block))


def _degrees(options: Sequence[str] | dict[str, None]) -> tuple[Choice, ...]:
    """Return five points of agreement, worded as the answers word them where they do."""
    said = {_PLACE[word.casefold()]: word for word in options}
    first = next(iter(options))
    family = next(k for words in _DEGREES for k, w in enumerate(words) if w == first.casefold())
    chosen = [
        said.get(n) or _DEGREES[n - 1][min(family, len(_DEGREES[n - 1]) - 1)] for n in range(1, 6)
    ]
    return tuple(Choice(str(n), guessed(word)) for n, word in enumerate(chosen, 1))


def _choices(options: dict[str, None]) -> tuple[Choice, ...]:
    return tuple(Choice(str(n), guessed(word)) for n, word in enumerate(options, 1) if word)


def _bare(cell: str) -> str:
    return re.sub(r"^[A-Z]\s*[.．、]\s*", "", re.sub(r"〖.*?〗", "", cell)).strip()


def _slug(text: str) -> str:
    return "_".join(re.findall(r"\w+", text))[:40]


def _table(path: Path, content: bytes) -> tuple[list[str], list[list[str]]]:
    if content.startswith(b"PK\x03\x04"):
        rows = _workbook(path, content)
    else:
        text = _decoded(path, content)
        separator = max(",\t;", key=text.partition("\n")[0].count)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise InstrumentError(
                Text(f"the table cannot be read ({error})", f"表格无法读取（{error}）"),
                where=path.name,
            ) from None
    if len(rows) < 2 or not any(rows[0]):
        raise InstrumentError(
            Text("this is no table with headers and answers", "这不是带有表头与答卷的表格"),
            where=path.name,
        )
    return [cell.strip() for cell in rows[0]], rows[1:]


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InstrumentError(
        Text("this is no text", "这不是文本"),
        where=path.name,
        fix=Text("Give a CSV or .xlsx export.", "请给出CSV或.xlsx导出文件。"),
    )


def _workbook(path: Path, content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise InstrumentError(
            Text(
                f"the workbook is damaged ({type(error).__name__})",
                f"工作簿已损坏（{type(error).__name__}）",
            ),
            where=path.name,
        ) from None
