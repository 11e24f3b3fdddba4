"""Known margins of a population: from a file beside the questionnaire, checked against it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecosurvey.core import OptionError, Text, did_you_mean, there_are
from ecosurvey.core.settings_file import safe_yaml, settings_text
from ecosurvey.instrument import Instrument, Variable
from ecosurvey.responses.coding.cells import normalise

Share = tuple[str, str, float]
"""Question, code or words of an answer, share or count of the population."""

HEADS = ("question", "code", "share")


def read_margins(path: str | Path) -> tuple[Share, ...]:
    """Read the margins of a population from a CSV or YAML file.

    A CSV file has the columns ``question``, ``code`` and ``share``, one row an answer; a YAML
    file says ``question: {code: share}``, at its top or under ``margins:``. A code may also be
    given by its words in either language. Shares may be proportions, percentages or counts.

    Parameters
    ----------
    path : str or Path
        A ``.csv``, ``.yaml`` or ``.yml`` file.

    Returns
    -------
    tuple of (question, code, share)

    Raises
    ------
    OptionError
        If the file cannot be read so.
    """
    path = Path(path)
    text = settings_text(
        path,
        fix=Text("Name a .csv or .yaml file of margins.", "请给出边际分布的.csv或.yaml文件。"),
        too_large=Text("too large for a file of margins", "作为边际分布文件太大"),
        encoding="utf-8-sig",
    )
    if path.suffix.lower() == ".csv":
        return _of_csv(text, path.name)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _of_yaml(text, path.name)
    raise OptionError(
        Text(
            f"{path.suffix or 'no ending'} is not a kind of margins file",
            f"{path.suffix or '没有扩展名的文件'} 不是边际分布文件",
        ),
        where=path.name,
        fix=Text("Use .csv or .yaml.", "请使用.csv或.yaml。"),
    )


def shares_of(given: Any, where: str | None = None) -> tuple[Share, ...]:
    """Return margins given as ``{question: {code: share}}`` or as triples, in one form.

    Examples
    --------
    >>> shares_of({"sex": {1: 0.5, "Female": 50}})
    (('sex', '1', 0.5), ('sex', 'Female', 50.0))
    """
    found = tuple(_share(*row, where) for row in _rows(given, where))
    seen: set[tuple[str, str]] = set()
    for question, code, _ in found:
        if (question, code) in seen:
            raise OptionError(
                Text(
                    f"the share of {question}={code} is given twice",
                    f"{question}={code} 的份额出现两次",
                ),
                where=where,
            )
        seen.add((question, code))
    return found


def with_margins(asked: Instrument, given: Iterable[Share]) -> Instrument:
    """Return the questionnaire with these margins in place of its own.

    Raises
    ------
    OptionError
        If a question is no single choice of the questionnaire, or lacks the code.
    """
    margins: dict[str, dict[int, float]] = {}
    choices = {one.id: one for one in asked.variables if one.type == "single"}
    for question, word, share in given:
        if question not in choices:
            raise OptionError(
                Text(
                    f"{question!r} is not a single-choice question of the questionnaire",
                    f"{question!r} 不是问卷中的单选题",
                ),
                where=_MARGINS,
                fix=did_you_mean(question, choices) or there_are(choices),
            )
        code = _code(choices[question], word)
        shares = margins.setdefault(question, {})
        if code in shares:
            raise OptionError(
                Text(
                    f"the share of {question}={code} is given twice",
                    f"{question}={code} 的份额出现两次",
                ),
                where=_MARGINS,
            )
        shares[code] = share
    return replace(asked, weighting=replace(asked.weighting, margins=margins))


_MARGINS = Text("margins of the population", "总体的边际分布")


def _code(variable: Variable, word: str) -> int:
    """Return the code that a number or the words of an answer stand for."""
    known = {option.code: option.label for option in variable.options}
    if not known and variable.scale is not None:
        known = dict(variable.scale.labels)
    names = {str(code): code for code in known}
    for code, label in known.items():
        for text in (label.en, label.zh):
            names.setdefault(normalise(text), code)
    found = names.get(word, names.get(normalise(word)))
    if found is None:
        raise OptionError(
            Text(
                f"{word!r} is not an answer of {variable.id!r}",
                f"{word!r} 不是 {variable.id!r} 的答案",
            ),
            where=_MARGINS,
            fix=there_are(f"{code} ({label.en})" for code, label in known.items()),
        )
    return found


def _of_csv(text: str, where: str) -> tuple[Share, ...]:
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise OptionError(
            Text(f"the table cannot be read ({error})", f"表格无法读取（{error}）"), where=where
        ) from None
    heads = {str(name).strip().lower(): name for name in (rows[0] if rows else ())}
    if not set(HEADS) <= set(heads):
        raise OptionError(
            Text(
                "the table has no columns 'question', 'code' and 'share', or no rows",
                "表格缺少“question”“code”“share”列，或没有数据行",
            ),
            where=where,
            fix=Text(
                "Write one row an answer, as: role,1,0.35", "请每个答案写一行，如：role,1,0.35"
            ),
        )
    return shares_of([[row[heads[name]] for name in HEADS] for row in rows], where)


def _of_yaml(text: str, where: str) -> tuple[Share, ...]:
    try:
        found = safe_yaml(text)
    except ValueError as error:
        raise OptionError(
            Text(f"this is not YAML: {error}", f"这不是YAML：{error}"), where=where
        ) from None
    if isinstance(found, dict) and isinstance(found.get("margins"), dict):
        found = found["margins"]
    return shares_of(found, where)


def _rows(given: Any, where: str | None) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(given, Mapping) and all(isinstance(one, Mapping) for one in given.values()):
        for question, shares in given.items():
            for code, share in shares.items():
                yield question, code, share
        return
    if isinstance(given, (list, tuple)) and all(
        isinstance(row, (list, tuple)) and len(row) == len(HEADS) for row in given
    ):
        yield from (tuple(row) for row in given)
        return
    raise OptionError(
        Text("this is no list of margins", "这不是边际分布"),
        where=where,
        fix=Text("Write {question: {code: share, …}, …}.", "请写成 {题目: {编码: 份额, …}, …}。"),
    )


def _share(question: Any, code: Any, share: Any, where: str | None) -> Share:
    try:
        value = math.nan if isinstance(share, bool) else float(share)
    except (TypeError, ValueError):
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise OptionError(
            Text(
                f"the share {share!r} of {question}={code} is no number above zero",
                f"{question}={code} 的份额 {share!r} 不是大于零的数",
            ),
            where=where,
            fix=Text("Leave out answers that nobody gives.", "请去掉没有人选择的答案。"),
        )
    return str(question).strip(), str(code).strip(), value
