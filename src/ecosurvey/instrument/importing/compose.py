"""What was found -> the data of a questionnaire file: scales, constructs, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecosurvey.instrument.document.base import RESERVED
from ecosurvey.instrument.importing.draft import Choice, Found, Question, Words
from ecosurvey.instrument.importing.logic import Plain, parse_logic, renamed

SCHEMA = "ecosurvey/instrument/1"
_FEW_POINTS, _MANY_POINTS = 3, 11
_NUMERIC = {"integer", "number"}


def compose(found: Found) -> dict[str, Any]:
    """Return the document's data; what has no place is added to ``found.left_out``."""
    return _Composer(found).document()


class _Composer:
    def __init__(self, found: Found) -> None:
        self.found = found
        self.languages = _languages(found)
        self.ids: dict[str, str] = {}
        self.used: set[str] = set()
        self.codes: dict[str, dict[str, int]] = {}
        self.scales: dict[tuple[tuple[str, ...], str], str] = {}
        self.scale_data: dict[str, Any] = {}
        for question in found.questions:
            self.ids.setdefault(question.name, self.new_id(question.name))
            self.codes[question.name] = code_numbers(question.choices)

    def document(self) -> dict[str, Any]:
        constructs: list[Any] = []
        variables: list[Any] = []
        for block in blocks(self.found.questions):
            if is_scale(block):
                constructs.append(self.construct(block))
            else:
                variables += [self.variable(question) for question in block]
        if not constructs:
            self.found.leave(
                "constructs",
                "no block of rated statements was found: write the constructs and their items",
            )
        title = self.words(self.found.title, self.found.id)
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.new_id(self.found.id),
            "version": self.found.version,
            "status": "draft",
            "title": title,
            "languages": list(self.languages),
            "scales": self.scale_data,
            "constructs": constructs,
        }
        if variables:
            document["variables"] = variables
        return document

    def construct(self, block: list[Question]) -> dict[str, Any]:
        first = block[0]
        base = first.block or _common_start([question.name for question in block])
        name = self.new_id(base or "block")
        made: dict[str, Any] = {"id": name}
        made["label"] = self.words(first.block_words or first.stem, name)
        if first.stem:
            made["stem"] = self.words(first.stem, name)
        made["scale"] = self.scale(first)
        made["items"] = [self.item(question) for question in block]
        return made

    def item(self, question: Question) -> dict[str, Any]:
        made: dict[str, Any] = {"id": self.ids[question.name]}
        made["label"] = self.words(question.words, question.name)
        return made | self.shared(question)

    def variable(self, question: Question) -> dict[str, Any]:
        kind = "number" if question.kind == "numeric_item" else question.kind
        made: dict[str, Any] = {"id": self.ids[question.name], "type": kind}
        made["label"] = self.words(question.words, question.name)
        if question.choices and kind in ("single", "multi", "ranking"):
            made["options"] = [self.option(question, choice) for choice in question.choices]
        elif kind in ("single", "multi", "ranking"):
            self.found.leave(question.name, "a choice without answers; taken as open text")
            made["type"] = "text"
        if question.range is not None and kind in _NUMERIC:
            made["range"] = [_number(end) for end in question.range]
        return made | self.shared(question)

    def shared(self, question: Question) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if question.required:
            made["required"] = True
        if question.logic:
            condition = parse_logic(question.logic, self.lookup)
            if condition is None or self.ids[question.name] in _asked(condition):
                self.found.leave(question.name, f"shown only if {question.logic[:160]}")
            else:
                made["show_if"] = renamed(condition, self.ids)
        return made

    def lookup(self, name: str, code: str | None) -> tuple[str, int | None] | None:
        if name not in self.ids:
            return None
        return name, None if code is None else self.codes[name].get(code)

    def option(self, question: Question, choice: Choice) -> dict[str, Any]:
        code = self.codes[question.name][choice.name]
        made: dict[str, Any] = {"code": code, "label": self.words(choice.words, choice.name)}
        if choice.name != str(code):
            made["value"] = choice.name
        if choice.other_text:
            made["other_text"] = True
        return made

    def scale(self, question: Question) -> str:
        if question.kind == "numeric_item":
            return self.numeric_scale(question)
        codes = self.codes[question.name]
        key = (
            tuple(f"{codes[c.name]}:{sorted(c.words.items())}" for c in question.choices),
            "likert",
        )
        if key not in self.scales:
            numbers = sorted(codes.values())
            name = self.new_id(f"scale{len(numbers)}")
            labels = {
                codes[c.name]: self.words(c.words, c.name)
                for c in sorted(question.choices, key=lambda c: codes[c.name])
                if any(c.words.values()) and set(c.words.values()) != {str(codes[c.name])}
            }
            made = {"type": "likert", "min": numbers[0], "max": numbers[-1]}
            self.scale_data[name] = made | ({"labels": labels} if labels else {})
            self.scales[key] = name
        return self.scales[key]

    def numeric_scale(self, question: Question) -> str:
        ends = question.range
        key = (tuple(map(str, ends or ())), "numeric")
        if key not in self.scales:
            name = self.new_id("score")
            made: dict[str, Any] = {"type": "numeric"}
            if ends is not None:
                made |= {"min": _number(ends[0]), "max": _number(ends[1])}
            self.scale_data[name] = made
            self.scales[key] = name
        return self.scales[key]

    def words(self, words: Words, fallback: str) -> Any:
        """Return words in every language of the draft; a lacking one is marked as such."""
        there = {lang: text for lang, text in words.items() if text and lang in self.languages}
        any_ = next(iter(there.values()), fallback or "?")
        if len(self.languages) == 1:
            return any_
        for lang in self.languages:
            if lang not in there:
                self.found.leave(
                    fallback, f"no words in '{lang}': {any_[:60]!r} stands in their place"
                )
        return {lang: there.get(lang, any_) for lang in self.languages}

    def new_id(self, word: str) -> str:
        """Return an id made from a word, unlike all others."""
        bare = re.sub(r"[^A-Za-z0-9_]+", "_", word).strip("_")[:48]
        if not bare or not bare[0].isalpha():
            bare = f"q{bare}" if bare else "q"
        if bare in RESERVED:
            bare += "_"
        name, count = bare, 1
        while name in self.used:
            count += 1
            name = f"{bare}_{count}"
        self.used.add(name)
        return name


def blocks(questions: list[Question]) -> Iterator[list[Question]]:
    """Yield neighbours of one block with the same answers together, others alone."""
    held: list[Question] = []
    for question in questions:
        same = (
            held
            and question.kind == held[0].kind
            and question.block == held[0].block
            and question.choices == held[0].choices
            and question.range == held[0].range
        )
        if held and not same:
            yield held
            held = []
        held.append(question)
    if held:
        yield held


def is_scale(block: list[Question]) -> bool:
    """Tell whether questions are rated statements: at least two, on one ordered scale."""
    if len(block) < 2:
        return False
    if block[0].kind == "numeric_item":
        return True
    if block[0].kind != "single":
        return False
    numbers = sorted(code_numbers(block[0].choices).values())
    run = list(range(numbers[0], numbers[0] + len(numbers))) if numbers else []
    return numbers == run and _FEW_POINTS <= len(numbers) <= _MANY_POINTS


def code_numbers(choices: tuple[Choice, ...]) -> dict[str, int]:
    """Return the code of each answer: its own number, else its place."""
    names = [choice.name for choice in choices]
    if all(re.fullmatch(r"-?\d{1,6}", name) for name in names) and len(
        {int(name) for name in names}
    ) == len(names):
        return {name: int(name) for name in names}
    return {name: place for place, name in enumerate(dict.fromkeys(names), 1)}


def _languages(found: Found) -> tuple[str, ...]:
    """Return the languages that at least half of the questions are worded in."""
    counts = {"zh": 0, "en": 0}
    for question in found.questions:
        for lang in counts:
            counts[lang] += bool(question.words.get(lang))
    most = max(counts.values())
    kept = tuple(lang for lang, count in counts.items() if count and count * 2 >= most)
    return kept or ("en",)


def _common_start(names: list[str]) -> str:
    first, last = min(names), max(names)  # what the extremes share, all share
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:length].rstrip("_.0123456789")


def _asked(condition: Plain) -> set[str]:
    found = {condition["var"]} if "var" in condition else set()
    for key in ("all", "any"):
        for inner in condition.get(key, ()):
            found |= _asked(inner)
    return found | (_asked(condition["not"]) if "not" in condition else set())


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
