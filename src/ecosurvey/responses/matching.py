"""Which column of the file holds which question: by id, by given header, by exact wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ecosurvey.core import DataError
from ecosurvey.instrument import Instrument
from ecosurvey.responses.coding.cells import normalise

_MATRIX_ROW = re.compile(r"第\d{1,3}题\((.+)\)")
_NUMBER_FIRST = re.compile(r"^(?:第?\(?\d{1,3}\)?题?|q\d{1,3})\s*[、.:)\s]\s*")


@dataclass(frozen=True, slots=True)
class Matching:
    """Where each question stands in the file.

    Attributes
    ----------
    columns : mapping of str to int
        Question or technical column -> position in the file; options of a multi-select
        question as ``variable_code``.
    extra : tuple of int
        Positions that hold none of them.
    absent : tuple of str
        Questions that no column holds.
    """

    columns: Mapping[str, int]
    extra: tuple[int, ...]
    absent: tuple[str, ...]


def match_columns(instrument: Instrument, headers: tuple[str, ...], name: str) -> Matching:
    """Find the column of every question.

    A column is taken by the first of: its id, a header that the questionnaire's
    ``columns:`` gives, the exact wording in any language (numbers before it, spaces and
    full-width characters aside). Nothing is guessed.

    Raises
    ------
    DataError
        If two columns hold the same question.
    """
    wanted = _wanted(instrument)
    keys: dict[str, str] = {}
    for rank in range(3):  # ids before given headers before wordings
        taken = set(keys)
        proposed: dict[str, set[str]] = {}
        for target, by_rank in wanted.items():
            for word in by_rank[rank]:
                proposed.setdefault(word, set()).add(target)
        for word, targets in proposed.items():
            if word not in taken and len(targets) == 1:  # the same wording twice names neither
                keys[word] = next(iter(targets))
    exact = {name: name for name in wanted}  # ids may differ by case alone
    found: dict[str, int] = {}
    extra: list[int] = []
    for position, header in enumerate(headers):
        held = exact.get(header) or _target(header, keys)
        if held is None:
            extra.append(position)
        elif held in found:
            raise DataError(
                f"columns {headers[found[held]][:50]!r} and {header[:50]!r} both hold {held}",
                where=name,
                fix="Remove one of them.",
            )
        else:
            found[held] = position
    asked = [*(item.id for item in instrument.items), *(c.id for c in instrument.checks)]
    asked += [
        variable.id
        for variable in instrument.variables
        if not any(f"{variable.id}_{option.code}" in found for option in variable.options)
    ]
    absent = tuple(target for target in asked if target not in found)
    return Matching(found, tuple(extra), absent)


def _target(header: str, keys: Mapping[str, str]) -> str | None:
    return next((keys[form] for form in _forms(header) if form in keys), None)


def _forms(header: str) -> Iterator[str]:
    """Yield what a header may say, the whole first, then without what platforms add.

    Numbers come first ("3、…", "Q3. …"); rows of a matrix carry its stem before a dash
    ("…—2.row", "… - row") or stand in brackets after the number ("第3题(row)").
    """
    word = normalise(header)
    if not word:
        return
    yield word
    yield _NUMBER_FIRST.sub("", word)
    within = _MATRIX_ROW.fullmatch(word)
    if within:
        yield within[1]
    for dash in ("—", " - ", "-"):
        row = word.rpartition(dash)[2].strip()
        if row and row != word:
            yield row
            yield _NUMBER_FIRST.sub("", row)


def _wanted(instrument: Instrument) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """Return for each question the words that name it: id, given headers, wordings."""
    wanted: dict[str, tuple[list[str], list[str], list[str]]] = {}

    def want(target: str, ids: Iterable[str], texts: Iterable[str]) -> None:
        given = instrument.columns.get(target, ())
        wanted[target] = (
            [normalise(word) for word in ids],
            [normalise(word) for word in given],
            [normalise(word) for word in texts if word],
        )

    former = {
        row.new_item: row.old_text for row in instrument.crosswalk if row.new_item and row.old_text
    }
    renamed = {row.new_item: row.old_item for row in instrument.crosswalk if row.type == "renamed"}
    for item in instrument.items:
        old = former.get(item.id)
        texts = [item.text.en, item.text.zh, *((old.en, old.zh) if old else ())]
        ids = [item.id, *(name for name in (renamed.get(item.id),) if name)]
        want(item.id, ids, texts)
    for check in instrument.checks:
        want(check.id, [check.id], [check.text.en, check.text.zh])
    for variable in instrument.variables:
        want(variable.id, [variable.id], [variable.label.en, variable.label.zh])
        if variable.type != "multi":
            continue
        for option in variable.options:
            target = f"{variable.id}_{option.code}"
            ids = [f"{variable.id}{joint}{option.code}" for joint in ("_", ".", "___", "/")]
            given = instrument.columns.get(f"{variable.id}.{option.code}", ())
            texts = [
                f"{stem}{joint.format(choice)}"
                for stem, choice in zip(
                    (variable.label.en, variable.label.zh),
                    (option.label.en, option.label.zh),
                    strict=True,
                )
                for joint in ("({})", ":{}", ": {}", " - {}", "-{}", "—{}", "[{}]")
            ]
            wanted[target] = (
                [normalise(word) for word in ids],
                [normalise(word) for word in given],
                [normalise(word) for word in texts],
            )
    meta = instrument.meta
    for column in (
        meta.respondent,
        meta.submitted_at,
        meta.duration_seconds,
        meta.origin,
        meta.wave,
    ):
        if column and column not in wanted:
            want(column, [column], [])
    return wanted


def refuse_absent(
    absent: list[str],
    instrument: Instrument,
    headers: tuple[str, ...],
    matching: Matching,
    name: str,
) -> DataError:
    """Return the one error that lists every item without a column, with near misses."""
    free = [headers[position] for position in matching.extra if headers[position]]
    by_word = {normalise(header): header for header in free}
    told = []
    for lacking in absent:
        text = instrument.name_of(lacking)
        near: list[str] = []
        for word in (lacking, text.zh, text.en):
            near = near or get_close_matches(normalise(word), by_word, n=1, cutoff=0.75)
        hint = f"; did you mean the column {by_word[near[0]][:60]!r}?" if near else ""
        told.append(f"  {lacking}{hint}")
    total = len(instrument.items)
    shown = ", ".join(repr(header[:30]) for header in headers[:8] if header)
    what = "no item has" if len(absent) == total else f"{len(absent)} of {total} items have no"
    return DataError(
        f"{what}{' a' if len(absent) == total else ''} column in the file:\n"
        + "\n".join(told)
        + f"\n  The file's columns begin: {shown}\n",
        where=name,
        fix="Rename the columns to the item ids, or add their headers under 'columns:' in the "
        "questionnaire.",
    )
