"""LimeSurvey's questions, whichever file they came from: types, subquestions, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecosurvey.instrument.importing.draft import Choice, Found, Question

Words = dict[str, str]
_YES_NO = (Choice("Y", {"en": "Yes", "zh": "是"}), Choice("N", {"en": "No", "zh": "否"}))
_GENDER = (Choice("M", {"en": "Male", "zh": "男"}), Choice("F", {"en": "Female", "zh": "女"}))
_UNCERTAIN = (
    Choice("Y", {"en": "Yes", "zh": "是"}),
    Choice("U", {"en": "Uncertain", "zh": "不确定"}),
    Choice("N", {"en": "No", "zh": "否"}),
)
_CHANGE = (
    Choice("D", {"en": "Decrease", "zh": "减少"}),
    Choice("S", {"en": "Same", "zh": "不变"}),
    Choice("I", {"en": "Increase", "zh": "增加"}),
)
_MATRIX: Mapping[str, tuple[Choice, ...]] = {
    "A": tuple(Choice(str(n), {}) for n in range(1, 6)),
    "B": tuple(Choice(str(n), {}) for n in range(1, 11)),
    "C": _UNCERTAIN,
    "E": _CHANGE,
}
_SIMPLE = {"N": "number", "S": "text", "T": "longtext", "U": "longtext", "D": "date"}


@dataclass(slots=True)
class LimeQuestion:
    """A question with its subquestions and answers, words by language."""

    code: str
    type: str
    words: Words = field(default_factory=dict)
    mandatory: bool = False
    other: bool = False
    relevance: str = ""
    parts: dict[str, Words] = field(default_factory=dict)
    answers: dict[str, Words] = field(default_factory=dict)


def add(found: Found, question: LimeQuestion) -> None:
    """Add a LimeSurvey question to what was found, or list it as left out."""
    kind, code = question.type, question.code
    answers = tuple(Choice(name, words) for name, words in question.answers.items())
    parts = tuple(Choice(name, words) for name, words in question.parts.items())
    logic = question.relevance if question.relevance.strip() not in ("", "1") else ""
    common: dict[str, Any] = {"required": question.mandatory, "logic": logic}
    other = (Choice("-oth-", {"en": "Other", "zh": "其他"}, other_text=True),)
    if kind in ("L", "!", "O"):
        given = (*answers, *other) if question.other else answers
        found.questions.append(Question(code, question.words, "single", given, **common))
    elif kind in ("Y", "G", "5"):
        fixed = {"Y": _YES_NO, "G": _GENDER, "5": _MATRIX["A"]}[kind]
        found.questions.append(Question(code, question.words, "single", fixed, **common))
    elif kind in ("M", "P"):
        given = (*parts, *other) if question.other else parts
        found.questions.append(Question(code, question.words, "multi", given, **common))
    elif kind == "R":
        found.questions.append(Question(code, question.words, "ranking", answers, **common))
    elif kind in ("F", "H", *_MATRIX):
        given = _MATRIX.get(kind, answers)
        for part in parts:
            found.questions.append(
                Question(f"{code}_{part.name}", part.words, "single", given, code,
                         question.words, question.words, **common)
            )  # fmt: skip
    elif kind == "K":
        for part in parts:
            found.questions.append(
                Question(f"{code}_{part.name}", part.words, "numeric_item", (), code,
                         question.words, question.words, **common)
            )  # fmt: skip
    elif kind in _SIMPLE:
        simple: Any = _SIMPLE[kind]
        found.questions.append(Question(code, question.words, simple, **common))
    elif kind == "Q":
        for part in parts:
            found.questions.append(Question(f"{code}_{part.name}", part.words, "text", **common))
    else:
        found.leave(code, f"type {kind!r}: {next(iter(question.words.values()), '')[:120]}")
    if kind in ("O", "P"):
        found.leave(code, "comments beside the answers")
