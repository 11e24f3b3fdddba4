"""Qualtrics survey files (.qsf): JSON with blocks and questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import (
    Choice,
    Found,
    Question,
    Words,
    guessed,
    language,
    plain,
)

_CHOICE = re.compile(r"q://(QID\d+)/(?:SelectableChoice|ChoiceGroup/SelectedChoices.*?)/?(\w+)?$")
_MULTI = {"MAVR", "MAHR", "MACOL", "MSB"}
_NOT_QUESTIONS = {"DB", "Timing", "Captcha", "Meta"}


def read_qsf(path: Path, content: bytes) -> Found:
    """Return the questionnaire of a Qualtrics survey file.

    Matrices become blocks. Flow, quotas, scoring, and questions in the trash are left out;
    all but the trash are listed.

    Raises
    ------
    InstrumentError
        If it is no such file.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
        entry, elements = data["SurveyEntry"], data["SurveyElements"]
        payloads = {
            e["PrimaryAttribute"]: e["Payload"]
            for e in elements
            if e.get("Element") == "SQ" and isinstance(e.get("Payload"), dict)
        }
        order = list(_order(elements)) or list(payloads)
        title = str(entry.get("SurveyName") or path.stem)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InstrumentError(
            Text("this is no Qualtrics survey file", "这不是Qualtrics问卷文件"), where=path.name
        ) from None
    found = Found(path.stem, guessed(title), source="Qualtrics")
    base = language(str(entry.get("SurveyLanguage", "EN"))) or "en"
    tags = {key: str(p.get("DataExportTag") or key) for key, p in payloads.items()}
    for key in order:
        if key in payloads:
            try:
                _question(found, payloads[key], tags[key], tags, base)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                found.leave(tags[key], f"a question whose description is damaged ({error!r})"[:160])
    for kind, what in (("SCO", "scoring"), ("QO", "quotas")):
        if any(
            e.get("Element") == kind and e.get("Payload") for e in elements if isinstance(e, dict)
        ):
            found.leave("survey", what)
    if any(e.get("Element") == "FL" for e in elements if isinstance(e, dict)):
        found.leave("survey flow", "branches and randomizers of the flow are not read")
    return found


def _order(elements: list[Any]) -> Iterator[str]:
    """Yield the ids of the questions in the order of the blocks that are not trash."""
    for element in elements:
        if element.get("Element") != "BL":
            continue
        payload = element.get("Payload") or []
        blocks = payload.values() if isinstance(payload, dict) else payload
        for block in blocks:
            if block.get("Type") != "Trash":
                for part in block.get("BlockElements") or []:
                    if part.get("Type") == "Question":
                        yield part["QuestionID"]


def _question(
    found: Found, payload: Mapping[str, Any], tag: str, tags: Mapping[str, str], base: str
) -> None:
    kind, selector = payload.get("QuestionType", ""), str(payload.get("Selector", ""))
    words = _words(payload, "QuestionText", base)
    if kind in _NOT_QUESTIONS:
        if kind != "Timing":
            found.leave(
                tag, f"a text or technical question: {next(iter(words.values()), '')[:120]}"
            )
        return
    logic = _logic(found, payload.get("DisplayLogic"), tag, tags)
    settings = (payload.get("Validation") or {}).get("Settings") or {}
    required = str(settings.get("ForceResponse", "")).upper() == "ON"
    if kind == "MC":
        answers = _choices(payload, "Choices", "ChoiceOrder", base)
        chosen: Any = "multi" if selector in _MULTI else "single"
        found.questions.append(
            Question(tag, words, chosen, answers, "",
                     {}, {}, required, logic)
        )  # fmt: skip
    elif kind == "Matrix" and selector in ("Likert", "Bipolar", "MaxDiff", ""):
        answers = _choices(payload, "Answers", "AnswerOrder", base)
        many: Any = (
            "multi" if str(payload.get("SubSelector", "")).startswith("Multiple") else "single"
        )
        for row in _choices(payload, "Choices", "ChoiceOrder", base, recoded=False):
            found.questions.append(
                Question(f"{tag}_{row.name}", row.words, many, answers, tag, words, words,
                         required, logic)
            )  # fmt: skip
    elif kind == "Slider":
        settings = payload.get("Configuration") or {}
        ends = (float(settings.get("CSSliderMin", 0)), float(settings.get("CSSliderMax", 100)))
        for row in _choices(payload, "Choices", "ChoiceOrder", base, recoded=False):
            found.questions.append(
                Question(f"{tag}_{row.name}", row.words, "numeric_item", (), tag, words, words,
                         required, logic, ends)
            )  # fmt: skip
    elif kind == "RO":
        answers = _choices(payload, "Choices", "ChoiceOrder", base)
        found.questions.append(
            Question(tag, words, "ranking", answers, required=required, logic=logic)
        )
    elif kind == "TE":
        content = str(settings.get("ContentType", ""))
        number: Any = "number" if content == "ValidNumber" else "text"
        if content == "ValidDate":
            number = "date"
        if selector in ("ESTB", "ML"):
            number = "longtext"
        found.questions.append(Question(tag, words, number, required=required, logic=logic))
    else:
        found.leave(tag, f"type {kind}/{selector}: {next(iter(words.values()), '')[:120]}")


def _words(part: Mapping[str, Any], key: str, base: str) -> dict[str, str]:
    found = {base: plain(part.get(key))} if plain(part.get(key)) else {}
    others = part.get("Language")
    if isinstance(others, Mapping):  # an empty list where there is no translation
        for tag, translated in others.items():
            lang = language(str(tag))
            if lang and isinstance(translated, Mapping) and plain(translated.get(key)):
                found.setdefault(lang, plain(translated.get(key)))
    return found


def _choices(
    payload: Mapping[str, Any], key: str, order_key: str, base: str, *, recoded: bool = True
) -> tuple[Choice, ...]:
    parts = payload.get(key) or {}
    if isinstance(parts, list):
        parts = {str(n): part for n, part in enumerate(parts, 1)}
    order = [str(one) for one in payload.get(order_key) or parts]
    codes = payload.get("RecodeValues") if recoded else None
    names = codes if isinstance(codes, Mapping) else {}
    return tuple(
        Choice(
            str(names.get(one, one)),
            _choice_words(payload, key, one, parts[one], base),
            str(parts[one].get("TextEntry", "")).casefold() in ("true", "1"),
        )
        for one in order
        if one in parts
    )


def _choice_words(
    payload: Mapping[str, Any], key: str, one: str, part: Mapping[str, Any], base: str
) -> Words:
    found = {base: plain(part.get("Display"))}
    others = payload.get("Language")
    if isinstance(others, Mapping):
        for tag, translated in others.items():
            lang = language(str(tag))
            inner = ((translated or {}).get(key) or {}) if isinstance(translated, Mapping) else {}
            if lang and isinstance(inner, Mapping) and isinstance(inner.get(one), Mapping):
                found.setdefault(lang, plain(inner[one].get("Display")))
    return {lang: text for lang, text in found.items() if text}


def _logic(found: Found, logic: Any, tag: str, tags: Mapping[str, str]) -> str:
    """Return display logic of chosen answers as the expression that the others use."""
    if not isinstance(logic, Mapping):
        return ""
    text = ""
    for group in (v for k, v in logic.items() if k.isdigit() and isinstance(v, Mapping)):
        for one in (v for k, v in group.items() if k.isdigit() and isinstance(v, Mapping)):
            place = _CHOICE.match(str(one.get("LeftOperand") or one.get("ChoiceLocator") or ""))
            operator = str(one.get("Operator", ""))
            if place is None or place[2] is None or operator not in ("Selected", "NotSelected"):
                found.leave(
                    tag, f"shown only if {plain(one.get('Description'))[:160] or '(logic)'}"
                )
                return ""
            test = f"selected(${{{tags.get(place[1], place[1])}}}, '{place[2]}')"
            test = f"not({test})" if operator == "NotSelected" else test
            joint = str(one.get("Conjuction") or one.get("Conjunction") or "And").casefold()
            text = f"{text} {joint} {test}" if text else test
    return text
