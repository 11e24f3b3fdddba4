"""Multi-select questions: joined text, or one column an option, -> 0/1 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecosurvey.instrument import Variable
from ecosurvey.responses.coding.cells import EMPTY_WORDS, Codebook, normalise
from ecosurvey.responses.coding.columns import DECISIONS, CodedColumn, distinct

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_JOINTS = re.compile(r"[;|┋┦\n]")
_COMMA = re.compile(r"[,、]")
_WRITTEN_IN = re.compile(r"〖.*?〗", re.DOTALL)
_NO = frozenset(
    (
        "", "0", "0.0", "no", "false", "否", "n", "f", "off", "未选", "未选中", "未选择", "未勾选",
        "未提及", "不选", "没有", "无", "×", "unchecked", "unselected", "not checked",
        "not selected", "not chosen", "not quoted", "not mentioned",
    )
)  # fmt: skip


def code_joined(cells: pd.Series, variable: Variable, book: Codebook) -> dict[int, CodedColumn]:
    """Return one 0/1 column an option from cells such as ``"1;3"`` or ``"交流┋培训"``.

    A blank cell is missing in every option, since nothing says that it was answered.
    """
    import numpy as np

    codes, texts = distinct(cells)
    options = [option.code for option in variable.options]
    chosen = np.full((len(texts), len(options)), np.nan)
    bad: dict[int, str] = {}
    for index, text in enumerate(texts):
        marked, rest = split_choices(text, variable, book)
        if marked is not None:
            chosen[index] = [float(code in marked) for code in options]
        if rest:
            bad[index] = rest
    issues = sorted(
        (int(position), texts[index], DECISIONS["text"])
        for index in bad
        for position in np.flatnonzero(codes == index)
    )
    answered = int(np.isfinite(chosen[codes, 0]).sum()) if options else 0
    return {
        # what could not be read is told once, with the first option
        code: CodedColumn(chosen[codes, n], issues if n == 0 else [], [], answered + len(issues))
        for n, code in enumerate(options)
    }


def split_choices(
    text: str, variable: Variable, book: Codebook
) -> tuple[set[int] | None, str | None]:
    """Return the chosen codes (``None`` if unanswered) and what was not understood."""
    plain = _WRITTEN_IN.sub("", text)
    whole = book.code(plain)
    if whole.verdict == "answer":
        return {int(whole.value)}, None
    if whole.verdict == "missing":
        return None, None
    marked: set[int] = set()
    unknown: list[str] = []
    spaced = [book.code(word) for word in plain.split()]  # Kobo joins names by spaces
    if spaced and all(one.verdict == "answer" for one in spaced):
        return {int(one.value) for one in spaced}, None
    for part in _JOINTS.split(plain):
        one = book.code(part)
        if one.verdict == "answer":
            marked.add(int(one.value))
        elif one.verdict != "missing":
            found, left = _within(part, variable, book)
            marked |= found
            unknown += [left] if left else []
    return (marked or None), ("; ".join(unknown) or None)


def _within(part: str, variable: Variable, book: Codebook) -> tuple[set[int], str]:
    """Split at commas; labels that hold commas themselves are taken out first, longest first."""
    rest = normalise(part)
    marked: set[int] = set()
    for label in sorted(book.labels, key=len, reverse=True):
        if len(label) > 1 and not label.isdigit() and label in rest:
            rest = rest.replace(label, ",")
            marked.add(book.labels[label])
    unknown = []
    for word in _COMMA.split(rest):
        one = book.code(word)
        if one.verdict == "answer":
            marked.add(int(one.value))
        elif one.verdict != "missing":
            unknown.append(word.strip())
    return marked, ", ".join(unknown)


def code_marked(cells: list[pd.Series]) -> list[NDArray[np.float64]]:
    """Return 0/1 columns from one column an option.

    A cell counts as chosen if anything but a blank or a no stands in it. Rows that are
    blank in every option are missing, since nothing says that they were answered.
    """
    import numpy as np

    marks, blanks = [], []
    for column in cells:
        codes, texts = distinct(column)
        words = [normalise(text) for text in texts]
        empty = np.array([not w or w in EMPTY_WORDS or _negative(w) for w in words], dtype=bool)
        no = np.array([w in _NO for w in words], dtype=bool)
        marks.append(~(empty | no)[codes])
        blanks.append(empty[codes])
    unanswered = np.logical_and.reduce(blanks)
    return [np.where(unanswered, np.nan, mark.astype(float)) for mark in marks]


def _negative(word: str) -> bool:
    return bool(re.fullmatch(r"-\d{1,3}(\.0)?", word))
