"""The sample table: who answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.core.frames import as_frame, need_columns, numeric_matrix

Described = tuple[Text, Mapping[int, Text]]

MISSING_LIMIT = 0.20


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many gave one answer of one variable.

    Attributes
    ----------
    variable : str
    label : Text
        The variable's words.
    code : int, float or None
        ``None`` counts those who did not answer; a float only where the data hold a fraction.
    category : Text
        The answer's words.
    n : int
    percent : float or None
        Of those who answered (0 to 100); ``None`` for the missing.
    multiple : bool
        True where one respondent can give several answers.
    """

    variable: str
    label: Text
    code: int | float | None
    category: Text
    n: int
    percent: float | None
    multiple: bool


@dataclass(frozen=True, slots=True)
class NumberSummary:
    """One numeric variable: answers, gaps, mean, spread and range."""

    variable: str
    label: Text
    n: int
    missing: int
    mean: float | None
    sd: float | None
    median: float | None
    min: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class SampleTable(Result):
    """Who answered.

    Attributes
    ----------
    n : int
        Respondents.
    categories : tuple of CategoryCount
        In the order of the questionnaire.
    numbers : tuple of NumberSummary
    findings : tuple of Finding
    """

    n: int
    categories: tuple[CategoryCount, ...]
    numbers: tuple[NumberSummary, ...]
    findings: tuple[Finding, ...]

    def tables(self) -> tuple[Table, ...]:
        """Return the table of the categories, and of the numbers if there are any."""
        made: list[Table] = []
        if self.categories:
            made.append(self._category_table())
        if self.numbers:
            made.append(self._number_table())
        if not made:
            words = Text("Sample", "样本构成")
            n = Column("n", Text("n", "n"), "count")
            made.append(Table("sample", words, (n,), ((self.n,),)))
        return tuple(made)

    def _category_table(self) -> Table:
        columns = (
            Column("category", Text("Characteristic", "特征"), "label"),
            Column("n", Text("n", "n"), "count"),
            Column("percent", Text("%", "%"), "percent", 1),
        )
        groups: list[tuple[int, Text]] = []
        rows: list[tuple[Cell, ...]] = []
        last = None
        for count in self.categories:
            if count.variable != last:
                groups.append((len(rows), count.label))
                last = count.variable
            rows.append((count.category, count.n, count.percent))
        notes = [
            Text(
                f"N = {self.n}. Percentages are of those who answered the question.",
                f"N = {self.n}。百分比以回答该题者为基数。",
            )
        ]
        if any(count.multiple for count in self.categories):
            notes.append(
                Text(
                    "Several answers allowed where percentages add to more than 100.",
                    "多选题的百分比之和可超过100。",
                )
            )
        title = Text("Characteristics of the sample", "样本基本特征")
        return Table("sample", title, columns, tuple(rows), tuple(notes), tuple(groups))

    def _number_table(self) -> Table:
        ends = [end for v in self.numbers for end in (v.min, v.max) if end is not None]
        decimals = 0 if all(end.is_integer() for end in ends) else 2
        columns = (
            Column("variable", Text("Variable", "变量"), "label"),
            Column("n", Text("n", "n"), "count"),
            Column("missing", Text("Missing", "缺失"), "count"),
            Column("mean", Text("M", "均值")),
            Column("sd", Text("SD", "标准差")),
            Column("median", Text("Mdn", "中位数"), decimals=1),
            Column("min", Text("Min", "最小值"), decimals=decimals),
            Column("max", Text("Max", "最大值"), decimals=decimals),
        )
        rows = tuple(
            (v.label, v.n, v.missing, v.mean, v.sd, v.median, v.min, v.max) for v in self.numbers
        )
        title = Text("Numeric characteristics of the sample", "样本数值特征")
        return Table("sample_numbers", title, columns, rows)


def describe_sample(data: Any, variables: Mapping[str, Described]) -> SampleTable:
    """Count who answered, variable by variable.

    Parameters
    ----------
    data : DataFrame
        One row a respondent. A variable is either a column of codes or numbers, or, if several
        answers are allowed, one column of 0 and 1 for each answer, named ``<variable>_<code>``.
    variables : mapping of str to (Text, mapping of int to Text)
        The variable's words and the words of its codes; no codes for a numeric variable.

    Returns
    -------
    SampleTable

    Raises
    ------
    DataError
        If a variable is not in the data, or holds text.

    Notes
    -----
    Every code of the mapping is shown, also with a count of 0. Who did not answer is shown in a row
    of its own where there are such. Codes that the mapping does not name are counted under their
    number, with the finding ``unnamed_code``; ``many_missing`` names variables that more than
    20 % left open. A question with several answers counts as left open where all its columns are
    empty.

    Examples
    --------
    >>> import pandas as pd
    >>> role = (Text("Role", "身份"), {1: Text("College", "院校"), 2: Text("Enterprise", "企业")})
    >>> found = describe_sample(pd.DataFrame({"role": [1, 1, 2, None]}), {"role": role})
    >>> [(count.category.en, count.n, count.percent) for count in found.categories][0]
    ('College', 2, 66.66666666666667)
    """
    frame = as_frame(data)
    categories: list[CategoryCount] = []
    numbers: list[NumberSummary] = []
    findings: list[Finding] = []
    for name, (label, codes) in variables.items():
        several = [f"{name}_{code}" for code in codes]
        if name not in frame.columns and codes and set(several) <= set(map(str, frame.columns)):
            values = numeric_matrix(frame, several)
            found, left_open = _count_several(name, label, codes, values)
            categories += found
        elif codes:
            need_columns(frame, [name])
            values = numeric_matrix(frame, [name])[:, 0]
            found, left_open = _count_codes(name, label, codes, values, findings)
            categories += found
        else:
            need_columns(frame, [name])
            values = numeric_matrix(frame, [name])[:, 0]
            summary = _summarize(name, label, values)
            numbers.append(summary)
            left_open = summary.missing
        if left_open > MISSING_LIMIT * len(frame):
            message = Text(
                f"'{label.en}' was left open by {left_open} of {len(frame)}.",
                f"“{label.zh}”有{left_open}人未作答（共{len(frame)}人）。",
            )
            findings.append(Finding("many_missing", "warning", message, name))
    return SampleTable(len(frame), tuple(categories), tuple(numbers), tuple(findings))


def _count_codes(
    name: str,
    label: Text,
    codes: Mapping[int, Text],
    values: np.ndarray[Any, np.dtype[np.float64]],
    findings: list[Finding],
) -> tuple[list[CategoryCount], int]:
    """Count the codes of one single-choice variable, and those who left it open."""
    answered = values[~np.isnan(values)]
    unnamed = sorted(set(answered.tolist()) - {float(code) for code in codes})
    if unnamed:
        shown = ", ".join(f"{code:g}" for code in unnamed)
        message = Text(
            f"'{label.en}' holds codes without words: {shown}.",
            f"“{label.zh}”有未定义的编码：{shown}。",
        )
        findings.append(Finding("unnamed_code", "warning", message, name))
    known: list[tuple[float, Text]] = [(float(code), words) for code, words in codes.items()]
    known += [(code, Text(f"{code:g}", f"{code:g}")) for code in unnamed]
    counts = [
        CategoryCount(name, label, _whole(code), words, n, _percent(n, len(answered)), False)
        for code, words in known
        for n in [int((answered == code).sum())]
    ]
    return _with_missing(counts, len(values) - len(answered))


def _count_several(
    name: str,
    label: Text,
    codes: Mapping[int, Text],
    values: np.ndarray[Any, np.dtype[np.float64]],
) -> tuple[list[CategoryCount], int]:
    """Count the answers of one multiple-choice variable, in respondents."""
    answered = values[~np.isnan(values).all(axis=1)]
    counts = [
        CategoryCount(name, label, int(code), words, n, _percent(n, len(answered)), True)
        for j, (code, words) in enumerate(codes.items())
        for n in [int((answered[:, j] == 1).sum())]
    ]
    return _with_missing(counts, len(values) - len(answered))


def _with_missing(counts: list[CategoryCount], left_open: int) -> tuple[list[CategoryCount], int]:
    if left_open and counts:
        one = counts[0]
        words = Text("Not answered", "未作答")
        counts.append(
            CategoryCount(one.variable, one.label, None, words, left_open, None, one.multiple)
        )
    return counts, left_open


def _summarize(
    name: str, label: Text, values: np.ndarray[Any, np.dtype[np.float64]]
) -> NumberSummary:
    kept = values[~np.isnan(values)]
    n, missing = len(kept), len(values) - len(kept)
    if n == 0:
        return NumberSummary(name, label, 0, missing, None, None, None, None, None)
    sd = float(kept.std(ddof=1)) if n > 1 else None
    return NumberSummary(
        name, label, n, missing, float(kept.mean()), sd,
        float(np.median(kept)), float(kept.min()), float(kept.max()),
    )  # fmt: skip


def _whole(code: float) -> int | float:
    return int(code) if code.is_integer() else code


def _percent(n: int, of: int) -> float | None:
    return 100.0 * n / of if of else None
