"""What names each question: its id, the headers given for it, its wordings."""

from __future__ import annotations

from collections.abc import Iterable

from ecosurvey.core import Text
from ecosurvey.instrument import Instrument, Variable
from ecosurvey.responses.coding.cells import normalise

Names = tuple[list[str], list[str], list[str]]
_ID_JOINTS = ("_", ".", "___", "/", "-")
_TEXT_JOINTS = (
    "({})", ":{}", ": {}", " - {}", "-{}", "—{}", "[{}]", " [{}]",
    " - selected choice - {}", "(choice='{}')", " (choice='{}')",
)  # fmt: skip


def wanted_columns(instrument: Instrument) -> dict[str, Names]:
    """Return for each question the words that name it: ids, given headers, wordings.

    Options of a multi-select or ranking question are columns of their own, ``variable_code``;
    so are the technical columns that ``meta`` names.
    """
    wanted: dict[str, Names] = {}

    def want(target: str, ids: Iterable[str], texts: Iterable[str], given: str = "") -> None:
        headers = instrument.columns.get(given or target, ())
        wanted[target] = (
            [normalise(word) for word in ids],
            [normalise(word) for word in headers],
            [normalise(word) for word in dict.fromkeys(texts) if word],
        )

    former = {
        row.new_item: row.old_text for row in instrument.crosswalk if row.new_item and row.old_text
    }
    renamed = {row.new_item: row.old_item for row in instrument.crosswalk if row.type == "renamed"}
    for construct in instrument.constructs:
        for item in construct.items:
            texts = [item.text, *(old for old in (former.get(item.id),) if old)]
            ids = [item.id, *(name for name in (renamed.get(item.id),) if name)]
            want(item.id, ids, [*_both(texts), *_stemmed(construct.stem, texts)])
    for check in instrument.checks:
        want(check.id, [check.id], _both([check.text]))
    for variable in instrument.variables:
        want(variable.id, [variable.id], _both([variable.label]))
        for column, option in zip(variable.expanded, variable.options, strict=False):
            codes = [str(option.code), *([option.value] if option.value else [])]
            if option.code < 0:  # REDCap writes the minus as another underscore
                codes.append(f"_{-option.code}")
            ids = [f"{variable.id}{joint}{code}" for joint in _ID_JOINTS for code in codes]
            texts_of = _option_texts(variable, option.label)
            want(column, ids, texts_of, f"{variable.id}.{option.code}")
    meta = instrument.meta
    for name in (
        meta.respondent,
        meta.submitted_at,
        meta.duration_seconds,
        meta.origin,
        meta.wave,
        meta.address,
        meta.weight,
        meta.cluster,
    ):
        if name and name not in wanted:
            want(name, [name], [])
    return wanted


def _both(texts: Iterable[Text]) -> list[str]:
    return [word for text in texts for word in (text.en, text.zh)]


def _stemmed(stem: Text | None, texts: Iterable[Text]) -> list[str]:
    """Return the wordings after the stem of their matrix, which tells equal rows apart."""
    if stem is None:
        return []
    pairs = [(stem.en, text.en) for text in texts] + [(stem.zh, text.zh) for text in texts]
    return [f"{lead}{joint}{row}" for lead, row in pairs for joint in ("—", " - ")]


def _option_texts(variable: Variable, label: Text) -> list[str]:
    pairs = ((variable.label.en, label.en), (variable.label.zh, label.zh))
    texts = [f"{stem}{joint.format(choice)}" for stem, choice in pairs for joint in _TEXT_JOINTS]
    return [*texts, f"({label.en})", f"({label.zh})"]  # "第2题(option)" has no stem
