"""A file of answers -> Responses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text, by_severity, counted
from ecosurvey.instrument import Instrument
from ecosurvey.responses import coding
from ecosurvey.responses.coder import Coder
from ecosurvey.responses.expected import required_items
from ecosurvey.responses.formats import read_table
from ecosurvey.responses.headers import take_header_rows
from ecosurvey.responses.matching import Matching, match_columns, refuse_absent
from ecosurvey.responses.model import Responses
from ecosurvey.responses.raw import RawTable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

SYNTHETIC = "synthetic"
# Qualtrics: previews, tests and spam, by code and by label
TRIAL_ROWS = frozenset(
    ["1", "2", "8", "9", "12", "17", "survey preview", "survey test", "spam", "preview spam"]
)


def read_responses(
    source: str | os.PathLike[str] | pd.DataFrame,
    instrument: Instrument,
    *,
    mapping: Mapping[str, str | None] | None = None,
) -> Responses:
    """Read the answers of one wave and code them against the questionnaire.

    Reads CSV and TSV (UTF-8, UTF-16, GB18030; separator found), Excel ``.xlsx``, SPSS
    ``.sav``/``.zsav``, Stata ``.dta``, Parquet and Feather, told apart by content; a pandas,
    polars or Arrow frame is taken too.
    Columns are found by item id, by the headers that the questionnaire gives, or by exact
    wording in any language. Cells may hold codes or labels, in either language, mixed.

    Parameters
    ----------
    source : path or DataFrame
    instrument : Instrument
    mapping : mapping, optional
        Header -> question, or ``None`` for columns that hold none; as
        :func:`~ecosurvey.responses.read_mapping` reads it. Comes before everything else.

    Returns
    -------
    Responses
        Nobody is excluded and nothing reverse-keyed here: that is :func:`~ecosurvey.clean`.

    Raises
    ------
    DataError
        If the file cannot be read, items have no column (all of them listed with near
        misses), or a column of answers holds text (more than 2 cells and 5% of it).

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> responses = read_responses("data/sample/bfi.csv", bfi)
    >>> responses.n_rows, len(responses.issues)
    (2800, 0)
    """
    table = read_table(source)
    table, called, heads = take_header_rows(table)
    matching = match_columns(instrument, table.headers, table.name, called, mapping)
    table, dropped = without_empty_rows(table)
    if not len(table.cells):
        raise DataError(
            Text("every row is empty", "每一行都是空的"),
            where=table.name,
            fix=Text("Export the answers again.", "请重新导出答卷。"),
        )
    waves = waves_named(table, matching, instrument)
    refuse_lacking(instrument, matching, waves, table)
    coder = Coder(table, matching, instrument)
    coder.run()
    findings = [*table.findings, *heads, *dropped, *_column_findings(table, matching, instrument)]
    synthetic, origin = _origin(coder.columns, instrument)
    return Responses(
        frame=coder.frame(),
        text=coder.text_frame(),
        issues=coder.issue_frame(),
        raw_missing=coder.missing_frame(),
        instrument=instrument,
        synthetic=synthetic,
        waves=waves,
        path=table.path,
        sha256=table.sha256,
        findings=by_severity([*coder.findings, *findings, *origin, *_platform(matching, table)]),
        impossible=coder.impossible_frame(),
        platform=matching.platform.id if matching.platform else None,
    )


def refuse_lacking(
    instrument: Instrument, matching: Matching, waves: tuple[str, ...], table: RawTable
) -> None:
    """Raise if an item that was asked in these waves has no column."""
    lacking = set(matching.absent) & required_items(instrument, waves)
    if lacking:
        ordered = [item.id for item in instrument.items if item.id in lacking]
        raise refuse_absent(ordered, instrument, table.headers, matching, table.name)


def without_empty_rows(table: RawTable) -> tuple[RawTable, list[Finding]]:
    """Leave out rows without any cell; they are the export's tail, not respondents."""
    from dataclasses import replace

    import numpy as np
    import pandas as pd

    filled = np.zeros(len(table.cells), dtype=bool)
    for position in table.cells.columns:
        cells = table.cells[position]
        if filled.all():
            break
        blank = cells.isna()
        if pd.api.types.is_string_dtype(cells):
            blank |= cells.astype("str").str.strip() == ""
        filled |= ~blank.to_numpy(dtype=bool)
    if filled.all():
        return table, []
    count = int((~filled).sum())
    message = Text(f"empty rows left out: {count}", f"已略去{count}个空行")
    return replace(table, cells=table.cells[filled]), [Finding("empty_rows", "note", message)]


def waves_named(table: RawTable, matching: Matching, instrument: Instrument) -> tuple[str, ...]:
    """Return the waves that the answers name."""
    position = matching.columns.get(instrument.meta.wave or "")
    if position is None:
        return ()
    named = coding.code_words(table.cells[position]).dropna().unique()
    return tuple(sorted(map(str, named)))


def _origin(
    columns: dict[str, NDArray[np.float64] | pd.Series], instrument: Instrument
) -> tuple[bool, list[Finding]]:
    """Tell whether the answers say of themselves that nobody gave them."""
    import pandas as pd

    said = columns.get(instrument.meta.origin or "")
    if not isinstance(said, pd.Series):
        return False, []
    if not said.notna().any():
        return False, []
    made = said.str.casefold().str.contains(SYNTHETIC, regex=False, na=False)
    if not made.any():
        return False, []
    if made.all():
        message = Text(
            "the answers are synthetic: nobody gave them", "数据为模拟生成，并非真实作答"
        )
        return True, [Finding("synthetic", "note", message)]
    message = Text(
        f"{counted(int(made.sum()), 'rows is', 'rows are', of=len(made))} synthetic; "
        "the whole counts as synthetic",
        f"{len(made)}行中有{int(made.sum())}行为模拟数据，整体按模拟数据处理",
    )
    return True, [Finding("partly_synthetic", "warning", message)]


def _column_findings(table: RawTable, matching: Matching, instrument: Instrument) -> list[Finding]:
    """Tell of columns that are not in the questionnaire, and questions not in the file."""
    found = []
    known = matching.platform.known if matching.platform else frozenset()
    extra = [
        header
        for header in (table.headers[position] for position in matching.extra)
        if header and coding.normalise(header) not in known
    ]
    if extra:
        shown = ", ".join(header[:40] for header in extra[:10]) + (" …" if len(extra) > 10 else "")
        message = Text(
            f"columns that are not in the questionnaire, kept out ({len(extra)}): {shown}",
            f"有{len(extra)}列不在问卷中，未纳入分析：{shown}",
        )
        found.append(Finding("extra_columns", "note", message))
    if matching.absent:
        shown = ", ".join(matching.absent[:12]) + (" …" if len(matching.absent) > 12 else "")
        count = len(matching.absent)
        message = Text(
            f"questions that the file has no column for ({count}): {shown}",
            f"数据文件中没有以下{count}个问题的列：{shown}",
        )
        found.append(Finding("absent_questions", "warning", message))
    return found


def _platform(matching: Matching, table: RawTable) -> list[Finding]:
    """Tell which platform wrote the file, and of its rows that are no answers."""
    import pandas as pd

    platform = matching.platform
    if platform is None:
        return []
    name = platform.name
    found = [
        Finding(
            "platform",
            "note",
            Text(f"the file is an export of {name.en}", f"数据文件为{name.zh}导出的格式"),
        )
    ]
    status = [n for n, header in enumerate(table.headers) if header == "Status"]
    if platform.id == "qualtrics" and status:
        words = table.cells[status[0]].astype(str).str.strip().str.casefold()
        trial = int(pd.Series(words.isin(TRIAL_ROWS)).sum())
        if trial:
            message = Text(
                f"rows that are previews, tests or spam by their Status: {trial}",
                f"按Status列，有{trial}行为预览、测试或垃圾作答",
            )
            hint = Text("Remove them before analyzing.", "请在分析前删除。")
            found.append(Finding("trial_rows", "warning", message, "Status", hint))
    return found
