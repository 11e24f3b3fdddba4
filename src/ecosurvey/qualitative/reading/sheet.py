"""A table of codings: source, segment, code, coder, and what else is known of the passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text, did_you_mean
from ecosurvey.qualitative.model import CODING_COLUMNS, EVIDENCE, Code

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.responses.raw import RawTable

_NEEDED = ("source", "segment", "code", "coder")
_HEADERS = {
    "source": ("source", "document", "file", "资料", "来源", "文档"),
    "case": ("case", "案例", "个案"),
    "segment": ("segment", "unit", "片段", "单元"),
    "code": ("code", "编码", "代码"),
    "coder": ("coder", "rater", "编码者", "编码员"),
    "evidence": ("evidence", "证据", "证据方向"),
    "strength": ("strength", "weight", "强度"),
    "text": ("text", "quotation", "quote", "引文", "原文"),
    "data_origin": ("data_origin", "数据来源标记"),
}
_EVIDENCE = {
    "支持": "for",
    "反对": "against",
    "不支持": "against",
    "未见": "absent",
    "缺失": "absent",
}


def read_sheet(table: RawTable) -> tuple[pd.DataFrame, tuple[Code, ...], bool]:
    """Return the codings of a table, its codes, and whether it says that it is synthetic.

    Raises
    ------
    DataError
        If a needed column is missing, a cell of it is empty, or a cell of ``evidence`` or
        ``strength`` is not what it can be; names the row.
    """
    import pandas as pd

    at = {head.strip().casefold(): k for k, head in reversed(list(enumerate(table.headers)))}
    columns: dict[str, int] = {}
    for name, heads in _HEADERS.items():
        place = next((at[head] for head in heads if head in at), None)
        if place is not None:
            columns[name] = place
    for name in _NEEDED:
        if name not in columns:
            raise DataError(
                Text(f"the coded material has no column {name!r}", f"编码材料中没有列 {name!r}"),
                where=table.name,
                fix=did_you_mean(name, table.headers)
                or Text(
                    f"It needs {', '.join(_NEEDED)}; it has {', '.join(table.headers[:12])}.",
                    f"需要 {'、'.join(_NEEDED)}；现有 {'、'.join(table.headers[:12])}。",
                ),
            )
    cells = table.cells
    frame = pd.DataFrame(index=cells.index)
    for name in CODING_COLUMNS:
        given = cells[columns[name]] if name in columns else pd.Series("", index=cells.index)
        frame[name] = given.fillna("").astype(str).str.strip()
    for name in ("source", "segment", "coder"):
        empty = frame.index[frame[name] == ""]
        if len(empty):
            raise DataError(
                Text(f"{name!r} is empty in row {empty[0]}", f"第{empty[0]}行的 {name!r} 是空的"),
                where=table.name,
            )
    frame["evidence"] = [_evidence(v, table.name, row) for row, v in frame["evidence"].items()]
    frame["strength"] = [_strength(v, table.name, row) for row, v in frame["strength"].items()]
    synthetic = False
    if "data_origin" in columns:
        origins = cells[columns["data_origin"]].fillna("").astype(str).str.strip().str.lower()
        synthetic = bool((origins == "synthetic").any())
    codes = tuple(Code(name) for name in dict.fromkeys(frame["code"]) if name)
    return frame.drop_duplicates().reset_index(drop=True), codes, synthetic


def _evidence(value: str, name: str, row: object) -> str:
    word = _EVIDENCE.get(value, value.lower())
    if word and word not in EVIDENCE:
        raise DataError(
            Text(
                f"evidence {value!r} in row {row} is not known",
                f"第{row}行的证据 {value!r} 无法识别",
            ),
            where=name,
            fix=Text(
                "Use for, against, absent, or leave it empty.",
                "请使用 for、against、absent，或留空。",
            ),
        )
    return word


def _strength(value: str, name: str, row: object) -> float:
    if not value:
        return float("nan")
    try:
        number = float(value)
    except ValueError:
        number = float("inf")
    if not abs(number) < 1e6:
        raise DataError(
            Text(
                f"strength {value!r} in row {row} is not a number",
                f"第{row}行的强度 {value!r} 不是数",
            ),
            where=name,
        )
    return number
