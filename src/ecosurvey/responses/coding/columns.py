"""One column of cells -> numbers, by what each distinct text means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text, counted
from ecosurvey.responses.coding.cells import Codebook, Coded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# beyond this many cells, and this share of a column, text is not a slip but a wrong column
FEW_CELLS, FEW_SHARE = 2, 0.05

DECISIONS = {
    "outside": "set to missing: not a code of the question",
    "fraction": "set to missing: not a whole number",
    "text": "set to missing: not a known answer",
}


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column as numbers, with what could not be taken as it stood.

    Attributes
    ----------
    values : array of shape (rows,)
        NaN where there is no answer.
    issues : list of (position, text, decision)
        Cells set to missing though something stood in them.
    missing : list of (position, kind)
        Cells that hold a missing code, by why there is no answer; plain blanks left out.
    answered : int
        Number of cells that are not blank or missing by code.
    """

    values: NDArray[np.float64]
    issues: list[tuple[int, str, str]]
    missing: list[tuple[int, str]]
    answered: int


def distinct(cells: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """Return for each cell the position of its text among the distinct texts, and these."""
    import pandas as pd

    codes, values = pd.factorize(cells, use_na_sentinel=False)
    return codes, [as_text(value) for value in values.tolist()]


def as_text(value: object) -> str:
    """Return a cell of any type as the text that a CSV export would hold."""
    import pandas as pd

    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return "" if value is None or value is pd.NA or value is pd.NaT else str(value)


def code_column(cells: pd.Series, book: Codebook) -> CodedColumn:
    """Return a column of answers as numbers."""
    import numpy as np

    codes, texts = distinct(cells)
    coded = [book.code(text) for text in texts]
    values = np.array([one.value for one in coded], dtype=float)[codes]
    issues: list[tuple[int, str, str]] = []
    missing: list[tuple[int, str]] = []
    blank = 0
    for index, one in enumerate(coded):
        if one.verdict == "answer":
            continue
        positions = np.flatnonzero(codes == index).tolist()
        if one.verdict == "missing":
            blank += len(positions)
            if texts[index].strip() and one.kind:
                missing += [(position, one.kind) for position in positions]
        else:
            issues += [(p, texts[index], DECISIONS[one.verdict]) for p in positions]
    issues.sort()
    missing.sort()
    return CodedColumn(values, issues, missing, len(codes) - blank)


def cells_of_text(coded: CodedColumn) -> list[tuple[int, str]]:
    """Return the cells of text that is no answer."""
    return [(p, word) for p, word, decision in coded.issues if decision == DECISIONS["text"]]


def too_much_text(text: int, answered: int) -> bool:
    """Tell whether a column holds so many cells of text that it cannot be right."""
    return text > max(FEW_CELLS, FEW_SHARE * answered) or (text > 0 and text == answered)


def refuse_text(
    wrong: Mapping[str, Sequence[tuple[int, str]]], name: str, counts: Mapping[str, int]
) -> DataError:
    """Return the one error that names every column of text where answers should be.

    Parameters
    ----------
    wrong : mapping of str to sequence of (row number, text)
        Column -> its first cells of text at least.
    name : str
        Of the file.
    counts : mapping of str to int
        Column -> all its cells of text.
    """
    told = Text("", "")
    for column, cells in list(wrong.items())[:20]:
        first = ", ".join(f"{word[:30]!r} in row {row}" for row, word in cells[:3])
        zh = "、".join(f"第{row}行的 {word[:30]!r}" for row, word in cells[:3])
        rest = counts[column] - 3
        told = Text(
            f"{told.en}  {column}: {first}" + (f" and {rest} more\n" if rest > 0 else "\n"),
            f"{told.zh}  {column}：{zh}" + (f"等共{counts[column]}处\n" if rest > 0 else "\n"),
        )
    if len(wrong) > 20:
        told = Text(
            f"{told.en}  … and {len(wrong) - 20} more columns\n",
            f"{told.zh}  ……另有{len(wrong) - 20}列\n",
        )
    what = "a column holds" if len(wrong) == 1 else f"{len(wrong)} columns hold"
    return DataError(
        Text(
            f"{what} text that is no answer of the question:\n{told.en}",
            f"{len(wrong)}列中的文字不是该题的答案：\n{told.zh}",
        ),
        where=name,
        fix=Text(
            "Check that the columns are the right ones, or add the wording to the scale's labels.",
            "请核对列是否正确，或将这些文字加入量表的标签。",
        ),
    )


def cell_findings(columns: Mapping[str, CodedColumn], rows: list[int]) -> list[Finding]:
    """Return what a reader must know of the cells that were set to missing.

    Slips are told together. A column with many numbers off its scale is told by itself, as
    serious: the file then has another scale than the questionnaire says.
    """
    found: list[Finding] = []
    slips: dict[str, list[tuple[str, int, str]]] = {"text": [], "number": []}
    for name, coded in columns.items():
        off = [issue for issue in coded.issues if issue[2] != DECISIONS["text"]]
        if len(off) > FEW_CELLS and len(off) > FEW_SHARE * coded.answered:
            found.append(_wrong_scale(name, off, coded.answered, rows))
        else:
            slips["number"] += [(name, rows[p], word) for p, word, _ in off]
        text = [issue for issue in coded.issues if issue[2] == DECISIONS["text"]]
        slips["text"] += [(name, rows[p], word) for p, word, _ in text]
    for code, cells, en, zh in (
        ("text_cells", slips["text"], "text", "文字"),
        ("codes_off_scale", slips["number"], "a number", "数字"),
    ):
        if cells:
            first = ", ".join(f"{name} {word[:20]!r} (row {row})" for name, row, word in cells[:3])
            begin = "、".join(f"{name}“{word[:20]}”（第{row}行）" for name, row, word in cells[:3])
            more = " …" if len(cells) > 3 else ""
            message = Text(
                f"cells with {en} that is no answer, set to missing ({len(cells)}): {first}{more}",
                f"有{len(cells)}个单元格的{zh}不是有效答案，已设为缺失：{begin}{more}",
            )
            found.append(Finding(code, "warning", message))
    return found


def _wrong_scale(
    name: str, off: list[tuple[int, str, str]], answered: int, rows: list[int]
) -> Finding:
    first = f"{off[0][1][:20]!r}", rows[off[0][0]]
    return Finding(
        "wrong_scale",
        "serious",
        Text(
            f"{name}: {counted(len(off), 'answers is', 'answers are', of=answered)} not on its "
            f"scale (first {first[0]} in row {first[1]}); set to missing",
            f"{name}：{answered}个作答中有{len(off)}个不在量表范围内"
            f"（首个为第{first[1]}行的{first[0]}），已设为缺失",
        ),
        name,
        Text("Compare the scale with the file's codes.", "请核对量表与数据文件的编码。"),
    )


__all__ = [
    "Coded",
    "CodedColumn",
    "as_text",
    "cell_findings",
    "cells_of_text",
    "code_column",
    "distinct",
    "refuse_text",
    "too_much_text",
]
