"""Which column of the file holds which question: by id, by given header, by exact wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ecosurvey.core import LANGUAGES, DataError, Text, did_you_mean
from ecosurvey.instrument import Instrument
from ecosurvey.responses.coding.cells import normalise
from ecosurvey.responses.headers import forms
from ecosurvey.responses.platforms import Platform, recognise
from ecosurvey.responses.wanted import Names, wanted_columns

HOW = ("id", "header", "wording")
MOST_TOLD = 12  # of the items without a column
ROLES = ("respondent", "submitted_at", "duration_seconds", "origin", "wave")


@dataclass(frozen=True, slots=True)
class Matching:
    """Where each question stands in the file.

    Attributes
    ----------
    columns : mapping of str to int
        Question or technical column -> position in the file; options of a multi-select
        or ranking question as ``variable_code``.
    how : mapping of str to str
        By what each was found: ``mapping``, ``id``, ``header``, ``wording`` or ``platform``.
    extra : tuple of int
        Positions that hold none of them.
    absent : tuple of str
        Questions that no column holds.
    platform : Platform or None
        Who wrote the file, where its technical columns say so.
    span : tuple of int or None
        Positions of start and end, where no column holds the duration.
    """

    columns: Mapping[str, int]
    how: Mapping[str, str]
    extra: tuple[int, ...]
    absent: tuple[str, ...]
    platform: Platform | None = None
    span: tuple[int, int] | None = None


def match_columns(
    instrument: Instrument,
    headers: tuple[str, ...],
    name: str,
    called: Sequence[tuple[str, ...]] | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Matching:
    """Find the column of every question.

    A column is taken by the first of: the given mapping, its id, a header that the
    questionnaire's ``columns:`` gives, the exact wording in any language (numbers before it,
    the stem of its matrix, spaces and full-width characters aside), the names under which
    the platform writes technical columns. Nothing is guessed.

    Parameters
    ----------
    instrument : Instrument
    headers : tuple of str
    name : str
        How messages call the file.
    called : sequence of tuple of str, optional
        All that each column is called, its header first; the headers if not given.
    mapping : mapping, optional
        Header -> question, or ``None`` for columns that hold none.

    Raises
    ------
    DataError
        If two columns hold the same question, or the mapping names what is not there.
    """
    wanted = wanted_columns(instrument)
    mapping = _checked(mapping or {}, wanted, headers, name)
    keys = _keys(wanted)
    found: dict[str, int] = {}
    how: dict[str, str] = {}
    free: list[int] = []
    for position, header in enumerate(headers):
        if header in mapping:
            held, by = mapping[header], "mapping"
        elif header in wanted:  # ids may differ by case alone
            held, by = header, "id"
        else:
            held, by = _target(called[position] if called else (header,), keys)
        if held is None:
            free.append(position)
        elif held in found:
            raise _twice(headers, found[held], position, held, name)
        else:
            found[held], how[held] = position, by
    platform = recognise(headers)
    if platform is not None:
        _take_technical(platform, instrument, headers, found, how, free)
    absent = tuple(target for target in _asked(instrument, found) if target not in found)
    return Matching(found, how, tuple(free), absent, platform, _span(platform, headers))


def _checked(
    mapping: Mapping[str, str | None],
    wanted: Mapping[str, Names],
    headers: tuple[str, ...],
    name: str,
) -> Mapping[str, str | None]:
    for header, target in mapping.items():
        if target is not None and target not in wanted:
            raise DataError(
                Text(
                    f"the mapping gives the column {header[:50]!r} to {target!r}, "
                    "which is no question of the questionnaire",
                    f"对应表将列 {header[:50]!r} 对应到 {target!r}，而问卷中没有这个题目",
                ),
                where=name,
                fix=did_you_mean(target, wanted),
            )
    if mapping and not set(mapping) & set(headers):
        raise DataError(
            Text("the mapping names no column of the file", "对应表中没有一列出现在数据文件中"),
            where=name,
            fix=Text(
                "Check that the mapping was made for this platform's export.",
                "请检查对应表是否为该平台的导出文件而作。",
            ),
        )
    return mapping


def _keys(wanted: Mapping[str, Names]) -> dict[str, tuple[str, str]]:
    """Return every word that names one question only -> (question, by what)."""
    keys: dict[str, tuple[str, str]] = {}
    for rank, by in enumerate(HOW):  # ids before given headers before wordings
        taken = set(keys)
        proposed: dict[str, set[str]] = {}
        for target, by_rank in wanted.items():
            for word in by_rank[rank]:
                proposed.setdefault(word, set()).add(target)
        for word, targets in proposed.items():
            if word not in taken and len(targets) == 1:  # the same wording twice names neither
                keys[word] = next(iter(targets)), by
    return keys


def _target(called: tuple[str, ...], keys: Mapping[str, tuple[str, str]]) -> tuple[str | None, str]:
    for header in called:
        for form in forms(header):
            if form in keys:
                return keys[form]
    return None, ""


def _twice(headers: tuple[str, ...], one: int, two: int, held: str, name: str) -> DataError:
    if headers[one] == headers[two]:
        found = Text(
            f"the header {headers[one][:60]!r} stands over columns {one + 1} and {two + 1}",
            f"第{one + 1}列与第{two + 1}列的表头都是 {headers[one][:60]!r}",
        )
        return DataError(
            found, where=name, fix=Text("Rename or remove one of them.", "请改名或删除其中之一。")
        )
    return DataError(
        Text(
            f"columns {headers[one][:50]!r} and {headers[two][:50]!r} both hold {held}",
            f"列 {headers[one][:50]!r} 与 {headers[two][:50]!r} 都是{held}",
        ),
        where=name,
        fix=Text("Remove one of them.", "请删除其中之一。"),
    )


def _take_technical(
    platform: Platform,
    instrument: Instrument,
    headers: tuple[str, ...],
    found: dict[str, int],
    how: dict[str, str],
    free: list[int],
) -> None:
    """Find technical columns under the names that the platform gives them."""
    by_word = {normalise(headers[position]): position for position in reversed(free)}
    for role in ROLES:
        column = getattr(instrument.meta, role)
        if column is None or column in found:
            continue
        for word in platform.meta.get(role, ()):
            position = by_word.get(normalise(word))
            if position is not None and position in free:
                found[column], how[column] = position, "platform"
                free.remove(position)
                break


def _span(platform: Platform | None, headers: tuple[str, ...]) -> tuple[int, int] | None:
    if platform is None or platform.span is None:
        return None
    at = {normalise(header): position for position, header in enumerate(headers)}
    start, end = (at.get(normalise(word)) for word in platform.span)
    return None if start is None or end is None else (start, end)


def _asked(instrument: Instrument, found: Mapping[str, int]) -> list[str]:
    asked = [*(item.id for item in instrument.items), *(c.id for c in instrument.checks)]
    asked += [
        variable.id
        for variable in instrument.variables
        if not any(column in found for column in variable.expanded)
    ]
    return asked


def refuse_absent(
    absent: list[str],
    instrument: Instrument,
    headers: tuple[str, ...],
    matching: Matching,
    name: str,
) -> DataError:
    """Return the one error that lists the items without a column, with near misses.

    Of many, those with a near miss come first, as they tell what went wrong.
    """
    free = [headers[position] for position in matching.extra if headers[position]]
    by_word = {form: header for header in reversed(free) for form in forms(header)}
    hinted, plain = [], []
    for lacking in absent:
        text = instrument.name_of(lacking)
        near: list[str] = []
        for word in (lacking, text.zh, text.en):
            near = near or get_close_matches(normalise(word), by_word, n=1, cutoff=0.75)
        if near:
            column = repr(by_word[near[0]][:60])
            hinted.append(
                Text(
                    f"  {lacking}; did you mean the column {column}?",
                    f"  {lacking}；是不是列 {column}？",
                )
            )
        else:
            plain.append(Text(f"  {lacking}", f"  {lacking}"))
    told = (hinted + plain)[:MOST_TOLD]
    rest = len(absent) - len(told)
    if rest > 0:
        told.append(Text(f"  … and {rest} more", f"  ……另有{rest}个"))
    total = len(instrument.items)
    shown = ", ".join(repr(header[:30]) for header in headers[:8] if header)
    what = "no item has" if len(absent) == total else f"{len(absent)} of {total} items have no"
    what += f"{' a' if len(absent) == total else ''} column in the file"
    en, zh = ("\n".join(line.say(lang) for line in told) for lang in LANGUAGES)
    return DataError(
        Text(
            f"{what}:\n{en}\n  The file's columns begin: {shown}\n",
            f"文件中缺少{total}个题项中的{len(absent)}个所对应的列：\n{zh}\n"
            f"  文件的前几列：{shown}\n",
        ),
        where=name,
        fix=Text(
            "Rename the columns to the item ids, or add their headers under 'columns:' in the "
            "questionnaire; 'ecosurvey map' writes a table to fill in.",
            "请将列名改为题项编号，或在问卷的“columns:”下写明其表头；"
            "'ecosurvey map' 会生成一张可填写的对应表。",
        ),
    )
