"""The questionnaire as SPSS syntax: variable labels, value labels, missing values, levels."""

from __future__ import annotations

from collections.abc import Iterator

from ecosurvey.core import Lang, Text
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.parts import Check, Item, Scale

_LABEL_BYTES, _VALUE_BYTES = 255, 120  # what SPSS keeps of a label


def spss_syntax(instrument: Instrument, lang: Lang = "en") -> str:
    """Return syntax that labels a data file whose columns are the ids of the questionnaire.

    Run it in SPSS (Unicode mode) after opening the answers, or paste it above an analysis.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> text = spss_syntax(load_instrument("instruments/bfi.yaml"))
    >>> text.splitlines()[0]
    '* 25 Personality Items of Five Factors (SAPA project), version 1.0.0.'
    """
    title = _plain(instrument.title.say(lang))
    lines = [f"* {title}, version {instrument.version}.", "", "VARIABLE LABELS"]
    lines += [
        f"  {name} {_quoted(words.say(lang), _LABEL_BYTES)}" for name, words in _names(instrument)
    ]
    lines[-1] += "."
    for names, values in _values(instrument):
        lines += ["", f"VALUE LABELS {' '.join(names)}"]
        lines += [f"  {code} {_quoted(words.say(lang), _VALUE_BYTES)}" for code, words in values]
        lines[-1] += "."
    coded = [name for name, _ in _levels(instrument)]
    codes = [str(one.code) for one in instrument.missing]
    if codes and coded:
        for at in range(0, len(codes), 3):  # SPSS takes three at a time
            if at:
                lines.append("* SPSS takes three missing codes; recode these by hand:"
                             f" {', '.join(codes[at:])}.")  # fmt: skip
                break
            lines += ["", f"MISSING VALUES {' '.join(coded)} ({', '.join(codes[:3])})."]
    by_level: dict[str, list[str]] = {}
    for name, level in _levels(instrument):
        by_level.setdefault(level, []).append(name)
    lines += ["", *(f"VARIABLE LEVEL {' '.join(n)} ({level})." for level, n in by_level.items())]
    return "\n".join((*lines, "EXECUTE.", ""))


def _names(instrument: Instrument) -> Iterator[tuple[str, Text]]:
    for variable in instrument.variables:
        yield variable.id, variable.label
        for name, option in zip(variable.expanded, variable.options, strict=False):
            yield name, option.label
    for item in instrument.items:
        yield item.id, item.text
    for check in instrument.checks:
        yield check.id, check.text


def _values(instrument: Instrument) -> Iterator[tuple[list[str], list[tuple[int, Text]]]]:
    by_scale: dict[str, tuple[Scale, list[str]]] = {}
    for variable in instrument.variables:
        if variable.options and not variable.expanded:
            yield [variable.id], [(option.code, option.label) for option in variable.options]
        elif variable.scale is not None:
            by_scale.setdefault(variable.scale.id, (variable.scale, []))[1].append(variable.id)
    statements: tuple[Item | Check, ...] = (*instrument.items, *instrument.checks)
    for statement in statements:
        if statement.scale is not None:
            by_scale.setdefault(statement.scale.id, (statement.scale, []))[1].append(statement.id)
    for scale, names in by_scale.values():
        if scale.labels:
            yield names, list(scale.labels.items())


def _levels(instrument: Instrument) -> Iterator[tuple[str, str]]:
    for variable in instrument.variables:
        if variable.type == "single":
            yield variable.id, "ORDINAL" if variable.ordered else "NOMINAL"
        elif variable.type in ("integer", "number"):
            yield variable.id, "SCALE"
        elif variable.type == "scale":
            yield variable.id, "ORDINAL"
    for item in instrument.items:
        kind = {"likert": "ORDINAL", "numeric": "SCALE"}.get(item.scale.kind, "NOMINAL")
        yield item.id, kind
    for check in instrument.checks:
        if check.scale is not None:
            yield check.id, "ORDINAL"


def _plain(words: str) -> str:
    """Return words that end no comment and begin no command."""
    return " ".join(words.split()).rstrip(".")


def _quoted(words: str, limit: int) -> str:
    """Return a label as an SPSS string: one line, quotes doubled, cut to what SPSS keeps."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    while len(line.encode("utf-8")) > limit:
        line = line[:-1]
    return "'" + line.replace("'", "''") + "'"
