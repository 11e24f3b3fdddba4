"""What the header of a column may say: its own words, those of further header rows, its block."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.responses.coding.cells import normalise
from ecosurvey.responses.coding.columns import as_text

if TYPE_CHECKING:
    from ecosurvey.responses.raw import RawTable

IMPORT_MARK = '{"ImportId"'  # how the third row of a Qualtrics export begins
_WIDE = str.maketrans("：．（）", ":.()")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_MATRIX_ROW = re.compile(r"第\d{1,3}题\((.+)\)")
_NUMBER_FIRST = re.compile(r"^(?:第?\(?\d{1,3}\)?题?|q\d{1,3})\s*[、.:)\s]\s*")
_ROW_FIRST = re.compile(r"^\d{1,3}\s*[.、]\s*(.+)")
_LEAD = re.compile(r"^(\d{1,3}\s*[、.:].+?)\s*(?:—|–)+\s*(\d{1,3})\s*[.、]\s*(.+)$", re.DOTALL)
_QUESTION = re.compile(r"^\d{1,3}\s*[、:]")
_BRACKETED = re.compile(r"^(.+?)\s*\[(.+)\]$", re.DOTALL)
# what platforms and their editors add: a star for required, the kind of the question
_STAR = re.compile(r"^\s*[*★]\s*|\s*[*★]\s*$|\s*[(\[【]必(?:填|答)(?:题)?[)\]】]\s*$")
_KIND = re.compile(
    r"\s*[\[【](?:单选|多选|填空|矩阵|量表|排序|下拉|评分|打分|比重|滑动|日期|判断|文件)"
    r"[^\[\]【】]{0,12}[\]】]\s*"
)
_CHOSEN = " - selected choice"
_CODE_AND_TEXT = re.compile(r"([A-Za-z]\w{0,30}(?:\[[^\[\]]{1,30}\]){0,2})\.\s+(\S.*)", re.DOTALL)
_MOSTLY = 0.8  # of the headers
_COPY = re.compile(r"\.\d{1,2}$")


def take_header_rows(table: RawTable) -> tuple[RawTable, list[tuple[str, ...]], list[Finding]]:
    """Return the table without further header rows, what each column is called, and findings.

    Qualtrics writes the wording and a stable key in two more rows under the names; older
    exports one. A matrix of Wenjuanxing names its stem over the first of its rows only.
    """
    table, texts = _codes_apart(table)
    called: list[list[str]] = [[header] for header in table.headers]
    for names, text in zip(called, texts, strict=True):
        names += [text] if text else []
    for names, label in zip(called, table.labels or ("",) * len(called), strict=True):
        names += _header_cell(label)
    top = [[as_text(cell) for cell in row] for row in table.cells.head(2).to_numpy().tolist()]
    marked = [n for n, row in enumerate(top, 1) if any(c.startswith(IMPORT_MARK) for c in row)]
    findings: list[Finding] = []
    count = marked[-1] if marked else 0
    if count:
        for row in top[:count]:
            for names, cell in zip(called, row, strict=True):
                names += _header_cell(cell)
        if len(table.cells) == count:
            raise DataError(
                Text("there are headers but no answers", "文件只有表头，没有答卷"),
                where=table.name,
                fix=Text("Export the answers again.", "请重新导出答卷。"),
            )
        message = Text(f"header rows left out: {count}", f"已略去{count}行附加表头")
        findings.append(Finding("header_rows", "note", message))
        table = replace(table, cells=table.cells.iloc[count:])
    for names, stemmed in zip(called, _with_stems(table.headers), strict=True):
        names += stemmed
    return table, [tuple(dict.fromkeys(names)) for names in called], findings


def _codes_apart(table: RawTable) -> tuple[RawTable, list[str]]:
    """Take LimeSurvey's "code. text" headers apart: codes stay, texts are further names."""
    met = [_CODE_AND_TEXT.fullmatch(header) for header in table.headers]
    if sum(one is not None for one in met) < _MOSTLY * sum(map(bool, table.headers)):
        return table, [""] * len(met)
    codes = tuple(
        header if one is None else one[1] for header, one in zip(table.headers, met, strict=True)
    )
    return replace(table, headers=codes), ["" if one is None else one[2].strip() for one in met]


def _header_cell(cell: str) -> list[str]:
    if cell.startswith(IMPORT_MARK):
        try:
            key = json.loads(cell).get("ImportId")
        except (ValueError, AttributeError):
            return []
        return [key] if isinstance(key, str) else []
    plain = html.unescape(_TAGS.sub(" ", cell)).strip()
    return [plain] if plain else []


def _with_stems(headers: Sequence[str]) -> list[list[str]]:
    """Give rows of a matrix the stem that stands over the first of them only."""
    stem = ""
    called: list[list[str]] = []
    for header in map(plain, headers):
        lead = _LEAD.match(header)
        row = _ROW_FIRST.match(_COPY.sub("", header))
        if lead:
            stem = _NUMBER_FIRST.sub("", lead[1])
            called.append([f"{stem}—{lead[3]}"])
        elif stem and row and not _QUESTION.match(header):
            called.append([f"{stem}—{row[1]}"])
        else:
            stem = ""
            called.append([])
    return called


def plain(header: str) -> str:
    """Return a header without the star of required questions and the tag of their kind.

    Full-width colons and points, tabs and wide spaces become plain ones.

    Examples
    --------
    >>> plain("*3：请评价—1.目标清楚[矩阵量表题]")
    '3:请评价—1.目标清楚'
    """
    spaced = " ".join(header.translate(_WIDE).split())
    return _STAR.sub("", _KIND.sub("", _STAR.sub("", spaced)))


def forms(header: str) -> Iterator[str]:
    """Yield what a header may say, the whole first, then without what platforms add.

    Numbers come first ("3、…", "Q3. …"); rows of a matrix carry its stem before a dash
    ("…—2.row", "… - row", "…:row"), stand in brackets after it ("第3题(row)", "stem [row]",
    "Q2[SQ001]"); groups are joined by "/" or "-".

    Examples
    --------
    >>> list(forms("part1/POL1"))
    ['part1/pol1', 'pol1']
    """
    seen: set[str] = set()
    whole = normalise(header)
    bare = normalise(plain(header))
    words = [_forms(whole)] if bare == whole else [_forms(whole), _forms(bare)]
    for word in chain.from_iterable(words):
        if word and word not in seen:
            seen.add(word)
            yield word


def _forms(word: str) -> Iterator[str]:
    yield word
    bare = _NUMBER_FIRST.sub("", word)
    yield bare
    within = _MATRIX_ROW.fullmatch(word)
    if within:
        yield f"({within[1]})"
        yield within[1]
    bracketed = _BRACKETED.match(word)
    if bracketed:  # LimeSurvey codes, Google grids
        yield f"{bracketed[1]}_{bracketed[2]}"
        yield f"{_NUMBER_FIRST.sub('', bracketed[1])}—{bracketed[2]}"
        yield bracketed[2]
    if word.endswith(_CHOSEN):  # Qualtrics, all choices in one cell
        yield word.removesuffix(_CHOSEN)
    lead, colon, row = bare.rpartition(":")
    if colon and lead.strip() and row.strip():  # Tencent writes "3.stem:row"
        yield f"{lead.strip()}—{row.strip()}"
        yield row.strip()
    for dash in ("—", " - ", "-"):
        row = word.rpartition(dash)[2].strip()
        if row and row != word:
            yield row
            yield _NUMBER_FIRST.sub("", row)
    parts = word.split("/")
    if len(parts) > 1 and " " not in word:  # groups of a form; an option keeps its question
        yield "/".join(parts[-2:])
        yield parts[-1]
